"""A meeting is called: its topics, its time and place, and who is invited."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.handling import ensure_may_act
from handlers.cases.recategorizing import count_anew
from handlers.cases.states import CaseAction, next_status
from handlers.errors import MeetingIncomplete, MeetingInThePast
from handlers.notices.handling import tell_meeting_called
from handlers.replies.formats import moment_text
from handlers.rules import Rules
from storage import cases as case_rows
from storage import meetings as meeting_rows
from storage import topics
from storage.models.cases import Case, EventKind
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person
from storage.models.topics import Topic, TopicSource, TopicStatus


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """When and where a case is to be talked over; `starts_at` is UTC."""

    starts_at: datetime | None
    place: str


@dataclass(frozen=True, slots=True)
class MeetingCalled:
    """The meeting and the case it was called for."""

    meeting: Meeting
    case: Case


def call_meeting(
    db: Connection, caller: Person, case_id: int, request: MeetingRequest, *, now: datetime, rules: Rules
) -> MeetingCalled:
    """The case is under consultation; those who reported it and their neighbours are invited.

    What needs a meeting is complex, and has the longer time for that from the start of its round.
    Raises `MeetingIncomplete` without time or place, `MeetingInThePast` when the time is over.
    """
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, caller, case)
    status = next_status(case, CaseAction.CONSULT)
    if request.starts_at is None or not request.place:
        raise MeetingIncomplete(case.number)
    if request.starts_at <= now:
        raise MeetingInThePast(moment_text(request.starts_at))
    meeting = meeting_rows.add_meeting(
        db,
        {
            "community_id": case.community_id,
            "title": f"诉求 {case.label} 议事会",
            "starts_at": request.starts_at,
            "place": request.place,
            "status": MeetingStatus.INVITED,
            "called_by_id": caller.id,
            "called_at": now,
        },
    )
    topic = _topic_of(db, case, caller, now=now)
    meeting_rows.add_to_agenda(db, meeting.id, topic.id, position=1)
    case_rows.change_case(
        db,
        case.id,
        status=status,
        handler_id=case.handler_id or caller.id,
        responded_at=case.responded_at or now,
    )
    event_id = case_rows.add_event(
        db,
        case,
        EventKind.CONSULTATION_CALLED,
        person_id=caller.id,
        now=now,
        data={"meeting": meeting.id},
    )
    complex_case = count_anew(db, case_rows.lock_case(db, case.id), rules, now)
    tell_meeting_called(db, complex_case, meeting, event_id, now=now)
    return MeetingCalled(meeting, complex_case)


def _topic_of(db: Connection, case: Case, caller: Person, *, now: datetime) -> Topic:
    values = {
        "community_id": case.community_id,
        "title": f"诉求 {case.label}",
        "status": TopicStatus.SCHEDULED,
        "source": TopicSource.CASE,
        "is_public": case.is_public,
        "estate_id": case.estate_id,
        "building": case.building,
        "proposed_by_id": caller.id,
        "proposed_at": now,
    }
    return topics.add_topic(db, values, case_ids=[case.id])
