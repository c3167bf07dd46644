"""Building, unit, floor and room in the forms that people write them."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from nlp.numerals import NUMBER, parse_number, to_digits

NO_DIGIT: Final = r"(?<![\d.:/-])"
SEPARATOR: Final = r"[\s,、的]{0,2}"
CODE: Final = rf"[A-Za-z]?{NUMBER}[A-Za-z]?"  # A3, 12, 十二, 3B
RANGE: Final = rf"(?:号?[、到至和-]{NUMBER}){{0,4}}"  # 3到5号楼: the first number counts
BUILDING: Final = rf"""
    {NO_DIGIT}(?:
        (?P<building>{CODE}){RANGE}\s?(?:
            \#\s?楼 | 号楼 | 号?(?:栋|幢)楼? | (?:\#|号|楼)(?=\s?{NUMBER}\s?(?:单元|门(?!口)|-\d{{3}}))
            | \#(?![\d\w]) | \#(?=[东西南北的])
        )
      | (?P<lettered>[A-Za-z]|(?<!\d)\d{{1,3}})(?:座(?!车|位|轿)|(?<=[A-Za-z])(?:栋|幢|号楼))
    )"""
UNIT: Final = rf"(?P<unit>{CODE})\s?(?:单元|门(?!口|洞|禁|面|卫|锁))"
DOOR: Final = r"(?:[东西南北中](?:[东西南北])?(?:边|面)?户|[左右](?:手|边)(?:户|边)?(?!车))"
FLOOR: Final = rf"(?:{NUMBER}|顶|底)[楼层]{DOOR}?"
ROOM: Final = rf"""(?:
        (?P<room>\d{{3,4}}|[一二三四五六七八九两][零〇一二三四五六七八九]{{2,3}}|[一二三四五六七八九]?十[一二三四五六七八九]?零[一二三四五六七八九])
            (?:室|房|号房?(?![楼栋单])|户)?(?![\d元块年万多度.:/-]|分钟|路)
      | (?P<short>{NUMBER})室 | (?P<floor>{FLOOR}) | (?P<door>{DOOR})
    )"""
LIVES: Final = r"(?:住在|住|在|是)?"
FULL: Final = re.compile(
    rf"{BUILDING}(?:{SEPARATOR}(?:(?P<dash_unit>\d{{1,2}})-(?P<dash_room>\d{{3,4}})(?!\d)|{UNIT}))?"
    rf"(?:{SEPARATOR}{LIVES}{ROOM})?",
    re.VERBOSE,
)
UNIT_FIRST: Final = re.compile(rf"{NO_DIGIT}{UNIT}(?:{SEPARATOR}{LIVES}{ROOM})?", re.VERBOSE)
ROOM_ONLY: Final = re.compile(
    r"(?<![\d.:/-])(?P<room>\d{3,4})室(?![内外温])|(?:我家|家住|我住|住在)\s?(?P<own>\d{3,4})(?![\d元块年万度.:/-]|号?[楼栋])"
)
LINK: Final = r"\s?[-/杠]\s?"
TRIPLE: Final = re.compile(
    rf"{NO_DIGIT}(?P<building>[A-Za-z]?\d{{1,3}}[A-Za-z]?|[一二三四五六七八九十]{{1,3}}){LINK}"
    rf"(?P<unit>\d{{1,2}}|[一二三四五六七八九十]{{1,2}}){LINK}(?P<room>\d{{3,4}}|[一二三四五六七八九十零〇]{{3,5}})(?![\d-])"
)
PAIR: Final = re.compile(
    r"(?<![\d.:/A-Za-z-])(?P<building>[A-Za-z]?\d{1,3})[-杠](?P<second>\d{1,4})(?![\d.:/%-]|[元块点天年月日个号度])"
)
QUANTITY: Final = re.compile(r"[这那每同整另哪前后旁几有了][边面]?$")  # 这一栋 counts, it does not name
PAIR_BEFORE: Final = re.compile(r"(?:住|在|是|家|[楼栋])\s?$")
MAX_BUILDING: Final = 300  # nobody numbers higher; a larger number is something else


class Address(NamedTuple):
    """The parts of one address found in a text; digits are Arabic, absent parts None."""

    building: str | None
    unit: str | None
    room: str | None
    start: int
    end: int

    @property
    def size(self) -> int:
        """How many parts are known."""
        return sum(part is not None for part in (self.building, self.unit, self.room))


def find_addresses(text: str, estate_ends: frozenset[int] = frozenset()) -> list[Address]:
    """Every address in the folded text, in order; two-part ones (22-2) only after an estate or 住, 在, 是."""
    found = sorted(_candidates(text, estate_ends), key=lambda one: (one.start, -one.size, -one.end))
    chosen: list[Address] = []
    for address in found:
        if not chosen or address.start >= chosen[-1].end:
            chosen.append(address)
    return chosen


def _candidates(text: str, estate_ends: frozenset[int]) -> Iterator[Address]:
    for match in TRIPLE.finditer(text):
        yield _address(match, match["building"], unit=match["unit"], room=match["room"])
    for match in FULL.finditer(text):
        building = match["building"] or match["lettered"]
        if not _counts_buildings(building, match, text):
            unit, room = match["unit"] or match["dash_unit"], match["dash_room"] or _room(match)
            yield _address(match, building, unit=unit, room=room)
    for match in UNIT_FIRST.finditer(text):
        if "单元" in match.group():
            yield _address(match, None, unit=match["unit"], room=_room(match))
    for match in ROOM_ONLY.finditer(text):
        yield _address(match, None, unit=None, room=match["room"] or match["own"])
    for match in PAIR.finditer(text):
        start = match.start()
        if {start, start - 1} & estate_ends or PAIR_BEFORE.search(text, max(0, start - 2), start):
            yield _pair(match)


def _counts_buildings(building: str, match: re.Match[str], text: str) -> bool:
    number = parse_number(building)
    if number is not None and not 0 < number <= MAX_BUILDING:
        return True
    if building not in ("一", "两", "几"):
        return False
    only = match["unit"] is None and match["dash_unit"] is None and _room(match) is None
    is_amount = text[match.start() : match.end()].endswith(("栋", "栋楼", "幢", "幢楼"))
    return is_amount and (only or bool(QUANTITY.search(text, max(0, match.start() - 3), match.start())))


def _room(match: re.Match[str]) -> str | None:
    if match["room"]:
        return to_digits(match["room"])
    if match["short"]:
        return to_digits(match["short"])
    if match["floor"]:
        return _floor(match["floor"])
    door: str | None = match["door"]
    return door


def _floor(text: str) -> str:
    """四楼西户 becomes 4楼西户, 三层 becomes 3楼; 顶层 stays."""
    match = re.match(rf"({NUMBER})[楼层](.*)", text)
    return f"{to_digits(match[1])}楼{match[2]}" if match else text


def _pair(match: re.Match[str]) -> Address:
    second = match["second"]
    unit, room = (None, second) if len(second) >= 3 else (second, None)
    return _address(match, match["building"], unit=unit, room=room)


def _address(match: re.Match[str], building: str | None, *, unit: str | None, room: str | None) -> Address:
    start, end = match.span()
    while end > start and match.string[end - 1] in " ,、的":
        end -= 1
    return Address(_code(building), _code(unit), None if room is None else to_digits(room), start, end)


def _code(text: str | None) -> str | None:
    """The number of a building or unit in digits, letters kept and made large: a3 becomes A3."""
    if text is None:
        return None
    match = re.fullmatch(rf"([A-Za-z]?)({NUMBER})([A-Za-z]?)", text)
    return (match[1] + to_digits(match[2]) + match[3]).upper() if match else text.upper()
