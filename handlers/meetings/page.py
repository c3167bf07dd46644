"""The page where staff write the minutes of a meeting: what it shows, and what is kept of the form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from handlers.decisions.making import DecisionItem
from handlers.decisions.ownership import owner_name
from handlers.errors.minutes import (
    DateOver,
    DateUnreadable,
    MinutesChanged,
    MinutesPageEnded,
    NoSuchMinutes,
    NothingWritten,
    RowIncomplete,
)
from handlers.meetings.carrying import open_decisions
from handlers.meetings.items import LONGEST, may_watch
from handlers.meetings.minutes import MinutesWritten, Writ, version_of, write_minutes
from handlers.meetings.opinions import unnamed
from handlers.meetings.owners import WORKERS
from handlers.meetings.turnout import Attendance, attendance_of
from handlers.rules import Rules
from handlers.working_days import CLOSE_OF_OFFICE, SHANGHAI
from storage import assignments, decisions, invitations, meetings, minutes_pages, organization, people
from storage.models.decisions import Decision
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person, Role
from storage.models.topics import Topic, TopicStatus

ENDED: Final = (MeetingStatus.CLOSED, MeetingStatus.CANCELLED)
NAME: Final = 64  # characters of an owner who is nobody's row
OPINIONS: Final = 100  # on one page; the rest is counted


@dataclass(frozen=True, slots=True)
class Row:
    """One decision as it was filled in: owner u12 or p34 or a name, date as the browser gives it."""

    what: str = ""
    owner: str = ""
    owner_name: str = ""
    due: str = ""
    watcher: str = ""
    topic: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return not (self.what or self.owner_name or self.due)


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it came: which version its writer saw, the minutes' words, rows, topics left for later."""

    version: int
    words: str
    rows: tuple[Row, ...]
    later: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its value in the form, and what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class PageView:
    """Everything the page shows."""

    meeting: Meeting
    version: int
    agenda: tuple[Topic, ...]
    carried: tuple[tuple[Decision, str], ...]
    attendance: Attendance
    opinions: tuple[str, ...]
    opinion_count: int
    made: tuple[tuple[Decision, str], ...]
    owners: tuple[Choice, ...]
    watchers: tuple[Choice, ...]
    community: str

    @property
    def open_topics(self) -> tuple[Topic, ...]:
        """Those that still await a decision, or to be left for another time."""
        return tuple(each for each in self.agenda if each.status is TopicStatus.SCHEDULED)


def page_view(db: Connection, token: str) -> PageView:
    """The page behind the link; `NoSuchMinutes`, and `MinutesPageEnded` once the meeting is closed."""
    meeting = _behind(db, token, is_held=False)
    community = organization.community_by_id(db, meeting.community_id)
    writer = _writer(db, meeting)
    said = invitations.opinions_of(db, meeting.id)
    return PageView(
        meeting=meeting,
        version=version_of(db, meeting.id),
        agenda=tuple(meetings.topics_of_meeting(db, meeting.id)),
        carried=_with_owners(db, open_decisions(db, meeting)),
        attendance=attendance_of(db, writer, meeting.number, community=community),
        opinions=tuple(unnamed(db, said[:OPINIONS])),
        opinion_count=len(said),
        made=_with_owners(db, decisions.decisions_of_meeting(db, meeting.id)),
        owners=tuple(_owners(db, meeting)),
        watchers=tuple(_watchers(db, meeting)),
        community=community.name,
    )


def save_page(
    db: Connection, token: str, filled: Filled, *, now: datetime, rules: Rules
) -> MinutesWritten | None:
    """What was filled in are the minutes now; `None` when the very same was saved before (a double submit).

    The words replace those that stand: their writer saw them. Raises `MinutesChanged` when somebody else
    wrote meanwhile, `RowIncomplete`, `DateUnreadable`, `NothingWritten`, and what `write_minutes` raises.
    """
    meeting = _behind(db, token, is_held=True)
    version = version_of(db, meeting.id)
    if filled.version != version:
        if filled.version < version and _is_saved(db, meeting, filled):
            return None
        raise MinutesChanged
    chosen = tuple(
        _item(db, meeting, row, index=index, now=now)
        for index, row in enumerate(filled.rows, start=1)
        if not row.is_empty
    )
    if not chosen and not filled.later and filled.words.strip() == meeting.record:
        raise NothingWritten
    writ = Writ(words=filled.words, later=filled.later, is_whole=True, chosen=chosen, is_by_page=True)
    return write_minutes(db, _writer(db, meeting), meeting, writ, said_in="", now=now, rules=rules)


def rows_not_kept(db: Connection, token: str, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Of the rows filled in those that are no decision of the meeting yet: others were saved meanwhile."""
    meeting = _behind(db, token, is_held=False)
    known = {each.what for each in decisions.decisions_of_meeting(db, meeting.id)}
    return tuple(row for row in rows if row.is_empty or row.what not in known)


def _behind(db: Connection, token: str, *, is_held: bool) -> Meeting:
    meeting = minutes_pages.meeting_behind_desk(db, token, is_held=is_held)
    if meeting is None:
        raise NoSuchMinutes
    if meeting.status in ENDED:
        raise MinutesPageEnded(meeting.number)
    return meeting


def _writer(db: Connection, meeting: Meeting) -> Person:
    """In whose name it is written: nobody logs in, the link is the right; the chair, else who called it."""
    return people.person_by_id(db, meeting.chair_id or meeting.called_by_id)


def _is_saved(db: Connection, meeting: Meeting, filled: Filled) -> bool:
    known = {each.what for each in decisions.decisions_of_meeting(db, meeting.id)}
    rows = [row for row in filled.rows if not row.is_empty]
    return filled.words.strip() == meeting.record and all(row.what in known for row in rows)


def _item(
    db: Connection, meeting: Meeting, row: Row, *, index: int, now: datetime
) -> tuple[DecisionItem, Topic | None]:
    """A row as an item; what it chose must be among what was offered, or it is as if not chosen."""
    if not row.what or len(row.what) > LONGEST:
        raise RowIncomplete(index, LONGEST)
    owners = {each.value for each in _owners(db, meeting)}
    watchers = {each.value for each in _watchers(db, meeting)}
    agenda = meetings.topics_of_meeting(db, meeting.id)
    topic = next((each for each in agenda if str(each.number) == row.topic), None)
    if topic is None and row.topic != "0" and len(agenda) == 1:
        topic = agenda[0]
    owner = row.owner if row.owner in owners else ""
    due_at = _due(row.due, index=index)
    if due_at is not None and due_at <= now:
        raise DateOver(index)
    item = DecisionItem(
        what=row.what,
        unit_id=int(owner[1:]) if owner.startswith("u") else None,
        owner_id=int(owner[1:]) if owner.startswith("p") else None,
        owner="" if owner else row.owner_name[:NAME],
        watcher_id=int(row.watcher) if row.watcher in watchers else None,
        due_at=due_at,
    )
    return item, topic


def _due(text: str, *, index: int) -> datetime | None:
    """The close of office hours of the day that the browser gives as 2026-11-30."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day, CLOSE_OF_OFFICE, tzinfo=SHANGHAI)
    except ValueError as error:
        raise DateUnreadable(index) from error


def _owners(db: Connection, meeting: Meeting) -> list[Choice]:
    """Units, then who works here; members of units stand for their unit."""
    units = assignments.units_of_community(db, meeting.community_id)
    found = [Choice(f"u{unit.id}", unit.name) for unit in units]
    working = people.people_with_roles(db, meeting.community_id, sorted(WORKERS - {Role.UNIT_MEMBER}))
    return found + [Choice(f"p{each.id}", each.name) for each in working if each.name]


def _watchers(db: Connection, meeting: Meeting) -> list[Choice]:
    there = enumerate(may_watch(db, meeting), start=1)
    return [Choice(str(each.id), _called(each) or f"未留姓名的居民 {index}") for index, each in there]


def _called(person: Person) -> str:
    """A resident as staff tell them apart: the name, and where they live."""
    parts = [
        f"{person.building}号楼" if person.building else "",
        f"{person.unit}单元" if person.unit else "",
        person.room or "",
    ]
    where = "".join(parts)
    return f"{person.name}（{where}）" if person.name and where else person.name or where


def _with_owners(db: Connection, found: Sequence[Decision]) -> tuple[tuple[Decision, str], ...]:
    return tuple((each, owner_name(db, each)) for each in found)
