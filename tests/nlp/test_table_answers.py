"""What is said to an invitation and at the door of a meeting."""

import json
from collections import Counter
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.consultation import TableAction, TableReader, TableWord
from nlp.consultation.answers import find_answer
from nlp.lexicon import Lexicon
from nlp.places import Places
from tests.nlp.spoken import NOW, expected, heard, lines_of, rows_of

LINES = lines_of("table_answers.tsv")
ROWS = rows_of(LINES)
INVITATION = "邀请您参加议事会5：主管道怎么修\n时间：11月27日 周五 15:00"


read = partial(heard, find_answer)


@pytest.mark.parametrize(
    ("text", "is_resident", "action", "number", "args"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS]
)
def test_what_is_said_is_read(
    lexicon: Lexicon, *, text: str, is_resident: bool, action: str, number: str, args: str
) -> None:
    assert read(lexicon, text, is_resident=is_resident) == expected(action, number, args)


@pytest.mark.parametrize(
    ("text", "is_resident", "action", "number", "args"),
    [row for row in ROWS if row[2] != "-"],
    ids=[f"{row[0]}-{row[1]}" for row in ROWS if row[2] != "-"],
)
def test_no_other_part_takes_it(
    lexicon: Lexicon, *, text: str, is_resident: bool, action: str, number: str, args: str
) -> None:
    found = TableReader(lexicon).read(text, is_resident=is_resident, now=NOW, places=Places.of([]))

    assert found == expected(action, number, args)


def test_every_action_has_several_wordings() -> None:
    counts = Counter(row[2] for row in LINES)

    assert {action: count for action, count in counts.items() if count < 4} == {}
    assert counts["-"] >= 35


@pytest.mark.parametrize(
    ("text", "is_resident", "expected"),
    [
        ("参加", False, TableWord(TableAction.JOIN, 5)),
        ("参加 2人", True, TableWord(TableAction.JOIN, 5, {"people": 2})),
        ("请假 外出培训", False, TableWord(TableAction.DECLINE, 5, {"reason": "外出培训"})),
        ("参加 议事会6", True, TableWord(TableAction.JOIN, 6)),
        ("意见：早点开", True, TableWord(TableAction.OPINION, 5, {"words": "早点开"})),
    ],
)
def test_the_number_comes_from_the_invitation_it_answers(
    lexicon: Lexicon, *, text: str, is_resident: bool, expected: TableWord
) -> None:
    assert read(lexicon, text, is_resident=is_resident, quoted=INVITATION) == expected


PIECES = [
    "参加",
    "报名",
    "请假",
    "意见",
    "签到",
    "到会",
    "议事会5",
    "2人",
    "代",
    "，，，，",
    " ",
    "我",
    "：",
    "来",
    "4821",
]


@settings(max_examples=300, deadline=None)
@given(
    pieces=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=12),
    is_resident=st.booleans(),
)
def test_whatever_is_said_is_read_or_left_alone(
    lexicon: Lexicon, pieces: list[str], is_resident: bool
) -> None:
    found = read(lexicon, "".join(pieces), is_resident=is_resident, quoted=INVITATION)

    json.dumps(dict(found.args) if found else None)


@pytest.mark.parametrize("word", ["参加", "请假", "意见", "签到", "代签到", "到会", "报名"])
def test_a_long_run_of_signs_is_read(lexicon: Lexicon, word: str) -> None:
    for run in ("，" * 3900, " " * 3900, "来" * 3900, "参加" * 1900):
        read(lexicon, f"{word}{run}x", is_resident=True)
