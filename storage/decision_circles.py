"""Whom a decision item concerns: who sat at the table, and what else its cases wait for."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from storage.models.base import many
from storage.models.consultation import Happening, HappeningRow, Subject, happenings
from storage.models.decisions import Decision, decision_cases, decisions
from storage.models.meetings import (
    InvitationAnswer,
    MeetingStatus,
    invitations,
    meeting_topics,
    meetings,
)
from storage.models.topics import topic_cases

BEFORE_MINUTES = (
    MeetingStatus.DRAFT,
    MeetingStatus.INVITED,
    MeetingStatus.POSTPONED,
    MeetingStatus.HELD,
)


@dataclass(frozen=True, slots=True)
class AtTable:
    """Who came to a meeting or said so: persons, units, and group chats whose members spoke for them."""

    person_ids: tuple[int, ...]
    unit_ids: tuple[int, ...]
    group_ids: tuple[int, ...]


def at_table(db: Connection, meeting_id: int) -> AtTable:
    """Who checked in at the meeting or said they come, each once."""
    query = select(invitations.c.person_id, invitations.c.unit_id, invitations.c.group_id).where(
        invitations.c.meeting_id == meeting_id,
        or_(
            invitations.c.answer == InvitationAnswer.COMING,
            invitations.c.checked_in_at.is_not(None),
        ),
    )
    rows = list(db.execute(query.order_by(invitations.c.id)))
    columns = ([row[index] for row in rows if row[index] is not None] for index in range(3))
    return AtTable(*(tuple(dict.fromkeys(each)) for each in columns))


def decisions_of_cases(db: Connection, case_ids: Collection[int]) -> list[Decision]:
    """Every item that one of these cases waits for or waited for, in order."""
    mine = select(decision_cases.c.decision_id).where(decision_cases.c.case_id.in_(sorted(case_ids)))
    query = select(*decisions.c).where(decisions.c.id.in_(mine))
    return many(Decision, db.execute(query.order_by(decisions.c.number)))


def is_on_an_agenda(db: Connection, case_ids: Collection[int]) -> bool:
    """Whether one of these cases is to be talked over at a meeting that has no minutes yet."""
    query = (
        select(meetings.c.id)
        .join(meeting_topics, meeting_topics.c.meeting_id == meetings.c.id)
        .join(topic_cases, topic_cases.c.topic_id == meeting_topics.c.topic_id)
        .where(topic_cases.c.case_id.in_(sorted(case_ids)), meetings.c.status.in_(BEFORE_MINUTES))
    )
    return db.execute(query.limit(1)).first() is not None


def lines_of(
    db: Connection, decision_ids: Collection[int], kinds: Collection[Happening]
) -> list[HappeningRow]:
    """What happened of these kinds to these items, in order."""
    query = select(*happenings.c).where(
        happenings.c.subject == Subject.DECISION,
        happenings.c.subject_id.in_(sorted(decision_ids)),
        happenings.c.kind.in_(list(kinds)),
    )
    return many(HappeningRow, db.execute(query.order_by(happenings.c.id)))


def invited_groups(db: Connection, meeting_id: int) -> list[int]:
    """The group chats that were invited to the meeting, in that order."""
    query = select(invitations.c.group_id).where(
        invitations.c.meeting_id == meeting_id, invitations.c.group_id.is_not(None)
    )
    return list(db.execute(query.order_by(invitations.c.id)).scalars())
