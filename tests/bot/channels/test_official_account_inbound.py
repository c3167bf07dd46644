"""Every message and event an Official Account is sent, and the answers the platform reads."""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.envelope import Envelope, Unreadable
from bot.channels.official_account.inbound import Received, open_callback
from handlers.messages import IncomingMessage, MessageKind
from tests.wire import Wire

KEY, OLD_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
TOKEN, APP = "token", "wx0123456789abcdef"
NOW = 1_700_000_000
GH, OPENID = "gh_1234567890ab", "oResident_1-x"

HEAD = f"<ToUserName><![CDATA[{GH}]]></ToUserName><FromUserName><![CDATA[{OPENID}]]></FromUserName>"
TIME = f"<CreateTime>{NOW}</CreateTime>"


WIRE = Wire(TOKEN, KEY, APP)


def opened(body: str | bytes, *, keys: tuple[str, ...] = (KEY,)) -> Received:
    """The callback of a body in plain mode."""
    data = body.encode() if isinstance(body, str) else body
    return open_callback(Envelope(TOKEN, keys, APP), WIRE.plain_query(NOW), data, account="main", now=NOW)


def parsed(inner: str, *, msg_id: str = "<MsgId>77</MsgId>") -> IncomingMessage:
    return opened(f"<xml>{HEAD}{TIME}{inner}{msg_id}</xml>").message


def event(name: str, fields: str = "") -> IncomingMessage:
    return parsed(f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{fields}", msg_id="")


# ------------------------------------------------------------------ messages (WECHAT 1.4)

K = MessageKind
MESSAGES: list[tuple[str, str, MessageKind, str, dict[str, Any]]] = [
    ("text", "<Content><![CDATA[下水道堵了😀]]></Content>", K.TEXT, "下水道堵了😀", {}),
    ("TEXT", "<Content>a</Content>", K.TEXT, "a", {}),
    ("text", "<Content><![CDATA[<!DOCTYPE html> <b> &amp;]]></Content>", K.TEXT,
     "<!DOCTYPE html> <b> &amp;", {}),
    ("text", "<Content>a &lt;b&gt; &amp; &#x4e2d;</Content>", K.TEXT, "a <b> & 中", {}),
    ("text", "<Content><![CDATA[  两边有空白\n]]></Content>", K.TEXT, "两边有空白", {}),
    ("text", "<Content><![CDATA[]]></Content>", K.TEXT, "", {}),
    ("text", "<Content>好</Content><bizmsgmenuid>101</bizmsgmenuid>", K.TEXT, "好", {"menu_item": "101"}),
    ("text", "<Content>好</Content><MsgDataId>5</MsgDataId><Idx>1</Idx>", K.TEXT, "好",
     {"article_id": "5", "article_index": "1"}),
    ("image", "<PicUrl>http://p.example/1</PicUrl><MediaId>m1</MediaId>", K.IMAGE, "",
     {"url": "http://p.example/1", "media_id": "m1"}),
    ("voice", "<MediaId>m2</MediaId><Format>amr</Format><Recognition></Recognition>", K.VOICE, "",
     {"media_id": "m2", "format": "amr"}),
    ("voice", "<MediaId>m2</MediaId><Format>speex</Format><MediaId16K>m3</MediaId16K>", K.VOICE, "",
     {"media_id": "m2", "format": "speex", "media_id_16k": "m3"}),
    ("voice", "<MediaId>m2</MediaId><Recognition><![CDATA[楼道灯不亮]]></Recognition>", K.TEXT, "楼道灯不亮",
     {"media_id": "m2"}),
    ("video", "<MediaId>m4</MediaId><ThumbMediaId>t4</ThumbMediaId>", K.VIDEO, "",
     {"media_id": "m4", "thumb_media_id": "t4"}),
    ("shortvideo", "<MediaId>m5</MediaId><ThumbMediaId>t5</ThumbMediaId>", K.VIDEO, "",
     {"media_id": "m5", "thumb_media_id": "t5"}),
    ("location", "<Location_X>30.1</Location_X><Location_Y>120.2</Location_Y><Scale>16</Scale>"
     "<Label><![CDATA[枫桥苑南门]]></Label>", K.LOCATION, "枫桥苑南门",
     {"latitude": "30.1", "longitude": "120.2", "scale": "16", "label": "枫桥苑南门"}),
    ("link", "<Title>标题</Title><Description>说明</Description><Url>http://l.example</Url>", K.LINK, "",
     {"title": "标题", "description": "说明", "url": "http://l.example"}),
    ("file", "<Title>合同.pdf</Title><Description>1MB</Description>", K.FILE, "",
     {"title": "合同.pdf", "description": "1MB"}),
    ("miniprogrampage", "<Title>小程序</Title><AppId>wx9</AppId>", K.UNKNOWN, "", {"title": "小程序"}),
    ("hologram", "<Content>将来</Content>", K.UNKNOWN, "将来", {}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "ours", "text", "payload"), MESSAGES)
def test_a_message_becomes_ours(
    kind: str, fields: str, ours: MessageKind, text: str, payload: Mapping[str, Any]
) -> None:
    message = parsed(f"<MsgType><![CDATA[{kind}]]></MsgType>{fields}")

    assert (message.kind, message.text) == (ours, text)
    assert message.payload == {"type": kind.lower(), **payload}
    assert (message.channel, message.account, message.key) == ("official_account", "main", "77")
    assert (message.sender, message.receiver) == (OPENID, GH)
    assert message.sent_at == datetime.fromtimestamp(NOW, UTC)


def test_a_voice_message_is_known_by_the_misspelt_id_too() -> None:
    message = parsed("<MsgType>voice</MsgType><MediaId>m</MediaId><MsgID>88</MsgID>", msg_id="")

    assert message.key == "88"


def test_a_message_without_an_id_is_told_by_sender_and_second() -> None:
    message = parsed("<MsgType>text</MsgType><Content>好</Content>", msg_id="")

    assert message.key == f"{OPENID}:{NOW}"


def test_a_64_bit_id_is_kept_to_the_last_digit() -> None:
    message = parsed("<MsgType>text</MsgType>", msg_id="<MsgId>18446744073709551615</MsgId>")

    assert message.key == "18446744073709551615"


# ------------------------------------------------------------------ events (WECHAT 1.5)

ACCEPTED = (
    "<List><TemplateId>T1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString>"
    "<PopupScene>1</PopupScene></List>"
)
REJECTED = "<List><TemplateId>T2</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>"
SENT = (
    "<List><TemplateId>T1</TemplateId><MsgID>9</MsgID><ErrorCode>0</ErrorCode>"
    "<ErrorStatus>success</ErrorStatus></List>"
)
ITEM_1 = {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "1"}
ITEM_2 = {"TemplateId": "T2", "SubscribeStatusString": "reject"}
EVENTS: list[tuple[str, str, MessageKind, dict[str, Any]]] = [
    ("subscribe", "", K.SUBSCRIBE, {}),
    ("subscribe", "<EventKey></EventKey>", K.SUBSCRIBE, {}),
    ("subscribe", "<EventKey>qrscene_b33</EventKey><Ticket>T</Ticket>", K.SUBSCRIBE,
     {"event_key": "qrscene_b33", "ticket": "T"}),
    ("SCAN", "<EventKey>b33</EventKey><Ticket>T</Ticket>", K.SCAN, {"event_key": "b33", "ticket": "T"}),
    ("unsubscribe", "<EventKey></EventKey>", K.UNSUBSCRIBE, {}),
    ("CLICK", "<EventKey>MINE</EventKey>", K.CLICK, {"event_key": "MINE"}),
    ("VIEW", "<EventKey>http://v.example</EventKey><MenuId>4</MenuId>", K.SILENT,
     {"event_key": "http://v.example", "menu_id": "4"}),
    ("LOCATION", "<Latitude>30.1</Latitude><Longitude>120.2</Longitude><Precision>40</Precision>", K.SILENT,
     {"latitude": "30.1", "longitude": "120.2", "precision": "40"}),
    ("TEMPLATESENDJOBFINISH", "<MsgID>200163836</MsgID><Status>failed:user block</Status>", K.SILENT,
     {"sent_message_id": "200163836", "status": "failed:user block"}),
    ("subscribe_msg_popup_event", f"<SubscribeMsgPopupEvent>{ACCEPTED}</SubscribeMsgPopupEvent>", K.SILENT,
     {"lists": [ITEM_1]}),
    ("subscribe_msg_popup_event", f"<SubscribeMsgPopupEvent>{ACCEPTED}{REJECTED}</SubscribeMsgPopupEvent>",
     K.SILENT, {"lists": [ITEM_1, ITEM_2]}),
    ("subscribe_msg_popup_event", "<SubscribeMsgPopupEvent></SubscribeMsgPopupEvent>", K.SILENT, {}),
    ("subscribe_msg_popup_event", "", K.SILENT, {}),
    ("subscribe_msg_change_event", f"<SubscribeMsgChangeEvent>{REJECTED}</SubscribeMsgChangeEvent>", K.SILENT,
     {"lists": [ITEM_2]}),
    ("subscribe_msg_sent_event", f"<SubscribeMsgSentEvent>{SENT}</SubscribeMsgSentEvent>", K.SILENT,
     {"lists": [{"TemplateId": "T1", "MsgID": "9", "ErrorCode": "0", "ErrorStatus": "success"}]}),
    ("card_pass_check", "<CardId>c</CardId>", K.SILENT, {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fields", "ours", "payload"), EVENTS)
def test_an_event_becomes_ours(name: str, fields: str, ours: MessageKind, payload: Mapping[str, Any]) -> None:
    message = event(name, fields)

    assert (message.kind, message.text) == (ours, "")
    assert message.payload == {"type": "event", "event": name, **payload}


@pytest.mark.parametrize("name", ["", " "])
def test_an_event_without_a_name_is_an_event_nobody_awaits(name: str) -> None:
    assert event(name).kind is MessageKind.SILENT


def test_two_events_of_one_second_are_told_apart() -> None:
    events = [
        event("subscribe", "<EventKey>qrscene_1</EventKey>"),
        event("SCAN", "<EventKey>1</EventKey>"),
        event("SCAN", "<EventKey>2</EventKey>"),
        event("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID>"),
        event("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID>"),
    ]

    assert len({each.key for each in events}) == len(events)
    assert event("SCAN", "<EventKey>2</EventKey>").key == events[2].key


def test_a_key_longer_than_its_column_is_digested_not_cut() -> None:
    long = [event("VIEW", f"<EventKey>http://v.example/{'x' * 300}{end}</EventKey>").key for end in "ab"]

    assert long[0] != long[1]
    assert max(map(len, long)) <= 160


# ------------------------------------------------------------------ malformed, but authentic


def whole(inner: str) -> bytes:
    return f"<xml>{inner}</xml>".encode()


TEXT = "<MsgType>text</MsgType><Content>好</Content><MsgId>1</MsgId>"
UNREADABLE = {
    "empty": b"",
    "white": b" \n ",
    "no XML": b"hello",
    "JSON": b'{"MsgType":"text"}',
    "nothing in it": b"<xml/>",
    "cut off": whole(HEAD + TIME + TEXT)[:-3],
    "two roots": whole(HEAD + TIME + TEXT) * 2,
    "no sender": whole(f"<ToUserName>{GH}</ToUserName>{TIME}{TEXT}"),
    "empty sender": whole(f"<FromUserName> </FromUserName>{TIME}{TEXT}"),
    "long sender": whole(f"<FromUserName>{'o' * 129}</FromUserName>{TIME}{TEXT}"),
    "nested sender": whole(f"<FromUserName><a>o</a></FromUserName>{TIME}{TEXT}"),
    "no type": whole(f"{HEAD}{TIME}<Content>好</Content><MsgId>1</MsgId>"),
    "empty type": whole(f"{HEAD}{TIME}<MsgType/><Content>好</Content>"),
    "nested type": whole(f"{HEAD}{TIME}<MsgType><a>text</a></MsgType>"),
    "no time": whole(HEAD + TEXT),
    "time in words": whole(f"{HEAD}<CreateTime>now</CreateTime>{TEXT}"),
    "negative time": whole(f"{HEAD}<CreateTime>-1</CreateTime>{TEXT}"),
    "huge time": whole(f"{HEAD}<CreateTime>{'9' * 20}</CreateTime>{TEXT}"),
    "endless time": whole(f"{HEAD}<CreateTime>{'9' * 5000}</CreateTime>{TEXT}"),
    "GBK": f"<xml>{HEAD}{TIME}{TEXT}</xml>".encode("gbk"),
    "UTF-16": f"<xml>{HEAD}{TIME}{TEXT}</xml>".encode("utf-16"),
    "document type": b"<!DOCTYPE xml>" + whole(HEAD + TIME + TEXT),
    "entity": b'<!DOCTYPE xml [<!ENTITY a "b">]>' + whole(HEAD + TIME + "<MsgType>&a;</MsgType>"),
    "outside": b'<!DOCTYPE xml SYSTEM "file:///etc/passwd">' + whole(HEAD + TIME + TEXT),
    "outside entity": b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + whole(HEAD + "&a;"),
    "laughs": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + whole("&b;" * 9),
    "undeclared entity": whole(f"{HEAD}{TIME}<MsgType>text</MsgType><Content>&nbsp;</Content>"),
    "control reference": whole(f"{HEAD}{TIME}<MsgType>text</MsgType><Content>&#8;</Content>"),
    "half a character": whole(f"{HEAD}{TIME}<MsgType>text</MsgType><Content>&#xD83D;</Content>"),
    "open CDATA": whole(f"{HEAD}{TIME}<MsgType>text</MsgType><Content><![CDATA[好</Content>"),
    "20,000 tags": b"<a>" * 20_000 + b"</a>" * 20_000,
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_malformed_is_unreadable_and_nothing_worse(body: bytes) -> None:
    with pytest.raises(Unreadable):
        opened(body)


READABLE = {
    "declaration": '<?xml version="1.0" encoding="UTF-8"?>' + f"<xml>{HEAD}{TIME}{TEXT}</xml>",
    "false declaration": '<?xml version="1.0" encoding="GBK"?>' + f"<xml>{HEAD}{TIME}{TEXT}</xml>",
    "byte order mark": f"\ufeff<xml>{HEAD}{TIME}{TEXT}</xml>",
    "white round it": f"\r\n <xml>\n{HEAD}\n{TIME}\n{TEXT}\n</xml>\n",
    "another root": f"<message>{HEAD}{TIME}{TEXT}</message>",
    "attributes": f'<xml a="1">{HEAD}{TIME}<MsgType b="2">text</MsgType><Content c="3">好</Content></xml>',
    "twice": f"<xml>{HEAD}{TIME}{TEXT}<Content>好</Content></xml>",
    "nested beside": f"<xml>{HEAD}{TIME}{TEXT}<Extra><Content>坏</Content></Extra></xml>",
    "20,000 tags beside": f"<xml>{HEAD}{TIME}{TEXT}{'<a>' * 20_000}{'</a>' * 20_000}</xml>",
    "comment": f"<xml><!-- x -->{HEAD}{TIME}{TEXT}</xml>",
    "control characters": f"<xml>{HEAD}{TIME}<MsgType>text</MsgType><Content>\x00\x08好\x1b</Content></xml>",
    "non-characters": f"<xml>{HEAD}{TIME}<MsgType>text</MsgType><Content>\ufffe好\uffff\x7f</Content></xml>",
}


@pytest.mark.parametrize("body", READABLE.values(), ids=READABLE.keys())
def test_what_is_merely_odd_is_read_all_the_same(body: str) -> None:
    message = opened(body).message

    assert (message.kind, message.text, message.sender) == (MessageKind.TEXT, "好", OPENID)


def test_the_content_of_a_nested_field_is_not_taken_for_text() -> None:
    assert parsed("<MsgType>text</MsgType><Content><b>好</b></Content>").text == ""


def whole_of(inner: str) -> bytes:
    return f"<xml>{HEAD}{TIME}<MsgType>text</MsgType><Content>{inner}</Content></xml>".encode(
        "utf-8", "replace"
    )


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(whole_of)))
def test_random_bodies_are_read_or_unreadable(body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        opened(body)
