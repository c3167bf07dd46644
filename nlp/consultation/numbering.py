"""How the number of a topic, a meeting, a decision is written: 决议7, 决议 #7, 第7号决议, 决议七."""

import re
from collections.abc import Iterable
from typing import Final

from nlp.numerals import parse_number

NO_UNIT: Final = r"(?![\d.]*[天日月年个点元万千户人条项次周]|\d)"  # 决议7天内 numbers nothing
DIGITS: Final = rf"\d{{1,6}}{NO_UNIT}"
SPOKEN: Final = r"[一二三四五六七八九十]{1,3}(?=号|[\s,:、。;!?]|$)"
MEETING: Final = "议事会"
DECISION: Final = "决议(?:事项)?"
TOPIC: Final = "议题"
JOINT: Final = "联席会议?"


def numbered(noun: str, name: str) -> str:
    """Part of a regular expression for the noun with its number; `number_in` reads it from the match."""
    behind = rf"(?:{noun})[\s#:]*第?\s*(?P<{name}>{DIGITS}|{SPOKEN})号?"
    return rf"(?:{behind}|第?(?P<{name}_ahead>\d{{1,6}}|[一二三四五六七八九十]{{1,3}})号(?:{noun}))"


def number_in(match: re.Match[str], name: str) -> int | None:
    """The number of the noun called so; `None` where the match has none."""
    groups = match.groupdict()
    said = groups.get(name) or groups.get(f"{name}_ahead")
    return parse_number(said) if said else None


def forms(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Several ways to open one sentence; each names its numbers by itself."""
    return tuple(re.compile(pattern) for pattern in patterns)


def match_of(ways: Iterable[re.Pattern[str]], folded: str) -> re.Match[str] | None:
    """How the text opens: the first way that fits."""
    return next((found for way in ways if (found := way.match(folded))), None)
