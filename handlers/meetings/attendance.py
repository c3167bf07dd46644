"""At the door: who gives the code is in, staff check in others, and who came is shown party by party."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.consultation.telling import RESIDENTS
from handlers.errors import NotAllowed
from handlers.errors.invitations import NamesMissing, NoMeetingNumbered, NotNowAtTheDoor, SeveralOfThatName
from handlers.meetings.choosing import invitation_for, voice_of
from handlers.meetings.circle import invitee_of, invitee_of_unit
from handlers.meetings.reaching import called, names_of
from handlers.replies.formats import meeting_time
from handlers.working_days import local
from storage import assignments, consultation, invitations, organization, people
from storage import meetings as meeting_rows
from storage.invitations import Invitee
from storage.models.consultation import Happening, Subject
from storage.models.meetings import Invitation, InvitationAnswer, Meeting, MeetingStatus, Party
from storage.models.organization import Community
from storage.models.people import Person, Role

OPENS_BEFORE: Final = timedelta(hours=1)  # the meeting
TRIES: Final = 3  # wrong codes
WAIT: Final = timedelta(minutes=10)  # after them
LONGEST_NAME: Final = 30  # characters of a guest's name
GUEST: Final = "guest"
AT_THE_DOOR: Final = (MeetingStatus.INVITED, MeetingStatus.HELD, MeetingStatus.MINUTED)


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Somebody is in, as who; `is_again`: they were before; `is_new`: they had not been invited."""

    meeting: Meeting
    who: str
    is_again: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class WrongCode:
    """The code is none that counts now; `tries_left` more before one has to wait."""

    tries_left: int


@dataclass(frozen=True, slots=True)
class EnteredFor:
    """Whom staff checked in: by name, those who were in before, and guests who are known nowhere."""

    meeting: Meeting
    entered: Sequence[str]
    again: Sequence[str]
    guests: Sequence[str]


def check_in(
    db: Connection,
    person: Person,
    code: str,
    *,
    number: int | None = None,
    community: Community,
    now: datetime,
) -> CheckedIn | WrongCode | None:
    """Who gives the code shown at the meeting is there; who was not invited comes as a resident, or as
    their unit. `None`: no meeting can be checked in to now.

    The code counts on the day of the meeting from an hour before until midnight. After three wrong ones
    nobody is let in for ten minutes.
    """
    doors = _open_doors(db, community.id, now=now)
    doors = [each for each in doors if number in (None, each.number)]
    if not doors:
        return None
    first = meeting_rows.lock_meeting(db, doors[0].id)
    missed = _missed(db, doors, person, now=now)
    if missed >= TRIES:
        return WrongCode(0)
    fitting = [each for each in doors if each.code == code]
    if not fitting:
        _note(db, first, Happening.CHECK_IN_MISSED, by=person, now=now)
        return WrongCode(TRIES - missed - 1)
    voice = voice_of(db, person)
    invited = [each for each in fitting if invitation_for(db, each, voice) is not None]
    meeting = meeting_rows.lock_meeting(db, (invited or fitting)[0].id)
    row = invitation_for(db, meeting, voice)
    is_new = row is None
    if row is None:
        row = _walked_in(db, meeting, person, now=now)
    return _in(db, meeting, row, person, is_new=is_new, now=now)


def check_in_for(
    db: Connection, staff: Person, number: int | None, *, names: Sequence[str], now: datetime
) -> EnteredFor:
    """Staff check in those without a phone: invited ones and others by name, unknown names as guests.

    Raises `NotAllowed`, `NamesMissing`, `NoMeetingNumbered`, `NotNowAtTheDoor`, `SeveralOfThatName`.
    """
    if staff.role not in COMMUNITY_ROLES:
        raise NotAllowed("代签到")
    wanted = list(dict.fromkeys(" ".join(each.split())[:LONGEST_NAME] for each in names if each.strip()))
    meeting = _meeting_at_door(db, staff, number, now=now)
    if not wanted:
        raise NamesMissing(meeting.number)
    rows = invitations.invitations_of(db, meeting.id)
    called_so = names_of(db, rows)
    entered: list[str] = []
    again: list[str] = []
    guests: list[str] = []
    for name in wanted:
        row = _row_named(
            db, meeting, name, [each for each in rows if called_so.get(each.id) == name], now=now
        )
        if row is None:
            known = _is_guest(db, meeting, name)
            (again if known else guests).append(name)
            if not known:
                _note(db, meeting, Happening.CHECKED_IN, by=staff, data={GUEST: name}, now=now)
        elif _in(db, meeting, row, staff, is_new=False, now=now).is_again:
            again.append(name)
        else:
            entered.append(name)
    return EnteredFor(meeting, entered, again, guests)


def has_open_door(db: Connection, community_id: int, *, number: int | None = None, now: datetime) -> bool:
    """Whether some meeting of the community, or that of this number, can be checked in to by a code now."""
    return any(number in (None, each.number) for each in _open_doors(db, community_id, now=now))


def guests_of(db: Connection, meeting_id: int) -> list[str]:
    """Those who came and are known nowhere, by name, in the order they came."""
    said = consultation.happenings_of(db, Subject.MEETING, meeting_id, kinds=[Happening.CHECKED_IN])
    return [str(each.data[GUEST]) for each in said if each.data and GUEST in each.data]


def _open_doors(db: Connection, community_id: int, *, now: datetime) -> list[Meeting]:
    """The meetings with a code that can be checked in to at this moment, by their rows."""
    here = local(now)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    today = invitations.meetings_between(db, community_id, midnight, last=midnight + timedelta(days=1))
    found = [each for each in today if each.code and _is_open(each, now=now)]
    return sorted(found, key=lambda each: each.id)


def _is_open(meeting: Meeting, *, now: datetime) -> bool:
    if meeting.status not in AT_THE_DOOR or meeting.starts_at is None:
        return False
    is_today = local(meeting.starts_at).date() == local(now).date()
    return is_today and now >= meeting.starts_at - OPENS_BEFORE


def _meeting_at_door(db: Connection, staff: Person, number: int | None, *, now: datetime) -> Meeting:
    community_id = staff.community_id or 0
    if number is None:
        here = local(now)
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        today = invitations.meetings_between(db, community_id, midnight, last=midnight + timedelta(days=1))
        found = [each for each in today if _is_open(each, now=now)]
        if len(found) != 1:
            raise NamesMissing(found[0].number if found else None)
        return meeting_rows.lock_meeting(db, found[0].id)
    meeting = meeting_rows.lock_meeting_numbered(db, community_id, number)
    if meeting is None or meeting.status is MeetingStatus.DRAFT:
        raise NoMeetingNumbered(number)
    if not _is_open(meeting, now=now):
        is_over = meeting.starts_at is None or meeting.starts_at < now
        raise NotNowAtTheDoor(number, meeting_time(meeting), is_over=is_over)
    return meeting


def _missed(db: Connection, doors: Sequence[Meeting], person: Person, *, now: datetime) -> int:
    """How many wrong codes this person gave of late; only those since the last right one could matter."""
    said = [
        each
        for meeting in doors
        for each in consultation.happenings_of(
            db, Subject.MEETING, meeting.id, kinds=[Happening.CHECK_IN_MISSED]
        )
    ]
    return sum(each.person_id == person.id and each.happened_at > now - WAIT for each in said)


def _walked_in(db: Connection, meeting: Meeting, person: Person, *, now: datetime) -> Invitation:
    """Who comes without an invitation has one now, as coming."""
    if person.role is Role.UNIT_MEMBER and person.unit_id is not None:
        who = invitee_of_unit(assignments.unit_by_id(db, person.unit_id))
    else:
        who = invitee_of(db, person)
    if person.role in RESIDENTS:
        who = who._replace(party=Party.RESIDENT)
    return _added(db, meeting, who, person.id, now=now)


def _added(db: Connection, meeting: Meeting, who: Invitee, by: int, *, now: datetime) -> Invitation:
    invitations.add_invitations(db, meeting, [who], now=now)
    [row] = invitations.invitations_to(db, meeting.id, person_id=who.person_id, unit_id=who.unit_id)[:1]
    return invitations.change_invitation(
        db, row.id, answer=InvitationAnswer.COMING, answered_at=now, answered_by_id=by
    )


def _in(
    db: Connection, meeting: Meeting, row: Invitation, by: Person, *, is_new: bool, now: datetime
) -> CheckedIn:
    who = names_of(db, [row])[row.id]
    if row.checked_in_at is not None:
        return CheckedIn(meeting, who, is_again=True, is_new=False)
    invitations.change_invitation(db, row.id, checked_in_at=now, checked_in_by_id=by.id)
    _note(db, meeting, Happening.CHECKED_IN, by=by, data={"invitation": row.id}, now=now)
    return CheckedIn(meeting, who, is_again=False, is_new=is_new)


def _row_named(
    db: Connection, meeting: Meeting, name: str, named: Sequence[Invitation], *, now: datetime
) -> Invitation | None:
    """Who is invited under this name and not in yet, else a unit or a person of the community."""
    if named:
        absent = [each for each in named if each.checked_in_at is None]
        return (absent or list(named))[0]
    units = [
        each
        for each in assignments.units_of_community(db, meeting.community_id)
        if name == each.name or name in each.aliases
    ]
    if len(units) > 1:
        raise SeveralOfThatName(name, [each.name for each in units])
    if units:
        return _of_unit(db, meeting, units[0].id, now=now)
    persons = people.people_named(db, meeting.community_id, name, list(Role))
    if len(persons) > 1:
        raise SeveralOfThatName(name, [_told_apart(db, each) for each in persons])
    if not persons:
        return None
    row = invitation_for(db, meeting, voice_of(db, persons[0]))
    return row or _walked_in(db, meeting, persons[0], now=now)


def _of_unit(db: Connection, meeting: Meeting, unit_id: int, *, now: datetime) -> Invitation:
    found = invitations.invitations_to(db, meeting.id, unit_id=unit_id)
    if found:
        return found[0]
    unit = assignments.unit_by_id(db, unit_id)
    return _added(db, meeting, invitee_of_unit(unit), meeting.called_by_id, now=now)


def _told_apart(db: Connection, person: Person) -> str:
    if person.estate_id is None:
        return called(db, person)
    estate = organization.estate_by_id(db, person.estate_id).name
    return f"{person.name}（{estate}{f'{person.building}号楼' if person.building else ''}）"


def _is_guest(db: Connection, meeting: Meeting, name: str) -> bool:
    return name in guests_of(db, meeting.id)


def _note(
    db: Connection,
    meeting: Meeting,
    kind: Happening,
    *,
    by: Person,
    data: dict[str, object] | None = None,
    now: datetime,
) -> None:
    consultation.add_happening(
        db,
        Subject.MEETING,
        meeting.id,
        kind,
        community_id=meeting.community_id,
        person_id=by.id,
        now=now,
        data=data,
    )
