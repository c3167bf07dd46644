"""What is shown of meetings: to staff everything, to others what they are invited to or what is public."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors.meetings import NoSuchMeeting, NoSuchMeetingForYou
from handlers.meetings.carrying import open_decisions
from handlers.meetings.clashes import Remarks, remarks_on
from handlers.meetings.finding import LOOKED_AT
from handlers.meetings.states import AHEAD, UNFINISHED
from handlers.topics.places import reporters_of_topic
from storage import decisions, invitations, meeting_circles, organization, people
from storage import meetings as rows
from storage.meetings import Counts
from storage.models.cases import Case
from storage.models.decisions import Decision
from storage.models.meetings import Invitation, Meeting, MeetingStatus
from storage.models.people import Person, Role
from storage.models.topics import Topic

LISTED: Final = 12  # meetings in one answer
PAST: Final = 5  # of those that are over
BEGAN_WITHIN: Final = timedelta(hours=3)  # somebody may still look for the room
OVER: Final = (MeetingStatus.CLOSED, MeetingStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class MeetingShown:
    """A meeting with all that staff should see of it."""

    meeting: Meeting
    topics: tuple[Topic, ...]
    cases: tuple[Case, ...]
    chair: str
    counts: Counts
    decisions: tuple[Decision, ...]
    remarks: Remarks


@dataclass(frozen=True, slots=True)
class MeetingsListed:
    """Meetings to come or not finished, how many there are of them, and the last that are over."""

    unfinished: tuple[Meeting, ...]
    total: int
    over: tuple[Meeting, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingForResident:
    """A meeting as one resident sees it, with the topics that are public or theirs.

    `invitation` is `None` for a public one they are not invited to.
    """

    meeting: Meeting
    topics: tuple[Topic, ...]
    invitation: Invitation | None


def list_meetings(db: Connection, who: Person) -> MeetingsListed:
    """What the community has ahead or not finished; members of a unit see what they are invited to."""
    community_id = who.community_id or 0
    if who.role is Role.UNIT_MEMBER:
        found, _ = rows.meetings_in(db, community_id, UNFINISHED, limit=LOOKED_AT)
        mine = [each for each in found if each.status not in AHEAD[:1] and _is_invited(db, who, each)]
        return MeetingsListed(tuple(mine[:LISTED]), len(mine))
    ahead, of_ahead = rows.meetings_in(db, community_id, AHEAD, limit=LISTED)
    held, of_held = rows.meetings_in(db, community_id, UNFINISHED[len(AHEAD) :], limit=LISTED)
    over, _ = rows.meetings_in(db, community_id, OVER, limit=PAST, is_newest=True)
    shown = (*ahead, *held)[:LISTED]
    return MeetingsListed(shown, of_ahead + of_held, tuple(over))


def show_meeting(db: Connection, who: Person, number: int) -> MeetingShown:
    """The community's meeting of this number with its counts; `NoSuchMeeting`.

    A member of a unit sees what the unit is invited to.
    """
    meeting = rows.meeting_numbered(db, who.community_id or 0, number)
    if meeting is None or (who.role is Role.UNIT_MEMBER and not _is_invited(db, who, meeting)):
        raise NoSuchMeeting(number)
    chair = people.person_by_id(db, meeting.chair_id).name if meeting.chair_id else ""
    is_ahead = meeting.status in AHEAD
    return MeetingShown(
        meeting,
        tuple(meeting_circles.topics_of_meeting(db, meeting.id)),
        tuple(meeting_circles.cases_of_meeting(db, meeting.id)),
        chair,
        rows.counts_of(db, meeting.id),
        (*decisions.decisions_of_meeting(db, meeting.id), *open_decisions(db, meeting)),
        remarks_on(db, meeting) if is_ahead and who.role in COMMUNITY_ROLES else Remarks(),
    )


def meetings_of_resident(
    db: Connection, resident: Person, community_id: int, *, now: datetime
) -> list[MeetingForResident]:
    """The meetings to come that the resident is invited to, then the public ones of their estate."""
    since = now - BEGAN_WITHIN
    mine = invitations.meetings_ahead_of(db, community_id, now=since, person_id=resident.id)
    near = (
        invitations.public_meetings_ahead(db, community_id, [resident.estate_id], now=since)
        if resident.estate_id is not None
        else []
    )
    known = {each.id: each for each in [*mine, *near]}
    return [_for_resident(db, resident, each) for each in known.values()][:LISTED]


def meeting_of_resident(
    db: Connection, resident: Person, community_id: int, number: int
) -> MeetingForResident:
    """A meeting the resident is invited to, or a public one; else `NoSuchMeetingForYou`, there or not."""
    meeting = rows.meeting_numbered(db, community_id, number)
    phone = organization.community_by_id(db, community_id).phone
    if meeting is None or meeting.status is MeetingStatus.DRAFT:
        raise NoSuchMeetingForYou(number, phone)
    found = _for_resident(db, resident, meeting)
    if found.invitation is None and not meeting.is_public:
        raise NoSuchMeetingForYou(number, phone)
    return found


def _for_resident(db: Connection, resident: Person, meeting: Meeting) -> MeetingForResident:
    own = invitations.invitations_to(db, meeting.id, person_id=resident.id)
    topics = [
        each
        for each in meeting_circles.topics_of_meeting(db, meeting.id)
        if each.is_public or any(who.id == resident.id for who in reporters_of_topic(db, each))
    ]
    return MeetingForResident(meeting, tuple(topics), own[0] if own else None)


def _is_invited(db: Connection, member: Person, meeting: Meeting) -> bool:
    return bool(invitations.invitations_to(db, meeting.id, person_id=member.id, unit_id=member.unit_id))
