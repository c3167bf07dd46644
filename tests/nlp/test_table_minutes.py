"""What is typed at the table: minutes, decisions, batches, money, evidence, joint meetings."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.consultation import TableAction, TableReader, TableWord
from nlp.lexicon import Lexicon
from nlp.places import Places

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Shanghai
LINES = [
    line.split("\t")
    for line in (Path(__file__).parent / "table_minutes.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
ROWS = [line for line in LINES if line[2] != "-"]
OTHERS = [line[:2] for line in LINES if line[2] == "-"]
OURS = {TableAction(line[2]) for line in ROWS}


@pytest.fixture(scope="module")
def table(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


def read(table: TableReader, text: str, who: str, places: Places) -> TableWord | None:
    return table.read(text.replace("\\n", "\n"), is_resident=who == "r", now=NOW, places=places)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[1]} {row[0]}" for row in ROWS])
def test_word_and_its_arguments_are_read(table: TableReader, places: Places, row: list[str]) -> None:
    text, who, action, number, args = row

    found = read(table, text, who, places)

    expected = None if number == "-" else int(number)
    assert found == TableWord(TableAction(action), expected, json.loads(args))


@pytest.mark.parametrize(("text", "who"), OTHERS, ids=[f"{row[1]} {row[0]}" for row in OTHERS])
def test_other_sentences_are_left_alone(table: TableReader, places: Places, *, text: str, who: str) -> None:
    found = read(table, text, who, places)

    assert found is None or found.action not in OURS


def test_minutes_under_a_notice_are_of_its_meeting(table: TableReader, places: Places) -> None:
    found = table.read(
        "纪要：大家同意修", "议事会5 已开过，请写纪要", is_resident=False, now=NOW, places=places
    )

    assert found is not None
    assert (found.action, found.number) == (TableAction.MINUTES, 5)


@given(st.text(alphabet="纪要决议事会5登记认领分摊同意元1、，。：\n 联席每月日枫桥物业监督人前", max_size=60))
@settings(max_examples=200, deadline=None)
def test_nothing_that_is_typed_breaks_the_reader(lexicon: Lexicon, places: Places, text: str) -> None:
    for is_resident in (True, False):
        TableReader(lexicon).read(text, is_resident=is_resident, now=NOW, places=places)
