"""The published vectors of WeCom apps come in at the door; with one change they do not."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.channels.door import Received
from bot.channels.envelope import Envelope, Forged
from bot.channels.wecom_app.door import AppDoor
from bot.channels.wecom_app.inbound import parse
from bot.channels.xml import element
from handlers.messages import MessageKind

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "wechat-vectors.json").read_text("utf-8"))

Query = dict[str, str]


def of_wecom(kind: str) -> list[Any]:
    """The vectors of the two published apps."""
    found = [
        each
        for each in VECTORS["vectors"]
        if each["kind"] == kind and each["id"].startswith(("wecom", "wechatpy"))
    ]
    assert found, f"no {kind} is published for WeCom"
    return [pytest.param(each, id=each["id"]) for each in found]


def door_for(vector: Mapping[str, str], **changes: str) -> tuple[AppDoor, Envelope, Query]:
    """The app as the vector has it, and the query it is called with."""
    given = {**vector, **changes}
    envelope = Envelope(given["token"], (given["encoding_aes_key"],), given["receive_id"])
    query = {name: given[name] for name in ("msg_signature", "timestamp", "nonce")}
    return AppDoor({"work": envelope}), envelope, query


@pytest.mark.parametrize("vector", of_wecom("wecom_url_verify"))
def test_a_published_challenge_is_answered_in_clear(vector: Mapping[str, str]) -> None:
    door, envelope, query = door_for(vector)

    answer = door.verify(envelope, query | {"echostr": vector["encrypt"]}, now=float(vector["timestamp"]))

    assert answer == vector["plaintext"]


@pytest.mark.parametrize("vector", of_wecom("aes_inbound"))
def test_a_published_message_is_read(vector: Mapping[str, str]) -> None:
    door, envelope, query = door_for(vector)
    body = f"<xml><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>".encode()

    received = door.open(envelope, query, body, name="work", now=float(vector["timestamp"]))

    expected = parse(element(vector["plaintext"].encode()), "work")
    assert received == Received(expected, 0)
    assert (expected.kind, expected.receiver) == (MessageKind.TEXT, vector["receive_id"])
    assert (expected.sender, expected.text, expected.key) in {
        ("mycreate", "hello", "4561255354251345929"),
        ("messense", "test", "4363689963896700987"),
    }


CHANGES: list[dict[str, str]] = [
    {"token": "other"},
    {"receive_id": "wx0000000000000000"},
    {"receive_id": ""},
    {"msg_signature": "invalid-signature"},
    {"msg_signature": ""},
    {"nonce": "1"},
    {"timestamp": "1409659814"},
]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
@pytest.mark.parametrize("vector", of_wecom("wecom_url_verify") + of_wecom("aes_inbound"))
def test_a_published_callback_with_one_change_is_forged(
    vector: Mapping[str, str], changes: dict[str, str]
) -> None:
    door, envelope, query = door_for(vector, **changes)
    body = f"<xml><Encrypt>{vector['encrypt']}</Encrypt></xml>".encode()
    now = float(vector["timestamp"])

    with pytest.raises(Forged):
        door.open(envelope, query, body, name="work", now=now)
    with pytest.raises(Forged):
        door.verify(envelope, query | {"echostr": vector["encrypt"]}, now=now)
