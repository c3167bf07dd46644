"""The number of a case in what a worker typed; never a date, a time, a phone number or an amount."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from nlp.numerals import parse_number
from nlp.surnames import SURNAMES

FULL: Final = re.compile(r"(?<!\d)(?P<year>20\d\d)-(?P<number>\d{3,6})(?![\d-])")
NAMED: Final = re.compile(
    r"(?:编号|单号|件号|工单|诉求|案件|单子|#|No\.?)\s?[:#]?\s?(?P<number>\d{1,6})(?![\d-])"
)
CHINESE: Final = r"[一二三四五六七八九十百]{1,5}"
MARKED: Final = re.compile(
    rf"(?<![\d.:月/-])(?P<number>\d{{1,6}}|(?<![一二三四五六七八九十百月年]){CHINESE})\s?号(?!\s?[楼栋幢院门线位梯桌住室])(?:单|件|案|诉求|工单)?"
)
COUNTED: Final = re.compile(
    r"(?<![\d.:月/-])(?P<number>\d{1,6})\s?(?:这件|那件|这个|那个|这单|那单|件|单(?!元))(?!事)"
)
BARE: Final = re.compile(
    r"(?<![\d.:A-Za-z/-])(?P<number>\d{1,6})(?![\d.:/%-]|\s?(?:号?[楼栋幢层户门院]|单元|室|#|[点时分秒年月日天元块米吨度寸斤岁人个次张条台块盏根家位名瓦伏平层股桶箱袋层页段期]|小时|分钟|公里|公分|毫米|厘米|千|万|多|几|余|年|周(?![一二三四五六日天末])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|楼|w|W|kg|cm))"
)
PHONE: Final = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{7,})(?!\d)|(?<!\d)(?:1[12]\d|12345|12369|96\d{3})(?=电话|热线|来|平台|转|派)"
)
# 403张建国, 502 李梅家: three or four digits before a person's name are a door.
DOOR: Final = re.compile(
    rf"(?<!\d)\d{{3,4}}(?:(?=[{SURNAMES}][\u4e00-\u9fff])|(?=\s?[{SURNAMES}][\u4e00-\u9fff]{{0,2}}家))"
)
BETWEEN: Final = re.compile(r"[\s、,.和及跟与&/#]*")
UNITS_BEFORE: Final = re.compile(
    r"(?:[¥￥$]|共|约|大概|一共|花了|花|交了|收|至|(?<!报)到|测了|有|才|只有|第)\s?$"
)


class CaseNumber(NamedTuple):
    """A case number, the year if it was given, and where it stands."""

    number: int
    year: int | None
    start: int
    end: int

    def is_named(self, folded: str) -> bool:
        """Whether more than bare digits stand there: 12号, 编号 12, 2026-0012."""
        return not folded[self.start : self.end].strip().isdigit()


def find_case_number(folded: str, taken: Sequence[tuple[int, int]]) -> CaseNumber | None:
    """The one number that names a case; `taken` are spans that mean something else (times, addresses).

    Sort key: in full (2026-0023), named (编号 23), marked (23号, 23那件), bare at one end, bare.
    """
    blocked = _blocked(folded, taken)
    for pattern in (FULL, NAMED, MARKED, COUNTED):
        found = _first(pattern.finditer(folded), [] if pattern is FULL else blocked)
        if found is not None:
            return found
    bare = [
        match
        for match in BARE.finditer(folded)
        if not UNITS_BEFORE.search(folded, max(0, match.start() - 4), match.start())
    ]
    at_edge = [match for match in bare if _is_at_edge(match, folded)]
    return _first(at_edge, blocked) or _first(bare, blocked)


def find_all_numbers(folded: str, taken: Sequence[tuple[int, int]]) -> list[CaseNumber]:
    """Every number that may name a case, once each, in order of the text; for merging and claiming."""
    blocked = _blocked(folded, taken)
    found: dict[tuple[int, int], CaseNumber] = {}
    for pattern in (FULL, NAMED, MARKED, COUNTED, BARE):
        for match in pattern.finditer(folded):
            number = _number(match, blocked if pattern is not FULL else [])
            if number is not None and not any(start <= match.start("number") < end for start, end in found):
                found[match.span()] = number
    numbers: dict[int, CaseNumber] = {}
    for _, number in sorted(found.items()):
        numbers.setdefault(number.number, number)
    return list(numbers.values())


def find_series(folded: str, taken: Sequence[tuple[int, int]]) -> list[CaseNumber]:
    """Numbers that stand together (5 6 7; 9、10); empty when there is only one."""
    series: list[CaseNumber] = []
    for number in find_all_numbers(folded, taken):
        if series and not BETWEEN.fullmatch(folded, series[-1].end, number.start):
            if len(series) > 1:
                break
            series = []
        series.append(number)
    return series if len(series) > 1 else []


def _blocked(folded: str, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    further = [match.span() for pattern in (PHONE, DOOR) for match in pattern.finditer(folded)]
    return [*taken, *further]


def _first(matches: Iterable[re.Match[str]], blocked: Sequence[tuple[int, int]]) -> CaseNumber | None:
    return next((found for match in matches if (found := _number(match, blocked)) is not None), None)


def _number(match: re.Match[str], blocked: Sequence[tuple[int, int]]) -> CaseNumber | None:
    start, end = match.span("number")
    if any(start < stop and begin < end for begin, stop in blocked):
        return None
    value = parse_number(match["number"])
    if not value:
        return None
    year = match.groupdict().get("year")
    return CaseNumber(value, int(year) if year else None, match.start(), match.end())


def _is_at_edge(match: re.Match[str], text: str) -> bool:
    return not text[: match.start()].strip(" ,.:") or not text[match.end() :].strip(" ,.。!吧了")
