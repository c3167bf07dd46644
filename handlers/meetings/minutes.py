"""Minutes (纪要): what was said at a meeting and agreed there, written once, added to and corrected later."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.decisions.making import DecisionItem, decide_cases, make_decision
from handlers.decisions.rights import held_decision
from handlers.errors import NotAllowed
from handlers.errors.minutes import (
    MinutesTooEarly,
    NothingAgreed,
    TooManyItems,
    TopicNotTogether,
    TopicUnknown,
    WordsTooLong,
)
from handlers.meetings.agreed import Writing, agreed_of, tell_agreed, tell_owners
from handlers.meetings.closing import LOOKED_AT_EVERY
from handlers.meetings.finding import ensure_runs, meeting_meant
from handlers.meetings.history import note
from handlers.meetings.items import Line, Made, Undecided, Understood, understood
from handlers.meetings.states import MeetingAction, next_status
from handlers.replies.formats import meeting_time
from handlers.rules import Rules
from handlers.topics.scheduling import carry_over_topic, settle_topic
from storage import consultation, decisions, meetings, topics
from storage.decisions import OPEN_DECISIONS
from storage.models.consultation import Happening, Subject, WakeKind
from storage.models.decisions import Decision
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person
from storage.models.topics import Topic, TopicStatus

LONGEST: Final = 20_000  # characters of all minutes of a meeting
MOST: Final = 50  # decisions at once
TOKEN: Final = 43  # characters of the page's address: 172 bits
NO_MORE: Final = (WakeKind.ASK_MINUTES, WakeKind.DAY_BEFORE, WakeKind.HOUR_BEFORE, WakeKind.MEETING_END)
EXAMPLE: Final = "纪要 议事会{number} 大家同意…"


@dataclass(frozen=True, slots=True)
class Writ:
    """What is to be written: words, lines of decisions, topics left for another time (by number).

    `is_whole`: the words replace those that stand; otherwise they are added. `chosen`: decisions whose parts
    are chosen already, with their topics. `is_by_page`: filled in by whoever has the link.
    """

    words: str = ""
    lines: tuple[Line, ...] = ()
    later: tuple[int, ...] = ()
    is_whole: bool = False
    chosen: tuple[tuple[DecisionItem, Topic | None], ...] = ()
    is_by_page: bool = False


@dataclass(frozen=True, slots=True)
class MinutesWritten:
    """The meeting with its minutes, the decisions made now, topics without any, and which version it is."""

    meeting: Meeting
    made: tuple[Made, ...]
    undecided: tuple[Undecided, ...]
    version: int


def meeting_for_minutes(db: Connection, who: Person, number: int | None, *, now: datetime) -> Meeting:
    """The meeting whose minutes are meant, held; without a number the only one that waits for them.

    Who runs it and staff may write (`NotYourMeeting`). Raises `NoSuchMeeting`, `NoMeetingAhead`,
    `WhichMeeting`.
    """
    waiting = (MeetingStatus.HELD, MeetingStatus.INVITED)
    meeting = meeting_meant(
        db, who, number, of=waiting, example=EXAMPLE, may_be=lambda each: _has_begun(each, now=now)
    )
    ensure_runs(who, meeting)
    return meeting


def meeting_of_topic(db: Connection, who: Person, topic_number: int) -> int:
    """The number of the newest meeting whose agenda has this topic; `TopicUnknown` without one."""
    topic = topics.topic_numbered(db, who.community_id or 0, topic_number)
    found = topics.meetings_of_topic(db, topic.id) if topic else []
    if not found:
        raise TopicUnknown(topic_number)
    return max(found, key=lambda each: each.id).number


def write_minutes(
    db: Connection, who: Person, meeting: Meeting, writ: Writ, *, said_in: str, now: datetime, rules: Rules
) -> MinutesWritten:
    """A held meeting has its minutes: its decisions are made and supervised, and everybody hears of them.

    Topics with a decision are settled, those left for another time wait again; the others are given back to
    be asked for. Each writing stays in the history. Raises `MeetingMoveNotAllowed`, `MinutesTooEarly`,
    `WordsTooLong`, `TooManyItems`.
    """
    status = next_status(meeting, MeetingAction.MINUTE)
    ensure_begun(meeting, now=now)
    record = _record(meeting, writ)
    is_again = meeting.minuted_at is not None
    made = make_all(db, who, meeting, writ, now=now, rules=rules)
    _leave_for_later(db, who, meeting, writ.later, now=now)
    told_before = told_decisions(db, meeting.id)
    fresh = [each for each in decisions.decisions_of_meeting(db, meeting.id) if each.id not in told_before]
    version = version_of(db, meeting.id) + 1
    data = {"version": version, "record": record, "decisions": [each.id for each in fresh]}
    data |= {"page": True} if writ.is_by_page else {}
    event_id = note(db, meeting, Happening.MINUTED, who, now=now, data=data)
    consultation.stop_wakes(db, Subject.MEETING, meeting.id, NO_MORE)
    minuted = meetings.change_meeting(
        db,
        meeting.id,
        status=status,
        record=record,
        minuted_at=meeting.minuted_at or now,
        held_at=meeting.held_at or meeting.starts_at or now,
    )
    writing = Writing(minuted, who, event_id, said_in, now, rules, is_again, is_by_page=writ.is_by_page)
    tell_agreed(db, writing, fresh, known=known_to_owners(db, meeting.id))
    _let_go_on(db, minuted, now=now)
    return MinutesWritten(minuted, made, undecided_topics(db, minuted), version)


def add_decisions(
    db: Connection,
    who: Person,
    meeting: Meeting,
    lines: Sequence[Line],
    *,
    said_in: str,
    now: datetime,
    rules: Rules,
) -> tuple[Made, ...]:
    """Decisions are entered while people sit at the table, or later; their owners read of them at once.

    Everybody else reads of them with the minutes; where these stand already, now. Raises `NothingAgreed`
    without a line, and what `write_minutes` raises.
    """
    if not lines:
        raise NothingAgreed(meeting.number)
    if meeting.status in (MeetingStatus.MINUTED, MeetingStatus.FOLLOWED_UP):
        writ = Writ(lines=tuple(lines))
        return write_minutes(db, who, meeting, writ, said_in=said_in, now=now, rules=rules).made
    next_status(meeting, MeetingAction.MINUTE)
    ensure_begun(meeting, now=now)
    made = make_all(db, who, meeting, Writ(lines=tuple(lines)), now=now, rules=rules)
    data = {"decisions": [each.decision.id for each in made]}
    event_id = note(db, meeting, Happening.DECIDED, who, now=now, data=data)
    agreed = agreed_of(db, [each.decision for each in made])
    tell_owners(db, Writing(meeting, who, event_id, said_in, now, rules), agreed)
    return made


def give_topic(
    db: Connection, who: Person, number: int, topic_number: int, *, now: datetime
) -> tuple[Decision, Topic]:
    """The decision belongs to this topic of its meeting, and the topic's cases wait for it.

    Only staff (`NotAllowed`). Raises `NoSuchDecision`, `TopicUnknown`, `TopicNotTogether`.
    """
    if who.role not in COMMUNITY_ROLES:
        raise NotAllowed("改决议的议题")
    decision = held_decision(db, who.community_id, number)
    topic = topics.lock_topic_numbered(db, decision.community_id, topic_number)
    if topic is None:
        raise TopicUnknown(topic_number)
    agenda = meetings.topics_of_meeting(db, decision.meeting_id) if decision.meeting_id else []
    if decision.meeting_id is not None and topic.id not in {each.id for each in agenda}:
        raise TopicNotTogether(number, topic_number, [each.number for each in agenda])
    known = set(decisions.cases_of_decision(db, decision.id))
    case_ids = [each for each in topics.cases_of_topic(db, topic.id) if each not in known]
    decisions.add_cases(db, decision.id, case_ids)
    decision = decisions.change_decision(db, decision.id, topic_id=topic.id)
    decide_cases(db, decision, case_ids, who, now=now)
    if decision.meeting_id is not None:
        topic = settle_topic(db, who, topic.id, meeting_id=decision.meeting_id, now=now)
    return decision, topic


def make_all(
    db: Connection, who: Person, meeting: Meeting, writ: Writ, *, now: datetime, rules: Rules
) -> tuple[Made, ...]:
    """The decisions of a writing, in their order; tells nobody."""
    if len(writ.lines) + len(writ.chosen) > MOST:
        raise TooManyItems(MOST)
    found = [understood(db, meeting, line, now=now) for line in writ.lines]
    found += [Understood(item, topic, ()) for item, topic in writ.chosen]
    made = [
        Made(
            make_decision(db, who, each.item, meeting=meeting, topic=each.topic, now=now, rules=rules),
            each.lacks,
        )
        for each in found
    ]
    return tuple(made)


def undecided_topics(db: Connection, meeting: Meeting) -> tuple[Undecided, ...]:
    """The topics of its agenda without a decision that were not left for another time, and their cases."""
    agenda = meetings.topics_of_meeting(db, meeting.id)
    return tuple(
        Undecided(each, tuple(case.label for case in topics.case_rows_of_topic(db, each.id)))
        for each in agenda
        if each.status is TopicStatus.SCHEDULED
    )


def version_of(db: Connection, meeting_id: int) -> int:
    """How often the minutes were written; 0 before the first time."""
    return len(consultation.happenings_of(db, Subject.MEETING, meeting_id, kinds=(Happening.MINUTED,)))


def told_decisions(db: Connection, meeting_id: int) -> set[int]:
    """The ids of the decisions that everybody has read of with the minutes."""
    lines = consultation.happenings_of(db, Subject.MEETING, meeting_id, kinds=(Happening.MINUTED,))
    return {each for line in lines for each in (line.data or {}).get("decisions", ())}


def known_to_owners(db: Connection, meeting_id: int) -> set[int]:
    """The ids of the decisions whose owners have read of them while people sat at the table."""
    kinds = (Happening.DECIDED, Happening.RAISED)
    lines = consultation.happenings_of(db, Subject.MEETING, meeting_id, kinds=kinds)
    return {each for line in lines for each in (line.data or {}).get("decisions", ())}


def page_token(db: Connection, meeting: Meeting, secret: str) -> str:
    """The token in the address of the page where its minutes are written, made if there is none."""
    if meeting.desk_token:
        return meeting.desk_token
    token = hashlib.sha256(f"{secret}:desk:{meeting.id}".encode()).hexdigest()[:TOKEN]
    return meetings.change_meeting(db, meeting.id, desk_token=token).desk_token


def ensure_begun(meeting: Meeting, *, now: datetime) -> None:
    """Refuse with `MinutesTooEarly` a meeting whose time has not come."""
    if not _has_begun(meeting, now=now):
        raise MinutesTooEarly(meeting.number, meeting_time(meeting))


def _has_begun(meeting: Meeting, *, now: datetime) -> bool:
    is_ahead = meeting.status is MeetingStatus.INVITED and not meeting.code
    return not is_ahead or (meeting.starts_at is not None and meeting.starts_at <= now)


def _record(meeting: Meeting, writ: Writ) -> str:
    words = writ.words.strip()
    parts = [words] if writ.is_whole else [meeting.record, words]
    record = "\n".join(part for part in parts if part)
    if len(record) > LONGEST:
        raise WordsTooLong("纪要", LONGEST)
    return record


def _let_go_on(db: Connection, meeting: Meeting, *, now: datetime) -> None:
    """Where nothing is left to be done the meeting goes on by itself, a day later: more may be added."""
    if decisions.decisions_of_meeting(db, meeting.id, status=OPEN_DECISIONS):
        return
    consultation.set_wake(
        db,
        Subject.MEETING,
        meeting.id,
        WakeKind.CASES_OVER,
        community_id=meeting.community_id,
        due_at=now + LOOKED_AT_EVERY,
    )


def _leave_for_later(
    db: Connection, who: Person, meeting: Meeting, numbers: Sequence[int], *, now: datetime
) -> None:
    for topic in meetings.topics_of_meeting(db, meeting.id):
        if topic.number in numbers:
            carry_over_topic(db, who, topic.id, meeting_id=meeting.id, now=now)
