"""Consultation meetings: made, held, changed, found; and what stands on their agenda."""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.consultation import take_number
from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.consultation import Subject
from storage.models.meetings import AgendaItem, Meeting, meeting_topics, meetings

_ADD = insert(meetings)


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
