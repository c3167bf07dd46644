"""What the platform takes for an answer, and what it takes for a failure."""

from dataclasses import replace

import pytest

from bot.simulator.account_answers import BadAnswer, read_answer
from bot.simulator.envelope import Envelope
from tests.bot.simulator.conftest import sample_world

SAFE = sample_world().accounts[0]
PLAIN = replace(SAFE, mode="plain")
OPENID = "oResident"


def answer(*, to: str = OPENID, sender: str = SAFE.gh_id, created: str = "1700000000", rest: str) -> str:
    head = f"<ToUserName>{to}</ToUserName><FromUserName>{sender}</FromUserName>"
    return f"<xml>{head}<CreateTime>{created}</CreateTime>{rest}</xml>"


def text(content: str) -> str:
    return f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>"


NEWS = "<MsgType>news</MsgType><ArticleCount>{count}</ArticleCount><Articles>{items}</Articles>"
ITEM = "<item><Title>t</Title><Description>d</Description><Url>http://x</Url></item>"

BAD = {
    "JSON": '{"text":"hi"}',
    "not XML": "<xml><a></xml>",
    "other root": "<root></root>",
    "entity": "<!DOCTYPE x [<!ENTITY a 'b'>]>" + answer(rest=text("&a;")),
    "not UTF-8": answer(rest=text("\ufffd")),
    "other openid": answer(to="oOther", rest=text("hi")),
    "other account": answer(sender="gh_other", rest=text("hi")),
    "no CreateTime": answer(created="", rest=text("hi")),
    "CreateTime in words": answer(created="now", rest=text("hi")),
    "no MsgType": answer(rest="<Content>hi</Content>"),
    "unknown MsgType": answer(rest="<MsgType>markdown</MsgType>"),
    "empty Content": answer(rest=text("")),
    "blank Content": answer(rest=text("  \n")),
    "2049 bytes": answer(rest=text("字" * 683)),
    "Content twice": answer(rest=text("a") + "<Content>b</Content>"),
    "nested Content": answer(rest="<MsgType>text</MsgType><Content><b>hi</b></Content>"),
    "unknown media": answer(rest="<MsgType>image</MsgType><Image><MediaId>m</MediaId></Image>"),
    "no Image": answer(rest="<MsgType>image</MsgType>"),
    "article count": answer(rest=NEWS.format(count=2, items=ITEM)),
    "nine articles": answer(rest=NEWS.format(count=9, items=ITEM * 9)),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_a_malformed_answer_is_a_failure(body: str) -> None:
    with pytest.raises(BadAnswer):
        read_answer(body, PLAIN, OPENID, find_media=lambda _: None)


@pytest.mark.parametrize("content", ["好", "字" * 682, "a]]]]><![CDATA[>b"])
def test_a_text_of_up_to_2048_bytes_is_shown(content: str) -> None:
    reply = read_answer(answer(rest=text(content)), PLAIN, OPENID, find_media=lambda _: None)

    assert reply is not None
    assert reply.text == content.replace("]]]]><![CDATA[>", "]]>")


def test_articles_are_shown() -> None:
    body = answer(rest=NEWS.format(count=1, items=ITEM))

    reply = read_answer(body, PLAIN, OPENID, find_media=lambda _: None)

    assert reply is not None
    assert (reply.kind, reply.data["articles"][0]["url"]) == ("news", "http://x")


def sealed(*, signature: str = "", drop: str = "", receive_id: str = SAFE.app_id) -> str:
    envelope = Envelope(SAFE.token, SAFE.aes_key, receive_id)
    encrypt, right = envelope.seal(answer(rest=text("好")), timestamp="1", nonce="n")
    fields = {"Encrypt": encrypt, "MsgSignature": signature or right, "TimeStamp": "1", "Nonce": "n"}
    return "<xml>" + "".join(f"<{k}>{v}</{k}>" for k, v in fields.items() if k != drop) + "</xml>"


def test_a_sealed_answer_is_opened() -> None:
    reply = read_answer(sealed(), SAFE, OPENID, find_media=lambda _: None)

    assert reply is not None
    assert reply.text == "好"


@pytest.mark.parametrize(
    "body",
    [
        sealed(signature="0" * 40),
        sealed(drop="MsgSignature"),
        sealed(drop="Nonce"),
        sealed(drop="TimeStamp"),
        sealed(receive_id="wxOther"),
        answer(rest=text("plain")),
    ],
    ids=["signature", "no MsgSignature", "no Nonce", "no TimeStamp", "receive id", "plain in safe mode"],
)
def test_a_wrongly_sealed_answer_is_a_failure(body: str) -> None:
    with pytest.raises(BadAnswer):
        read_answer(body, SAFE, OPENID, find_media=lambda _: None)


def test_a_sealed_answer_in_plain_mode_is_a_failure() -> None:
    with pytest.raises(BadAnswer):
        read_answer(sealed(), PLAIN, OPENID, find_media=lambda _: None)
