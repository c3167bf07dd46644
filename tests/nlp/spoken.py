"""Sentences of consultation in tables: who says each, and what is read of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from nlp.commands import without_mention
from nlp.consultation import Said, TableAction, TableWord
from nlp.lexicon import Lexicon
from nlp.places import Places

HERE: Final = Path(__file__).parent
NOW: Final = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Shanghai
SPEAKERS: Final = {"resident": (True,), "worker": (False,), "any": (True, False)}
Part = Callable[[Said], TableWord | None]
Row = tuple[str, bool, str, str, str]  # text, said by a resident, action or -, number or -, arguments


def lines_of(name: str) -> list[list[str]]:
    """The lines of a table, their columns apart; comments are left out."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("# ")]


def rows_of(lines: list[list[str]]) -> list[Row]:
    """The same for each speaker that may say it."""
    return [
        (text, is_resident, action, number, args)
        for text, who, action, number, args in lines
        for is_resident in SPEAKERS[who]
    ]


def heard(
    part: Part, lexicon: Lexicon, text: str, *, is_resident: bool, quoted: str = ""
) -> TableWord | None:
    """What one part of the reader makes of the text, where no place is known."""
    body = text.strip() if is_resident else without_mention(text, "回音")
    fold = lexicon.spelling.fold
    return part(Said(body, fold(body), fold(quoted), is_resident, Places.of([]), NOW))


def expected(action: str, number: str, args: str) -> TableWord | None:
    """What a row says is read."""
    if action == "-":
        return None
    return TableWord(TableAction(action), None if number == "-" else int(number), json.loads(args))
