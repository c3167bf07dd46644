"""Which phase or zone of an estate is named: 一期, 二期, B区, 南区."""

import re
from typing import Final, NamedTuple

from nlp.addresses import Part
from nlp.numerals import parse_number

NUMBER: Final = r"[一二三四五六七八九十]{1,2}|\d{1,2}"
PHASE: Final = (
    rf"(?P<phase>{NUMBER})\s?期(?![间限待望房末初中货刊款贷付账利班]|工程|项目|培训|费用|维修|改造|结束)"
)
AREA: Final = (  # 西区人民医院 is another west
    r"(?P<area>[A-Za-z]|[东西南北中][南北]?)区(?![域别县长政号位委]|人民|派出所|医院|法院|街道|分局|公安|教育|执法)"
)
ATTACHED: Final = re.compile(
    rf"[\s,的]?(?:小区|院)?[的\s]?(?:{PHASE}|{AREA}|(?P<number>{NUMBER})区(?![域号位]))"
)
BEFORE: Final = re.compile(rf"(?:{PHASE}|{AREA}|(?<![\d第])(?P<number>{NUMBER})区)[\s,的]?$")
ALONE: Final = re.compile(
    rf"(?:^|(?<=[\s,。!?;:、])|(?<=小区)|(?<=我们)|(?<=咱们)|(?<=俺们)|(?<=住在)|(?<=家在))"
    rf"(?<!分)(?:{PHASE}|{AREA})"
)
AT_END: Final = re.compile(rf"(?:{PHASE}|{AREA}|(?P<number>{NUMBER})区)$")
LONGEST: Final = 5  # characters of a zone with what stands beside it
DIGITS: Final[tuple[str, ...]] = ("", *"一二三四五六七八九")


class Zone(NamedTuple):
    """A phase or zone and where it is written."""

    name: str
    part: Part


def zone_of_name(folded: str) -> Zone | None:
    """The zone that an estate's name ends in: 二期 of 金港城2期; positions are those in the name."""
    found = AT_END.search(folded)
    return _zone(found) if found else None


def is_zone(folded: str) -> bool:
    """Whether the words are a zone and nothing else: 西区, 二期."""
    found = AT_END.match(folded)
    return found is not None and found.end() == len(folded)


def find_zone(text: str, *, after: int | None, before: int | None) -> Zone | None:
    """The zone in the folded text: right after an estate's name, right before an address, or alone.

    `after` is the end of the name, `before` the start of the address; None where there is none.
    """
    if after is not None and (found := ATTACHED.match(text, after)):
        return _zone(found)
    if before is not None and (found := BEFORE.search(text, max(0, before - LONGEST), before)):
        return _zone(found)
    alone = ALONE.search(text)
    return _zone(alone) if alone else None


def contradicts(name: str, text: str, end: int) -> bool:
    """Whether another zone follows than the estate has: 三期 after what means 湖滨雅居二期."""
    own, said = zone_of_name(name), ATTACHED.match(text, end)
    if own is None or said is None:
        return False
    other = _zone(said).name
    return other[-1] == own.name[-1] and other != own.name


def _zone(found: re.Match[str]) -> Zone:
    kind = next(name for name in ("phase", "area", "number") if found.groupdict().get(name))
    start, end = found.span(kind)
    end = found.string.index("期" if kind == "phase" else "区", end) + 1
    said = str(found[kind])
    name = said.upper() if kind == "area" else _spoken(said)
    return Zone(name + ("期" if kind == "phase" else "区"), Part("zone", start, end))


def _spoken(number: str) -> str:
    """2 is 二, 12 is 十二; a number nobody speaks so stays."""
    value = parse_number(number) or 0
    tens, ones = divmod(value, 10)
    if not 0 < value < 100:
        return number
    lead = "十" if tens == 1 else f"{DIGITS[tens]}十" if tens else ""
    return lead + DIGITS[ones]
