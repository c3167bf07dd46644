"""Who comes, and who came: counts for everybody who may know of the meeting, names for staff."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors.invitations import NoMeetingNumbered, NotInvited, NotSentYet
from handlers.meetings.attendance import guests_of
from handlers.meetings.capacity import Seats, seats_of, waiting_list
from handlers.meetings.choosing import invitation_for, is_open_to, voice_of
from handlers.meetings.reaching import names_of
from storage import invitations
from storage import meetings as meeting_rows
from storage.models.meetings import Invitation, InvitationAnswer, Meeting, MeetingStatus, Party
from storage.models.organization import Community
from storage.models.people import Person, Role

ANSWERING: Final = (  # in the order of lists; groups that only read answer nothing
    Party.REPORTER,
    Party.REPRESENTATIVE,
    Party.RESIDENT,
    Party.PROPERTY,
    Party.DEPARTMENT,
    Party.WORKER,
    Party.STAFF,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One party of a list: how it is called, and with how many it comes."""

    party: Party
    name: str
    people: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WhoComes:
    """What was answered; the lists are empty where names are not for the reader, the counts never.

    `waiting` in the order of the waiting list; `silent` are required parties without an answer.
    """

    meeting: Meeting
    seats: Seats
    answers: Mapping[InvitationAnswer, int]
    people_waiting: int
    coming: Sequence[Listed]
    waiting: Sequence[Listed]
    declined: Sequence[Listed]
    silent: Sequence[Listed]
    has_names: bool


@dataclass(frozen=True, slots=True)
class PartyTurnout:
    """Of one party how many are invited (or signed up), and how many of them came; `names` of those."""

    party: Party
    invited: int
    came: int
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who came, party by party; `missing` are required parties that are not there."""

    meeting: Meeting
    parties: Sequence[PartyTurnout]
    guests: Sequence[str]
    missing: Sequence[str]
    missing_count: int
    has_names: bool


def who_comes(
    db: Connection, reader: Person, number: int, *, community: Community, is_alone: bool = True
) -> WhoComes:
    """What was answered to the invitations of this meeting.

    Staff read names unless others read along (`is_alone` false), anybody else who may know of the meeting
    reads counts. Raises `NoMeetingNumbered`, `NotSentYet`, `NotInvited`.
    """
    meeting = _meeting_for(db, reader, number, community=community)
    rows = [each for each in invitations.invitations_of(db, meeting.id) if each.party is not Party.GROUP]
    has_names = is_alone and reader.role in COMMUNITY_ROLES
    waiting = waiting_list(rows)
    by = {answer: [each for each in rows if each.answer is answer] for answer in InvitationAnswer}
    silent = [each for each in by[InvitationAnswer.OPEN] if each.is_required]
    listed = _listing(db, rows) if has_names else {}
    return WhoComes(
        meeting,
        seats_of(meeting, rows),
        {answer: len(those) for answer, those in by.items()},
        sum(each.people for each in waiting),
        _of(listed, _in_order(by[InvitationAnswer.COMING])),
        _of(listed, waiting),
        _of(listed, by[InvitationAnswer.DECLINED]),
        _of(listed, silent),
        has_names,
    )


def attendance_of(
    db: Connection, reader: Person, number: int, *, community: Community, is_alone: bool = True
) -> Attendance:
    """Who is there, party by party, and which required parties are not; rights as in `who_comes`."""
    meeting = _meeting_for(db, reader, number, community=community)
    rows = invitations.invitations_of(db, meeting.id)
    has_names = is_alone and reader.role in COMMUNITY_ROLES
    names = names_of(db, rows) if has_names else {}
    missing = [each for each in rows if each.is_required and each.checked_in_at is None]
    return Attendance(
        meeting,
        [_turnout(party, rows, names) for party in ANSWERING if _expected(party, rows)],
        guests_of(db, meeting.id),
        [names[each.id] for each in missing if each.id in names],
        len(missing),
        has_names,
    )


def _meeting_for(db: Connection, reader: Person, number: int, *, community: Community) -> Meeting:
    meeting = meeting_rows.meeting_numbered(db, community.id, number)
    is_ours = reader.role in COMMUNITY_ROLES or reader.role is Role.GRID_WORKER
    if meeting is None or (meeting.status is MeetingStatus.DRAFT and not is_ours):
        raise NoMeetingNumbered(number, "" if is_ours else community.phone)
    if meeting.status is MeetingStatus.DRAFT:
        raise NotSentYet(number)
    may_know = is_ours or invitation_for(db, meeting, voice_of(db, reader)) is not None
    if not may_know and not is_open_to(db, meeting, reader):
        raise NotInvited(number, community.phone)
    return meeting


def _listing(db: Connection, rows: Sequence[Invitation]) -> dict[int, Listed]:
    names = names_of(db, rows)
    return {each.id: Listed(each.party, names[each.id], each.people, each.reason) for each in rows}


def _of(listed: Mapping[int, Listed], rows: Iterable[Invitation]) -> list[Listed]:
    return [listed[each.id] for each in rows if each.id in listed]


def _in_order(rows: Iterable[Invitation]) -> list[Invitation]:
    return sorted(rows, key=lambda each: (ANSWERING.index(each.party), each.id))


def _expected(party: Party, rows: Iterable[Invitation]) -> list[Invitation]:
    """Those of the party that were to come; of residents who came by their own wish those who said so."""
    own = [each for each in rows if each.party is party]
    if party is not Party.RESIDENT:
        return own
    return [each for each in own if each.answer is InvitationAnswer.COMING or each.checked_in_at is not None]


def _turnout(party: Party, rows: Sequence[Invitation], names: Mapping[int, str]) -> PartyTurnout:
    expected = _expected(party, rows)
    came = [each for each in expected if each.checked_in_at is not None]
    return PartyTurnout(
        party, len(expected), len(came), [names[each.id] for each in came if each.id in names]
    )
