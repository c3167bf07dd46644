"""Topics: made, held, changed, listed; the cases they are about, and who supports them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from storage.consultation import take_number
from storage.dialects import PerDialect, insert_row
from storage.models.base import many, one
from storage.models.cases import Case, cases
from storage.models.consultation import Subject
from storage.models.meetings import Meeting, meeting_topics, meetings
from storage.models.people import Person, people
from storage.models.topics import (
    WAITS,
    Topic,
    TopicSource,
    TopicStatus,
    topic_cases,
    topic_seconds,
    topics,
)

_ADD = insert(topics)
_BY_ID = select(*topics.c).where(topics.c.id == bindparam("topic_id"))
_BY_NUMBER = select(*topics.c).where(
    topics.c.community_id == bindparam("community_id"), topics.c.number == bindparam("number")
)
_SECOND = PerDialect(  # asked for the row it made: its count is -1 on PostgreSQL
    topic_seconds, lambda statement: statement.on_conflict_do_nothing().returning(topic_seconds.c.topic_id)
)
_SECONDS = (
    select(func.count())
    .select_from(topic_seconds)
    .where(topic_seconds.c.topic_id == topics.c.id)
    .correlate(topics)
    .scalar_subquery()
)
_SECONDED = (
    select(func.count()).select_from(topic_seconds).where(topic_seconds.c.topic_id == bindparam("topic_id"))
)
_SECONDERS = (
    select(*people.c)
    .join(topic_seconds, topic_seconds.c.person_id == people.c.id)
    .where(topic_seconds.c.topic_id == bindparam("topic_id"))
    .order_by(topic_seconds.c.seconded_at, people.c.id)
)
_CASES = (
    select(topic_cases.c.case_id)
    .where(topic_cases.c.topic_id == bindparam("topic_id"))
    .order_by(topic_cases.c.case_id)
)
_MEETINGS = (
    select(*meetings.c)
    .join(meeting_topics, meeting_topics.c.meeting_id == meetings.c.id)
    .where(meeting_topics.c.topic_id == bindparam("topic_id"))
    .order_by(meetings.c.id)
)
_PROPOSED_BY = topics.c.proposed_by_id == bindparam("person_id")


@dataclass(frozen=True, slots=True)
class Counted:
    """A topic, and how many people support it, its proposer among them."""

    topic: Topic
    seconds: int


# ------------------------------------------------------------------ rows


def add_topic(db: Connection, values: dict[str, Any], *, case_ids: Iterable[int] = ()) -> Topic:
    """A new topic with the community's next number, about these cases; what `values` leaves out is empty."""
    number = take_number(db, values["community_id"], Subject.TOPIC)
    topic_id = insert_row(db, _ADD, {"recurs": "", "reason": "", "words": ""} | values | {"number": number})
    add_cases(db, topic_id, case_ids)
    return lock_topic(db, topic_id)


def topic_by_id(db: Connection, topic_id: int) -> Topic:
    """The topic as it was last committed, not held."""
    return Topic(*db.execute(_BY_ID, {"topic_id": topic_id}).one())


def lock_topic(db: Connection, topic_id: int) -> Topic:
    """The topic as it stands now, held until the transaction ends."""
    return Topic(*db.execute(_BY_ID.with_for_update(), {"topic_id": topic_id}).one())


def topic_numbered(db: Connection, community_id: int, number: int) -> Topic | None:
    """The community's topic of this number, not held; `None` when it has none."""
    return one(Topic, db.execute(_BY_NUMBER, {"community_id": community_id, "number": number}).first())


def lock_topic_numbered(db: Connection, community_id: int, number: int) -> Topic | None:
    """The community's topic of this number, held; `None` when it has none."""
    key = {"community_id": community_id, "number": number}
    return one(Topic, db.execute(_BY_NUMBER.with_for_update(), key).first())


def change_topic(db: Connection, topic_id: int, **values: object) -> Topic:
    """These columns of the topic have new values; gives it as it now stands."""
    db.execute(update(topics).where(topics.c.id == topic_id).values(**values))
    return lock_topic(db, topic_id)


# ------------------------------------------------------------------ the cases it is about


def add_cases(db: Connection, topic_id: int, case_ids: Iterable[int]) -> None:
    """The topic is about these cases too; those it is about already are left out."""
    stand = set(cases_of_topic(db, topic_id))
    rows = [{"topic_id": topic_id, "case_id": each} for each in dict.fromkeys(case_ids) if each not in stand]
    if rows:
        db.execute(insert(topic_cases), rows)


def cases_of_topic(db: Connection, topic_id: int) -> list[int]:
    """The ids of the cases the topic is about, in order."""
    return list(db.execute(_CASES, {"topic_id": topic_id}).scalars())


def case_rows_of_topic(db: Connection, topic_id: int) -> list[Case]:
    """The cases the topic is about, in order, not held; merged ones as they are."""
    query = select(*cases.c).join(topic_cases, topic_cases.c.case_id == cases.c.id)
    return many(Case, db.execute(query.where(topic_cases.c.topic_id == topic_id).order_by(cases.c.id)))


def topics_about(db: Connection, case_ids: Collection[int], statuses: Collection[TopicStatus]) -> list[Topic]:
    """The topics in one of these states that are about any of these cases, oldest first, not held."""
    about = select(topic_cases.c.topic_id).where(topic_cases.c.case_id.in_(list(case_ids)))
    query = select(*topics.c).where(topics.c.id.in_(about), topics.c.status.in_(list(statuses)))
    return many(Topic, db.execute(query.order_by(topics.c.id)))


# ------------------------------------------------------------------ who supports it


def add_second(db: Connection, topic_id: int, person_id: int, *, now: datetime) -> bool:
    """This person supports the topic, once; tells whether that is new."""
    row = {"topic_id": topic_id, "person_id": person_id, "seconded_at": now}
    return db.execute(_SECOND.on(db), row).first() is not None


def number_of_seconds(db: Connection, topic_id: int) -> int:
    """How many people support the topic, its proposer among them."""
    count: int = db.execute(_SECONDED, {"topic_id": topic_id}).scalar_one()
    return count


def seconders_of(db: Connection, topic_id: int) -> list[Person]:
    """Everybody who supports the topic, the first first."""
    return many(Person, db.execute(_SECONDERS, {"topic_id": topic_id}))


def move_support(db: Connection, topic_id: int, into_id: int) -> None:
    """Whoever supports the one supports the other, and its cases are the other's too; nothing is doubled."""
    have = select(topic_seconds.c.person_id).where(topic_seconds.c.topic_id == into_id)
    mine = select(topic_seconds.c.person_id, topic_seconds.c.seconded_at).where(
        topic_seconds.c.topic_id == topic_id, topic_seconds.c.person_id.not_in(have)
    )
    rows = [{"topic_id": into_id, "person_id": who, "seconded_at": at} for who, at in db.execute(mine)]
    if rows:
        db.execute(insert(topic_seconds), rows)
    add_cases(db, into_id, cases_of_topic(db, topic_id))


# ------------------------------------------------------------------ lists


def waiting_topics(
    db: Connection, community_id: int, *, reader_id: int | None, limit: int, skipped: int = 0
) -> tuple[list[Counted], int]:
    """What waits for a meeting, by support and age, and how many wait in all.

    `reader_id`: who sees what is public and their own; `None` sees everything. The first `skipped` are left
    out of the list.
    """
    here, seen = topics.c.community_id == community_id, _seen_by(reader_id)
    order = (_SECONDS.desc(), topics.c.proposed_at, topics.c.id)
    listed = (
        select(*topics.c, _SECONDS).where(here, WAITS, seen).order_by(*order).limit(limit).offset(skipped)
    )
    counted = select(func.count()).select_from(topics).where(here, WAITS, seen)
    rows, total = db.execute(listed).all(), int(db.execute(counted).scalar_one())
    return [Counted(Topic(*row[:-1]), row[-1]) for row in rows], total


def meetings_of_topic(db: Connection, topic_id: int) -> list[Meeting]:
    """The meetings on whose agenda the topic stands or stood, oldest first."""
    return many(Meeting, db.execute(_MEETINGS, {"topic_id": topic_id}))


def proposals_of(db: Connection, person_id: int, *, since: datetime) -> list[Topic]:
    """What this person proposed since then, the newest first."""
    mine = (_PROPOSED_BY, topics.c.source == TopicSource.PROPOSAL, topics.c.proposed_at >= since)
    query = select(*topics.c).where(*mine).order_by(topics.c.id.desc())
    return many(Topic, db.execute(query, {"person_id": person_id}))


def _seen_by(reader_id: int | None) -> ColumnElement[bool]:
    if reader_id is None:
        return true()
    is_told = topics.c.is_public & (topics.c.status != TopicStatus.SUGGESTED)
    return is_told | (topics.c.proposed_by_id == reader_id)
