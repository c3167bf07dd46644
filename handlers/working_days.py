"""Chinese working days: holidays and make-up workdays, in Asia/Shanghai."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar.constants import holidays

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOSE_OF_OFFICE = time(18)
KNOWN_UNTIL = date(max(holidays).year, 12, 31)  # the calendar is published a year at a time, each autumn


def local(moment: datetime) -> datetime:
    """The same moment as people in the community read it from the clock."""
    return moment.astimezone(SHANGHAI)


@lru_cache(maxsize=1024)  # the calendar takes 15 us a day, and a deadline asks for ten days
def is_working_day(day: date) -> bool:
    """Whether offices work that day; beyond the years the calendar knows, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def holiday_name(day: date) -> str:
    """The public holiday that day belongs to, in Chinese; empty on every other day, weekends included."""
    try:
        is_free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return ""
    return (
        next((str(each.chinese) for each in chinese_calendar.Holiday if each.value == name), "")
        if is_free
        else ""
    )


def is_provisional(moment: datetime) -> bool:
    """Whether a deadline at that moment counted days whose holidays are not published yet (暂定)."""
    return local(moment).date() > KNOWN_UNTIL


def after_working_days(moment: datetime, days: int) -> datetime:
    """The end of the last of so many working days after the day of `moment`, in its own time zone.

    The day itself does not count (民法典 art. 201); a deadline lies at 18:00, the end of office hours.
    """
    return _at(_day_after(moment, days), CLOSE_OF_OFFICE).astimezone(moment.tzinfo)


def same_time_after_working_days(moment: datetime, days: int) -> datetime:
    """The same time of day, so many working days after the day of `moment`, in its own time zone."""
    return _at(_day_after(moment, days), local(moment).time()).astimezone(moment.tzinfo)


def working_days_between(start: datetime, end: datetime) -> int:
    """How many working days after the day of `start` have begun by `end`; none when it lies before."""
    first, last = local(start).date(), local(end).date()
    days = (first + timedelta(days=count) for count in range(1, (last - first).days + 1))
    return sum(map(is_working_day, days))


def next_working_day(day: date) -> date:
    """The first working day after this one."""
    return _day_after(datetime.combine(day, CLOSE_OF_OFFICE, tzinfo=SHANGHAI), 1)


def _day_after(moment: datetime, days: int) -> date:
    day = local(moment).date()
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=SHANGHAI)
