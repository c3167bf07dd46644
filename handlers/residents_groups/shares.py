"""How many messages a residents' group may still be sent, and when the next one goes (WW/92135).

The platform lets each group have so many a month, a week or a day, whoever in the corporation sends them. The
last ones are kept for emergencies. The others go freely while more are left than days, else one a day.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from handlers.working_days import SHANGHAI, local
from storage import gathering
from storage.gathering import Usage
from storage.models.organization import Group


class GroupLimit(StrEnum):
    """What the corporation's administrator has set as the most that a customer group receives."""

    MONTH = "month"  # as many as the month has days: the platform's default
    WEEK = "week"  # seven, from Monday
    DAY = "day"  # one


TURN: Final = time(8)  # Asia/Shanghai: when people may be read to again
RESERVE: Final = {GroupLimit.MONTH: 3, GroupLimit.WEEK: 1, GroupLimit.DAY: 0}  # kept for emergencies


@dataclass(frozen=True, slots=True)
class Period:
    """The month, week or day whose share is being used: its first day and the first day after it."""

    first: date
    end: date
    most: int
    most_next: int  # of the period after it

    @property
    def since(self) -> datetime:
        """When it began."""
        return _moment(self.first, time(0))


@dataclass(frozen=True, slots=True)
class Share:
    """What one group was sent of what it may have."""

    limit: GroupLimit
    period: Period
    usage: Usage
    today: date

    @property
    def left(self) -> int:
        """How many more it may have, emergencies included.

        An owner may tap next month what was made this month: it must fit in there as well.
        """
        this = self.period.most - self.usage.used
        return max(0, min(this, self.period.most_next - self.usage.awaiting))

    @property
    def left_for_notices(self) -> int:
        """How many more it may have of what is no emergency."""
        return max(0, self.left - RESERVE[self.limit])

    @property
    def kept(self) -> int:
        """How many of what is left are kept for emergencies."""
        return self.left - self.left_for_notices

    @property
    def free(self) -> int:
        """How many may go one after the other before there is only one a day."""
        spare = self.left - (self.period.end - self.today).days
        return max(0, min(spare, self.left_for_notices))

    def turn(self) -> datetime | None:
        """When the next message that is no emergency may go; `None`: now."""
        if not self.left_for_notices:
            return _moment(self.period.end, TURN)
        if self.free or not self.usage.today:
            return None
        return _moment(self.today + timedelta(days=1), TURN)


def period_of(limit: GroupLimit, now: datetime) -> Period:
    """The period that is now, by the calendar of Asia/Shanghai."""
    today = local(now).date()
    if limit is GroupLimit.DAY:
        return Period(today, today + timedelta(days=1), 1, 1)
    if limit is GroupLimit.WEEK:
        first = today - timedelta(days=today.weekday())
        return Period(first, first + timedelta(days=7), 7, 7)
    first = today.replace(day=1)
    end = first + timedelta(days=_days(first))
    return Period(first, end, _days(first), _days(end))


def share_of(limit: GroupLimit, usage: Usage, *, now: datetime) -> Share:
    """How a group stands that was sent so much."""
    return Share(limit, period_of(limit, now), usage, local(now).date())


def next_period(limit: GroupLimit, *, now: datetime) -> datetime:
    """When a group that has had its whole share may be written to again."""
    return _moment(period_of(limit, now).end, TURN)


def shares_of(
    db: Connection,
    destination_ids: Sequence[int],
    *,
    limit: GroupLimit,
    now: datetime,
    but: int | None = None,
) -> dict[int, Share]:
    """How these destinations stand; the message `but` is not counted."""
    since, today = period_of(limit, now).since, _moment(local(now).date(), time(0))
    usages = gathering.usage_of(db, destination_ids, since=since, today=today, but=but)
    return {each: share_of(limit, usage, now=now) for each, usage in usages.items()}


def shares_by_group(
    db: Connection, groups: Sequence[Group], *, limit: GroupLimit, now: datetime
) -> dict[int, Share]:
    """How each residents' group stands, by its number; those without a chat, and workers' groups, are absent.

    What waits to be sent is not counted: it may be gathered into one.
    """
    chats = {each.id: each.customer_group for each in groups if each.customer_group}
    places = gathering.destinations_of_chats(db, chats.values())
    shares = shares_of(db, [each.id for each in places.values()], limit=limit, now=now)
    fresh = share_of(limit, Usage(), now=now)
    return {number: shares[places[chat].id] if chat in places else fresh for number, chat in chats.items()}


def _days(of: date) -> int:
    return calendar.monthrange(of.year, of.month)[1]


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=SHANGHAI).astimezone(UTC)
