"""Rules over words: written as one readable line each, indexed once, matched in one pass.

A pattern is a word (漏水), words in order within a sentence (灯…不亮), or words in any order near each
other (车+挪). `<name>` stands for any word of a concept. `^` binds it to the beginning of the message, `$`
to its end.
"""

import bisect
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from nlp.prefixes import PrefixIndex

GAP: Final = 12  # characters that may stand between words in order
NEAR: Final = 40  # characters within which words in any order belong together
REPEATS: Final = 2  # a rule counts at most so often in one message
SHIELDS: Final = 40  # but a shield stands wherever it stands
BREAK: Final = re.compile(r"[。!?;\n]")  # ends a sentence, after folding
WORD: Final = re.compile(r"\w")  # emoji and punctuation do not count when a pattern is bound to an end

Span = tuple[int, int]


class Rule(NamedTuple):
    """One line of the lexicon: a pattern that speaks for a target of some purpose, with a weight."""

    purpose: str  # category, kind, emergency, urgency or shield
    target: str  # water/sewer, thanks, high ...
    word: str
    weight: float
    complaint: float = 0.0  # how much it says that something is wrong


class Match(NamedTuple):
    """A rule found in a text, with the spans of its parts."""

    rule: Rule
    start: int
    end: int
    parts: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    chunks: tuple[tuple[int, ...], ...]  # each a run of adjacent atoms
    needs: frozenset[int]  # all of its atoms
    is_ordered: bool
    at_start: bool
    at_end: bool
    is_strict: bool  # short words of daily life must not be found inside others: 太阳 in 太阳能


class _Text:
    """What one message offers to the rules: where each atom occurs and where sentences and words end."""

    def __init__(self, text: str, starts: set[int], ends: set[int]) -> None:
        self.starts, self.ends = starts, ends
        self.occurrences: dict[int, dict[int, list[int]]] = {}  # atom, start, ends
        self.breaks = [found.start() for found in BREAK.finditer(text)]
        begin = WORD.search(text)
        self.first = begin.start() if begin else len(text)
        self.last = _end_of_words(text)
        self._spans: dict[tuple[tuple[int, ...], bool], list[Span]] = {}

    def spans(self, chunk: tuple[int, ...], is_strict: bool) -> list[Span]:
        """Where the adjacent atoms stand one after the other on word boundaries, by start."""
        found = self._spans.get((chunk, is_strict))
        if found is None:
            found = [span for span in self._runs(chunk) if self._is_whole(*span, is_strict)]
            self._spans[chunk, is_strict] = found
        return found

    def is_broken(self, start: int, end: int) -> bool:
        """Whether a sentence ends between the two positions."""
        position = bisect.bisect_left(self.breaks, start)
        return position < len(self.breaks) and self.breaks[position] < end

    def _runs(self, chunk: tuple[int, ...]) -> list[Span]:
        runs = [(start, end) for start, ends in self.occurrences[chunk[0]].items() for end in ends]
        for atom in chunk[1:]:
            follow = self.occurrences[atom]
            runs = [(start, further) for start, end in runs for further in follow.get(end, ())]
        return runs

    def _is_whole(self, start: int, end: int, is_strict: bool) -> bool:
        """A lone character must be a word (strict: two as well); longer runs begin one or lie inside one."""
        if start in self.starts:
            return end - start > (2 if is_strict else 1) or end in self.ends
        return end - start > 1 and all(inside not in self.starts for inside in range(start + 1, end))


def _end_of_words(text: str) -> int:
    """The position after the last letter, digit or character."""
    for position in range(len(text), 0, -1):
        if WORD.match(text[position - 1]):
            return position
    return 0


class Matcher:
    """All rules, indexed by their words."""

    def __init__(self, rules: Iterable[Rule], concepts: Mapping[str, Sequence[str]]) -> None:
        """Compile the rules; a concept that no line defines is an error in the data."""
        self._concepts = concepts
        self._atoms: dict[str, int] = {}
        compiled = [self._compile(rule) for rule in rules]
        by_first: dict[int, list[_Compiled]] = defaultdict(list)
        for one in compiled:
            by_first[one.chunks[0][0]].append(one)
        self._by_first = dict(by_first)
        self._index = PrefixIndex(self._words())

    def vocabulary(self) -> frozenset[str]:
        """Every word that some rule knows, for the tokenizer's dictionary."""
        return frozenset(word for word, _ in self._words())

    def find(self, text: str, words: Sequence[Span]) -> list[Match]:
        """Every rule that the folded text with these words fulfils, with its spans; in order of the text."""
        prepared = _Text(text, {start for start, _ in words}, {end for _, end in words})
        for start, end, atoms in self._index.scan(text):
            for atom in atoms:
                prepared.occurrences.setdefault(atom, {}).setdefault(start, []).append(end)
        found: list[Match] = []
        present = prepared.occurrences.keys()
        for atom in list(present):
            for one in self._by_first.get(atom, ()):
                if one.needs <= present:
                    found.extend(_matches(one, prepared))
        return sorted(found, key=lambda match: (match.start, match.end))

    def _words(self) -> Iterable[tuple[str, int]]:
        for name, atom in self._atoms.items():
            if name.startswith("<"):
                yield from ((word, atom) for word in self._concepts[name[1:-1]])
            else:
                yield name, atom

    def _compile(self, rule: Rule) -> _Compiled:
        pattern = rule.word
        at_start, at_end = pattern.startswith("^"), pattern.endswith("$")
        body = pattern.removeprefix("^").removesuffix("$")
        is_ordered = "+" not in body
        chunks = tuple(self._chunk(part, pattern) for part in re.split("[…+]", body))
        needs = frozenset(atom for chunk in chunks for atom in chunk)
        return _Compiled(rule, chunks, needs, is_ordered, at_start, at_end, rule.purpose == "kind")

    def _chunk(self, part: str, pattern: str) -> tuple[int, ...]:
        names = re.findall(r"<[^>]+>|[^<]+", part)
        if not names or any(name.startswith("<") and name[1:-1] not in self._concepts for name in names):
            raise ValueError(f"lexicon: the pattern {pattern!r} is empty or names an unknown concept")
        return tuple(self._atoms.setdefault(name, len(self._atoms)) for name in names)


def _matches(one: _Compiled, text: _Text) -> list[Match]:
    found: list[Match] = []
    taken_until = -1
    for span in text.spans(one.chunks[0], one.is_strict):
        if span[0] < taken_until:
            continue
        parts = _rest(one, text, span)
        if parts is None:
            continue
        start, end = min(part[0] for part in parts), max(part[1] for part in parts)
        if (one.at_start and start != text.first) or (one.at_end and end != text.last):
            continue
        found.append(Match(one.rule, start, end, parts))
        taken_until = span[1]
        if len(found) == (SHIELDS if one.rule.purpose == "shield" else REPEATS):
            break
    return found


def _rest(one: _Compiled, text: _Text, first: Span) -> tuple[Span, ...] | None:
    """The spans of the other chunks that go with the first one."""
    parts = [first]
    for chunk in one.chunks[1:]:
        spans = text.spans(chunk, one.is_strict)
        following = _after(spans, parts[-1][1], text) if one.is_ordered else _nearest(spans, first)
        if following is None:
            return None
        parts.append(following)
    return tuple(parts)


def _after(spans: list[Span], position: int, text: _Text) -> Span | None:
    index = bisect.bisect_left(spans, (position, 0))
    if index == len(spans):
        return None
    start, end = spans[index]
    if start - position > GAP or text.is_broken(position, start):
        return None
    return start, end


def _nearest(spans: list[Span], first: Span) -> Span | None:
    index = bisect.bisect_left(spans, first)
    near = [
        span
        for span in spans[max(0, index - 1) : index + 2]
        if (span[0] >= first[1] or span[1] <= first[0]) and abs(span[0] - first[0]) <= NEAR
    ]
    return min(near, key=lambda span: abs(span[0] - first[0]), default=None)
