"""A line of the minutes becomes a decision item; what it lacks is asked for, and nothing of it is lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection

from handlers.consultation.telling import RESIDENTS
from handlers.decisions.making import DecisionItem
from handlers.errors.minutes import NothingAgreed, WordsTooLong
from handlers.meetings.owners import Owner, find_owner, owner_named
from handlers.replies.formats import moment_text
from handlers.working_days import after_working_days
from nlp.addresses import find_addresses
from nlp.characters import fold
from storage import invitations, meeting_circles, meetings, people
from storage.models.decisions import Decision
from storage.models.meetings import Meeting
from storage.models.people import Person
from storage.models.topics import Topic

LONGEST: Final = 500  # characters of what was agreed
TITLES: Final = (
    "大爷",
    "大妈",
    "阿姨",
    "叔叔",
    "伯伯",
    "奶奶",
    "爷爷",
    "师傅",
    "老师",
    "先生",
    "女士",
    "大姐",
    "大哥",
)


THE_REPORTER: Final = ("反映人", "报修人", "反映的居民")  # where one resident reports


class Lack(StrEnum):
    """What a line left open; the word beside it is the one that was said."""

    OWNER = "owner"
    DUE = "due"
    DUE_OVER = "due_over"
    NO_SUCH_DAY = "no_such_day"
    WATCHER_UNKNOWN = "watcher_unknown"
    WATCHER_SEVERAL = "watcher_several"
    TOPIC = "topic"
    TOPIC_UNKNOWN = "topic_unknown"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was read; `topic` is a number, 0 for none of the agenda, `None` where nothing is said."""

    text: str
    owner: str = ""
    watcher: str = ""
    due_at: datetime | None = None
    working_days: int | None = None
    topic: int | None = None
    no_day: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """The item that a line makes, the topic it belongs to, and what is still to be asked."""

    item: DecisionItem
    topic: Topic | None
    lacks: tuple[tuple[Lack, str], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A decision that was made, and what it lacks."""

    decision: Decision
    lacks: tuple[tuple[Lack, str], ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A topic that got no decision, and the labels of its cases."""

    topic: Topic
    cases: tuple[str, ...] = ()


def line_of(args: Mapping[str, Any]) -> Line:
    """What the reader found in one line."""
    due = args.get("due")
    return Line(
        text=str(args.get("text") or ""),
        owner=str(args.get("owner") or ""),
        watcher=str(args.get("watcher") or ""),
        due_at=datetime.fromisoformat(due) if isinstance(due, str) else None,
        working_days=args.get("working_days"),
        topic=args.get("topic"),
        no_day=str(args.get("no_day") or ""),
    )


def understood(db: Connection, meeting: Meeting, line: Line, *, now: datetime) -> Understood:
    """What the line says of the meeting, with unit, person, watcher and topic found by their names.

    What it lacks, or what nobody here is called, is left open and said in `lacks`. Raises `NothingAgreed`
    when it does not say what is to be done.
    """
    named = owner_named(db, meeting, line.owner) if line.owner else Owner()
    owner, what = (named, line.text) if named.is_known else find_owner(db, meeting, line.text)
    what = what or line.text
    if not what.strip(" ,，。;；、"):
        raise NothingAgreed(meeting.number)
    if len(what) > LONGEST:
        raise WordsTooLong("一条决议", LONGEST)
    lacks: list[tuple[Lack, str]] = [] if owner.is_known else [(Lack.OWNER, "")]
    due_at = _due(line, lacks, now=now)
    watcher = _watcher(db, meeting, line.watcher, lacks) if line.watcher else None
    topic = _topic(db, meeting, line.topic, lacks)
    item = DecisionItem(
        what=what,
        unit_id=owner.unit_id,
        owner_id=owner.person_id,
        owner=owner.name,
        watcher_id=watcher.id if watcher else None,
        due_at=due_at,
    )
    return Understood(item, topic, tuple(lacks))


def may_watch(db: Connection, meeting: Meeting) -> list[Person]:
    """The residents who may watch over its decisions: who is invited or came, and who reported its cases."""
    reporters = people.people_by_ids(db, list(meeting_circles.reporters_of_meeting(db, meeting.id)))
    found = [*invitations.invited_people(db, meeting.id), *reporters.values()]
    return list({each.id: each for each in found if each.role in RESIDENTS}.values())


def watchers_called(db: Connection, meeting: Meeting, said: str) -> list[Person]:
    """The residents who may be meant: by name, by door, or by 李阿姨; those of the meeting before others."""
    there = may_watch(db, meeting)
    reporters = meeting_circles.reporters_of_meeting(db, meeting.id) if said in THE_REPORTER else {}
    return (
        [each for each in there if each.id in reporters]
        or [each for each in there if each.name == said]
        or _at_door(there, said)
        or _by_title(there, said)
        or list(people.people_named(db, meeting.community_id, said, RESIDENTS))
    )


def _due(line: Line, lacks: list[tuple[Lack, str]], *, now: datetime) -> datetime | None:
    due_at = after_working_days(now, line.working_days) if line.working_days else line.due_at
    if due_at is None:
        lacks.append((Lack.NO_SUCH_DAY, line.no_day) if line.no_day else (Lack.DUE, ""))
    elif due_at <= now:
        lacks.append((Lack.DUE_OVER, moment_text(due_at)))
        return None
    return due_at


def _watcher(db: Connection, meeting: Meeting, said: str, lacks: list[tuple[Lack, str]]) -> Person | None:
    """The one resident meant."""
    found = watchers_called(db, meeting, said)
    if len(found) != 1:
        lacks.append((Lack.WATCHER_SEVERAL if found else Lack.WATCHER_UNKNOWN, said))
        return None
    return found[0]


def _at_door(there: Iterable[Person], said: str) -> list[Person]:
    folded = fold(said)
    if folded.isdecimal():
        return [each for each in there if each.room == folded]
    address = next(iter(find_addresses(folded)), None)
    if address is None:
        return []
    wanted = {"building": address.building, "unit": address.unit, "room": address.room}
    parts = {name: value for name, value in wanted.items() if value}
    return [each for each in there if all(getattr(each, name) == value for name, value in parts.items())]


def _by_title(there: Iterable[Person], said: str) -> list[Person]:
    title = next((each for each in TITLES if said.endswith(each) and len(said) > len(each)), None)
    if title is None:
        return []
    return [each for each in there if each.name.startswith(said.removesuffix(title))]


def _topic(
    db: Connection, meeting: Meeting, number: int | None, lacks: list[tuple[Lack, str]]
) -> Topic | None:
    """The topic of the agenda that is named; with only one on it that one."""
    agenda: Sequence[Topic] = meetings.topics_of_meeting(db, meeting.id)
    if number == 0:
        return None
    if number is None:
        if len(agenda) > 1:
            lacks.append((Lack.TOPIC, ""))
        return agenda[0] if len(agenda) == 1 else None
    found = next((each for each in agenda if each.number == number), None)
    if found is None:
        lacks.append((Lack.TOPIC_UNKNOWN, str(number)))
    return found
