"""Opinions: handed in by who comes and who cannot, told to the desk by their number, read without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.consultation.telling import news_of, tell_desk
from handlers.errors import NotAllowed
from handlers.errors.invitations import (
    MeetingIsOff,
    NoMeetingNumbered,
    NotInvited,
    OpinionMissing,
    OpinionTooLate,
)
from handlers.meetings.choosing import invitation_for, is_open_to, meeting_answered, voice_of
from handlers.replies.invitations import MOST_OPINIONS, opinions_gathered
from handlers.rules import Rules
from nlp.masking import mask_identity
from storage import consultation, invitations, people
from storage import meetings as meeting_rows
from storage.models.consultation import Happening, Subject, Wake, WakeKind
from storage.models.meetings import Meeting, MeetingStatus, Opinion
from storage.models.organization import Community
from storage.models.people import Person

GATHERED_FOR: Final = timedelta(minutes=30)  # opinions of this time are told together
LAST_CALL: Final = timedelta(minutes=10)  # before the meeting whatever came in is told
LONGEST: Final = 1000  # characters of one opinion


@dataclass(frozen=True, slots=True)
class OpinionGiven:
    """The meeting, and how many opinions this person has handed in."""

    meeting: Meeting
    count: int


@dataclass(frozen=True, slots=True)
class OpinionsRead:
    """All opinions, and the words of one page: without names, doors, phone numbers."""

    meeting: Meeting
    rows: Sequence[Opinion]
    words: Sequence[str]
    page: int


def give_opinion(
    db: Connection,
    person: Person,
    number: int | None,
    *,
    words: str,
    community: Community,
    now: datetime,
) -> OpinionGiven | None:
    """The chair reads these words, of whoever is invited or may come; several of one person all count.

    Without a number the only meeting that awaits an answer is meant; `None` when there is none. Raises
    `OpinionMissing`, `OpinionTooLate` once the meeting is over, `NotInvited`, `MeetingIsOff`.
    """
    example = "意见 议事会{number}：…"
    meeting = meeting_answered(
        db, person, number, community=community, is_joining=True, example=example, now=now
    )
    if meeting is None:
        return None
    _ensure_may_speak(db, meeting, person, community=community)
    if not words.strip():
        raise OpinionMissing(meeting.number)
    invitations.add_opinion(db, meeting, person.id, words=words.strip()[:LONGEST], now=now)
    consultation.add_happening(
        db,
        Subject.MEETING,
        meeting.id,
        Happening.OPINED,
        community_id=meeting.community_id,
        person_id=person.id,
        now=now,
    )
    _plan_telling(db, meeting, now=now)
    own = [each for each in invitations.opinions_of(db, meeting.id) if each.person_id == person.id]
    return OpinionGiven(meeting, len(own))


def read_opinions(db: Connection, reader: Person, number: int, *, page: int = 1) -> OpinionsRead:
    """Staff and the chair read what was handed in; `page` from 1. `NotAllowed` for everybody else."""
    meeting = meeting_rows.meeting_numbered(db, reader.community_id or 0, number)
    if meeting is None:
        raise NoMeetingNumbered(number)
    if reader.role not in COMMUNITY_ROLES and reader.id != meeting.chair_id:
        raise NotAllowed("看意见")
    rows = invitations.opinions_of(db, meeting.id)
    pages = max(1, -(-len(rows) // MOST_OPINIONS))
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * MOST_OPINIONS : page * MOST_OPINIONS]
    return OpinionsRead(meeting, rows, unnamed(db, shown), page)


def unnamed(db: Connection, rows: Sequence[Opinion]) -> list[str]:
    """The words of these opinions without anything that tells who speaks or where the door is."""
    speakers = people.people_by_ids(db, {each.person_id for each in rows})
    names = {key: [each.name] if each.name else [] for key, each in speakers.items()}
    return [mask_identity(each.words, names=names.get(each.person_id, [])) for each in rows]


def tell_opinions(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """The desk reads how many opinions came in since it was last told; nothing without a new one."""
    meeting = meeting_rows.lock_meeting(db, wake.subject_id)
    kinds = [Happening.OPINED, Happening.OPINIONS_TOLD]
    said = consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=kinds)
    told = max((each.id for each in said if each.kind is Happening.OPINIONS_TOLD), default=0)
    fresh = sum(each.kind is Happening.OPINED and each.id > told for each in said)
    if not fresh or meeting.status is MeetingStatus.CANCELLED:
        return
    event_id = consultation.add_happening(
        db,
        Subject.MEETING,
        meeting.id,
        Happening.OPINIONS_TOLD,
        community_id=meeting.community_id,
        person_id=None,
        now=now,
        data={"count": fresh},
    )
    news = news_of(
        Subject.MEETING, meeting.id, event_id, community_id=meeting.community_id, now=now, rules=rules
    )
    total = invitations.number_of_opinions(db, meeting.id)
    tell_desk(db, news, opinions_gathered(meeting, fresh=fresh, total=total), called=meeting.chair_id)


def _ensure_may_speak(db: Connection, meeting: Meeting, person: Person, *, community: Community) -> None:
    if meeting.status is MeetingStatus.CANCELLED:
        raise MeetingIsOff(meeting.number)
    if meeting.status not in (MeetingStatus.INVITED, MeetingStatus.POSTPONED):
        raise OpinionTooLate(meeting.number, community.phone)
    is_invited = invitation_for(db, meeting, voice_of(db, person)) is not None
    if not is_invited and not is_open_to(db, meeting, person):
        raise NotInvited(meeting.number, community.phone)


def _plan_telling(db: Connection, meeting: Meeting, *, now: datetime) -> None:
    """The first of several sets when all are told, at the latest shortly before the meeting."""
    planned = consultation.wakes_of(db, Subject.MEETING, meeting.id)
    if any(each.kind is WakeKind.OPINIONS for each in planned):
        return
    due_at = now + GATHERED_FOR
    if meeting.starts_at is not None:
        due_at = max(now, min(due_at, meeting.starts_at - LAST_CALL))
    consultation.set_wake(
        db,
        Subject.MEETING,
        meeting.id,
        WakeKind.OPINIONS,
        community_id=meeting.community_id,
        due_at=due_at,
    )
