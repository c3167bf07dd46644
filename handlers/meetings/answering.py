"""An invitation is answered: somebody comes, with so many, waits for a seat, or stays away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.consultation.telling import RESIDENTS, news_of, tell_desk
from handlers.errors.invitations import NothingToDecline, NotInvited, RoomForFewer, TooManyPeople
from handlers.meetings.capacity import let_in, never_waits, position_of, seats_of
from handlers.meetings.choosing import (
    ensure_awaits_answers,
    invitation_for,
    is_open_to,
    meeting_answered,
    voice_of,
)
from handlers.meetings.circle import invitee_of
from handlers.meetings.reaching import names_of
from handlers.replies.invitations import required_declined
from handlers.rules import Rules
from storage import consultation, invitations
from storage.models.consultation import Happening, Subject
from storage.models.meetings import Invitation, InvitationAnswer, Meeting, Party
from storage.models.organization import Community
from storage.models.people import Person

MOST_PEOPLE: Final = 20  # with one answer
LONGEST_REASON: Final = 200  # characters


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said: `people` come, or nobody does, for this reason."""

    is_coming: bool
    people: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What stands now; `was` is the answer before, `position` the place on the waiting list, or 0."""

    meeting: Meeting
    invitation: Invitation
    was: InvitationAnswer
    position: int


def answer_invitation(
    db: Connection,
    person: Person,
    number: int | None,
    *,
    answer: Answer,
    community: Community,
    now: datetime,
    rules: Rules,
) -> Answered | None:
    """The answer stands, the last one counts; whoever waited and fits now has a seat and is told.

    Without a number the only meeting that awaits an answer is meant; `None` when there is none. A resident
    who is not invited signs up for a public meeting of their estate. Raises `NotInvited`, `NothingToDecline`,
    `TooManyPeople`, `RoomForFewer`, `WhichMeeting`, and what says that the meeting is over, or off.
    """
    example = "参加 议事会{number}" if answer.is_coming else "请假 议事会{number}"
    meeting = meeting_answered(
        db,
        person,
        number,
        community=community,
        is_joining=answer.is_coming,
        example=example,
        now=now,
    )
    if meeting is None:
        return None
    ensure_awaits_answers(meeting, phone=community.phone, now=now)
    invitation = invitation_for(db, meeting, voice_of(db, person))
    if invitation is None:
        invitation = _signed_up(db, meeting, person, answer, community=community, now=now)
    stands = _seated(db, meeting, invitation, answer) if answer.is_coming else InvitationAnswer.DECLINED
    return _answered(db, meeting, invitation, _Said(person, answer, stands), now=now, rules=rules)


@dataclass(frozen=True, slots=True)
class _Said:
    """Who said what, and what it comes to."""

    person: Person
    answer: Answer
    stands: InvitationAnswer


def _answered(
    db: Connection, meeting: Meeting, before: Invitation, said: _Said, *, now: datetime, rules: Rules
) -> Answered:
    keeps_place = before.answer is said.stands is InvitationAnswer.WAITING
    after = invitations.change_invitation(
        db,
        before.id,
        answer=said.stands,
        people=said.answer.people if said.answer.is_coming else 1,
        reason=said.answer.reason[:LONGEST_REASON],
        answered_by_id=said.person.id,
        answered_at=before.answered_at if keeps_place else now,
        promoted_at=before.promoted_at if said.stands is InvitationAnswer.COMING else None,
    )
    event_id = _note(db, meeting, after, said, now=now)
    if after.is_required and said.stands is InvitationAnswer.DECLINED is not before.answer:
        news = news_of(
            Subject.MEETING, meeting.id, event_id, community_id=meeting.community_id, now=now, rules=rules
        )
        who = names_of(db, [after])[after.id]
        tell_desk(db, news, required_declined(meeting, who, said.answer.reason), called=meeting.chair_id)
    let_in(db, meeting, now=now, rules=rules, but=after.id)
    rows = invitations.invitations_of(db, meeting.id)
    standing = next(each for each in rows if each.id == after.id)
    return Answered(meeting, standing, before.answer, position_of(rows, standing.id))


def _note(db: Connection, meeting: Meeting, row: Invitation, said: _Said, *, now: datetime) -> int:
    return consultation.add_happening(
        db,
        Subject.MEETING,
        meeting.id,
        Happening.ANSWERED,
        community_id=meeting.community_id,
        person_id=said.person.id,
        now=now,
        data={"invitation": row.id, "answer": row.answer.value, "people": row.people},
    )


def _signed_up(
    db: Connection, meeting: Meeting, person: Person, answer: Answer, *, community: Community, now: datetime
) -> Invitation:
    """Who is not invited comes by their own wish, where they may."""
    if not answer.is_coming:
        raise NothingToDecline(meeting.number)
    if not is_open_to(db, meeting, person):
        raise NotInvited(meeting.number, community.phone)
    as_what = invitee_of(db, person)
    if person.role in RESIDENTS:
        as_what = as_what._replace(party=Party.RESIDENT)
    invitations.add_invitations(db, meeting, [as_what], now=now)
    return invitations.invitations_to(db, meeting.id, person_id=person.id)[0]


def _seated(db: Connection, meeting: Meeting, row: Invitation, answer: Answer) -> InvitationAnswer:
    """Whether there is room for so many; who comes already keeps the seats they have."""
    if not 0 < answer.people <= MOST_PEOPLE:
        raise TooManyPeople(meeting.number, MOST_PEOPLE)
    seats = seats_of(meeting, invitations.invitations_of(db, meeting.id), but=row.id)
    if never_waits(row) or seats.has_room_for(answer.people):
        return InvitationAnswer.COMING
    if row.answer is not InvitationAnswer.COMING:
        return InvitationAnswer.WAITING
    if answer.people <= row.people:  # the room became smaller meanwhile: nobody is sent away
        return InvitationAnswer.COMING
    raise RoomForFewer(meeting.number, held=row.people, free=max(row.people, seats.free or 0))
