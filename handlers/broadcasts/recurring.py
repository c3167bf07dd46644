"""Broadcasts that recur: approved once, then each time one of their own, of which the desk is told before."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.broadcasts.orders import Order, kept_order
from handlers.broadcasts.planning import plan_of
from handlers.broadcasts.reach import find
from handlers.broadcasts.telling import tell_desk
from handlers.errors import NobodyToReach
from handlers.errors.broadcasts import NoSuchSeries, NoSuchTimes, WhichSeries
from handlers.replies import broadcasts as texts
from handlers.rules import Rules
from handlers.working_days import SHANGHAI, local
from storage.broadcasts import rows
from storage.broadcasts import series as series_rows
from storage.models.broadcasts import Broadcast, BroadcastSeries, BroadcastStatus
from storage.models.people import Person

AHEAD = timedelta(hours=1)  # the desk is told so long before, and can stop it
STILL = timedelta(hours=6)  # a time missed while nobody ran is made up for so long
DAYS = 800  # looked ahead: the 30th of February never comes, the 31st within two months


def order_of(broadcast: Broadcast) -> Order:
    """What was ordered, to be resolved anew."""
    return replace(
        kept_order(broadcast.text, broadcast.plan.get("order") or {}), rule=broadcast.plan.get("rule")
    )


def next_time(rule: Mapping[str, Any], *, after: datetime) -> datetime:
    """The first time of the rule after this moment; raises `NoSuchTimes` when it has none."""
    at = time.fromisoformat(str(rule.get("at_time") or "09:00"))
    first = local(after).date()
    for days in range(DAYS):
        day = first + timedelta(days=days)
        moment = datetime.combine(day, at, tzinfo=SHANGHAI)
        if moment > after and _is_on(rule, day):
            return moment
    raise NoSuchTimes


def begin_series(db: Connection, broadcast: Broadcast, *, now: datetime) -> Broadcast:
    """The previewed broadcast becomes a series; its own number is kept for what was approved."""
    rule = broadcast.plan["rule"]
    made = series_rows.add_series(
        db,
        {
            "community_id": broadcast.community_id,
            "person_id": broadcast.person_id,
            "text": broadcast.text,
            "target": broadcast.target,
            "order": broadcast.plan["order"],
            "rule": rule,
            "next_at": next_time(rule, after=now),
            "created_at": now,
        },
    )
    rows.change_broadcast(db, broadcast.id, status=BroadcastStatus.DONE, series_id=made.id, finished_at=now)
    return rows.lock_broadcast(db, broadcast.id)


def plan_occurrence(db: Connection, series_id: int, *, now: datetime, rules: Rules) -> bool:
    """The next time of the series comes within the hour: a broadcast of its own awaits it, the desk is told.

    Of times missed while nobody ran only the latest is made up for, within six hours; of others the desk is
    told that they were left out. False when another process was first.
    """
    series = series_rows.lock_series(db, series_id)
    if series.next_at is None or series.next_at > now + AHEAD:
        return False
    at = _latest(series.rule, series.next_at, now=now)
    following = next_time(series.rule, after=at)
    series_rows.change_series(db, series.id, next_at=following)
    if at + STILL < now:
        _tell(db, series, texts.occurrence_missed(series, at, following), at=at, now=now)
        return True
    try:
        made = _occurrence(db, series, at=max(at, now), now=now, rules=rules)
        told = texts.occurrence_coming(made, series)
    except NobodyToReach:
        told = texts.occurrence_reaches_nobody(series, at)
    _tell(db, series, told, at=at, now=now)
    return True


def end_series(db: Connection, staff: Person, number: int | None, *, now: datetime) -> BroadcastSeries:
    """The series does not recur any more; a broadcast of it that waits for its time is cancelled too.

    Without a number the only one there is.
    """
    community_id = staff.community_id or 0
    if number is None:
        standing = series_rows.series_of(db, community_id)
        if len(standing) > 1:
            raise WhichSeries([each.number for each in standing])
        number = standing[0].number if standing else 0
    found = series_rows.lock_series_numbered(db, community_id, number)
    if found is None or found.next_at is None:
        raise NoSuchSeries
    series_rows.change_series(db, found.id, next_at=None, ended_at=now)
    waiting = rows.broadcasts_of(db, community_id, limit=100, of=(BroadcastStatus.SCHEDULED,))
    for each in waiting:
        if each.series_id == found.id:
            _cancel_scheduled(db, each.id, staff, now=now)
    record(db, staff, Audited.SERIES_ENDED, now=now, data={"series": found.number})
    return found


def _cancel_scheduled(db: Connection, broadcast_id: int, staff: Person, *, now: datetime) -> None:
    """One that another process is beginning at this moment goes on: staff can stop it like any other."""
    cancelled = {"status": BroadcastStatus.CANCELLED, "stopped_by_id": staff.id, "finished_at": now}
    rows.claim_broadcast(db, broadcast_id, of=(BroadcastStatus.SCHEDULED,), **cancelled)


def number_of_series(db: Connection, broadcast: Broadcast) -> int | None:
    """The number of the series that this broadcast began or belongs to; `None` when it is of none."""
    return None if broadcast.series_id is None else series_rows.lock_series(db, broadcast.series_id).number


def listed_series(db: Connection, staff: Person) -> list[BroadcastSeries]:
    """The series of the community that go on, by number."""
    return series_rows.series_of(db, staff.community_id or 0)


def _is_on(rule: Mapping[str, Any], day: date) -> bool:
    weekdays, month_days = rule.get("weekdays") or (), rule.get("month_days") or ()
    is_plain = bool(rule.get("daily")) or day.isoweekday() in weekdays or day.day in month_days
    return is_plain or any(_is_nth(day, *each) for each in rule.get("nth_weekdays") or ())


def _is_nth(day: date, nth: int, weekday: int) -> bool:
    """Whether it is the first (1) … or the last (-1) such weekday of its month."""
    if day.isoweekday() != weekday:
        return False
    return (day + timedelta(days=7)).month != day.month if nth < 0 else (day.day - 1) // 7 == nth - 1


def _latest(rule: Mapping[str, Any], first: datetime, *, now: datetime) -> datetime:
    """The last of the times that have come, or the one that comes within the hour."""
    latest = first
    while (following := next_time(rule, after=latest)) <= now:
        latest = following
    return latest


def _occurrence(
    db: Connection, series: BroadcastSeries, *, at: datetime, now: datetime, rules: Rules
) -> Broadcast:
    order = kept_order(series.text, series.order)
    found = find(db, series.community_id, order, at=at, now=now, rules=rules)
    if not found.messages:
        raise NobodyToReach(series.target)
    plan = plan_of(found.paced, at=at, is_urgent=order.is_urgent, rules=rules.broadcasts)
    return rows.add_broadcast(
        db,
        {
            "community_id": series.community_id,
            "person_id": series.person_id,
            "text": series.text,
            "target": series.target,
            "group_ids": [group.id for group in found.groups],
            "code": "",
            "wrong_codes": 0,
            "status": BroadcastStatus.SCHEDULED,
            "created_at": now,
            "confirmed_at": now,
            "number": rows.next_number(db, series.community_id),
            "audience": order.audience,
            "is_urgent": order.is_urgent,
            "people": found.people,
            "plan": {
                "per_minute": plan.per_minute,
                "minutes": len(plan.turns),
                "order": series.order,
                "people_ids": [each.person_id for each in found.routes],
            },
            "starts_at": plan.starts_at,
            "ends_at": plan.ends_at,
            "series_id": series.id,
        },
    )


def _tell(db: Connection, series: BroadcastSeries, text: str, *, at: datetime, now: datetime) -> None:
    key = f"series:{series.id}:{int(at.timestamp())}"
    tell_desk(db, series.community_id, text, key=key, now=now, called=series.person_id)
