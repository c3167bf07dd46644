"""Staff set, list and end the days on which a community listens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.errors.listening import (
    ListeningHoursWrong,
    NoSuchListeningDays,
    SameListeningDays,
    WhichListeningDays,
)
from handlers.listening.days import PlannedDay, first_after
from handlers.rules import Rules
from storage import consultation, listening
from storage.models.consultation import Subject, WakeKind
from storage.models.listening import ListeningSeries, OnHoliday
from storage.models.people import Person


@dataclass(frozen=True, slots=True)
class ListeningOrder:
    """What staff asked for: the days, times of the day in Asia/Shanghai, `None` for the usual on holidays."""

    rule: Mapping[str, Any]
    starts: str
    ends: str
    on_holiday: OnHoliday | None = None
    call: str = ""


@dataclass(frozen=True, slots=True)
class SeriesPlanned:
    """A series that goes on, and its next day."""

    series: ListeningSeries
    following: PlannedDay


def add_listening_days(
    db: Connection, staff: Person, order: ListeningOrder, *, now: datetime, rules: Rules
) -> SeriesPlanned:
    """The community listens on these days from now on; a day that has begun already is not called.

    Raises `ListeningHoursWrong`, `ListeningDaysMissing`, and `SameListeningDays` where it listens so already.
    """
    if time.fromisoformat(order.ends) <= time.fromisoformat(order.starts):
        raise ListeningHoursWrong(order.starts, order.ends)
    community_id = staff.community_id or 0
    rule = {**order.rule, "starts": order.starts, "ends": order.ends}
    series = listening.add_series(
        db,
        {
            "community_id": community_id,
            "rule": rule,
            "on_holiday": order.on_holiday or rules.consultation.listening_on_holiday,
            "call": order.call,
            "made_by_id": staff.id,
            "made_at": now,
        },
    )
    for other in listening.lock_standing_series(db, community_id):  # whoever adds one meanwhile has waited
        if other.id != series.id and _days(other.rule) == _days(rule):
            raise SameListeningDays(other.number)
    following = first_after(series, now)
    set_call(db, series, following)
    record(db, staff, Audited.LISTENING_DAYS_SET, now=now, data={"series": series.number, "rule": rule})
    return SeriesPlanned(series, following)


def end_listening_days(
    db: Connection, staff: Person, number: int | None, *, now: datetime
) -> ListeningSeries:
    """No more days are called; one that is on today still has its summary. Without a number the only series.

    Raises `NoSuchListeningDays`, `WhichListeningDays`.
    """
    standing = listening.lock_standing_series(db, staff.community_id or 0)
    if number is None and len(standing) > 1:
        raise WhichListeningDays([each.number for each in standing])
    found = next((each for each in standing if number in (None, each.number)), None)
    if found is None:
        raise NoSuchListeningDays
    listening.end_series(db, found.id, now=now)
    record(db, staff, Audited.LISTENING_DAYS_ENDED, now=now, data={"series": found.number})
    return found


def standing_days(db: Connection, community_id: int, *, now: datetime) -> list[SeriesPlanned]:
    """The series that go on, each with its next day, in the order they were made."""
    return [
        SeriesPlanned(each, first_after(each, now)) for each in listening.standing_series(db, community_id)
    ]


def set_call(db: Connection, series: ListeningSeries, planned: PlannedDay) -> None:
    """The day is called when it begins."""
    consultation.set_wake(
        db,
        Subject.LISTENING_DAYS,
        series.id,
        WakeKind.CALL,
        community_id=series.community_id,
        due_at=planned.starts_at,
        step=planned.day.isoformat(),
    )


def _days(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name not in ("starts", "ends")}
