"""Chinese working days: holidays and make-up workdays, in Asia/Shanghai."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


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


def after_working_days(moment: datetime, days: int) -> datetime:
    """The end of the last of so many working days after the day of `moment`, in UTC.

    The day itself does not count (民法典 art. 201); a deadline lies at 18:00, the end of office hours.
    """
    day = local(moment).date()
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return datetime(day.year, day.month, day.day, 18, tzinfo=SHANGHAI).astimezone(moment.tzinfo)
