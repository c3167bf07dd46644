"""Splitting long texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.parts import abridge, shorten, split_text

FAMILY = "👨‍👩‍👧"  # three people, two joiners: 18 bytes
FLAG = "🇨🇳"
TEXTS = st.text(
    alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(FAMILY + FLAG + "\n。"))
)


@given(TEXTS, st.integers(min_value=8, max_value=64))
def test_parts_fit_and_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)

    assert all(0 < len(part.encode()) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("", 2048, []),
        ("  \n ", 2048, []),
        ("短", 3, ["短"]),
        ("停水通知\n明天九点", 21, ["停水通知", "明天九点"]),
        ("已接单。三天内办。", 18, ["已接单。", "三天内办。"]),
        ("水" * 5, 7, ["水水", "水水", "水"]),
        (f"家{FAMILY}好", 20, ["家", FAMILY, "好"]),
        ("a👍🏽", 6, ["a", "👍", "🏽"]),  # one character too long for a part is cut after all
        (f"ab{FLAG}", 9, ["ab", FLAG]),
        (
            '看这里<a href="https://e.example">链接</a>',
            44,
            ["看这里", '<a href="https://e.example">链接</a>'],
        ),
    ],
)
def test_a_text_is_cut_at_the_nicest_place(text: str, limit: int, expected: list[str]) -> None:
    assert split_text(text, limit) == expected


def test_a_part_ends_at_a_line_only_if_it_is_then_still_half_full() -> None:
    parts = split_text("好\n" + "水" * 20, 30)

    assert parts[0] == "好\n" + "水" * 8


def test_a_long_text_is_split_in_linear_time() -> None:
    assert len(split_text("🇨🇳" * 4000, 2048)) == 16


@pytest.mark.parametrize(("text", "expected"), [("水管已修好", "水管已修好"), ("水管已修好了", "水管已修…")])
def test_a_text_that_must_go_in_one_is_shortened(text: str, expected: str) -> None:
    assert shorten(text, 15) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("五个字以上", "五个字以上"),
        ("六个字的名称", "六个字的…"),
        (f"ab{FAMILY}", "ab…"),
        (FAMILY * 2, "👨\u200d👩\u200d…"),
    ],
)
def test_a_line_is_abridged_to_characters(text: str, expected: str) -> None:
    assert abridge(text, 5) == expected
