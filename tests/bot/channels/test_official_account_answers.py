"""The three modes of an Official Account's callbacks, and the answers its platform reads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.envelope import Envelope, Forged, Unreadable
from bot.channels.official_account.inbound import Received, open_callback, render, seal
from handlers.messages import IncomingMessage
from tests.edge import GH, OPENID, text_xml
from tests.wire import NONCE, Wire, xml_fields

KEY, OLD_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
TOKEN, APP = "token", "wx0123456789abcdef"
NOW = 1_700_000_000
WIRE = Wire(TOKEN, KEY, APP)


# ------------------------------------------------------------------ plain, compatible, safe


def sealed_body(xml: str, *, key: str = KEY, beside: str = "") -> tuple[dict[str, str], bytes]:
    beside = f"<ToUserName>{GH}</ToUserName>{beside}"
    return Wire(TOKEN, key, APP).safe(xml, NOW, beside=beside)


def open_sealed(query: dict[str, str], body: bytes, *, keys: tuple[str, ...] = (KEY, OLD_KEY)) -> Received:
    return open_callback(Envelope(TOKEN, keys, APP), query, body, account="main", now=NOW)


def plain(xml: str) -> IncomingMessage:
    query = WIRE.plain_query(NOW)
    return open_callback(Envelope(TOKEN, (), APP), query, xml.encode(), account="main", now=NOW).message


MESSAGE = text_xml("好", created=NOW)


def test_in_safe_mode_the_message_is_inside() -> None:
    received = open_sealed(*sealed_body(MESSAGE))

    assert (received.message.text, received.key_index) == ("好", 0)


@pytest.mark.parametrize("encrypt_type", ["raw", None])
def test_in_plain_mode_the_answer_stays_plain(encrypt_type: str | None) -> None:
    query = WIRE.plain_query(NOW) | ({"encrypt_type": encrypt_type} if encrypt_type else {})

    received = open_callback(Envelope(TOKEN, (), APP), query, MESSAGE.encode(), account="main", now=NOW)

    assert (received.message.text, received.key_index) == ("好", None)


def test_in_compatible_mode_forged_plain_fields_do_not_count() -> None:
    forged = (
        "<FromUserName>oSomebodyElse</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType>"
        "<Content>撤销</Content><MsgId>2</MsgId>"
    )

    message = open_sealed(*sealed_body(MESSAGE, beside=forged)).message

    assert (message.sender, message.text, message.key) == (OPENID, "好", "1")


def test_during_a_change_of_keys_the_answer_is_sealed_with_the_key_that_opened() -> None:
    received = open_sealed(*sealed_body(MESSAGE, key=OLD_KEY))

    assert received.key_index == 1
    answer = render(received.message, "好的", now=NOW)
    sealed = seal(Envelope(TOKEN, (KEY, OLD_KEY), APP), answer, key_index=1, timestamp=str(NOW), nonce=NONCE)
    assert Wire(TOKEN, OLD_KEY, APP).read_xml(sealed) == xml_fields(answer)


def test_the_signature_of_the_url_alone_does_not_open_an_envelope() -> None:
    query, body = sealed_body(MESSAGE)

    with pytest.raises(Forged):
        open_sealed({**query, "msg_signature": query["signature"]}, body)


@pytest.mark.parametrize(
    "body", [b"", b"<xml/>", b"<xml><Encrypt/></xml>", b"<xml><Encrypt><a>b</a></Encrypt></xml>", b"\xff"]
)
def test_without_its_encrypted_part_nothing_is_authentic(body: bytes) -> None:
    query, _ = sealed_body(MESSAGE)

    with pytest.raises(Forged):
        open_sealed(query, body)


@pytest.mark.parametrize("inner", ["", "no XML", "<xml/>", "<!DOCTYPE xml><xml/>"])
def test_an_authentic_envelope_with_rubbish_in_it_is_unreadable(inner: str) -> None:
    with pytest.raises(Unreadable):
        open_sealed(*sealed_body(inner))


def test_a_message_for_another_app_is_forged() -> None:
    query, body = sealed_body(MESSAGE)

    with pytest.raises(Forged, match="receive id"):
        open_callback(Envelope(TOKEN, (KEY,), "wx-other"), query, body, account="main", now=NOW)


# ------------------------------------------------------------------ answers


ANSWERS = [
    ("已登记，编号 2026-0001。", "已登记，编号 2026-0001。"),
    ("两行\n字", "两行\n字"),
    ("]]>", "]]>"),
    ("a]]>b]]>]]>c", "a]]>b]]>]]>c"),
    ("]]]]><![CDATA[>", "]]]]><![CDATA[>"),
    ("]]></Content><Content><![CDATA[x", "]]></Content><Content><![CDATA[x"),
    ("]]\x00>", "]]>"),
    ("<b>&amp;&lt;</b>", "<b>&amp;&lt;</b>"),
    ("响\x07铃\x1b[31m\x00\x7f", "响铃[31m"),
    ("😀👨‍👩‍👧 🇨🇳 e\u0301", "😀👨‍👩‍👧 🇨🇳 e\u0301"),
    ("半个\ud83d字", "半个字"),
    ("{not} {0} %s", "{not} {0} %s"),
]


@pytest.mark.parametrize(("text", "read"), ANSWERS)
def test_an_answer_arrives_as_it_was_worded(text: str, read: str) -> None:
    message = plain(MESSAGE)

    fields = xml_fields(render(message, text, now=NOW + 0.9))

    assert fields == {
        "ToUserName": OPENID,
        "FromUserName": GH,
        "CreateTime": str(NOW),
        "MsgType": "text",
        "Content": read,
    }


def test_names_cannot_break_out_of_the_answer_either() -> None:
    body = (
        "<xml><ToUserName>gh]]&gt;&lt;x/&gt;</ToUserName><FromUserName>o]]&gt;&lt;y/&gt;</FromUserName>"
        "<CreateTime>1</CreateTime><MsgType>text</MsgType></xml>"
    )

    fields = xml_fields(render(plain(body), "好", now=NOW))

    assert (fields["ToUserName"], fields["FromUserName"]) == ("o]]><y/>", "gh]]><x/>")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=100))
def test_any_answer_is_well_formed(text: str) -> None:
    message = plain(MESSAGE)

    fields = xml_fields(render(message, text, now=NOW))

    assert set(fields) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}
