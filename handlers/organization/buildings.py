"""Building numbers as people write them: 1-40 or 1-12,15,20-22."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import TypeVar

Span = tuple[int, int]  # first and last building, both included
T = TypeVar("T")

LAST = 9999  # no estate has a building of five digits


def parse_spans(text: str) -> tuple[Span, ...] | None:
    """The spans of buildings in a text, ascending; `None` when it is not such a text.

    Full-width digits, Chinese commas and a 号, 楼 or 栋 after a number are understood.
    """
    plain = re.sub(r"[、,;\s]+", ",", unicodedata.normalize("NFKC", text).strip())
    spans = []
    for piece in plain.strip(",").split(","):
        match = re.fullmatch(r"(\d{1,4})[号楼栋幢]*(?:[-~—–至到]+(\d{1,4})[号楼栋幢]*)?", piece)
        if match is None:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= LAST:
            return None
        spans.append((first, last))
    ascending = sorted(spans)
    return None if any(later[0] <= former[1] for former, later in pairwise(ascending)) else tuple(ascending)


def written(spans: Iterable[Span]) -> str:
    """The spans as an organization file writes them."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def within(span: Span, spans: Iterable[Span]) -> bool:
    """Whether every building of a span is one of the others (which ascend and do not overlap)."""
    wanted = span[0]
    for first, last in spans:
        if first <= wanted <= last:
            wanted = last + 1
    return wanted > span[1]


def overlapping(labelled: Iterable[tuple[Span | None, T]]) -> list[tuple[T, T]]:
    """Whose buildings overlap, each such pair once; spans come with their owner.

    No span means the whole estate, of which there may be one beside those that name buildings.
    """
    given = list(labelled)
    wholes = [owner for span, owner in given if span is None]
    named = sorted((pair for pair in given if pair[0] is not None), key=lambda pair: pair[0] or (0, 0))
    pairs = list(pairwise(wholes))
    widest: tuple[Span, T] | None = None  # the span so far that reaches farthest
    for span, owner in named:
        if span is None:
            continue
        if widest is not None and span[0] <= widest[0][1]:
            pairs.append((widest[1], owner))
        if widest is None or span[1] > widest[0][1]:
            widest = (span, owner)
    return list(dict.fromkeys(pairs))
