"""What is pointed out of a meeting, not refused: another at the same time, a holiday, the hour."""

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from handlers.consultation.telling import RESIDENTS
from handlers.meetings.invitees import Party
from handlers.meetings.plans import ends_at
from handlers.working_days import holiday_name, local
from nlp.characters import fold
from storage import assignments, people
from storage import meetings as rows
from storage.models.meetings import Meeting

EARLIEST, LATEST = time(8), time(22)  # people sleep, or work
SIGNS: Final = re.compile(r"[\W_]+")
BESIDE: Final = re.compile(r"^(?:在|到|去)|(?:里面?|内)$")


class ClashKind(StrEnum):
    """What two meetings want at the same time."""

    ROOM = "room"
    CHAIR = "chair"
    PARTY = "party"  # somebody who must come to both


@dataclass(frozen=True, slots=True)
class Clash:
    """Another meeting at the same time; `what` is the place, or the name of who is wanted twice."""

    kind: ClashKind
    meeting: Meeting
    what: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """What staff should know of the time that was chosen; `holiday` is its name, empty on other days."""

    clashes: tuple[Clash, ...] = ()
    is_odd_hour: bool = False
    holiday: str = ""


def remarks_on(db: Connection, meeting: Meeting) -> Remarks:
    """What should be pointed out of the time and place of this meeting; nothing while it has no time."""
    if meeting.starts_at is None:
        return Remarks()
    here, end = local(meeting.starts_at), ends_at(meeting)
    assert end is not None
    last = local(end)
    is_late = last.date() != here.date() or last.time() > LATEST
    return Remarks(
        tuple(clashes_of(db, meeting)),
        is_odd_hour=here.time() < EARLIEST or is_late,
        holiday=holiday_name(here.date()),
    )


def clashes_of(db: Connection, meeting: Meeting) -> list[Clash]:
    """Meetings at the same time in the same room, with the same chair, or that need the same people."""
    others = rows.meetings_at_the_time(db, meeting)
    if not others:
        return []
    required = rows.required_parties(db, [meeting.id, *(each.id for each in others)])
    wanted = _wanted(meeting, required.get(meeting.id, set()))
    found: list[Clash] = []
    for other in others:
        if place_key(meeting.place) and place_key(meeting.place) == place_key(other.place):
            found.append(Clash(ClashKind.ROOM, other, other.place))
        both = wanted & _wanted(other, required.get(other.id, set()))
        found += [_of_party(db, meeting, other, party) for party in sorted(both)]
    return found


def place_key(place: str) -> str:
    """The same for 居委会会议室, 在居委会 会议室 and 居委会会议室里."""
    return BESIDE.sub("", SIGNS.sub("", fold(place))).casefold()


def _wanted(meeting: Meeting, required: set[Party]) -> set[Party]:
    chair: set[Party] = {("person", meeting.chair_id)} if meeting.chair_id is not None else set()
    return required | chair


def _of_party(db: Connection, meeting: Meeting, other: Meeting, party: Party) -> Clash:
    kind, number = party
    if kind == "unit":
        return Clash(ClashKind.PARTY, other, assignments.unit_by_id(db, number).name)
    is_chair = number in (meeting.chair_id, other.chair_id)
    person = people.person_by_id(db, number)
    name = "同一位居民" if person.role in RESIDENTS else person.name
    return Clash(ClashKind.CHAIR if is_chair else ClashKind.PARTY, other, name)
