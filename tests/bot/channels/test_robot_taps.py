"""Taps on a robot's cards, and files that come with a key of their own."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom_robot.file_places import split_key, with_key
from bot.channels.wecom_robot.inbound import message_of
from handlers.cases.attaching import all_sent_of
from handlers.messages import IncomingMessage, MessageKind

KEY = "A" * 42 + "E"
URL = "https://files.example/a?sign=1"
TAP = {"card_type": "button_interaction", "event_key": "claim", "task_id": "case-1-2-3"}


def tapped(**changes: Any) -> IncomingMessage:
    event = {"eventtype": "template_card_event", "template_card_event": TAP | changes}
    return heard(msgtype="event", event=event, create_time=1_700_000_000)


def heard(**fields: Any) -> IncomingMessage:
    head = {"msgid": "m1", "chatid": "wrTeam", "chattype": "group", "from": {"userid": "wangfang"}}
    return message_of({**head, **fields}, "main", is_connected=True)


def test_a_tap_says_which_button_of_which_card() -> None:
    message = tapped()

    assert (message.kind, message.sender, message.chat) == (MessageKind.CARD, "wangfang", "wrTeam")
    assert message.is_connected
    assert message.payload == {
        "type": "event",
        "event": "template_card_event",
        "task_id": "case-1-2-3",
        "event_key": "claim",
        "selected": {},
    }


def item(question: Any, options: Any) -> dict[str, Any]:
    return {"question_key": question, "option_ids": {"option_id": options}}


SELECTED: list[tuple[Any, dict[str, list[str]]]] = [
    ({"selected_item": [item("to", ["unit-2"])]}, {"to": ["unit-2"]}),
    ({"selected_item": [item("to", ["a", "b"]), item("why", ["c"])]}, {"to": ["a", "b"], "why": ["c"]}),
    ({"selected_item": item("to", "unit-2")}, {"to": ["unit-2"]}),  # one, written without its list
    ({"selected_item": [item("to", [])]}, {"to": []}),
    ({"selected_item": [item("to", [5, None, "x", "\x00"])]}, {"to": ["x"]}),
    ({"selected_item": [item(None, ["x"]), item("", ["x"]), "to", None]}, {}),
    ({"selected_item": [{"question_key": "to"}]}, {"to": []}),
    ({"selected_item": None}, {}),
    ([], {}),
    ("to", {}),
    (None, {}),
]


@pytest.mark.parametrize(("items", "expected"), SELECTED)
def test_what_was_chosen_comes_with_the_tap(items: Any, expected: dict[str, list[str]]) -> None:
    assert tapped(selected_items=items).payload["selected"] == expected


@pytest.mark.parametrize(
    "changes", [{"task_id": ""}, {"event_key": None}, {"task_id": 5}, {"event_key": "\x00"}]
)
def test_a_tap_on_nothing_is_none(changes: dict[str, Any]) -> None:
    message = tapped(**changes)

    assert message.kind is MessageKind.SILENT
    assert "task_id" not in message.payload


FILES: list[tuple[dict[str, Any], list[str]]] = [
    ({"msgtype": "image", "image": {"url": URL, "aeskey": KEY}}, [f"{URL}#aeskey={KEY}"]),
    ({"msgtype": "video", "video": {"url": URL, "aeskey": KEY}}, [f"{URL}#aeskey={KEY}"]),
    ({"msgtype": "image", "image": {"url": URL}}, [URL]),
    ({"msgtype": "image", "image": {"url": URL, "aeskey": 5}}, [URL]),
    ({"msgtype": "image", "image": {"url": URL, "aeskey": "\x00"}}, [""]),
    (
        {
            "msgtype": "mixed",
            "mixed": {
                "msg_item": [
                    {"msgtype": "text", "text": {"content": "@回音 办结 1"}},
                    {"msgtype": "image", "image": {"url": URL, "aeskey": KEY}},
                    {"msgtype": "image", "image": {"url": f"{URL}2", "aeskey": KEY.lower()}},
                ]
            },
        },
        [f"{URL}#aeskey={KEY}", f"{URL}2#aeskey={KEY.lower()}"],
    ),
]


@pytest.mark.parametrize(("message", "places"), FILES)
def test_a_file_keeps_its_key_until_it_is_fetched(message: dict[str, Any], places: list[str]) -> None:
    assert [each.media_id for each in all_sent_of(heard(**message))] == places


@given(raw=st.binary(min_size=32, max_size=32), is_short=st.booleans())
def test_a_key_comes_back_as_it_was_with_and_without_its_last_sign(raw: bytes, *, is_short: bool) -> None:

    key = base64.b64encode(raw).decode()
    assert split_key(with_key(URL, key.rstrip("=") if is_short else key)) == (URL, raw)


def test_an_address_without_a_key_stays_as_it_is() -> None:
    assert split_key(URL) == (URL, None)


@pytest.mark.parametrize("key", ["x", "短", KEY[:-4], KEY * 2, "*" * 43])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"key|base64|ASCII"):
        split_key(with_key(URL, key))
