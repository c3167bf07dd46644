"""When a broadcast is to go out: once at a time, or again and again."""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from nlp.arguments import Arguments
from nlp.numerals import parse_number
from nlp.times import WORK_BEGINS, find_clock

WEEK: Final = "(?:周|星期|礼拜)"
WEEKDAY: Final = "[一二三四五六日天1-7]"
NUMBER: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
WEEKLY: Final = re.compile(
    rf"每(?:个|逢)?{WEEK}(?P<weekdays>{WEEKDAY}(?:[、,和及到至~-]?{WEEK}?{WEEKDAY})*)(?!个)"
)
WORKDAYS: Final = re.compile(r"每(?:个|逢)?工作日")
WEEKENDS: Final = re.compile(rf"每(?:个|逢)?(?:双休日|{WEEK}末)")
MONTHLY: Final = re.compile(
    rf"每个?月的?(?P<days>{NUMBER}[日号]?(?:[、,和及/\s]\s?{NUMBER}[日号]?)*)(?<=[日号])"
)
NTH_WEEKDAY: Final = re.compile(  # 每月第一个周五, 每月最后一个周三
    rf"每个?月的?(?:第(?P<nth>[一二三四1-4])|(?P<last>最后一))个?{WEEK}(?P<weekday>{WEEKDAY})"
)
DAILY: Final = re.compile(r"每(?:一)?[天日]|每(?=[早晚中上下])|天天")
RUN: Final = re.compile(rf"(?P<first>{WEEKDAY})(?:[到至~-]{WEEK}?(?P<last>{WEEKDAY}))?")
BETWEEN: Final = re.compile(r"[\s,的]*")
LAST_DAY: Final = 31


class Repeat(NamedTuple):
    """On which days again and again, at what time of the day, and where the words for it end."""

    days: Arguments
    at_time: str
    end: int


def find_repeat(folded: str, at: int) -> Repeat | None:
    """每周五9点, 每月5日、15日上午9点, 每月第一个周五, 每天8点 at this place; without a time at nine."""
    for form, read in READERS.items():
        found = form.match(folded, at)
        days = read(found) if found is not None else None
        if found is not None and days is not None:
            gap = BETWEEN.match(folded, found.end())
            clock = find_clock(folded, gap.end() if gap else found.end())
            if clock is None:
                return Repeat(days, f"{WORK_BEGINS:02d}:00", found.end())
            return Repeat(days, f"{clock.hour:02d}:{clock.minute:02d}", clock.end)
    return None


def _weekly(found: re.Match[str]) -> Arguments | None:
    days: set[int] = set()
    for run in RUN.finditer(found["weekdays"]):
        first = _weekday(run["first"])
        days.update(range(first, _weekday(run["last"] or run["first"]) + 1))
    return {"weekdays": [*sorted(days)]} if days else None


def _monthly(found: re.Match[str]) -> Arguments | None:
    said = (parse_number(number) or 0 for number in re.findall(NUMBER, found["days"]))
    days = sorted({day for day in said if 0 < day <= LAST_DAY})
    return {"month_days": [*days]} if days else None


def _nth_weekday(found: re.Match[str]) -> Arguments:
    """The first Friday of the month is [1, 5], the last Wednesday [-1, 3]."""
    nth = -1 if found["last"] else parse_number(found["nth"]) or 1
    return {"nth_weekdays": [[nth, _weekday(found["weekday"])]]}


def _weekday(name: str) -> int:
    return int(name) if name.isdigit() else "一二三四五六日".find(name.replace("天", "日")) + 1


READERS: Final[Mapping[re.Pattern[str], Callable[[re.Match[str]], Arguments | None]]] = {
    WEEKLY: _weekly,
    WORKDAYS: lambda _: {"weekdays": [1, 2, 3, 4, 5]},
    WEEKENDS: lambda _: {"weekdays": [6, 7]},
    NTH_WEEKDAY: _nth_weekday,
    MONTHLY: _monthly,
    DAILY: lambda _: {"daily": True},
}
