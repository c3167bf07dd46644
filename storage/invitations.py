"""Who is invited to a meeting, what they answered, who came, and what they want said there."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, union, update

from storage.dialects import PerDialect, insert_row
from storage.models.base import many, one
from storage.models.cases import cases
from storage.models.meetings import (
    Invitation,
    InvitationAnswer,
    Meeting,
    MeetingStatus,
    Opinion,
    Party,
    invitations,
    meeting_topics,
    meetings,
    opinions,
)
from storage.models.people import Person, people
from storage.models.topics import topic_cases, topics


class Invitee(NamedTuple):
    """As what somebody is invited; exactly one of person, unit and group is set."""

    party: Party
    person_id: int | None = None
    unit_id: int | None = None
    group_id: int | None = None
    is_required: bool = False


_ADD = PerDialect(invitations, lambda statement: statement.on_conflict_do_nothing())
_OF_MEETING = (
    select(*invitations.c)
    .where(invitations.c.meeting_id == bindparam("meeting_id"))
    .order_by(invitations.c.id)
)
_BY_ID = select(*invitations.c).where(invitations.c.id == bindparam("invitation_id"))
_INVITED_PEOPLE = (
    select(*people.c)
    .join(invitations, invitations.c.person_id == people.c.id)
    .where(invitations.c.meeting_id == bindparam("meeting_id"))
    .order_by(invitations.c.id)
)
_AHEAD = (
    select(*meetings.c)
    .where(
        meetings.c.community_id == bindparam("community_id"),
        meetings.c.status == MeetingStatus.INVITED,
        meetings.c.starts_at > bindparam("now", type_=meetings.c.starts_at.type),
    )
    .order_by(meetings.c.starts_at, meetings.c.id)
)
_LATELY = (
    select(*meetings.c)
    .where(
        meetings.c.community_id == bindparam("community_id"),
        meetings.c.status != MeetingStatus.DRAFT,
        or_(
            meetings.c.status == MeetingStatus.POSTPONED,
            meetings.c.starts_at >= bindparam("since", type_=meetings.c.starts_at.type),
        ),
    )
    .order_by(meetings.c.starts_at.is_not(None), meetings.c.starts_at, meetings.c.id)
)
_BETWEEN = (
    select(*meetings.c)
    .where(
        meetings.c.community_id == bindparam("community_id"),
        meetings.c.status.in_([MeetingStatus.INVITED, MeetingStatus.HELD, MeetingStatus.MINUTED]),
        meetings.c.starts_at >= bindparam("first", type_=meetings.c.starts_at.type),
        meetings.c.starts_at < bindparam("last", type_=meetings.c.starts_at.type),
    )
    .order_by(meetings.c.starts_at, meetings.c.id)
)
_BY_ROW = select(*meetings.c).where(meetings.c.id == bindparam("row"))
_BY_TOKEN = select(*meetings.c).where(meetings.c.token == bindparam("token"), meetings.c.token != "")
_OF_TOPICS = select(topics.c.estate_id).join(meeting_topics, meeting_topics.c.topic_id == topics.c.id)
_OF_CASES = (
    select(cases.c.estate_id)
    .join(topic_cases, topic_cases.c.case_id == cases.c.id)
    .join(meeting_topics, meeting_topics.c.topic_id == topic_cases.c.topic_id)
)
_THIS = meeting_topics.c.meeting_id == bindparam("meeting_id")
_ESTATES = union(
    _OF_TOPICS.where(_THIS, topics.c.estate_id.is_not(None)),
    _OF_CASES.where(_THIS, cases.c.estate_id.is_not(None)),
)
_ADD_OPINION = insert(opinions)
_OPINIONS = (
    select(*opinions.c).where(opinions.c.meeting_id == bindparam("meeting_id")).order_by(opinions.c.id)
)
_OPINION_COUNT = select(func.count()).where(opinions.c.meeting_id == bindparam("meeting_id"))


# ------------------------------------------------------------------ who is invited


def add_invitations(db: Connection, meeting: Meeting, invitees: Iterable[Invitee], *, now: datetime) -> None:
    """They are invited and have not answered; whoever was invited before stays as they are."""
    rows = [
        each._asdict()
        | {
            "community_id": meeting.community_id,
            "meeting_id": meeting.id,
            "invited_at": now,
            "answer": InvitationAnswer.OPEN,
            "people": 1,
            "reason": "",
        }
        for each in invitees
    ]
    if rows:
        db.execute(_ADD.on(db), rows)


def invitations_of(db: Connection, meeting_id: int) -> list[Invitation]:
    """Everybody who is invited, whatever they answered, in the order of inviting."""
    return many(Invitation, db.execute(_OF_MEETING, {"meeting_id": meeting_id}))


def invitations_to(
    db: Connection,
    meeting_id: int,
    *,
    person_id: int | None = None,
    unit_id: int | None = None,
    group_ids: Collection[int] = (),
) -> list[Invitation]:
    """What this person, this unit and these groups are invited by: their own first, then the unit's."""
    wanted = _whose(person_id, unit_id, group_ids)
    found = many(Invitation, db.execute(_OF_MEETING.where(or_(*wanted)), {"meeting_id": meeting_id}))
    return sorted(found, key=lambda each: (each.person_id is None, each.unit_id is None, each.id))


def change_invitation(db: Connection, invitation_id: int, **values: object) -> Invitation:
    """These columns of the invitation have new values; the caller holds the meeting's lock."""
    db.execute(update(invitations).where(invitations.c.id == invitation_id).values(**values))
    return Invitation(*db.execute(_BY_ID, {"invitation_id": invitation_id}).one())


def require(db: Connection, invitation_ids: Collection[int]) -> None:
    """Without these parties the meeting is not complete."""
    mine = update(invitations).where(invitations.c.id.in_(list(invitation_ids)))
    db.execute(mine.values(is_required=True))


def invited_people(db: Connection, meeting_id: int) -> list[Person]:
    """The persons who are invited themselves, in the order of inviting."""
    return many(Person, db.execute(_INVITED_PEOPLE, {"meeting_id": meeting_id}))


# ------------------------------------------------------------------ which meeting


def meetings_ahead_of(
    db: Connection,
    community_id: int,
    *,
    now: datetime,
    person_id: int | None = None,
    unit_id: int | None = None,
    group_ids: Collection[int] = (),
) -> list[Meeting]:
    """The meetings this person, this unit or one of these groups is invited to that have not begun."""
    query = _AHEAD.where(_invites(person_id, unit_id, group_ids))
    return many(Meeting, db.execute(query, {"community_id": community_id, "now": now}))


def meetings_lately_of(
    db: Connection,
    community_id: int,
    *,
    since: datetime,
    person_id: int | None = None,
    unit_id: int | None = None,
    group_ids: Collection[int] = (),
) -> list[Meeting]:
    """The meetings they were invited to that began, or should have begun, after that, or are postponed."""
    query = _LATELY.where(_invites(person_id, unit_id, group_ids))
    return many(Meeting, db.execute(query, {"community_id": community_id, "since": since}))


def public_meetings_ahead(
    db: Connection, community_id: int, estate_ids: Collection[int], *, now: datetime
) -> list[Meeting]:
    """The public meetings about one of these estates that have not begun."""
    own, ids = meeting_topics.c.meeting_id == meetings.c.id, list(estate_ids)
    by_topic = _OF_TOPICS.where(own, topics.c.estate_id.in_(ids)).exists()
    by_case = _OF_CASES.where(own, cases.c.estate_id.in_(ids)).exists()
    query = _AHEAD.where(meetings.c.is_public, or_(by_topic, by_case))
    return many(Meeting, db.execute(query, {"community_id": community_id, "now": now}))


def meetings_between(db: Connection, community_id: int, first: datetime, *, last: datetime) -> list[Meeting]:
    """The meetings, called and held ones, that begin in this time."""
    bound = {"community_id": community_id, "first": first, "last": last}
    return many(Meeting, db.execute(_BETWEEN, bound))


def meeting_with_id(db: Connection, meeting_id: int) -> Meeting | None:
    """The meeting of this row, not held; `None` when there is none."""
    return one(Meeting, db.execute(_BY_ROW, {"row": meeting_id}).first())


def meeting_behind(db: Connection, token: str) -> Meeting | None:
    """The meeting whose calendar file has this token in its address; `None`: none has."""
    return one(Meeting, db.execute(_BY_TOKEN, {"token": token}).first()) if token else None


def estates_of_meeting(db: Connection, meeting_id: int) -> list[int]:
    """The estates the meeting's topics are about, each once, in the order of their rows."""
    return sorted(db.execute(_ESTATES, {"meeting_id": meeting_id}).scalars())


# ------------------------------------------------------------------ opinions


def add_opinion(db: Connection, meeting: Meeting, person_id: int, *, words: str, now: datetime) -> int:
    """What the person wants said at the table; gives its number."""
    row = {"community_id": meeting.community_id, "meeting_id": meeting.id, "person_id": person_id}
    return insert_row(db, _ADD_OPINION, row | {"words": words, "said_at": now})


def opinions_of(db: Connection, meeting_id: int) -> list[Opinion]:
    """What everybody wants said, oldest first."""
    return many(Opinion, db.execute(_OPINIONS, {"meeting_id": meeting_id}))


def number_of_opinions(db: Connection, meeting_id: int) -> int:
    """How many opinions were handed in."""
    count: int = db.execute(_OPINION_COUNT, {"meeting_id": meeting_id}).scalar_one()
    return count


def _invites(person_id: int | None, unit_id: int | None, group_ids: Collection[int]) -> ColumnElement[bool]:
    """That a meeting invites one of these; looked for meeting by meeting, of which few are ahead."""
    mine = select(invitations.c.id).where(invitations.c.meeting_id == meetings.c.id)
    return mine.where(or_(*_whose(person_id, unit_id, group_ids))).exists()


def _whose(
    person_id: int | None, unit_id: int | None, group_ids: Collection[int]
) -> list[ColumnElement[bool]]:
    named: Mapping[Any, object] = {invitations.c.person_id: person_id, invitations.c.unit_id: unit_id}
    wanted = [column == value for column, value in named.items() if value is not None]
    wanted += [invitations.c.group_id.in_(list(group_ids))] if group_ids else []
    return wanted or [invitations.c.id.is_(None)]
