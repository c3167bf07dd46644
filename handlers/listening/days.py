"""Which days a series means: the days of its rule, and what becomes of those that are holidays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

from handlers.broadcasts.recurring import next_time
from handlers.errors.broadcasts import NoSuchTimes
from handlers.errors.listening import ListeningDaysMissing
from handlers.working_days import (
    SHANGHAI,
    holiday_name,
    is_working_day,
    local,
    next_working_day,
    same_time_after_working_days,
)
from storage.models.listening import ListeningSeries, OnHoliday

LONGEST_SHIFT: Final = timedelta(days=20)  # no run of holidays is longer
LOOKED_AT: Final = 400  # days of a rule; they are not all holidays
NOON: Final = time(12)
WEEKEND: Final = (6, 7)


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A day on which the community listens; its hours are UTC."""

    day: date
    starts_at: datetime
    ends_at: datetime


def first_after(series: ListeningSeries, moment: datetime) -> PlannedDay:
    """The first day of the series that begins after this moment; `ListeningDaysMissing` without any."""
    planned = next_day(series, after=local(moment).date() - timedelta(days=1))
    return planned if planned.starts_at > moment else next_day(series, after=planned.day)


def next_day(series: ListeningSeries, *, after: date) -> PlannedDay:
    """The first day of the series after this one; raises `ListeningDaysMissing` without any.

    Two days of the rule that shift onto one day are one.
    """
    found: date | None = None
    for day in islice(_days_of_rule(series.rule, since=after - LONGEST_SHIFT), LOOKED_AT):
        if found is not None and day >= found:
            break
        meant = _held_on(series, day)
        if meant is not None and meant > after:
            found = meant if found is None else min(found, meant)
    if found is None:
        raise ListeningDaysMissing
    return PlannedDay(found, _at(found, series.rule["starts"]), _at(found, series.rule["ends"]))


def made_up_until(day: date) -> datetime:
    """Until then residents may still read the summary: noon of the next working day."""
    return same_time_after_working_days(datetime.combine(day, NOON, tzinfo=SHANGHAI), 1).astimezone(UTC)


def _days_of_rule(rule: Mapping[str, Any], *, since: date) -> Iterator[date]:
    midnight = {**rule, "at_time": "00:00"}
    moment = datetime.combine(since, time(0), tzinfo=SHANGHAI) - timedelta(minutes=1)
    while True:
        try:
            moment = next_time(midnight, after=moment)
        except NoSuchTimes:
            return
        yield local(moment).date()


def _held_on(series: ListeningSeries, day: date) -> date | None:
    """When the rule's day is held; `None` when it is left out."""
    if series.on_holiday is OnHoliday.KEEP or not _is_off(series.rule, day):
        return day
    return next_working_day(day) if series.on_holiday is OnHoliday.SHIFT else None


def _is_off(rule: Mapping[str, Any], day: date) -> bool:
    """Whether nobody works that day; a weekend the rule itself names is meant, a holiday on it is not."""
    named = [*(rule.get("weekdays") or ()), *(weekday for _, weekday in rule.get("nth_weekdays") or ())]
    is_meant = day.isoweekday() in WEEKEND and day.isoweekday() in named
    return bool(holiday_name(day)) if is_meant else not is_working_day(day)


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=SHANGHAI).astimezone(UTC)
