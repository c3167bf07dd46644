"""Estates that are meant although their name is misspelt: 枫桥远 and 风桥苑 for 枫桥苑, 朔方家圆.

A slip sounds like the name, or has one character wrong, missing or double, or two
exchanged. It counts only where it points to
one estate and what stands beside it makes a name of it; the zone must be right, for 北区 is not 南区. A wrong
character is believed only where enough of what is particular to the name stands: 枫林苑 may well be another
estate than 枫桥苑, and then asking is better than guessing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, NamedTuple

from nlp.prefixes import PrefixIndex
from nlp.sounds import by_sound
from nlp.zones import zone_of_name

KINDS: Final = (
    "小区|花园|家园|佳苑|嘉园|嘉苑|名苑|新苑|花苑|雅苑|名邸|府邸|新村|公寓|公馆|华府|华庭|雅居|豪庭|小镇|家属院|大院|山庄|新城"
    "|苑|园|府|里|城|湾|庄|邸|居|坊|村|庭|阁|台|都|轩|郡"
)
KIND_AT_END: Final = re.compile(rf"(?:{KINDS})$")
KIND: Final = frozenset(KINDS.split("|"))
GENERIC: Final = "小区"
SHORTEST: Final = 3  # characters; a shorter name is too easily another word
PARTICULAR: Final = 3  # characters of a name, its kind and zone aside, that must be right beside a wrong one
PARTICULAR_BESIDE_KIND: Final = 2  # the same when the slip is in the kind: 金波花元
MOST: Final = 60  # finds looked at; a message names one or two places
NO_SLIP: Final = frozenset(
    "路街道巷桥河渠站镇乡县市区场店厂校局所楼栋号门的和与"
)  # 枫桥路, 枫桥镇: another thing
GAP: Final = "\0"  # stands for the wrong character

# What makes a name of the word before it, from the strongest: an address, or a word for a part of an estate.
ADDRESS_AHEAD: Final = re.compile(
    r"[\s,的]?(?:(?:小区|院)?[\s,的]?)(?:(?:[一二三四五六七八九十\d]{1,2}期|[A-Za-z东西南北]区)[\s,的]?)?"
    r"(?:[A-Za-z]?\d{1,3}\s?(?:号楼|号院|#|号?[栋幢座]|楼|单元|[-/杠]\d)|[一二三四五六七八九十]{1,3}(?:号楼|号院|号?[栋幢]|单元)|[A-Za-z][栋座])"
    r"|小区|[一二三四五六七八九十\d]期"
)
WORD_AHEAD: Final = re.compile(
    r"$|[\s,。!?;:、]|的|小区|[东西南北大][大侧小]?门|门口|地下|车库|业主|居民|物业|院子|院里|里面|里头|内|这边|那边|全|整|停|没|又"
    r"|漏|[A-Za-z东西南北]区|有|水|电|暖"
)
# What makes a name of the word after it.
WORD_BEFORE: Final = re.compile(
    r"(?:^|[\s,。!?;:、\"“「]|[今昨明前后]天|[今昨][早晚]|[早晚]上|[上下中]午|[刚现最][才在近]|"
    r"[在住我咱俺们是到去来于从给和让问找帮叫喂该此]|反映|你好|您好|还有|关于|地址|目前)$"
)
STARTS: Final = re.compile(r"(?:住在?|家在|我们|咱们|我是|^)\s?(?=[\u4e00-\u9fff]{3})")
ENDS: Final = re.compile(rf"(?<=[\u4e00-\u9fff]{{3}})(?={ADDRESS_AHEAD.pattern})")

Span = tuple[int, int]


class Known(NamedTuple):
    """A name that an estate is known by, and where in it the zone begins."""

    name: str
    estate: str
    zone_at: int


class Slip(NamedTuple):
    """A misspelt name and the one estate it can mean."""

    estate: str
    start: int
    end: int


@dataclass(frozen=True)
class NearNames:
    """The names of the places, indexed by what slips make of them."""

    alike: PrefixIndex[Known]  # by sound
    broken: Mapping[str, tuple[Known, ...]]  # as slips make the names, a wrong character as GAP
    lengths: tuple[int, ...]  # of the keys of `broken`, longest first

    @classmethod
    def of(cls, names: Mapping[str, Sequence[str]]) -> "NearNames":
        """Index folded names with the estates that each may mean."""
        known = [
            Known(form, owners[0], _zone_at(form))
            for name, owners in names.items()
            for form in _forms(name, names)
            if len(owners) == 1
        ]
        broken: dict[str, list[Known]] = defaultdict(list)
        for one in known:
            for key in dict.fromkeys(_broken(one)):
                if key not in names:
                    broken[key].append(one)
        alike = PrefixIndex((by_sound(one.name), one) for one in known)
        lengths = tuple(sorted({len(key) for key in broken}, reverse=True))
        return cls(alike, {key: tuple(owners) for key, owners in broken.items()}, lengths)

    def find(self, text: str) -> list[Slip]:
        """Every misspelt name in the folded text, each with its estate, in order of the text."""
        if not self.lengths:
            return []
        found: dict[Span, set[str]] = defaultdict(set)
        for start, end, one in islice(chain(self._sounding(text), self._broken_in(text)), MOST):
            found[start, end].add(one.estate)
        slips: list[Slip] = []
        for (start, end), estates in sorted(found.items(), key=lambda item: (item[0][0], -item[0][1])):
            rivals = estates.union(*(found[other] for other in found if _is_rival(other, (start, end))))
            if len(rivals) == 1 and (not slips or start >= slips[-1].end):
                slips.append(Slip(next(iter(estates)), start, end))
        return slips

    def _sounding(self, text: str) -> Iterator[tuple[int, int, Known]]:
        for start, end, owners in self.alike.scan(by_sound(text)):
            said = text[start:end]
            if any(_sounds_right(said, one) for one in owners) and _is_name(text, start, end):
                yield from ((start, end, one) for one in owners)

    def _broken_in(self, text: str) -> Iterator[tuple[int, int, Known]]:
        for found in ENDS.finditer(text):
            end = found.start()
            for size in self.lengths:
                if size == end or (
                    size < end and WORD_BEFORE.search(text, max(0, end - size - 3), end - size)
                ):
                    yield from self._broken_at(text, end - size, end)
        for found in STARTS.finditer(text):
            start = found.end()
            for size in self.lengths:
                if WORD_AHEAD.match(text, start + size):
                    yield from self._broken_at(text, start, start + size)

    def _broken_at(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, Known]]:
        said = text[start:end]
        if len(said) < end - start:
            return
        for one in self.broken.get(said, ()):
            yield start, end, one
        for gap in range(len(said)):
            for one in self.broken.get(f"{said[:gap]}{GAP}{said[gap + 1 :]}", ()):
                if said != one.name and said[gap] not in NO_SLIP and not _is_other_kind(said, one):
                    yield start, end, one


def _is_rival(other: Span, chosen: Span) -> bool:
    """Whether two overlapping finds speak against each other; what lies within a longer one does not."""
    is_inside = chosen[0] <= other[0] and other[1] <= chosen[1] and other != chosen
    return other[0] < chosen[1] and chosen[0] < other[1] and not is_inside


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether what stands beside the words makes a name of them."""
    if ADDRESS_AHEAD.match(text, end):
        return True
    led = WORD_BEFORE.search(text, max(0, start - 3), start)
    return led is not None and WORD_AHEAD.match(text, end) is not None


def _forms(name: str, names: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """The name; and 枫桥小区 for 枫桥, so that what sounds like it is seen to be double."""
    if len(name) >= SHORTEST:
        yield name
    elif len(name) == 2 and name + GENERIC not in names:
        yield name + GENERIC


def _zone_at(name: str) -> int:
    zone = zone_of_name(name)
    return zone.part.start if zone else len(name)


def _kind_at(one: Known) -> int:
    found = KIND_AT_END.search(one.name[: one.zone_at])
    return found.start() if found else one.zone_at


def _broken(one: Known) -> Iterator[str]:
    """The name as slips make it, where enough of it is left to know it by."""
    name, kind_at = one.name, _kind_at(one)
    for at in range(one.zone_at):
        yield name[: at + 1] + name[at:]
        if at + 1 < one.zone_at and (at + 1 >= kind_at or kind_at >= PARTICULAR):
            yield name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        right = kind_at - (at < kind_at)  # characters of the particular part that stand
        if right < (PARTICULAR if at < kind_at else PARTICULAR_BESIDE_KIND):
            continue
        yield name[:at] + GAP + name[at + 1 :]
        without = name[:at] + name[at + 1 :]
        if len(without) >= SHORTEST and without[kind_at : one.zone_at - 1] not in KIND:
            yield without


def _is_other_kind(said: str, one: Known) -> bool:
    """金波家园 is not a slip of 金波花园, nor 枫桥园 of 枫桥苑: the words make another kind of estate."""
    written, right = said[_kind_at(one) : one.zone_at], one.name[_kind_at(one) : one.zone_at]
    if written == right or written in KIND:
        return written != right
    return written[-1:] != right[-1:] and written[-1:] in KIND and by_sound(written) != by_sound(right)


def _sounds_right(said: str, one: Known) -> bool:
    """Whether words that sound like the name keep its zone, its kind and a particular character of it."""
    kind_at = _kind_at(one)
    is_known = any(a == b for a, b in zip(said[:kind_at], one.name, strict=False))
    is_zone = said[one.zone_at :] == one.name[one.zone_at :]
    return said != one.name and is_known and is_zone and not _is_other_kind(said, one)
