"""What is said of measures and their three surveys."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.commands import without_mention
from nlp.consultation import Said, TableAction, TableWord
from nlp.consultation.measures import find_measure
from nlp.lexicon import Lexicon
from nlp.places import Places

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Shanghai
LINES = [
    line.split("\t")
    for line in (HERE / "table_measures.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
PLACES = Places.of([("枫桥苑", ["枫桥"])])
SPEAKERS = {"resident": (True,), "worker": (False,), "any": (True, False)}
ROWS = [
    (text, is_resident, action, number, args)
    for text, who, action, number, args in LINES
    for is_resident in SPEAKERS[who]
]


@pytest.mark.parametrize(
    ("text", "is_resident", "action", "number", "args"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS]
)
def test_what_is_said_is_read(
    lexicon: Lexicon, *, text: str, is_resident: bool, action: str, number: str, args: str
) -> None:
    body = text.strip() if is_resident else without_mention(text, "回音")
    found = find_measure(Said(body, lexicon.spelling.fold(body), "", is_resident, PLACES, NOW))

    if action == "-":
        assert found is None
    else:
        known = None if number == "-" else int(number)
        assert found == TableWord(TableAction(action), known, json.loads(args))


def test_every_action_has_several_wordings() -> None:
    counts = Counter(row[2] for row in LINES)

    assert {action: count for action, count in counts.items() if count < 4} == {}


@given(
    st.text(alphabet="民意听取日每月周5三号、15 9:00-18点遇节假日顺延取消列表吗？：内容", max_size=40),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_nothing_said_breaks_the_reader(text: str, is_resident: bool) -> None:
    find_measure(Said(text, text, "", is_resident, PLACES, NOW))
