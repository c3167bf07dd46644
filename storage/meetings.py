"""Consultation meetings: made, held, changed, found; and what stands on their agenda."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.consultation import take_number
from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.consultation import Subject
from storage.models.decisions import evidence
from storage.models.meetings import (
    AgendaItem,
    InvitationAnswer,
    Meeting,
    MeetingStatus,
    Party,
    invitations,
    meeting_topics,
    meetings,
    opinions,
)
from storage.models.topics import Topic, topic_cases, topics

LONGEST: Final = timedelta(hours=12)  # of a meeting
_ADD = insert(meetings)


@dataclass(frozen=True, slots=True)
class Counts:
    """What came in for one meeting: people per answer, silent parties, who checked in, opinions, evidence."""

    people: dict[InvitationAnswer, int] = field(default_factory=dict)
    unanswered: int = 0
    checked_in: int = 0
    opinions: int = 0
    evidence: int = 0


def add_meeting(db: Connection, values: dict[str, Any]) -> Meeting:
    """A new meeting with the community's next number; what `values` leaves out is empty."""
    number = take_number(db, values["community_id"], Subject.MEETING)
    return lock_meeting(db, insert_row(db, _ADD, values | {"number": number}))


def lock_meeting(db: Connection, meeting_id: int) -> Meeting:
    """The meeting as it stands now, held until the transaction ends."""
    query = select(*meetings.c).where(meetings.c.id == meeting_id).with_for_update()
    return Meeting(*db.execute(query).one())


def meeting_by_id(db: Connection, meeting_id: int) -> Meeting:
    """The meeting as it was last committed, not held."""
    return Meeting(*db.execute(select(*meetings.c).where(meetings.c.id == meeting_id)).one())


def lock_meeting_numbered(db: Connection, community_id: int, number: int) -> Meeting | None:
    """The community's meeting of this number, held; `None` when it has none."""
    query = select(*meetings.c).where(meetings.c.community_id == community_id, meetings.c.number == number)
    return one(Meeting, db.execute(query.with_for_update()).first())


def meeting_numbered(db: Connection, community_id: int, number: int) -> Meeting | None:
    """The community's meeting of this number, not held; `None` when it has none."""
    query = select(*meetings.c).where(meetings.c.community_id == community_id, meetings.c.number == number)
    return one(Meeting, db.execute(query).first())


def change_meeting(db: Connection, meeting_id: int, **values: object) -> Meeting:
    """These columns of the meeting have new values; gives it as it now stands."""
    db.execute(update(meetings).where(meetings.c.id == meeting_id).values(**values))
    return lock_meeting(db, meeting_id)


def add_to_agenda(
    db: Connection, meeting_id: int, topic_id: int, *, position: int, is_carried_over: bool = False
) -> None:
    """The topic stands on the meeting's agenda, at this place from 1."""
    row = {"meeting_id": meeting_id, "topic_id": topic_id, "position": position}
    db.execute(insert(meeting_topics), row | {"is_carried_over": is_carried_over})


def agenda_of(db: Connection, meeting_id: int) -> list[AgendaItem]:
    """What the meeting is about, in order."""
    query = select(*meeting_topics.c).where(meeting_topics.c.meeting_id == meeting_id)
    return many(AgendaItem, db.execute(query.order_by(meeting_topics.c.position)))


def drop_from_agenda(db: Connection, meeting_id: int, topic_id: int) -> None:
    """The topic stands on the meeting's agenda no more; the others keep their places."""
    mine = (meeting_topics.c.meeting_id == meeting_id, meeting_topics.c.topic_id == topic_id)
    db.execute(delete(meeting_topics).where(*mine))


def topics_of_meeting(db: Connection, meeting_id: int) -> list[Topic]:
    """The topics of the agenda, in its order."""
    query = select(*topics.c).join(meeting_topics, meeting_topics.c.topic_id == topics.c.id)
    mine = query.where(meeting_topics.c.meeting_id == meeting_id)
    return many(Topic, db.execute(mine.order_by(meeting_topics.c.position, topics.c.id)))


# ------------------------------------------------------------------ found


def meetings_in(
    db: Connection,
    community_id: int,
    statuses: Collection[MeetingStatus],
    *,
    limit: int,
    is_newest: bool = False,
) -> tuple[list[Meeting], int]:
    """The community's meetings in these states, and how many there are in all.

    Those to come first, those without a time at the end; `is_newest`: by their numbers, the last first.
    """
    seen = (meetings.c.community_id == community_id, meetings.c.status.in_(list(statuses)))
    soonest = (meetings.c.starts_at.is_(None), meetings.c.starts_at, meetings.c.id)
    order = (meetings.c.number.desc(),) if is_newest else soonest
    found = many(Meeting, db.execute(select(*meetings.c).where(*seen).order_by(*order).limit(limit)))
    if len(found) < limit:
        return found, len(found)
    total: int = db.execute(select(func.count()).select_from(meetings).where(*seen)).scalar_one()
    return found, total


def meetings_about_case(db: Connection, case_id: int, statuses: Collection[MeetingStatus]) -> list[Meeting]:
    """The meetings in these states whose agenda has a topic about the case, the newest first."""
    about = (
        select(meeting_topics.c.meeting_id)
        .join(topic_cases, topic_cases.c.topic_id == meeting_topics.c.topic_id)
        .where(topic_cases.c.case_id == case_id)
    )
    query = select(*meetings.c).where(meetings.c.id.in_(about), meetings.c.status.in_(list(statuses)))
    return many(Meeting, db.execute(query.order_by(meetings.c.id.desc())))


def meetings_at_the_time(db: Connection, meeting: Meeting) -> list[Meeting]:
    """Other meetings of the community, to be held or under way, that overlap it in time, the first first."""
    if meeting.starts_at is None:
        return []
    end = meeting.starts_at + timedelta(minutes=meeting.minutes_long)
    query = select(*meetings.c).where(
        meetings.c.community_id == meeting.community_id,
        meetings.c.id != meeting.id,
        meetings.c.status == MeetingStatus.INVITED,
        meetings.c.starts_at < end,
        meetings.c.starts_at > meeting.starts_at - LONGEST,
    )
    found = many(Meeting, db.execute(query.order_by(meetings.c.starts_at, meetings.c.id)))
    return [each for each in found if _end(each) > meeting.starts_at]


def _end(meeting: Meeting) -> datetime:
    assert meeting.starts_at is not None  # the query asks for it
    return meeting.starts_at + timedelta(minutes=meeting.minutes_long)


def codes_from(db: Connection, community_id: int, since: datetime) -> set[str]:
    """The check-in codes of the community's meetings that begin after that."""
    query = select(meetings.c.code).where(
        meetings.c.community_id == community_id, meetings.c.starts_at >= since, meetings.c.code != ""
    )
    return set(db.execute(query).scalars())


# ------------------------------------------------------------------ who is to come


def counts_of(db: Connection, meeting_id: int) -> Counts:
    """What came in for the meeting."""
    mine = invitations.c.meeting_id == meeting_id
    answers = select(invitations.c.answer, func.count(), func.sum(invitations.c.people))
    asked = mine & (invitations.c.party != Party.GROUP)  # residents' groups answer nothing
    by_answer = {row[0]: row for row in db.execute(answers.where(asked).group_by(invitations.c.answer))}
    there = (
        select(func.count()).select_from(invitations).where(mine, invitations.c.checked_in_at.is_not(None))
    )
    said = select(func.count()).select_from(opinions).where(opinions.c.meeting_id == meeting_id)
    shown = select(func.count()).select_from(evidence).where(evidence.c.meeting_id == meeting_id)
    unanswered = by_answer.get(InvitationAnswer.OPEN)
    return Counts(
        {answer: int(row[2]) for answer, row in by_answer.items()},
        unanswered[1] if unanswered else 0,
        db.execute(there).scalar_one(),
        db.execute(said).scalar_one(),
        db.execute(shown).scalar_one(),
    )


def required_parties(db: Connection, meeting_ids: Iterable[int]) -> dict[int, set[tuple[str, int]]]:
    """Who must come to each meeting, as ("person", id) or ("unit", id); who requires nobody is absent."""
    query = select(invitations.c.meeting_id, invitations.c.person_id, invitations.c.unit_id).where(
        invitations.c.meeting_id.in_(list(meeting_ids)), invitations.c.is_required
    )
    found: dict[int, set[tuple[str, int]]] = {}
    for meeting_id, person_id, unit_id in db.execute(query):
        party = ("person", person_id) if person_id is not None else ("unit", unit_id)
        if party[1] is not None:
            found.setdefault(meeting_id, set()).add(party)
    return found
