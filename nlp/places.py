"""The estates that a reading may name; they reach the reader as data."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from nlp.characters import fold
from nlp.near_names import NearNames
from nlp.numerals import parse_number
from nlp.prefixes import PrefixIndex
from nlp.zones import contradicts

# After these a short name is a road, a shop or a school of the same name, not the estate.
OTHER_THING: Final = re.compile(
    r"(?:大?[路街道巷渠河桥站]|大街|大道|公园|广场|小学|中学|幼儿园|医院|超市|饭店)"
)
PHASE: Final = re.compile(r"[一二三四五六七八九十\d]+期$")
GENERIC: Final = "小区"
# But what belongs to an estate is known by the estate's full name: 紫云府幼儿园.
OWN_THING: Final = re.compile(r"幼儿园|超市")
FULL_NAME: Final = 3  # characters; shorter names are those of many things


class EstateMention(NamedTuple):
    """Which estates the words at this span may mean: one, or several that share an alias."""

    estates: tuple[str, ...]
    start: int
    end: int
    is_slip: bool = False  # misspelt, but no other estate can be meant


class _Name(NamedTuple):
    estate: str
    is_given: bool  # named so by the organization; a derived short form needs more around it


@dataclass(frozen=True, eq=False)  # each is itself: compared by what it is, not by its names
class Places:
    """Estate names and aliases, indexed for scanning."""

    estates: tuple[str, ...]
    index: PrefixIndex[_Name]
    near: NearNames

    @classmethod
    def of(cls, estates: Iterable[tuple[str, Sequence[str]]]) -> "Places":
        """Index estates with their aliases; the name given first is the one that readings carry."""
        named = [(name.strip(), tuple(aliases)) for name, aliases in estates if name.strip()]
        names: dict[str, list[_Name]] = defaultdict(list)
        for estate, aliases in named:
            for name in dict.fromkeys((estate, *aliases)):
                if name.strip():
                    names[fold(name.strip())].append(_Name(estate, True))
        for short, owners in _short_names(names).items():
            names[short] += [_Name(owner, False) for owner in owners]
        entries = [(name, owner) for name, owners in names.items() for owner in owners]
        owners_of = {name: tuple({one.estate: None for one in owners}) for name, owners in names.items()}
        return cls(
            tuple(dict.fromkeys(estate for estate, _ in named)),
            PrefixIndex(entries),
            NearNames.of(owners_of),
        )

    @classmethod
    def parse_file(cls, text: str) -> "Places":
        """One estate a line, its aliases after commas; lines that begin with # are remarks."""
        rows = []
        for line in text.lstrip("\ufeff").splitlines():
            names = [part.strip() for part in re.split("[,，]", line) if part.strip()]
            if names and not names[0].startswith("#"):
                rows.append((names[0], tuple(names[1:])))
        return cls.of(rows)

    def find(self, text: str) -> list[EstateMention]:
        """The estates named in the folded text, longest name at each place, in order of the text."""
        mentions: list[EstateMention] = []
        best: dict[int, tuple[int, tuple[_Name, ...]]] = {}
        for start, end, names in self.index.scan(text):
            if _is_meant(text, start, end=end, names=names):
                best[start] = (end, names)  # longer names come later
        taken_until = -1
        for start in sorted(best):
            end, names = best[start]
            if start < taken_until:
                continue
            mentions.append(EstateMention(tuple(dict.fromkeys(name.estate for name in names)), start, end))
            taken_until = end
        return mentions

    def find_near(self, text: str) -> list[EstateMention]:
        """The estates named in the folded text, misspelt ones included, in order of the text."""
        mentions = self.find(text)
        slips = [slip for slip in self.near.find(text) if not OTHER_THING.match(text, slip.end)]
        for slip in slips:
            beside = [one for one in mentions if one.start < slip.end and slip.start < one.end]
            size = slip.end - slip.start
            if all(one.end - one.start < size for one in beside):  # 枫桥新院 says more than 枫桥
                mentions = [one for one in mentions if one not in beside]
                mentions.append(EstateMention((slip.estate,), slip.start, slip.end, is_slip=True))
        return sorted(mentions, key=lambda one: one.start) if slips else mentions


def _is_meant(text: str, start: int, *, end: int, names: Sequence[_Name]) -> bool:
    if OTHER_THING.match(text, end):
        is_full = end - start >= FULL_NAME and any(fold(name.estate) == text[start:end] for name in names)
        return is_full and OWN_THING.match(text, end) is not None
    if any(name.is_given for name in names):
        return True
    is_other = all(contradicts(fold(name.estate), text, end) for name in names)
    return not is_other and FOLLOWS.match(text, end) is not None


# What may stand after a derived short form (枫林 for 枫林小区): an address, or a word that ends the name.
FOLLOWS: Final = re.compile(
    r"\s*(?:$|[,.。!?;:\s]|[A-Za-z]?\d|[一二三四五六七八九十]{1,3}[号栋幢期]|[的那这里院]|[东西南北A-Za-z][南北]?[区门]|小区|地下|全)"
)


def _short_names(names: Mapping[str, list[_Name]]) -> dict[str, list[str]]:
    """康平 for 康平小区, 孔雀城 and 孔雀城2期 for 孔雀城二期, where no estate is called so already."""
    short: dict[str, list[str]] = defaultdict(list)
    for name, owners in names.items():
        if len({owner.estate for owner in owners}) > 1:
            continue
        for form in _forms(name):
            if form not in names and len(form) >= 2 and owners[0].estate not in short[form]:
                short[form].append(owners[0].estate)
    return short


def _forms(name: str) -> Iterable[str]:
    if name.endswith(GENERIC):
        yield name.removesuffix(GENERIC)
    phase = PHASE.search(name)
    if phase is None:
        return
    yield name[: phase.start()]
    number = parse_number(phase.group()[:-1])
    if number is not None:
        yield f"{name[: phase.start()]}{number}期"
        yield f"{name[: phase.start()]}{'零一二三四五六七八九'[number % 10]}期"
