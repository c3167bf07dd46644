"""Every message and event a WeCom app is sent: real, forged, stale, for somebody else, and malformed."""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.door import Received
from bot.channels.envelope import Envelope, Forged, Unreadable
from bot.channels.wecom_app.inbound import open_callback
from handlers.messages import IncomingMessage, MessageKind
from tests.wire import NONCE, Wire

KEY, OLD_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
TOKEN, CORP = "token", "ww0123456789abcdef"
NOW = 1_700_000_000
WIRE = Wire(TOKEN, KEY, CORP)
USER = "wangfang"

Query = dict[str, str]

HEAD = f"<ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{USER}]]></FromUserName>"
TIME = f"<CreateTime>{NOW}</CreateTime>"
AGENT = "<AgentID>1000002</AgentID>"


def opened(xml: str, *, now: float = NOW) -> Received:
    """The callback of this XML, sealed and signed by the platform."""
    return open_callback(Envelope(TOKEN, (KEY,), CORP), *WIRE.app(xml, NOW), account="work", now=now)


def parsed(inner: str, *, msg_id: str = "<MsgId>77</MsgId>") -> IncomingMessage:
    return opened(f"<xml>{HEAD}{TIME}{inner}{msg_id}{AGENT}</xml>").message


def event(name: str, fields: str = "") -> IncomingMessage:
    return parsed(f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{fields}", msg_id="")


# ------------------------------------------------------------------ messages (WECHAT 3.2)

K = MessageKind
MESSAGES: list[tuple[str, str, MessageKind, str, dict[str, Any]]] = [
    ("text", "<Content><![CDATA[接单 23😀]]></Content>", K.TEXT, "接单 23😀", {}),
    ("TEXT", "<Content>a</Content>", K.TEXT, "a", {}),
    ("text", "<Content><![CDATA[<!DOCTYPE html> <b> &amp;]]></Content>", K.TEXT,
     "<!DOCTYPE html> <b> &amp;", {}),
    ("text", "<Content><![CDATA[  两边有空白\n]]></Content>", K.TEXT, "两边有空白", {}),
    ("text", "<Content></Content>", K.TEXT, "", {}),
    ("image", "<PicUrl>http://p.example/1</PicUrl><MediaId>m1</MediaId>", K.IMAGE, "",
     {"url": "http://p.example/1", "media_id": "m1"}),
    ("voice", "<MediaId>m2</MediaId><Format>amr</Format>", K.VOICE, "", {"media_id": "m2", "format": "amr"}),
    ("video", "<MediaId>m4</MediaId><ThumbMediaId>t4</ThumbMediaId>", K.VIDEO, "",
     {"media_id": "m4", "thumb_media_id": "t4"}),
    ("location", "<Location_X>30.1</Location_X><Location_Y>120.2</Location_Y><Scale>16</Scale>"
     "<Label><![CDATA[枫桥苑南门]]></Label><AppType><![CDATA[wxwork]]></AppType>", K.LOCATION, "枫桥苑南门",
     {"latitude": "30.1", "longitude": "120.2", "scale": "16", "label": "枫桥苑南门"}),
    ("link", "<Title>标题</Title><Description>说明</Description><Url>http://l.example</Url>"
     "<PicUrl>http://p.example</PicUrl>", K.LINK, "",
     {"title": "标题", "description": "说明", "url": "http://l.example"}),
    ("file", "<MediaId>m6</MediaId>", K.FILE, "", {"media_id": "m6"}),
    ("hologram", "<Content>将来</Content>", K.UNKNOWN, "将来", {}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "ours", "text", "payload"), MESSAGES)
def test_a_message_becomes_ours(
    kind: str, fields: str, ours: MessageKind, text: str, payload: Mapping[str, Any]
) -> None:
    message = parsed(f"<MsgType><![CDATA[{kind}]]></MsgType>{fields}")

    assert (message.kind, message.text) == (ours, text)
    assert message.payload == {"type": kind.lower(), **payload}
    assert (message.channel, message.account, message.key) == ("wecom_app", "work", "77")
    assert (message.sender, message.receiver, message.chat) == (USER, CORP, "")
    assert message.sent_at == datetime.fromtimestamp(NOW, UTC)


def test_a_message_without_an_id_is_told_by_sender_and_second() -> None:
    message = parsed("<MsgType>text</MsgType><Content>好</Content>", msg_id="")

    assert message.key == f"{USER}:{NOW}"


# ------------------------------------------------------------------ events

CARD = (
    "<EventKey><![CDATA[transfer]]></EventKey><TaskId><![CDATA[case-23]]></TaskId>"
    "<CardType><![CDATA[button_interaction]]></CardType><ResponseCode><![CDATA[RC]]></ResponseCode>"
)
CHOSEN = (
    "<SelectedItems><SelectedItem><QuestionKey><![CDATA[to]]></QuestionKey><OptionIds>"
    "<OptionId><![CDATA[wuye]]></OptionId><OptionId>zhifa</OptionId></OptionIds></SelectedItem>"
    "<SelectedItem><QuestionKey>when</QuestionKey><OptionIds/></SelectedItem>"
    "<SelectedItem><QuestionKey/><OptionIds><OptionId>x</OptionId></OptionIds></SelectedItem>"
    "<SelectedItem/></SelectedItems>"
)
GROUP = (
    "<ChatId><![CDATA[wrABC]]></ChatId><ChangeType><![CDATA[update]]></ChangeType>"
    "<UpdateDetail><![CDATA[add_member]]></UpdateDetail><JoinScene>0</JoinScene>"
    "<MemChangeCnt>1</MemChangeCnt><MemChangeList><Item>wmX</Item></MemChangeList>"
    "<LastMemVer>a</LastMemVer><CurMemVer>b</CurMemVer>"
)
TAPPED = {"event_key": "transfer", "task_id": "case-23", "response_code": "RC"}
EVENTS: list[tuple[str, str, MessageKind, dict[str, Any]]] = [
    ("enter_agent", "<EventKey></EventKey>", K.ENTER_CHAT, {}),
    ("ENTER_AGENT", "", K.ENTER_CHAT, {}),
    ("subscribe", "", K.SILENT, {}),
    ("unsubscribe", "", K.SILENT, {}),
    ("click", "<EventKey>MINE</EventKey>", K.SILENT, {"event_key": "MINE"}),
    ("LOCATION", "<Latitude>30.1</Latitude>", K.SILENT, {}),
    ("template_card_event", CARD, K.CARD, {**TAPPED, "selected": {}}),
    ("template_card_event", CARD + CHOSEN, K.CARD,
     {**TAPPED, "selected": {"to": ["wuye", "zhifa"], "when": []}}),
    ("template_card_menu_event", CARD, K.SILENT, TAPPED),
    ("change_external_chat", GROUP, K.GROUP_CHANGED,
     {"chat_id": "wrABC", "change": "update", "detail": "add_member", "join_scene": "0",
      "members_changed": "1"}),
    ("change_external_chat", "<ChatId>wrABC</ChatId><ChangeType>dismiss</ChangeType>", K.GROUP_CHANGED,
     {"chat_id": "wrABC", "change": "dismiss"}),
    ("change_external_contact", "<ChangeType>add_external_contact</ChangeType>", K.SILENT,
     {"change": "add_external_contact"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fields", "ours", "payload"), EVENTS)
def test_an_event_becomes_ours(name: str, fields: str, ours: MessageKind, payload: Mapping[str, Any]) -> None:
    message = event(name, fields)

    assert (message.kind, message.text) == (ours, "")
    assert message.payload == {"type": "event", "event": name, **payload}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("template_card_event", "<EventKey>a</EventKey>"),
        ("template_card_event", "<TaskId>t</TaskId>"),
        ("change_external_chat", "<ChangeType>create</ChangeType>"),
        ("change_external_chat", "<ChatId>wrABC</ChatId>"),
    ],
)
def test_an_event_that_names_nothing_is_unreadable(name: str, fields: str) -> None:
    with pytest.raises(Unreadable):
        event(name, fields)


def test_a_second_tap_within_the_second_is_a_redelivery_and_others_are_told_apart() -> None:
    tap = event("template_card_event", CARD).key
    others = [
        event("template_card_event", CARD.replace("transfer", "claim")).key,
        event("template_card_event", CARD.replace("case-23", "case-24")).key,
        event("enter_agent").key,
        event("change_external_chat", GROUP).key,
        event("change_external_chat", GROUP.replace("wrABC", "wrDEF")).key,
        event("change_external_chat", GROUP.replace("<CurMemVer>b", "<CurMemVer>c")).key,
    ]

    assert event("template_card_event", CARD + CHOSEN).key == tap
    assert len({tap, *others}) == len(others) + 1


def test_a_key_longer_than_its_column_is_digested_not_cut() -> None:
    long = [event("template_card_event", CARD.replace("transfer", "x" * 500 + end)).key for end in "ab"]

    assert long[0] != long[1]
    assert max(map(len, long)) <= 160


# ------------------------------------------------------------------ forged, stale, for somebody else

MESSAGE = f"<xml>{HEAD}{TIME}<MsgType>text</MsgType><Content>好</Content><MsgId>1</MsgId></xml>"


def open_as(query: Query, body: bytes, *, keys: tuple[str, ...] = (KEY,), corp: str = CORP) -> Received:
    return open_callback(Envelope(TOKEN, keys, corp), query, body, account="work", now=NOW)


@pytest.mark.parametrize(
    "changes",
    [{"msg_signature": "0" * 40}, {"nonce": "2"}, {"timestamp": str(NOW + 1)}, {"timestamp": "now"},
     {"msg_signature": "\ud800"}],
    ids=str,
)  # fmt: skip
def test_what_is_not_signed_is_forged(changes: Query) -> None:
    query, body = WIRE.app(MESSAGE, NOW)

    with pytest.raises(Forged):
        open_as(query | changes, body)


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce"])
def test_a_query_that_lacks_a_part_is_forged(missing: str) -> None:
    query, body = WIRE.app(MESSAGE, NOW)
    del query[missing]

    with pytest.raises(Forged):
        open_as(query, body)


def test_the_signature_of_an_account_s_plain_mode_opens_nothing() -> None:
    with pytest.raises(Forged):
        open_as(WIRE.plain_query(NOW), MESSAGE.encode())


@pytest.mark.parametrize("seconds", [-301, 301, 86400])
def test_what_is_stale_is_forged(seconds: int) -> None:
    with pytest.raises(Forged, match="timestamp"):
        opened(MESSAGE, now=NOW + seconds)


@pytest.mark.parametrize("corp", ["", "ww", CORP + "0", CORP.upper()])
def test_a_message_for_another_corporation_is_forged(corp: str) -> None:
    with pytest.raises(Forged, match="receive id"):
        open_as(*WIRE.app(MESSAGE, NOW), corp=corp)


def test_during_a_change_of_keys_the_former_opens_too() -> None:
    query, body = Wire(TOKEN, OLD_KEY, CORP).app(MESSAGE, NOW)

    assert open_as(query, body, keys=(KEY, OLD_KEY)).key_index == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<xml/>", b"<xml><Encrypt/></xml>", b"<xml><Encrypt><a>b</a></Encrypt></xml>", b"\xff", b"{}",
     b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>', b"<a>" * 20_000],
    ids=lambda body: repr(body[:30]),
)  # fmt: skip
def test_without_its_encrypted_part_nothing_is_authentic(body: bytes) -> None:
    query, _ = WIRE.app(MESSAGE, NOW)

    with pytest.raises(Forged):
        open_as(query, body)


def test_a_truncated_body_is_not_authentic() -> None:
    query, body = WIRE.app(MESSAGE, NOW)

    for end in range(0, len(body), 7):
        with pytest.raises(Forged):
            open_as(query, body[:end])


# ------------------------------------------------------------------ authentic, but malformed

TEXT = "<MsgType>text</MsgType><Content>好</Content><MsgId>1</MsgId>"
UNREADABLE = {
    "empty": "",
    "no XML": "hello",
    "JSON": '{"MsgType":"text"}',
    "nothing in it": "<xml/>",
    "cut off": f"<xml>{HEAD}{TIME}{TEXT}</x",
    "two roots": f"<xml>{HEAD}{TIME}{TEXT}</xml>" * 2,
    "no sender": f"<xml>{TIME}{TEXT}</xml>",
    "empty sender": f"<xml><FromUserName> </FromUserName>{TIME}{TEXT}</xml>",
    "long sender": f"<xml><FromUserName>{'o' * 129}</FromUserName>{TIME}{TEXT}</xml>",
    "nested sender": f"<xml><FromUserName><a>o</a></FromUserName>{TIME}{TEXT}</xml>",
    "no type": f"<xml>{HEAD}{TIME}<Content>好</Content></xml>",
    "no time": f"<xml>{HEAD}{TEXT}</xml>",
    "time in words": f"<xml>{HEAD}<CreateTime>now</CreateTime>{TEXT}</xml>",
    "huge time": f"<xml>{HEAD}<CreateTime>{'9' * 20}</CreateTime>{TEXT}</xml>",
    "endless time": f"<xml>{HEAD}<CreateTime>{'9' * 5000}</CreateTime>{TEXT}</xml>",
    "document type": f"<!DOCTYPE xml><xml>{HEAD}{TIME}{TEXT}</xml>",
    "entity": f'<!DOCTYPE xml [<!ENTITY a "b">]><xml>{HEAD}{TIME}<MsgType>&a;</MsgType></xml>',
    "outside entity": f'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml>{HEAD}&a;</xml>',
    "laughs": '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml>' + "&b;" * 9 + "</xml>",
    "undeclared entity": f"<xml>{HEAD}{TIME}<MsgType>text</MsgType><Content>&nbsp;</Content></xml>",
    "20,000 tags": "<a>" * 20_000 + "</a>" * 20_000,
}


@pytest.mark.parametrize("xml", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_malformed_is_unreadable_and_nothing_worse(xml: str) -> None:
    with pytest.raises(Unreadable):
        opened(xml)


@pytest.mark.parametrize("encrypted", ["AAAA", "####", "枫桥苑", "A" * 64])
def test_a_signed_envelope_that_is_no_ciphertext_is_unreadable(encrypted: str) -> None:
    envelope = Envelope(TOKEN, (KEY,), CORP)
    signature = envelope._sign(str(NOW), NONCE, encrypted)
    query = {"msg_signature": signature, "timestamp": str(NOW), "nonce": NONCE}

    with pytest.raises(Unreadable):
        open_as(query, f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode())


READABLE = {
    "declaration": '<?xml version="1.0" encoding="UTF-8"?>' + f"<xml>{HEAD}{TIME}{TEXT}</xml>",
    "white round it": f"\r\n <xml>\n{HEAD}\n{TIME}\n{TEXT}\n</xml>\n",
    "attributes": f'<xml a="1">{HEAD}{TIME}<MsgType b="2">text</MsgType><Content c="3">好</Content></xml>',
    "nested beside": f"<xml>{HEAD}{TIME}{TEXT}<Extra><Content>坏</Content></Extra></xml>",
    "20,000 tags beside": f"<xml>{HEAD}{TIME}{TEXT}{'<a>' * 20_000}{'</a>' * 20_000}</xml>",
    "control characters": f"<xml>{HEAD}{TIME}<MsgType>text</MsgType><Content>\x00\x08好\x1b</Content></xml>",
}


@pytest.mark.parametrize("xml", READABLE.values(), ids=READABLE.keys())
def test_what_is_merely_odd_is_read_all_the_same(xml: str) -> None:
    message = opened(xml).message

    assert (message.kind, message.text, message.sender) == (MessageKind.TEXT, "好", USER)


TAP_XML = f"<xml>{HEAD}{TIME}<MsgType>event</MsgType><Event>template_card_event</Event>{CARD}{{}}</xml>"
FRAMES = ["{}", f"<xml>{HEAD}{TIME}<MsgType>{{}}</MsgType></xml>", TAP_XML]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from(FRAMES))
def test_random_texts_are_read_or_unreadable(text: str, frame: str) -> None:
    xml = frame.replace("{}", text).encode("utf-8", "replace").decode()
    with contextlib.suppress(Unreadable):
        opened(xml)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300),
    st.dictionaries(st.sampled_from(["msg_signature", "timestamp", "nonce"]), st.text()),
)
def test_random_requests_are_forged(body: bytes, query: Query) -> None:
    with pytest.raises(Forged):
        open_as(query, body)
