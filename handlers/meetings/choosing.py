"""Which meeting somebody answers, by its number or as the only one it can be; and for whom they speak."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.consultation.telling import RESIDENTS
from handlers.errors.invitations import (
    MeetingHasBegun,
    MeetingIsOff,
    MeetingIsOver,
    MeetingWaits,
    NoMeetingNumbered,
    WhichMeeting,
)
from handlers.replies.formats import harmless, meeting_time
from storage import cases as case_rows
from storage import invitations, organization
from storage import meetings as meeting_rows
from storage.models.meetings import Invitation, Meeting, MeetingStatus
from storage.models.organization import Community
from storage.models.people import Person, Role

LISTED: Final = 8  # meetings of which one is asked for
CASES_LOOKED_AT: Final = 50  # own cases whose estates concern somebody
JUST_OVER: Final = timedelta(days=1)  # an answer without a number still means a meeting that began then


@dataclass(frozen=True, slots=True)
class Voice:
    """For whom somebody speaks: themself, their unit, the groups of their grids."""

    person_id: int
    unit_id: int | None = None
    group_ids: tuple[int, ...] = ()


def voice_of(db: Connection, person: Person) -> Voice:
    """A unit's member speaks for the unit, a grid worker for the grid's group, everybody for themself."""
    if person.role is Role.UNIT_MEMBER:
        return Voice(person.id, person.unit_id)
    if person.role is not Role.GRID_WORKER:
        return Voice(person.id)
    groups = [
        organization.workers_group_of_grid(db, grid_id)
        for grid_id in organization.grids_of_worker(db, person.id)
    ]
    return Voice(person.id, None, tuple(each.id for each in groups if each is not None))


def invitation_for(db: Connection, meeting: Meeting, voice: Voice) -> Invitation | None:
    """By which invitation this voice answers: the person's own, else the unit's, else the grid's."""
    found = invitations.invitations_to(
        db, meeting.id, person_id=voice.person_id, unit_id=voice.unit_id, group_ids=voice.group_ids
    )
    return next(iter(found), None)


def is_open_to(db: Connection, meeting: Meeting, person: Person) -> bool:
    """Whether somebody who is not invited may sign up.

    The community's own people may; a resident of a public meeting when they live in, or reported from, an
    estate it is about, or it is about none.
    """
    if person.role in COMMUNITY_ROLES or person.role is Role.GRID_WORKER:
        return person.community_id == meeting.community_id
    if person.role not in RESIDENTS or not meeting.is_public:
        return False
    about = set(invitations.estates_of_meeting(db, meeting.id))
    return not about or bool(about & estates_of(db, person))


def estates_of(db: Connection, person: Person) -> set[int]:
    """The estates that concern a resident: the home, and where they reported something."""
    own = case_rows.cases_of_person(db, person.id, limit=CASES_LOOKED_AT)
    return {each for each in (person.estate_id, *(case.estate_id for case in own)) if each is not None}


def meeting_answered(
    db: Connection,
    person: Person,
    number: int | None,
    *,
    community: Community,
    is_joining: bool,
    example: str,
    now: datetime,
) -> Meeting | None:
    """The meeting somebody answers, held; `None` when they gave no number and nothing awaits an answer.

    Without a number it is the only one ahead they are invited to; who joins may mean the only public one of
    their estate. `example` has a place for the number: 参加 议事会{number}. Raises `NoMeetingNumbered`,
    `WhichMeeting`.
    """
    if number is not None:
        meeting = meeting_rows.lock_meeting_numbered(db, community.id, number)
        if meeting is None or meeting.status is MeetingStatus.DRAFT:
            raise NoMeetingNumbered(number, community.phone)
        return meeting
    voice = voice_of(db, person)
    found = invitations.meetings_ahead_of(
        db,
        community.id,
        now=now,
        person_id=voice.person_id,
        unit_id=voice.unit_id,
        group_ids=voice.group_ids,
    )
    if not found and is_joining and person.role in RESIDENTS:
        found = invitations.public_meetings_ahead(db, community.id, estates_of(db, person), now=now)
    found = found or _just_over(db, community.id, voice, now=now)
    if len(found) > 1:
        raise _which(found, example)
    return meeting_rows.lock_meeting(db, found[0].id) if found else None


def ensure_awaits_answers(meeting: Meeting, *, phone: str, now: datetime) -> None:
    """The meeting is to come; else the sentence says what to do instead.

    Raises `MeetingIsOff`, `MeetingWaits`, `MeetingHasBegun`, `MeetingIsOver`.
    """
    if meeting.status is MeetingStatus.CANCELLED:
        raise MeetingIsOff(meeting.number)
    if meeting.status is MeetingStatus.POSTPONED:
        raise MeetingWaits(meeting.number)
    if meeting.status is not MeetingStatus.INVITED or ends_at(meeting) <= now:
        raise MeetingIsOver(meeting.number, phone)
    if meeting.starts_at is not None and meeting.starts_at <= now:
        raise MeetingHasBegun(meeting.number, meeting.place or "会场")


def ends_at(meeting: Meeting) -> datetime:
    """When the meeting is planned to end; it has a time."""
    assert meeting.starts_at is not None  # only a draft or a postponed one has none
    return meeting.starts_at + timedelta(minutes=meeting.minutes_long)


def _just_over(db: Connection, community_id: int, voice: Voice, *, now: datetime) -> list[Meeting]:
    """The last meeting they were invited to that began lately, or waits for another time."""
    found = invitations.meetings_lately_of(
        db,
        community_id,
        since=now - JUST_OVER,
        person_id=voice.person_id,
        unit_id=voice.unit_id,
        group_ids=voice.group_ids,
    )
    return found[-1:]


def _which(found: Sequence[Meeting], example: str) -> WhichMeeting:
    lines = [f"议事会{each.number} {meeting_time(each)} {harmless(each.title)}" for each in found[:LISTED]]
    rest = [f"……还有{len(found) - LISTED}次"] if len(found) > LISTED else []
    return WhichMeeting([*lines, *rest], example.format(number=found[0].number))
