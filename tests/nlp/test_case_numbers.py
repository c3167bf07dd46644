"""The number of a case among all the other numbers of a command."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.addresses import find_addresses
from nlp.case_numbers import (
    CaseNumber,
    find_all_numbers,
    find_case_number,
    find_series,
    find_target,
)
from nlp.characters import fold
from nlp.times import find_moments

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # Wednesday, 10:00 in Shanghai
LINES = (Path(__file__).parent / "case_numbers.tsv").read_text(encoding="utf-8").splitlines()
ROWS = [line.split("\t") for line in LINES if not line.startswith("#")]


def taken_in(folded: str) -> list[tuple[int, int]]:
    times = [(moment.start, moment.end) for moment in find_moments(folded, NOW)]
    return times + [(address.start, address.end) for address in find_addresses(folded)]


def number_in(text: str) -> CaseNumber | None:
    folded = fold(text)
    return find_case_number(folded, taken_in(folded))


@pytest.mark.parametrize(("number", "text"), ROWS, ids=[text for _, text in ROWS])
def test_case_is_told_from_other_numbers(number: str, text: str) -> None:
    found = number_in(text)

    assert (found.number if found else None) == (None if number == "-" else int(number))


@pytest.mark.parametrize(
    "text",
    [
        "＃23",
        "２３号",
        "№23",
        "No.23",
        "NO：23",
        "23#",
        "编号：23",
        "工单 23",
        "案子23",
        "贰拾叁号",
        "二十三号",
        "二三那件",
        "第23号诉求",
        "0023",
        "2026-0023",
        "２０２６－００２３",
    ],
)
def test_one_case_is_written_in_many_ways(text: str) -> None:
    for wording in (text, f"{text} 修好了", f"接单 {text}"):
        found = number_in(wording)

        assert found is not None
        assert found.number == 23


def test_year_is_kept_when_it_is_given() -> None:
    found = number_in("办结 2026-0117 换了阀门")

    assert found == CaseNumber(117, 2026, 3, 12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23 修好了", False),
        ("接单 23", False),
        ("23号修好了", True),
        ("编号 23 修好了", True),
        ("40的事", True),
    ],
)
def test_more_than_digits_name_a_case(text: str, expected: bool) -> None:
    found = number_in(text)

    assert found is not None
    assert found.is_named(fold(text)) is expected


def test_number_has_the_span_of_all_that_names_it() -> None:
    text = "刚把23那件弄好"

    found = number_in(text)

    assert found is not None
    assert text[found.start : found.end] == "23那件"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14号楼的灯是39号单……不对是14号单，退", 14),
        ("14号楼装电梯那事（87不是，是14）走协商", 14),
        ("说错了，23办结，更正：单号是24", 24),
    ],
)
def test_correction_wins(text: str, expected: int) -> None:
    found = number_in(text)

    assert found is not None
    assert found.number == expected


@pytest.mark.parametrize(
    ("text", "case", "target"),
    [
        ("合并 23 到 12", 23, 12),
        ("12和23是一回事，并到12", 23, 12),
        ("把 40 并进 38", 40, 38),
        ("76重了，74就有，往74里并", 76, 74),
        ("九十七、九十五各报了一遍，留九十五，九十七并过来", 97, 95),
        ("63其实就是60，合了吧，以60为准", 63, 60),
        ("52、53都并到50", 52, 50),
        ("5号楼漏水有两单，14合到13里，房号都是602", 14, 13),
        ("并到12", None, 12),
    ],
)
def test_case_that_is_merged_away_is_meant(text: str, case: int | None, target: int) -> None:
    folded = fold(text)
    found = number_in(text)

    assert (found.number if found else None) == case
    assert find_target(folded, taken_in(folded)) == target


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("接单 5 6 7", [5, 6, 7]),
        ("接单5,6,7", [5, 6, 7]),
        ("接单 5、6、7，下午3点去", [5, 6, 7]),
        ("5号6号我接", [5, 6]),
        ("31和32都给我", [31, 32]),
        ("接单 5，换3个灯", []),
        ("接单 5", []),
        ("", []),
    ],
)
def test_series_is_read_whole(text: str, expected: list[int]) -> None:
    folded = fold(text)

    assert [one.number for one in find_series(folded, taken_in(folded))] == expected


def test_every_number_comes_once_and_in_order() -> None:
    text = "40跟38是同一件，40并到38，共3户"

    assert [one.number for one in find_all_numbers(text, taken_in(text))] == [40, 38]


def test_what_is_taken_is_no_case() -> None:
    assert find_case_number("接单 23", [(3, 5)]) is None


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(
                ["23", "号", "十", "百", "一", "第", "并到", "接单", "-", "#", "个", "，", "2026-0023"]
            ),
            max_size=12,
        ).map("".join),
    )
)
def test_any_text_is_read(text: str) -> None:
    folded = fold(text)

    found = find_case_number(folded, taken_in(folded))

    assert found is None or (found.number > 0 and 0 <= found.start < found.end <= len(folded))


@pytest.mark.parametrize("piece", ["那个就", "好的，", "合并", "23、", "一百", "接单 ", "@甲 ", "号"])
def test_two_thousand_characters_are_read_in_one_pass(piece: str) -> None:
    """Backtracking over the words before a number would not end."""
    text = piece * (2000 // len(piece)) + "x23"

    assert find_all_numbers(text, []) is not None
