"""Building, unit, floor and room in the forms that people write them."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from nlp.numerals import NUMBER, parse_number, to_digits

NO_DIGIT: Final = r"(?<![\d.:/-])"
SEPARATOR: Final = r"(?:[\s,、的-]|就是|那个|啊|嗯|呃){0,3}"  # what stands between parts, in speech too
CODE: Final = rf"[A-Za-z]?{NUMBER}[A-Za-z]?"  # A3, 12, 十二, 3B
RANGE: Final = rf"(?:号?[、到至和-]{NUMBER}){{0,4}}"  # 3到5号楼: the first number counts
NO_HASH: Final = r"(?!汽油|柴油|油|电池|铁|钢|线|阀|泵|机|车位|文件)"  # 92#汽油, 5#电池
BUILDING: Final = rf"""
    {NO_DIGIT}(?:
        (?P<building>{CODE}){RANGE}\s?(?:
            \#\s?楼 | 号楼 | 号?(?:栋|幢)楼? | (?:\#|号|楼)(?=\s?{NUMBER}\s?(?:单元|门(?!口)|-\d{{3}}))
            | \#(?![\d\w]) | \#(?=\d{{3,4}}(?!\d)) | \#(?=[\u4e00-\u9fff]){NO_HASH}
        )
      | (?P<lettered>[A-Za-z]|(?<!\d)\d{{1,3}})(?:座(?!车|位|轿)|(?<=[A-Za-z])(?:栋|幢|号楼))
    )"""
UNIT: Final = rf"(?P<unit>{CODE})(?:[、到至和]{NUMBER}){{0,3}}\s?(?:单元|门(?!口|洞|禁|面|卫|锁))"
DOOR: Final = r"(?:[东西南北中](?:[东西南北])?(?:边|面)?户|[左右](?:手|边)(?:户|边)?(?!车))"
OWN_DOOR: Final = r"(?:[东西南北中](?:[东西南北])?(?:边|面)?户|[左右](?:手边?|边)(?:户|(?=那?[户家])))"
# 三楼东 is a door where nothing follows that makes another word of it (东西, 东边, 中间)
SIDE: Final = r"[东西南北中](?=$|[\s,。;!?、的那这家住停漏没又总])"
LEVEL: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3}|顶|底)"
FLOOR: Final = rf"(?P<level>{LEVEL})[楼层](?!高)(?:{DOOR}|{SIDE})?"
NO_ROOM: Final = r"(?![\d元块年万多度户个次台辆米平人层.:/-]|分钟|路)"  # these make an amount of it
SPOKEN_ROOM: Final = (  # 三零一, 五幺二, 十二零三
    "[一二三四五六七八九两幺][零〇一二三四五六七八九幺]{2,3}"
    "|[一二三四五六七八九]?十[一二三四五六七八九]?零[一二三四五六七八九]"
)
ROOM: Final = rf"""(?:
        (?P<floor>{FLOOR})(?:[\s的]?(?P<behind>\d{{3,4}})(?:室|房)?{NO_ROOM})?
      | (?P<room>\d{{3,4}}|{SPOKEN_ROOM})
            (?:室|房|号房?(?![楼栋单])|户(?!居民|人|都|业主|住|全|集|联))?{NO_ROOM}
      | (?P<short>{NUMBER})室 | (?P<door>{OWN_DOOR})
    )"""
LIVES: Final = r"(?:住在|住|在|是)?"
FULL: Final = re.compile(
    rf"{BUILDING}(?:{SEPARATOR}(?:(?P<dash_unit>\d{{1,2}})-(?P<dash_room>\d{{3,4}})(?!\d)|{UNIT}))?"
    rf"(?:{SEPARATOR}{LIVES}{ROOM})?",
    re.VERBOSE,
)
UNIT_FIRST: Final = re.compile(rf"{NO_DIGIT}{UNIT}(?:{SEPARATOR}{LIVES}{ROOM})?", re.VERBOSE)
OWN_ROOM: Final = r"(?!1(?:10|19|2[02]|23\d\d)(?!\d))(?P<own>\d{3,4})(?!号?[楼栋])"
ROOM_ONLY: Final = re.compile(
    rf"(?<![\d.:/-])(?P<room>\d{{3,4}})室(?![内外温])|(?:我家|家住|我住|住在|我是|我们是)\s?{OWN_ROOM}{NO_ROOM}"
    r"|(?<![给扣欠收退补还抄找借罚交向])我(?P<mine>\d{3,4})(?=[墙厨卫卧客阳住家的室户]|门口)"
)
LINK: Final = r"\s?[-/杠]\s?"
TRIPLE: Final = re.compile(  # never a date: 1/2/2026
    rf"{NO_DIGIT}(?P<building>[A-Za-z]?\d{{1,3}}[A-Za-z]?|[一二三四五六七八九十]{{1,3}}){LINK}"
    rf"(?P<unit>\d{{1,2}}|[一二三四五六七八九十]{{1,2}}){LINK}"
    r"(?P<room>(?!(?<=/)20[0-4]\d)\d{3,4}|[一二三四五六七八九十零〇]{3,5})(?![\d-])"
)
PAIR: Final = re.compile(
    r"(?<![\d.:/A-Za-z-])(?P<building>[A-Za-z]?\d{1,3})[-杠](?P<second>\d{1,4})(?![\d.:/%-]|[元块点天年月日个号度层栋幢座岁人次米路分]|楼(?![上下]))"
)
AFTER_NAME: Final = re.compile(  # only where an estate's name or 住 says what the numbers are: 5 2 301
    rf"[\s,、]?(?P<building>[A-Za-z]?\d{{1,3}})[\s,.、](?:(?P<unit>\d{{1,2}})[\s,.、])?(?P<room>\d{{3,4}}){NO_ROOM}(?![月号])"
)
LIVES_AT: Final = re.compile(r"(?:住在?|家在)(?=\s?\d)")
QUANTITY: Final = re.compile(r"[这那每同整另哪前后旁几有了][边面]?$")  # 这一栋 counts, it does not name
PAIR_BEFORE: Final = re.compile(r"(?:住|在|是|家|[楼栋])\s?$")
MAX_BUILDING: Final = 300  # nobody numbers higher; a larger number is something else


class Part(NamedTuple):
    """Where in the text one part of a place is named."""

    name: str  # estate, zone, building, unit, room, floor, spot
    start: int
    end: int


class Address(NamedTuple):
    """The parts of one address found in a text; digits are Arabic, absent parts None."""

    building: str | None
    unit: str | None
    room: str | None
    start: int
    end: int
    floor: str | None = None  # 4, 顶
    parts: tuple[Part, ...] = ()

    @property
    def size(self) -> int:
        """How many parts are known."""
        return sum(part is not None for part in (self.building, self.unit, self.room))


def find_addresses(text: str, estate_ends: frozenset[int] = frozenset()) -> list[Address]:
    """Every address in the folded text, in order; those of numbers alone (22-2, 5 2 301) only where an
    estate's name or 住, 在, 是 stands before them."""
    found = sorted(_candidates(text, estate_ends), key=lambda one: (one.start, -one.size, -one.end))
    chosen: list[Address] = []
    for address in found:
        if not chosen or address.start >= chosen[-1].end:
            chosen.append(address)
    return chosen


def level_code(text: str) -> str:
    """The floor in digits: 四 is 4, the ground floor (底) is 1, the top floor stays 顶."""
    return {"顶": "顶", "底": "1"}.get(text) or to_digits(text)


def _candidates(text: str, estate_ends: frozenset[int]) -> Iterator[Address]:
    for match in TRIPLE.finditer(text):
        yield _address(match, room=match["room"])
    for match in FULL.finditer(text):
        if not _counts_buildings(match, text):
            yield _address(match, room=_room(match))
    for match in UNIT_FIRST.finditer(text):
        if "单元" in match.group():
            yield _address(match, room=_room(match))
    for match in ROOM_ONLY.finditer(text):
        door = next(name for name in ("room", "own", "mine") if match[name])
        yield _address(match, room=match[door])._replace(start=match.start(door))  # without 我是
    for match in PAIR.finditer(text):
        start = match.start()
        if {start, start - 1} & estate_ends or PAIR_BEFORE.search(text, max(0, start - 2), start):
            yield _pair(match)
    for position in estate_ends | {found.end() for found in LIVES_AT.finditer(text)}:
        numbers = AFTER_NAME.match(text, position)
        if numbers is not None:
            yield _address(numbers, room=numbers["room"])


def _counts_buildings(match: re.Match[str], text: str) -> bool:
    building = match["building"] or match["lettered"]
    number = parse_number(building)
    if number is not None and not 0 < number <= MAX_BUILDING:
        return True
    if building not in ("一", "两", "几"):
        return False
    only = match["unit"] is None and match["dash_unit"] is None and _room(match) is None
    is_amount = text[match.start() : match.end()].endswith(("栋", "栋楼", "幢", "幢楼"))
    return is_amount and (only or bool(QUANTITY.search(text, max(0, match.start() - 3), match.start())))


def _room(match: re.Match[str]) -> str | None:
    for name in ("dash_room", "room", "short", "behind", "door"):
        if match.groupdict().get(name):
            return to_digits(match[name].replace("幺", "一"))
    return _floor_room(match["floor"]) if match["floor"] else None


def _floor_room(text: str) -> str:
    """四楼西户 becomes 4楼西户, 三层 becomes 3楼; 顶层 stays."""
    match = re.match(rf"({NUMBER})[楼层](.*)", text)
    return f"{to_digits(match[1])}楼{match[2]}" if match else text


def _pair(match: re.Match[str]) -> Address:
    is_room = len(match["second"]) >= 3
    name = "room" if is_room else "unit"
    unit, room = (None, match["second"]) if is_room else (match["second"], None)
    start, end = match.span()
    parts = (Part("building", *match.span("building")), Part(name, *match.span("second")))
    return Address(_code(match["building"]), _code(unit), room and to_digits(room), start, end, None, parts)


# Which groups of the expressions above name which part; of several the first counts.
GROUPS: Final = {
    "building": ("building", "lettered"),
    "unit": ("unit", "dash_unit"),
    "room": ("dash_room", "room", "short", "behind", "door", "own", "mine", "floor"),
    "floor": ("level",),
}


def _address(match: re.Match[str], *, room: str | None) -> Address:
    start, end = match.span()
    while end > start and match.string[end - 1] in " ,、的":
        end -= 1
    while start < end and match.string[start] in " ,、":
        start += 1
    groups = match.groupdict()
    spans = {
        part: match.span(name)
        for part, names in GROUPS.items()
        if (name := next((name for name in names if groups.get(name)), None))
    }
    said = {part: match.string[slice(*span)] for part, span in spans.items()}
    return Address(
        _code(said.get("building")),
        _code(said.get("unit")),
        None if room is None else to_digits(room),
        start,
        end,
        level_code(said["floor"]) if "floor" in said else None,
        tuple(Part(part, *span) for part, span in spans.items()),
    )


def _code(text: str | None) -> str | None:
    """The number of a building or unit in digits, letters kept and made large: a3 becomes A3."""
    if text is None:
        return None
    match = re.fullmatch(rf"([A-Za-z]?)({NUMBER})([A-Za-z]?)", text)
    return (match[1] + to_digits(match[2]) + match[3]).upper() if match else text.upper()
