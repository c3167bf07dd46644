"""Dates and times as people say them, resolved against a given now in Asia/Shanghai."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from nlp.numerals import NUMBER, parse_number

LOCAL: Final = ZoneInfo("Asia/Shanghai")
N: Final = NUMBER
DAYS: Final[dict[str, int]] = {
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "昨晚": -1,
    "昨": -1,
    "今天": 0,
    "今日": 0,
    "今晚": 0,
    "今": 0,
    "明天": 1,
    "明日": 1,
    "明晚": 1,
    "明": 1,
    "后天": 2,
    "后晚": 2,
    "大后天": 3,
    "昨夜": -1,
    "今夜": 0,
    "明夜": 1,
    "后夜": 2,
}
WEEKDAYS: Final = {name: index for index, name in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
HALVES: Final = ("下午", "傍晚")  # hours up to 11 become afternoon hours
EVENINGS: Final = ("晚上", "晚")  # of these the first four are after midnight
NIGHTS: Final = (
    "夜里",
    "夜间",
    "半夜",
    "大半夜",
    "后半夜",
    "下半夜",
    "深夜",
    "午夜",
    "夜",
)  # and of these five
NO_CLOCK: Final = (
    "候|间|限|段|期|儿|也|都|小|点|亮|名|位|头|评|赞|意见|建议|要求|问题|共识|说明"
    r"|用(?!\S{1,12}模[板版])"  # after 点, 时; but 8点用停水模板群发
)
NIGHT: Final = "夜里|夜间|[大后下]?半夜|深夜|午夜"
PART: Final = f"上午|中午|下午|早上|早晨|清早|傍晚|晚上|凌晨|{NIGHT}|早|晚"
LATER: Final = r"(?:以后|之后|后)(?![天面边])"
DAY: Final = rf"""(?:
    (?:(?P<year>20\d\d)[年.-])?(?P<month>{N})(?:月|[.-](?=\d{{1,2}}(?:[日号]|\s(?:{PART}|\d{{1,2}}[:点]))))(?P<day>{N})[日号]?
  | (?P<iso>20\d\d-\d{{1,2}}-\d{{1,2}})(?!\d)
  | (?P<relative>大后天|今天|今日|明天|明日|后天|昨天|昨日|前天|[昨今明后][晚夜]|[昨今明](?=早|[上下中]午))
  | (?P<which>下{{1,2}}个?|这个?|本|上个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末1-6])
  | (?P<ahead>下个?|这个?|本|当)月(?P<of>{N})[日号]
  | (?P<ending>下个?|这个?|本|当|{N})?月(?P<last>底|末)
  | (?P<days>{N})个?(?P<unit>天|周|星期|礼拜){LATER}
  | (?<![第\d十])(?P<only>\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]
    (?=[上下中]午|[早晚]上|凌晨|傍晚|{NIGHT}|\s?(?:{PART})?\s?(?:\d{{1,2}}:\d\d|{N}[点时](?!{NO_CLOCK})))
)"""
NAMED_DAY: Final = re.compile(
    rf"(?:(?P<year>20\d\d)年)?(?<![\d个第])(?P<month>{N})月(?P<day>{N})[日号](?![楼栋幢院线])"
)
CLOCK: Final = rf"""(?:
    (?![早晚]一点(?!半|钟|整))(?<![\d第有快好差慢多少高低大小早])(?<!(?<![昨今明后])晚)(?P<half>{PART})?\s?
    (?: (?<!\d:)(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?!\d)
      | (?P<oclock>{N})[点时](?!{NO_CLOCK})(?:(?P<spoken>半|一刻|三刻|{N}分?)|整)? )
)"""
SOON: Final = re.compile(
    rf"(?:(?P<passed>(?<![超通经已不])过)|)(?P<amount>半|{N})个?(?P<more>半)?(?P<unit>分钟|小时|钟头|天|周|星期|礼拜)"
    rf"(?(passed)(?:{LATER})?|{LATER})"
)
UNITS: Final = {"分钟": timedelta(minutes=1), "小时": timedelta(hours=1), "钟头": timedelta(hours=1)}
UNITS.update({"天": timedelta(days=1)} | dict.fromkeys(("周", "星期", "礼拜"), timedelta(weeks=1)))
DAY_WORD: Final = re.compile(DAY, re.VERBOSE)
CLOCK_WORD: Final = re.compile(CLOCK, re.VERBOSE)
JOINT: Final = re.compile(r"\s?[的,]?\s?")
PART_OF_DAY: Final = re.compile(r"\s?(上午|中午|下午|早上|晚上|傍晚|早|晚)(?![饭餐点安一就])")
HOURS: Final = {"上午": 9, "中午": 12, "下午": 15, "早上": 8, "早": 8, "傍晚": 18, "晚上": 19, "晚": 19}
SPOKEN: Final = {"": 0, "半": 30, "一刻": 15, "三刻": 45}
LONGEST: Final = timedelta(days=1000)  # a longer time from now is not meant
EARLIEST: Final = 6  # o'clock; 两点半 alone is in the afternoon, nobody means the night
LATEST: Final = 5  # o'clock; 晚上4点 is before dawn, 晚上5点 in the evening
WORK_BEGINS: Final = 9  # o'clock, when only a day is named


class Moment(NamedTuple):
    """A time found in a text; when only a day is named, has_clock is False and the instant is at nine."""

    start: int
    end: int
    instant: datetime
    has_clock: bool


class ClockTime(NamedTuple):
    """A time of the day and where the words for it end."""

    hour: int
    minute: int
    end: int


def find_moments(folded: str, now: datetime) -> Iterator[Moment]:
    """Every date or time in the folded text, in order; impossible ones (2月30日, 25:00) are left out.

    A weekday or clock time that is past means the next one; a month and day long past mean next year's.
    """
    local = now.astimezone(LOCAL)
    position = 0
    while True:
        day = DAY_WORD.search(folded, position)
        clock = CLOCK_WORD.search(folded, position)
        soon = SOON.search(folded, position)
        found = [match for match in (day, clock, soon) if match is not None]
        if not found:
            return
        first = min(found, key=re.Match.start)  # of two that begin together, the day with its clock
        if first is day:
            moment, position = _dated(first, folded, local)
        else:
            read = _clock_only if first is clock else _soon
            moment, position = read(first, local), first.end()
        if moment is not None:
            yield moment


def no_such_day(folded: str, now: datetime) -> str:
    """The first date in the folded text that no calendar has, as it was said: 2月30日; empty without one.

    A day that only next year has (2月29日) exists.
    """
    year = now.astimezone(LOCAL).year
    for match in NAMED_DAY.finditer(folded):
        month, day = parse_number(match["month"]) or 0, parse_number(match["day"]) or 0
        years = [int(match["year"])] if match["year"] else [year, year + 1]
        if not any(_date(each, month, day) for each in years):
            return match[0].rstrip()
    return ""


def find_clock(folded: str, at: int) -> ClockTime | None:
    """The time of the day that stands at this place: 8点, 晚上7点半, 早上; None when none does."""
    clock = CLOCK_WORD.match(folded, at)
    time = _clock(clock, "") if clock is not None else None
    if clock is not None and time is not None:
        return ClockTime(time[0] % 24, time[1], clock.end())
    part = PART_OF_DAY.match(folded, at)
    return ClockTime(HOURS[part[1]], 0, part.end()) if part else None


def _clock_only(match: re.Match[str], local: datetime) -> Moment | None:
    time = _clock(match, "")
    return None if time is None else Moment(*match.span(), _instant(None, time, local), True)


def _soon(match: re.Match[str], local: datetime) -> Moment | None:
    """半小时后, 过两天: so long from now, at the full minute; after days at nine."""
    amount = 0.5 if match["amount"] == "半" else float(parse_number(match["amount"]) or 0)
    unit = UNITS[match["unit"]]
    span = unit * (amount + (0.5 if match["more"] else 0.0))
    if not timedelta() < span < LONGEST:
        return None
    has_clock = unit < timedelta(days=1)
    instant = (local + span).replace(second=0, microsecond=0)
    return Moment(*match.span(), instant if has_clock else _instant(instant.date(), None, local), has_clock)


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
    is_evening = time is None and (match["relative"] or "").endswith(("晚", "夜"))
    instant = _instant(day, (HOURS["晚"], 0) if is_evening else time, local)
    if time is not None and match["weekday"] and not match["which"] and instant <= local:
        instant += timedelta(weeks=1)  # 周五15:00, said on a Friday evening
    return Moment(match.start(), end, instant, time is not None), end


def _day(match: re.Match[str], today: date) -> date | None:
    """The day that the part of DAY which took part in the match names."""
    return next(read(match, today) for name, read in DAY_READERS.items() if match[name])


def _relative(match: re.Match[str], today: date) -> date | None:
    return today + timedelta(days=DAYS[match["relative"]])


def _weekday(match: re.Match[str], today: date) -> date | None:
    name, which = match["weekday"], match["which"] or ""
    index = int(name) - 1 if name.isdigit() else WEEKDAYS[name]
    monday = today - timedelta(days=today.weekday())
    weeks = which.count("下") - which.count("上")
    found = monday + timedelta(days=index, weeks=weeks)
    return found + timedelta(weeks=1) if not which and found < today else found


def _named_month(match: re.Match[str], today: date) -> date | None:
    month, day = parse_number(match["month"]), parse_number(match["day"])
    year = int(match["year"]) if match["year"] else None
    return _month_day(month or 0, day or 0, year=year, today=today)


def _iso(match: re.Match[str], _: date) -> date | None:
    year, month, day = match["iso"].split("-")
    return _date(int(year), int(month), int(day))


def _near_month(match: re.Match[str], today: date) -> date | None:
    return _date(*_month_ahead(today, int(match["ahead"].startswith("下"))), parse_number(match["of"]) or 0)


def _month_end(match: re.Match[str], today: date) -> date | None:
    """The last day of this, the next or the numbered month."""
    said = match["ending"] or ""
    month = parse_number(said)
    if month is not None and not 0 < month < 13:
        return None
    ahead = int(said.startswith("下")) if month is None else (month - today.month) % 12
    following = _date(*_month_ahead(today, ahead + 1), 1)
    return following and following - timedelta(days=1)


def _days_ahead(match: re.Match[str], today: date) -> date | None:
    span = UNITS[match["unit"]] * (parse_number(match["days"]) or 0)
    return today + span if span < LONGEST else None


def _only(match: re.Match[str], today: date) -> date | None:
    return _day_of_month(parse_number(match["only"]) or 0, today)


DAY_READERS: Final[Mapping[str, Callable[[re.Match[str], date], date | None]]] = {
    "relative": _relative,
    "weekday": _weekday,
    "month": _named_month,
    "iso": _iso,
    "of": _near_month,
    "last": _month_end,
    "days": _days_ahead,
    "only": _only,
}


def _month_day(month: int, day: int, *, year: int | None, today: date) -> date | None:
    found = _date(year or today.year, month, day)
    if found is not None and year is None and found < today - timedelta(days=60):
        return _date(today.year + 1, month, day)
    return found


def _day_of_month(day: int, today: date) -> date | None:
    """This month's day, or next month's when it is past; None when neither month has it."""
    for ahead in range(3):
        found = _date(*_month_ahead(today, ahead), day)
        if found is not None and found >= today:
            return found
    return None


def _month_ahead(today: date, months: int) -> tuple[int, int]:
    """The year and month so many months from now."""
    years, month = divmod(today.month - 1 + months, 12)
    return today.year + years, month + 1


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(match: re.Match[str], day: str) -> tuple[int, int] | None:
    """Hour and minute, from 24 on after the midnight that ends the day; None when there are none such."""
    if match["hour"] is not None:
        hour, minute = int(match["hour"]), int(match["minute"])
    else:
        said = match["spoken"]
        value, minutes = parse_number(match["oclock"]), SPOKEN.get(said or "")
        hour = 99 if value is None else value
        minute = minutes if minutes is not None else parse_number(said.removesuffix("分")) or 0
    if not (hour < 24 and minute < 60):
        return None
    half = match["half"] or (day[-1:] if day.endswith(("晚", "夜")) else "")
    is_bare = match["hour"] is None and not half
    is_later = (half in HALVES and hour < 12) or (half == "中午" and hour < 4)
    if is_later or (is_bare and 0 < hour < EARLIEST):
        return hour + 12, minute
    return _at_night(hour, half), minute


def _at_night(hour: int, half: str) -> int:
    """晚上7点 is 19, 今晚12点 24, 夜里2点 26: the night that follows the day."""
    if half not in EVENINGS + NIGHTS or hour > 12:
        return hour
    is_after_midnight = hour == 12 or hour < (EARLIEST if half in NIGHTS else LATEST)
    return (hour % 12) + (24 if is_after_midnight else 12)


def _instant(day: date | None, clock: tuple[int, int] | None, local: datetime) -> datetime:
    hour, minute = clock or (WORK_BEGINS, 0)
    base = day or local.date()
    ahead = timedelta(days=hour // 24 if day is not None else 0)
    found = datetime(base.year, base.month, base.day, hour % 24, minute, tzinfo=LOCAL) + ahead
    if day is None and found < local:
        found += timedelta(days=1)
    return found
