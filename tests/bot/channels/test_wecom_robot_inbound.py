"""Every message and event a robot is sent, however odd, and the answers the platform reads."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.answers import Answer
from bot.channels.envelope import Envelope, Forged, Unreadable
from bot.channels.wecom_robot.inbound import check, open_callback, parse, seal
from bot.channels.wecom_robot.replies import render
from handlers.messages import IncomingMessage, MessageKind
from storage.models.conversations import AnswerRoute
from tests.wire import NONCE, Wire

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN, NOW = "token", 1_700_000_000
URL = "https://qyapi.example/cgi-bin/aibot/response?response_code=CODE"

HEAD: dict[str, Any] = {
    "msgid": "m1",
    "aibotid": "bot",
    "chatid": "wrChat",
    "chattype": "group",
    "from": {"userid": "wangfang"},
    "response_url": URL,
}


def parsed(**changes: Any) -> IncomingMessage:
    """A group message with these fields; `...` leaves one out."""
    data = {**HEAD, "msgtype": "text", "text": {"content": "@回音 接单 1"}, **changes}
    return parse(json.dumps({name: value for name, value in data.items() if value is not ...}), "main")


def sealed(text: str, *, name: str = "encrypt", receiver: str = "") -> tuple[dict[str, str], bytes]:
    return Wire(TOKEN, KEY, receiver).robot(text, NOW, name=name)


@pytest.fixture
def envelope() -> Envelope:
    return Envelope(TOKEN, (KEY,), "")


# ------------------------------------------------------------------ messages


K = MessageKind
PICTURE = {"msgtype": "image", "image": {"url": "https://i.example/1"}}
MIXED = {"msg_item": [{"msgtype": "text", "text": {"content": "@回音 进展 1"}}, PICTURE,
                      {"msgtype": "text", "text": {"content": "已疏通"}}]}  # fmt: skip
MESSAGES: list[tuple[str, dict[str, Any], MessageKind, str]] = [
    ("text", {"text": {"content": "@回音 接单 1"}}, K.TEXT, "接单 1"),
    ("text", {"text": {"content": "@回音\u2005接单 1"}}, K.TEXT, "接单 1"),
    ("text", {"text": {"content": "接单 1 @回音"}}, K.TEXT, "接单 1 @回音"),
    ("text", {"text": {"content": "@回音"}}, K.TEXT, ""),
    ("text", {"text": {"content": " @回音 \n"}}, K.TEXT, ""),
    ("text", {"text": {"content": ""}}, K.TEXT, ""),
    ("text", {"text": {"content": 5}}, K.TEXT, ""),
    ("text", {"text": ["接单"]}, K.TEXT, ""),
    ("text", {}, K.TEXT, ""),
    ("text", {"text": {"content": "@回音 接\u0000单\u0008 1😀"}}, K.TEXT, "接单 1😀"),
    ("text", {"text": {"content": "@回音 半个\ud83d字 \udc00"}}, K.TEXT, "半个字"),
    ("mixed", {"mixed": MIXED}, K.TEXT, "进展 1 已疏通"),
    ("mixed", {"mixed": {"msg_item": [PICTURE]}}, K.TEXT, ""),
    ("mixed", {"mixed": {"msg_item": {"msgtype": "text"}}}, K.TEXT, ""),
    ("mixed", {"mixed": {"msg_item": ["text", None, 5, []]}}, K.TEXT, ""),
    ("mixed", {"mixed": []}, K.TEXT, ""),
    ("voice", {"voice": {"content": "接单1"}}, K.TEXT, "接单1"),
    ("voice", {"voice": {}}, K.TEXT, ""),
    ("image", {"image": {"url": "https://i.example/1"}}, K.IMAGE, ""),
    ("file", {"file": {"url": "https://f.example/1"}}, K.FILE, ""),
    ("video", {"video": {"url": "https://v.example/1"}}, K.VIDEO, ""),
    ("stream", {"stream": {"id": "s1"}}, K.SILENT, ""),
    ("event", {"event": {"eventtype": "enter_chat"}}, K.ENTER_CHAT, ""),
    ("event", {"event": {"eventtype": "template_card_event", "template_card_event": {}}}, K.SILENT, ""),
    ("event", {"event": {"eventtype": "feedback_event"}}, K.SILENT, ""),
    ("event", {"event": {"eventtype": ["enter_chat"]}}, K.SILENT, ""),
    ("event", {"event": "enter_chat"}, K.SILENT, ""),
    ("event", {}, K.SILENT, ""),
    ("hologram", {"hologram": {"content": "将来"}}, K.UNKNOWN, "将来"),
    ("from", {}, K.UNKNOWN, ""),
]


@pytest.mark.parametrize(("kind", "fields", "ours", "text"), MESSAGES)
def test_a_message_becomes_ours(kind: str, fields: Mapping[str, Any], ours: MessageKind, text: str) -> None:
    message = parsed(**{"text": ..., "msgtype": kind, **fields})

    assert (message.kind, message.text) == (ours, text)
    assert (message.channel, message.account, message.key) == ("wecom_robot", "main", "m1")
    assert (message.sender, message.chat, message.response_url) == ("wangfang", "wrChat", URL)


QUOTES: list[tuple[Any, str]] = [
    ({"msgtype": "text", "text": {"content": "新诉求 2026-0001"}}, "新诉求 2026-0001"),
    ({"msgtype": "mixed", "mixed": MIXED}, "@回音 进展 1 已疏通"),
    ({"msgtype": "image", "image": {"url": "u"}}, ""),
    ({"text": {"content": "无类型"}}, "无类型"),
    ({"msgtype": ["text"], "text": {"content": "怪"}}, "怪"),
    ({"msgtype": "text", "text": {"content": "坏\u0000\ud800字"}}, "坏字"),
    ("text", ""),
    (None, ""),
    ([], ""),
]


@pytest.mark.parametrize(("quote", "text"), QUOTES)
def test_what_is_quoted_is_kept_beside(quote: Any, text: str) -> None:
    message = parsed(quote=quote)

    assert (message.text, message.quoted) == ("接单 1", text)


def test_a_one_to_one_talk_has_no_chat() -> None:
    assert parsed(chattype="single", chatid=...).chat == ""
    assert parsed(chattype="single", chatid="wrChat").chat == ""


@pytest.mark.parametrize("created", [..., None, "1700000000", 1.5, 10**30, -(10**30), [], 10**400])
def test_a_time_that_is_none_is_left_out(created: Any) -> None:
    assert parsed(create_time=created).sent_at is None


def test_the_time_of_an_event_is_kept() -> None:
    sent_at = parsed(create_time=NOW).sent_at

    assert sent_at is not None
    assert sent_at.timestamp() == NOW


@pytest.mark.parametrize("address", [..., None, 5, ["u"], "https://x/" + "a" * 600, "https://x/\u0000"])
def test_an_address_nothing_could_be_sent_to_is_none(address: Any) -> None:
    assert parsed(response_url=address).response_url == ""


def test_a_key_longer_than_its_column_is_digested_not_cut() -> None:
    keys = [parsed(msgid="x" * 200 + end).key for end in "ab"]

    assert keys[0] != keys[1]
    assert max(map(len, keys)) <= 160


# ------------------------------------------------------------------ malformed, but authentic

UNREADABLE: dict[str, dict[str, Any]] = {
    "no id": {"msgid": ...},
    "empty id": {"msgid": ""},
    "id a number": {"msgid": 5},
    "id with NUL": {"msgid": "m\u0000"},
    "id with half a character": {"msgid": "m\ud800"},
    "no type": {"msgtype": ...},
    "type a list": {"msgtype": ["text"]},
    "type of control characters": {"msgtype": "\u0001"},
    "nobody": {"from": ...},
    "nobody known": {"from": {}},
    "from a text": {"from": "wangfang"},
    "userid a number": {"from": {"userid": 5}},
    "userid with NUL": {"from": {"userid": "wang\u0000fang"}},
    "userid with half a character": {"from": {"userid": "wang\udc00fang"}},
    "long userid": {"from": {"userid": "w" * 129}},
    "group without chat": {"chatid": ...},
    "chat a number": {"chatid": 5},
    "chat an object": {"chatid": {"id": "wrChat"}},
    "chat with NUL": {"chatid": "wr\u0000"},
    "long chat": {"chatid": "w" * 129},
}


@pytest.mark.parametrize("changes", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_without_who_where_and_which_nothing_can_be_answered(changes: Mapping[str, Any]) -> None:
    with pytest.raises(Unreadable):
        parsed(**changes)


@pytest.mark.parametrize(
    "text",
    ["", " ", "null", "5", '"x"', "[]", "[" * 50_000, '{"a":' * 50_000, "{", "{}", "\ud800", "NaN",
     "\ufeff{}", '{"msgid": ' + "9" * 5000 + "}", "<xml/>"],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_what_is_no_json_object_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text, "main")


def test_deep_json_beside_the_message_does_no_harm() -> None:
    deep = json.dumps({**HEAD, "msgtype": "text", "text": {"content": "查 1"}, "extra": 0})
    text = deep.replace('"extra": 0', '"extra": ' + "[" * 500 + "]" * 500)

    assert parse(text, "main").text == "查 1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["msgid", "chatid", "chattype", "from", "response_url", "msgtype", "text", "mixed", "quote", "event",
          "voice", "create_time"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4))
def test_random_fields_are_read_or_unreadable_and_fit_the_database(changes: dict[str, Any]) -> None:
    try:
        message = parsed(**changes)
    except Unreadable:
        return

    stored = [message.key, message.sender, message.text, message.quoted, message.chat, message.response_url]
    for text in [*stored, *message.payload.values()]:
        assert "\x00" not in text
        text.encode()


# ------------------------------------------------------------------ the envelope

TEXT = json.dumps({**HEAD, "msgtype": "text", "text": {"content": "@回音 你好😀"}}, ensure_ascii=False)


@pytest.mark.parametrize("name", ["encrypt", "Encrypt"])
def test_a_callback_opens_to_its_text(envelope: Envelope, name: str) -> None:
    query, body = sealed(TEXT, name=name)

    opened = open_callback(envelope, query, body, now=NOW)

    assert (parse(opened.text, "main").text, opened.key_index) == ("你好😀", 0)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"encrypt": 5}', b'{"encrypt": null}', b'{"encrypt": ["x"]}',
     b'{"encrypt": "\\ud800"}', b'{"encrypt": ""}', b'{"encrypt": "AAAA"}', b"<xml/>", b"[" * 50_000],
    ids=lambda body: repr(body[:16]),
)  # fmt: skip
def test_what_is_not_signed_is_forged_whatever_it_is(envelope: Envelope, body: bytes) -> None:
    query, _ = sealed(TEXT)

    with pytest.raises(Forged):
        open_callback(envelope, query, body, now=NOW)


@pytest.mark.parametrize("field", ["msg_signature", "timestamp", "nonce"])
@pytest.mark.parametrize("value", [None, "", "x", "\udcff"])
def test_a_changed_query_is_forged(envelope: Envelope, field: str, value: str | None) -> None:
    query, body = sealed(TEXT)
    changed = {name: each for name, each in query.items() if name != field}

    with pytest.raises(Forged):
        open_callback(envelope, changed | ({field: value} if value is not None else {}), body, now=NOW)


def test_a_callback_for_a_corporation_is_not_the_robots(envelope: Envelope) -> None:
    query, body = sealed(TEXT, receiver="ww0123456789abcdef")

    with pytest.raises(Forged, match="receive id"):
        open_callback(envelope, query, body, now=NOW)


def test_a_stale_callback_is_forged(envelope: Envelope) -> None:
    query, body = sealed(TEXT)

    with pytest.raises(Forged, match="timestamp"):
        open_callback(envelope, query, body, now=NOW + 301)


# ------------------------------------------------------------------ answers


@pytest.mark.parametrize("text", ["王芳已接单 2026-0001", '"]}\\\n', "😀]]>", "控\x00制\x1b符", "半\ud83d个"])
def test_an_answer_is_a_finished_stream(envelope: Envelope, text: str) -> None:
    said = render(parsed(), Answer(AnswerRoute.PASSIVE, text, 1))
    answer = seal(envelope, said, key_index=0, timestamp=str(NOW), nonce=NONCE)

    clean = text.replace("\x00", "").replace("\x1b", "").replace("\ud83d", "")
    stream = {"id": "answer-1", "finish": True, "content": clean}
    assert Wire(TOKEN, KEY, "").read_json(answer) == {"msgtype": "stream", "stream": stream}


def test_a_first_visit_is_answered_in_plain_text(envelope: Envelope) -> None:
    entered = replace(parsed(), kind=MessageKind.ENTER_CHAT)
    greeting = render(entered, Answer(AnswerRoute.PASSIVE, "您好", 1))
    answer = seal(envelope, greeting, key_index=0, timestamp=str(NOW), nonce=NONCE)

    assert Wire(TOKEN, KEY, "").read_json(answer) == {"msgtype": "text", "text": {"content": "您好"}}


def test_a_long_answer_ends_at_a_whole_character() -> None:
    said = render(parsed(), Answer(AnswerRoute.PASSIVE, "回" * 10_000, 1))

    assert json.loads(said)["stream"]["content"] == "回" * (20480 // 3 - 1) + "…"


def test_a_challenge_is_checked_like_a_message(envelope: Envelope) -> None:
    query, body = sealed("1616140317555161061")
    echo = json.loads(body)["encrypt"]

    check(envelope, query, echo, now=NOW)

    assert envelope.open(echo).text == "1616140317555161061"
    with pytest.raises(Forged):
        check(envelope, query, echo[:-4] + "AAA=", now=NOW)
