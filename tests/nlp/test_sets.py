"""The reader keeps what it has reached on sets it was never fitted to (figures: docs/reading.md)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nlp.commands import CommandReader
from nlp.lexicon import Lexicon
from nlp.reading import Places, Reader
from nlp.similarity import same_problem

SETS = Path(__file__).parent / "sets"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SETS / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def sample() -> Places:
    return Places.parse_file((SETS / "places.txt").read_text(encoding="utf-8"))


def share(facts: list[bool]) -> float:
    return sum(facts) / len(facts)


def test_chat_messages(reader: Reader, sample: Places) -> None:
    judged = [(row, reader.read(row["text"], sample)) for row in rows("chat.jsonl")]
    quiet = [one for row, one in judged if row["kind"] in ("chat", "thanks", "greeting", "ad_spam")]
    reports = [(row, one) for row, one in judged if row["kind"] == "report"]

    assert share([row["kind"] == one.kind for row, one in judged]) >= 0.9
    assert share([one.opens_case for one in quiet]) <= 0.05
    assert all(one.kind == "emergency" for row, one in judged if row["kind"] == "emergency")
    assert share([one.kind == "emergency" for _, one in reports]) <= 0.03
    assert share([row["category"] == one.category for row, one in reports]) >= 0.88


@pytest.mark.parametrize(
    ("part", "floor"), [("estate", 0.98), ("building", 0.98), ("unit", 0.98), ("room", 0.97)]
)
def test_places_in_chat_messages(reader: Reader, sample: Places, *, part: str, floor: float) -> None:
    found = [
        getattr(reader.read(row["text"], sample).location, part, None) == row["location"][part]
        for row in rows("chat.jsonl")
    ]

    assert share(found) >= floor


def test_board_posts(reader: Reader, sample: Places) -> None:
    judged = [(row, reader.read(row["text"], sample)) for row in rows("board.jsonl")]
    outside = [one for row, one in judged if row["category"] == "other" and not row.get("alt")]

    assert share([row["category"] == one.category for row, one in judged]) >= 0.86
    assert share([one.candidates[0] != "other" for one in outside]) <= 0.1


def test_pairs(reader: Reader) -> None:
    nowhere = Places.of([])
    found = [
        same_problem(reader.read(row["a"], nowhere), reader.read(row["b"], nowhere)).same is row["same"]
        for row in rows("pairs.jsonl")
    ]

    assert share(found) >= 0.66


def test_commands(lexicon: Lexicon) -> None:
    reader = CommandReader(lexicon)
    actions, numbers = [], []
    for row in rows("commands.jsonl"):
        now = datetime.fromisoformat(row["now"])
        command = reader.read(row["text"], role=row["role"], now=now, quoted=row.get("quoted"))
        wanted = row["means"]["action"]
        actions.append(command.action in (wanted if isinstance(wanted, list) else [wanted]))
        numbers.append(command.case == row["means"]["case"])

    assert share(actions) >= 0.92
    assert share(numbers) >= 0.94
