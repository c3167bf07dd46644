"""What is said of meetings: one is called, changed, put off, begun, ended, looked at."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.characters import fold
from nlp.commands import without_mention
from nlp.consultation import Said, TableAction, TableWord
from nlp.consultation.meeting_calls import read_answer
from nlp.consultation.meetings import find_meeting
from nlp.places import Places

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Shanghai
LINES = [
    line.split("\t")
    for line in (HERE / "table_meetings.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
SPEAKERS = {"resident": (True,), "worker": (False,), "any": (True, False)}
ROWS = [
    (text, is_resident, action, number, args)
    for text, who, action, number, args in LINES
    for is_resident in SPEAKERS[who]
]
NOWHERE = Places.of([])


def read(text: str, *, is_resident: bool = False, quoted: str = "") -> TableWord | None:
    body = text.strip() if is_resident else without_mention(text, "回音")
    return find_meeting(Said(body, fold(body), fold(quoted), is_resident, NOWHERE, NOW))


def said_of(found: TableWord) -> dict[str, Any]:
    """The arguments that say something."""
    empty: tuple[object, ...] = ("", None, [])
    given = {name: value for name, value in found.args.items() if value not in empty and value is not False}
    return {name: value for name, value in given.items() if (name, value) != ("has_clock", True)}


@pytest.mark.parametrize(
    ("text", "is_resident", "action", "number", "args"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS]
)
def test_what_is_said_and_its_arguments_are_read(
    *, text: str, is_resident: bool, action: str, number: str, args: str
) -> None:
    found = read(text, is_resident=is_resident)

    if action == "-":
        assert found is None
        return
    assert found is not None
    assert (found.action, found.number) == (TableAction(action), None if number == "-" else int(number))
    assert said_of(found) == json.loads(args)


def test_every_action_has_several_wordings() -> None:
    counts = Counter(row[2] for row in LINES if row[2] != "-")
    mine = {each.value for each in TableAction if each.value.startswith("meeting_")}

    assert set(counts) == mine
    assert {action: count for action, count in counts.items() if count < 3} == {}


def test_a_day_without_an_hour_says_so() -> None:
    found = read("召集议事会 周五 居委会会议室 议题3")

    assert found is not None
    assert found.args["has_clock"] is False


@pytest.mark.parametrize(
    ("text", "number"), [("散会", 7), ("推迟议事会 物业来不了", 7), ("推迟议事会8 物业来不了", 8)]
)
def test_the_quoted_notice_numbers_the_meeting(text: str, number: int) -> None:
    found = read(text, quoted="议事会7（地锁怎么办）原定11月20日 周五 15:00，开了吗？")

    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("周五15:00", {"time": "2026-11-20T15:00:00+08:00"}),
        ("居委会会议室", {"place": "居委会会议室"}),
        ("周五15:00 居委会会议室", {"time": "2026-11-20T15:00:00+08:00", "place": "居委会会议室"}),
        ("议题3、4", {"topics": [3, 4]}),
        ("地锁怎么办", {"title": "地锁怎么办"}),
        (
            "议 23 周五15:00 居委会会议室 名额30 邀请 枫桥物业",
            {
                "time": "2026-11-20T15:00:00+08:00",
                "place": "居委会会议室",
                "capacity": 30,
                "names": ["枫桥物业"],
            },
        ),
        (
            "议 1 明天15:00 3单元502张大爷家里",
            {"time": "2026-11-21T15:00:00+08:00", "place": "3单元502张大爷家里"},
        ),
    ],
)
def test_an_answer_says_what_was_asked(text: str, expected: dict[str, Any]) -> None:
    found = TableWord(TableAction.MEETING_CALL, None, read_answer(text, NOW, places=NOWHERE))

    assert said_of(found) == expected


def test_ordinary_reports_and_commands_are_left_alone() -> None:
    reports = [line.split("\t")[-1] for line in (HERE / "utterances.tsv").read_text("utf-8").splitlines()]
    commands = [
        line.split("\t")[-1]
        for name in ("commands", "commands_plain", "commands_two", "commands_three")
        for line in (HERE / "corpus_commands" / f"{name}.tsv").read_text("utf-8").splitlines()
    ]

    taken = {text for text in reports if read(text, is_resident=True)}
    taken |= {text for text in commands if (found := read(text)) and found.action not in CALLS}
    assert taken <= {"议事会 112 周四15:00 网格驿站", "168号议事会改到下周一"}  # meetings of these numbers


CALLS = {TableAction.MEETING_CALL}


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="议事会召集改期推迟到周五15:00、，议题诉求名额主持标题线上邀请 5\n吗？", max_size=60))
def test_nothing_makes_the_reader_fail(text: str) -> None:
    for is_resident in (True, False):
        found = read(text, is_resident=is_resident)
        assert found is None or not is_resident or found.action is TableAction.MEETING_SHOW
