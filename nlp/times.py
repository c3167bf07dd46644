"""Dates and times as people say them, resolved against a given now in Asia/Shanghai."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from nlp.numerals import NUMBER, parse_number

LOCAL: Final = ZoneInfo("Asia/Shanghai")
N: Final = NUMBER
DAYS: Final = {
    "今天": 0,
    "今日": 0,
    "今": 0,
    "明天": 1,
    "明日": 1,
    "明": 1,
    "后天": 2,
    "大后天": 3,
    "昨天": -1,
}
DAYS.update({"今晚": 0, "明晚": 1, "后晚": 2})
WEEKDAYS: Final = {name: index for index, name in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
HALVES: Final = ("下午", "傍晚", "晚上", "晚", "今晚", "夜里")  # hours up to 11 become afternoon hours
DAY: Final = rf"""(?:
    (?:(?P<year>20\d\d)[年.-])?(?P<month>{N})(?:月|[.-](?=\d{{1,2}}[日号\s]))(?P<day>{N})[日号]?
  | (?P<relative>大后天|今天|今日|明天|明日|后天|昨天|今晚|明晚|今(?=早|[上下中]午)|明(?=早|[上下中]午))
  | (?P<next>下{{1,2}}个?|这个?|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末1-6])
  | (?P<only>\d{{1,2}}|[一二三]?十[一二三四五六七八九]?)[日号]
    (?=\s?(?:[上下中]午|早|晚|\d{{1,2}}\s?[:点]|[一二三四五六七八九十]{{1,3}}点))
)"""
CLOCK: Final = rf"""(?:
    (?P<half>上午|中午|下午|早上|早晨|清早|傍晚|晚上|凌晨|夜里|早|晚)?\s?
    (?: (?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})
      | (?P<oclock>{N})[点时](?!候|间|用|儿|也|都|小|点)(?:(?P<spoken>半|一刻|三刻|{N}分?)|整)? )
)"""
DAY_WORD: Final = re.compile(DAY, re.VERBOSE)
CLOCK_WORD: Final = re.compile(CLOCK, re.VERBOSE)
JOINT: Final = re.compile(r"\s?[的,]?\s?")
PART_OF_DAY: Final = re.compile(r"\s?(上午|中午|下午|早上|晚上|傍晚|早|晚)(?![饭餐点安])")
HOURS: Final = {"上午": 9, "中午": 12, "下午": 15, "早上": 8, "早": 8, "傍晚": 18, "晚上": 19, "晚": 19}
SPOKEN: Final = {"": 0, "半": 30, "一刻": 15, "三刻": 45}
WORK_BEGINS: Final = 9  # o'clock, when only a day is named


class Moment(NamedTuple):
    """A time found in a text; when only a day is named, has_clock is False and the instant is at nine."""

    start: int
    end: int
    instant: datetime
    has_clock: bool


def find_moments(folded: str, now: datetime) -> Iterator[Moment]:
    """Every date or time in the folded text, in order; impossible ones (2月30日, 25:00) are left out.

    A weekday or clock time that is past means the next one; a month and day long past mean next year's.
    """
    local = now.astimezone(LOCAL)
    position = 0
    while True:
        day = DAY_WORD.search(folded, position)
        clock = CLOCK_WORD.search(folded, position)
        if day is None and clock is None:
            return
        if day is None or (clock is not None and clock.start() < day.start()):
            assert clock is not None
            moment, position = _clock_only(clock, local), clock.end()
        else:
            moment, position = _dated(day, folded, local)
        if moment is not None:
            yield moment


def _clock_only(match: re.Match[str], local: datetime) -> Moment | None:
    time = _clock(match, "")
    return None if time is None else Moment(*match.span(), _instant(None, time, local), True)


def _dated(match: re.Match[str], folded: str, local: datetime) -> tuple[Moment | None, int]:
    """A day with the clock time or the part of the day that follows it, and where to go on."""
    day = _day(match, local.date())
    joint = JOINT.match(folded, match.end())
    clock = CLOCK_WORD.match(folded, joint.end() if joint else match.end())
    time, end = None, match.end()
    if clock is not None:
        time, end = _clock(clock, match["relative"] or ""), clock.end()
    elif part := PART_OF_DAY.match(folded, match.end()):
        time, end = (HOURS[part[1]], 0), part.end()
    if day is None:
        return None, end
    instant = _instant(day, time, local)
    if time is not None and match["weekday"] and not match["next"] and instant <= local:
        instant += timedelta(weeks=1)  # 周五15:00, said on a Friday evening
    return Moment(match.start(), end, instant, time is not None), end


def _day(match: re.Match[str], today: date) -> date | None:
    if match["relative"]:
        return today + timedelta(days=DAYS[match["relative"]])
    if match["weekday"]:
        return _weekday(match["weekday"], match["next"] or "", today)
    if match["month"]:
        month, day = parse_number(match["month"]), parse_number(match["day"])
        year = int(match["year"]) if match["year"] else None
        return _month_day(month or 0, day or 0, year=year, today=today)
    if match["only"]:
        return _day_of_month(parse_number(match["only"]) or 0, today)
    return None


def _weekday(name: str, which: str, today: date) -> date:
    index = int(name) - 1 if name.isdigit() else WEEKDAYS[name]
    monday = today - timedelta(days=today.weekday())
    weeks = which.count("下")
    found = monday + timedelta(days=index, weeks=weeks)
    return found + timedelta(weeks=1) if not which and found < today else found


def _month_day(month: int, day: int, *, year: int | None, today: date) -> date | None:
    found = _date(year or today.year, month, day)
    if found is not None and year is None and found < today - timedelta(days=60):
        return _date(today.year + 1, month, day)
    return found


def _day_of_month(day: int, today: date) -> date | None:
    """This month's day, or next month's when it is past; None when neither month has it."""
    for ahead in range(3):
        month = today.month + ahead
        found = _date(today.year + (month - 1) // 12, (month - 1) % 12 + 1, day)
        if found is not None and found >= today:
            return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(match: re.Match[str], day: str) -> tuple[int, int] | None:
    """Hour and minute; None when there are none such."""
    if match["hour"] is not None:
        hour, minute = int(match["hour"]), int(match["minute"])
    else:
        said = match["spoken"]
        value, minutes = parse_number(match["oclock"]), SPOKEN.get(said or "")
        hour = 99 if value is None else value
        minute = minutes if minutes is not None else parse_number(said.removesuffix("分")) or 0
    half = match["half"] or ("晚" if day.endswith("晚") else "")
    if (half in HALVES and hour < 12) or (half == "中午" and hour < 4):
        hour += 12
    return (hour, minute) if hour < 24 and minute < 60 else None


def _instant(day: date | None, clock: tuple[int, int] | None, local: datetime) -> datetime:
    hour, minute = clock or (WORK_BEGINS, 0)
    base = day or local.date()
    found = datetime(base.year, base.month, base.day, hour, minute, tzinfo=LOCAL)
    if day is None and found < local:
        found += timedelta(days=1)
    return found
