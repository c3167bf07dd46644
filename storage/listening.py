"""Listening days: the series a community has, the days that came of them, and what came in on a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage.consultation import take_number
from storage.dialects import PerDialect, insert_row
from storage.models.base import many, one
from storage.models.cases import Case, Source, cases, reports
from storage.models.consultation import Subject
from storage.models.listening import ListeningDay, ListeningSeries, listening_days, listening_series
from storage.models.people import Role, people
from storage.models.topics import Topic, TopicSource, topics

RESIDENTS = (Role.RESIDENT, Role.BUILDING_LEAD)

_ADD = insert(listening_series)
_SERIES = select(*listening_series.c)
_STANDING = _SERIES.where(
    listening_series.c.community_id == bindparam("community_id"), listening_series.c.ended_at.is_(None)
).order_by(listening_series.c.id)
_ADD_DAY = PerDialect(
    listening_days,
    lambda statement: (
        statement.values(
            {column.name: bindparam(column.name) for column in listening_days.c if column.name != "id"}
        )
        .on_conflict_do_nothing()
        .returning(*listening_days.c)
    ),
)
_DAY = select(*listening_days.c).where(listening_days.c.id == bindparam("day_id")).with_for_update()
_DAYS_OF = select(*listening_days.c).where(listening_days.c.community_id == bindparam("community_id"))
_ON = _DAYS_OF.where(listening_days.c.day == bindparam("day")).order_by(
    listening_days.c.starts_at, listening_days.c.id
)
_LAST = _DAYS_OF.order_by(listening_days.c.day.desc(), listening_days.c.id.desc()).limit(bindparam("limit"))
_NOW_ON = (
    select(listening_days.c.day)
    .where(
        listening_days.c.community_id == bindparam("community_id"),
        listening_days.c.starts_at <= bindparam("now"),
        listening_days.c.ends_at > bindparam("now"),
        listening_days.c.called_at.is_not(None),
    )
    .limit(1)
)
_VOICES = (
    select(reports.c.person_id, *cases.c)
    .join(cases, cases.c.id == reports.c.case_id)
    .join(people, people.c.id == reports.c.person_id)
    .where(
        reports.c.community_id == bindparam("community_id"),
        reports.c.reported_at >= bindparam("since"),
        reports.c.reported_at < bindparam("until"),
        reports.c.left_at.is_(None),
        reports.c.source != Source.PATROL,
        people.c.role.in_(RESIDENTS),
    )
    .order_by(reports.c.id)
)
_PROPOSALS = (
    select(*topics.c)
    .where(
        topics.c.community_id == bindparam("community_id"),
        topics.c.source == TopicSource.PROPOSAL,
        topics.c.proposed_at >= bindparam("since"),
        topics.c.proposed_at < bindparam("until"),
    )
    .order_by(topics.c.id)
)


@dataclass(frozen=True, slots=True)
class Voice:
    """One report of a resident, and the case it is about."""

    person_id: int
    case: Case


# ------------------------------------------------------------------ series


def add_series(db: Connection, values: dict[str, Any]) -> ListeningSeries:
    """A new series with the community's next number."""
    number = take_number(db, values["community_id"], Subject.LISTENING_DAYS)
    series_id = insert_row(db, _ADD, {"call": ""} | values | {"number": number})
    return ListeningSeries(*db.execute(_SERIES.where(listening_series.c.id == series_id)).one())


def standing_series(db: Connection, community_id: int) -> list[ListeningSeries]:
    """The series that go on, in the order they were made, not held."""
    return many(ListeningSeries, db.execute(_STANDING, {"community_id": community_id}))


def lock_standing_series(db: Connection, community_id: int) -> list[ListeningSeries]:
    """The series that go on, in the order they were made, held until the transaction ends."""
    return many(ListeningSeries, db.execute(_STANDING.with_for_update(), {"community_id": community_id}))


def end_series(db: Connection, series_id: int, *, now: datetime) -> None:
    """The series does not go on."""
    db.execute(update(listening_series).where(listening_series.c.id == series_id).values(ended_at=now))


# ------------------------------------------------------------------ days


def add_day(db: Connection, values: dict[str, Any]) -> ListeningDay | None:
    """The series has this day; `None` when it had it already."""
    row = {"called_at": None, "summarised_at": None} | values
    return one(ListeningDay, db.execute(_ADD_DAY.on(db), row).first())


def lock_day(db: Connection, day_id: int) -> ListeningDay:
    """The day as it stands now, held until the transaction ends."""
    return ListeningDay(*db.execute(_DAY, {"day_id": day_id}).one())


def note_summary(db: Connection, day_id: int, *, now: datetime) -> None:
    """The summary of the day was told."""
    db.execute(update(listening_days).where(listening_days.c.id == day_id).values(summarised_at=now))


def days_on(db: Connection, community_id: int, day: date) -> list[ListeningDay]:
    """The community's listening days of that date, one for each series, the earliest first."""
    return many(ListeningDay, db.execute(_ON, {"community_id": community_id, "day": day}))


def last_days(db: Connection, community_id: int, *, limit: int) -> list[ListeningDay]:
    """The community's last listening days, the newest first."""
    return many(ListeningDay, db.execute(_LAST, {"community_id": community_id, "limit": limit}))


def is_listening(db: Connection, community_id: int, *, now: datetime) -> bool:
    """Whether the community listens at this moment, and has said so."""
    return db.execute(_NOW_ON, {"community_id": community_id, "now": now}).first() is not None


# ------------------------------------------------------------------ what came in


def voices_between(db: Connection, community_id: int, since: datetime, until: datetime) -> list[Voice]:
    """What residents reported from `since` to before `until`, in order; what they took back is left out."""
    key = {"community_id": community_id, "since": since, "until": until}
    return [Voice(row[0], Case(*row[1:])) for row in db.execute(_VOICES, key)]


def proposals_between(db: Connection, community_id: int, since: datetime, until: datetime) -> list[Topic]:
    """What residents proposed from `since` to before `until`, in order."""
    key = {"community_id": community_id, "since": since, "until": until}
    return many(Topic, db.execute(_PROPOSALS, key))


def number_of_called_days(db: Connection, series_ids: Collection[int]) -> dict[int, int]:
    """How many days of each series were called; series without any are absent."""
    query = select(listening_days.c.series_id, func.count()).where(
        listening_days.c.series_id.in_(list(series_ids)), listening_days.c.called_at.is_not(None)
    )
    return {row[0]: row[1] for row in db.execute(query.group_by(listening_days.c.series_id))}
