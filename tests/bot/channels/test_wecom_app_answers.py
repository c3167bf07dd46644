"""What a WeCom app answers within a callback: a text, or the card that replaces the tapped one."""

from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.answers import Answer
from bot.channels.cards import replaced
from bot.channels.door import Received
from bot.channels.envelope import Envelope
from bot.channels.wecom_app.door import AppDoor
from bot.channels.wecom_app.inbound import render, render_card
from handlers.messages import IncomingMessage, MessageKind
from storage.models.conversations import AnswerRoute
from tests.bot.channels.test_cards import CARD, CARDS
from tests.wire import NONCE, Wire, xml_fields

KEY, OLD_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
TOKEN, CORP, USER = "token", "ww0123456789abcdef", "wangfang"
NOW = 1_700_000_000
MESSAGE = IncomingMessage("wecom_app", "work", "1", USER, MessageKind.CARD, receiver=CORP)


def tree(xml: str) -> Element:
    return ElementTree.fromstring(xml)  # noqa: S314 - our own


def updated(card: dict[str, Any]) -> Element:
    """The card inside the reply."""
    root = tree(render_card(MESSAGE, card, now=NOW + 0.9))
    assert {child.tag: child.text for child in root if child.tag != "TemplateCard"} == {
        "ToUserName": USER,
        "FromUserName": CORP,
        "CreateTime": str(NOW),
        "MsgType": "update_template_card",
    }
    shown = root.find("TemplateCard")
    assert shown is not None
    return shown


def texts(shown: Element, path: str) -> list[str]:
    return [each.text or "" for each in shown.findall(path)]


# ------------------------------------------------------------------ texts


@pytest.mark.parametrize(
    "text", ["诉求 0023 已接单", "a]]>b", "]]></Content><Content>x", "<b>&amp;", "两行\n字"]
)
def test_an_answer_arrives_as_it_was_worded(text: str) -> None:
    assert xml_fields(render(MESSAGE, text, now=NOW)) == {
        "ToUserName": USER,
        "FromUserName": CORP,
        "CreateTime": str(NOW),
        "MsgType": "text",
        "Content": text,
    }


# ------------------------------------------------------------------ cards


def test_the_card_has_the_elements_of_its_json() -> None:
    shown = updated(CARD)

    assert [child.tag for child in shown] == [
        "CardType", "Source", "MainTitle", "SubTitleText", "HorizontalContentList", "HorizontalContentList",
        "ButtonSelection", "ButtonList", "ButtonList", "ButtonList", "TaskId",
    ]  # fmt: skip
    assert texts(shown, "CardType") == ["button_interaction"]
    assert texts(shown, "MainTitle/Title") == ["诉求 0023 用水-下水道"]
    assert texts(shown, "HorizontalContentList/KeyName") == ["地点", "反映人"]
    assert texts(shown, "HorizontalContentList/Value") == ["枫桥苑33号楼5单元", "2户"]
    assert texts(shown, "ButtonSelection/QuestionKey") == ["to"]
    assert texts(shown, "ButtonSelection/OptionList/Id") == ["wuye", "zhifa"]
    assert texts(shown, "ButtonList/Key") == ["claim", "transfer", "meet"]
    assert texts(shown, "ButtonList/Style") == ["1", "2", "2"]
    assert texts(shown, "TaskId") == ["case-23@0"]


def test_a_settled_card_shows_its_note_on_a_grey_button() -> None:
    shown = updated(replaced(CARD, "王芳已接单"))

    assert texts(shown, "ReplaceText") == texts(shown, "ButtonList/Text") == ["王芳已接单"]
    assert shown.find("ButtonSelection") is None


def test_what_cannot_be_a_card_is_no_reply() -> None:
    assert render_card(MESSAGE, {}, now=NOW) == ""


@pytest.mark.parametrize("words", ["]]></Words><x/>", "<b>&amp;", "a\x00b", "]]>"])
def test_words_cannot_break_out_of_a_card(words: str) -> None:
    shown = updated(CARD | {"words": words})

    assert texts(shown, "SubTitleText") == [words.replace("\x00", "")]


@settings(max_examples=200, deadline=None)
@given(CARDS, st.text(max_size=30))
def test_any_card_is_well_formed(described: dict[str, Any], note: str) -> None:
    for card in (described, replaced(described, note)):
        xml = render_card(MESSAGE, card, now=NOW)
        assert xml == "" or tree(xml).find("TemplateCard/ButtonList/Key") is not None


# ------------------------------------------------------------------ sealed


def answered(answer: Answer, *, key_index: int = 0) -> str:
    """The answer as it leaves by the door, and as the platform opens it."""
    envelope = Envelope(TOKEN, (KEY, OLD_KEY), CORP)
    sealed = AppDoor({"work": envelope}).answer(
        envelope, Received(MESSAGE, key_index), answer, nonce=NONCE, now=NOW
    )
    return Wire(TOKEN, (KEY, OLD_KEY)[key_index], CORP).clear_xml(sealed)


@pytest.mark.parametrize("key_index", [0, 1])
def test_the_answer_is_sealed_with_the_key_that_opened(key_index: int) -> None:
    xml = answered(Answer(AnswerRoute.PASSIVE, "已接单"), key_index=key_index)

    assert xml_fields(xml)["Content"] == "已接单"


def test_a_tap_is_answered_with_the_card_not_the_text() -> None:
    answer = Answer(AnswerRoute.PASSIVE, "已接单", card=replaced(CARD, "王芳已接单"))

    assert tree(answered(answer)).findtext("MsgType") == "update_template_card"


def test_without_a_card_the_text_is_said() -> None:
    answer = Answer(AnswerRoute.PASSIVE, "已由李娜接单", card={"task_id": ""})

    assert tree(answered(answer)).findtext("Content") == "已由李娜接单"
