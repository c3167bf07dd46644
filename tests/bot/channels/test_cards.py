"""Our description of a card as the platforms take it, whatever is in it."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.cards import SETTLED, card_of, replaced, template_card
from bot.simulator.cards import read_card

Json = dict[str, Any]
FAMILY = "👨‍👩‍👧"

CARD: Json = {
    "task_id": "case-23@0",
    "title": "诉求 0023 用水-下水道",
    "about": "枫桥苑33号楼 · 今天18:00前办结",
    "words": "下水道堵了，污水往外冒",
    "lines": [["地点", "枫桥苑33号楼5单元"], ["反映人", "2户"]],
    "choice": {"key": "to", "title": "转给", "options": [["wuye", "枫桥物业"], ["zhifa", "综合执法中队"]]},
    "buttons": [["claim", "接单"], ["transfer", "转交"], ["meet", "需要议事"]],
}


def test_a_card_has_every_part_in_the_platform_s_names() -> None:
    assert template_card(CARD) == {
        "card_type": "button_interaction",
        "source": {"desc": "回音"},
        "main_title": {"title": "诉求 0023 用水-下水道", "desc": "枫桥苑33号楼 · 今天18:00前办结"},
        "sub_title_text": "下水道堵了，污水往外冒",
        "horizontal_content_list": [
            {"keyname": "地点", "value": "枫桥苑33号楼5单元"},
            {"keyname": "反映人", "value": "2户"},
        ],
        "button_selection": {
            "question_key": "to",
            "title": "转给",
            "option_list": [{"id": "wuye", "text": "枫桥物业"}, {"id": "zhifa", "text": "综合执法中队"}],
        },
        "button_list": [
            {"text": "接单", "style": 1, "key": "claim"},
            {"text": "转交", "style": 2, "key": "transfer"},
            {"text": "需要议事", "style": 2, "key": "meet"},
        ],
        "task_id": "case-23@0",
    }


def test_what_a_card_does_not_say_is_not_sent_empty() -> None:
    card = template_card({"task_id": "t", "title": "标题", "buttons": [["a", "好"]]})

    assert set(card) == {"card_type", "source", "main_title", "button_list", "task_id"}
    assert card["main_title"] == {"title": "标题"}


@pytest.mark.parametrize(
    "changes",
    [
        {"task_id": ""},
        {"task_id": "诉求23"},
        {"task_id": "a b"},
        {"task_id": "a" * 129},
        {"task_id": 23},
        {"title": "", "words": ""},
        {"title": None, "words": " \n\x00"},
        {"buttons": []},
        {"buttons": None},
        {"buttons": "ab"},
        {"buttons": [["claim"], ["claim", ""], ["", "接单"], ["claim", 5], None]},
        {"buttons": [["k" * 1025, "接单"], ["两 \n 行", "接单"], ["half\ud83d", "接单"]]},
    ],
    ids=str,
)
def test_what_cannot_be_a_card_is_none_and_its_text_is_sent(changes: Json) -> None:
    assert template_card(CARD | changes) == {}


@pytest.mark.parametrize(
    ("body", "is_card"),
    [
        ({"card": CARD}, True),
        ({}, False),
        ({"card": None}, False),
        ({"card": "x"}, False),
        ({"card": {}}, False),
    ],
)
def test_a_message_has_a_card_or_none(body: Json, is_card: bool) -> None:
    assert bool(card_of(body)) is is_card


# ------------------------------------------------------------------ limits


def test_what_is_too_long_ends_with_an_ellipsis() -> None:
    card = template_card(
        CARD
        | {
            "title": "题" * 27,
            "about": "说" * 31,
            "words": "话" * 113,
            "lines": [["五个字以上", "值" * 27], ["六个字的名称", "值"]],
            "choice": {"key": "q", "title": "选" * 14, "options": [["a", "项" * 11]]},
            "buttons": [["a", "钮" * 11]],
        }
    )

    assert card["main_title"] == {"title": "题" * 25 + "…", "desc": "说" * 29 + "…"}
    assert card["sub_title_text"] == "话" * 111 + "…"
    assert card["horizontal_content_list"] == [
        {"keyname": "五个字以上", "value": "值" * 25 + "…"},
        {"keyname": "六个字的…", "value": "值"},
    ]
    assert card["button_selection"]["title"] == "选" * 12 + "…"
    assert card["button_selection"]["option_list"] == [{"id": "a", "text": "项" * 9 + "…"}]
    assert card["button_list"][0]["text"] == "钮" * 9 + "…"


def test_what_is_too_many_is_left_out() -> None:
    pairs = [[f"k{number}", f"第{number}"] for number in range(12)]

    card = template_card(CARD | {"lines": pairs, "buttons": pairs, "choice": {"key": "q", "options": pairs}})

    assert [len(card[part]) for part in ("horizontal_content_list", "button_list")] == [6, 6]
    assert [each["id"] for each in card["button_selection"]["option_list"]] == [f"k{n}" for n in range(10)]


def test_nothing_is_cut_through_what_people_see_as_one_character() -> None:
    card = template_card(CARD | {"title": "字" * 23 + FAMILY})

    assert card["main_title"]["title"] == "字" * 23 + "…"


def test_of_equal_keys_the_first_stays() -> None:
    card = template_card(CARD | {"buttons": [["a", "一"], ["b", "二"], ["a", "三"]]})

    assert [(each["key"], each["text"]) for each in card["button_list"]] == [("a", "一"), ("b", "二")]


@pytest.mark.parametrize(
    "choice",
    [None, [], {}, {"key": "q"}, {"key": "", "options": [["a", "A"]]}, {"key": "q", "options": [["a", ""]]},
     {"key": "q" * 1025, "options": [["a", "A"]]}, {"key": "q", "options": [["a" * 129, "A"]]}],
    ids=lambda choice: str(choice)[:30],
)  # fmt: skip
def test_a_drop_down_without_key_or_options_is_left_out(choice: Any) -> None:
    card = template_card(CARD | {"choice": choice})

    assert "button_selection" not in card
    assert len(card["button_list"]) == 3


def test_titles_and_values_are_single_lines_and_words_keep_theirs() -> None:
    card = template_card(CARD | {"title": "一\n二", "words": "一\n二\x07", "lines": [["地\n点", "甲\n乙"]]})

    assert card["main_title"]["title"] == "一 二"
    assert card["sub_title_text"] == "一\n二"
    assert card["horizontal_content_list"] == [{"keyname": "地 点", "value": "甲 乙"}]


# ------------------------------------------------------------------ once it is settled


def test_a_settled_card_says_by_whom_and_has_nothing_left_to_choose() -> None:
    card = template_card(replaced(CARD, "王芳已接单"))

    assert card["button_list"] == [{"text": "王芳已接单", "style": 2, "key": SETTLED}]
    assert "button_selection" not in card
    unchanged = ("task_id", "main_title", "sub_title_text", "horizontal_content_list")
    assert all(card[part] == template_card(CARD)[part] for part in unchanged)


def test_a_note_too_long_for_a_button_stands_above_the_words() -> None:
    card = template_card(replaced(CARD, "王芳已接单，请勿重复操作"))

    assert card["button_list"][0]["text"] == "王芳已接单，请勿重…"
    assert card["sub_title_text"] == "王芳已接单，请勿重复操作\n下水道堵了，污水往外冒"


def test_the_original_is_not_changed() -> None:
    before = dict(CARD)

    replaced(CARD, "已接单")

    assert before == CARD


# ------------------------------------------------------------------ anything at all

TEXTS = st.one_of(st.text(max_size=200), st.none(), st.integers())
PAIRS = st.lists(st.one_of(st.lists(TEXTS, max_size=3), TEXTS), max_size=12)
CARDS = st.fixed_dictionaries(
    {},
    optional={
        "task_id": st.one_of(TEXTS, st.just("t-1")),
        "title": TEXTS,
        "about": TEXTS,
        "words": TEXTS,
        "note": TEXTS,
        "lines": st.one_of(PAIRS, TEXTS),
        "buttons": st.one_of(PAIRS, TEXTS, st.just([["a", "好"]])),
        "choice": st.one_of(TEXTS, st.fixed_dictionaries({"key": TEXTS, "title": TEXTS, "options": PAIRS})),
    },
)


@settings(max_examples=300, deadline=None)
@given(CARDS)
def test_whatever_is_described_keeps_to_the_platform_s_limits(described: Json) -> None:
    card = template_card(described)

    if not card:
        return
    assert read_card(card, needs_action=True) == card  # as the simulated platform reads it
    assert re.fullmatch("[0-9A-Za-z_@-]{1,128}", card["task_id"])
    assert card["main_title"].get("title") or card["sub_title_text"]
    assert 1 <= len(card["button_list"]) <= 6
    assert len({each["key"] for each in card["button_list"]}) == len(card["button_list"])
    assert all(0 < len(each["key"].encode()) <= 1024 and each["text"] for each in card["button_list"])
    assert len(card.get("horizontal_content_list", [])) <= 6
    assert len(card.get("button_selection", {}).get("option_list", [])) <= 10
