"""The end of the chain: what was agreed is done, its cases are over, and the meeting is put away."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.errors.meetings import DecisionsOpen, MinutesFirst
from handlers.meetings.history import note
from handlers.meetings.states import MeetingAction, next_status
from handlers.rules import Rules
from storage import consultation, decisions, meeting_circles
from storage import meetings as rows
from storage.decisions import OPEN_DECISIONS
from storage.models.cases import OPEN_STATUSES, CaseStatus
from storage.models.consultation import Happening, Subject, Wake, WakeKind
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person

LOOKED_AT_EVERY: Final = timedelta(days=1)  # whether the cases are over
NOT_OVER: Final = frozenset({*OPEN_STATUSES, CaseStatus.RESOLVED})


def follow_up(db: Connection, meeting_id: int, *, now: datetime, rules: Rules) -> Meeting:
    """A meeting none of whose decisions is open is followed up; when its cases are over too, it is closed.

    Called whenever one of its decisions ends; a followed-up one is looked at once a day. Calling it for
    another meeting, or again, changes nothing. Gives the meeting, held.
    """
    meeting = rows.lock_meeting(db, meeting_id)
    if meeting.status is MeetingStatus.MINUTED and not _open_decisions(db, meeting):
        note(db, meeting, Happening.FOLLOWED_UP, None, now=now)
        status = next_status(meeting, MeetingAction.FOLLOW_UP)
        meeting = rows.change_meeting(db, meeting.id, status=status)
    if meeting.status is MeetingStatus.FOLLOWED_UP:
        if _are_cases_over(db, meeting):
            return _closed(db, None, meeting, now=now)
        _look_again(db, meeting, now=now)
    return meeting


def close_meeting(db: Connection, staff: Person, meeting: Meeting, *, now: datetime, rules: Rules) -> Meeting:
    """Staff put away a meeting, held by the caller, whatever its cases do.

    Raises `MinutesFirst`, `DecisionsOpen`, `MeetingMoveNotAllowed`.
    """
    if meeting.status is MeetingStatus.HELD:
        raise MinutesFirst(meeting.number)
    open_ones = _open_decisions(db, meeting)
    if meeting.status is MeetingStatus.MINUTED:
        if open_ones:
            raise DecisionsOpen(meeting.number, open_ones)
        meeting = follow_up(db, meeting.id, now=now, rules=rules)
        if meeting.status is MeetingStatus.CLOSED:
            return meeting
    return _closed(db, staff, meeting, now=now)


def look_whether_over(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """A followed-up meeting is closed when its cases are over; else it is looked at again the next day."""
    follow_up(db, wake.subject_id, now=now, rules=rules)


def _open_decisions(db: Connection, meeting: Meeting) -> list[int]:
    found = decisions.decisions_of_meeting(db, meeting.id, status=OPEN_DECISIONS)
    return [each.number for each in found]


def _are_cases_over(db: Connection, meeting: Meeting) -> bool:
    return not any(each.status in NOT_OVER for each in meeting_circles.cases_of_meeting(db, meeting.id))


def _closed(db: Connection, who: Person | None, meeting: Meeting, *, now: datetime) -> Meeting:
    status = next_status(meeting, MeetingAction.CLOSE)
    consultation.stop_wakes(db, Subject.MEETING, meeting.id, [WakeKind.CASES_OVER, WakeKind.ASK_MINUTES])
    note(db, meeting, Happening.CLOSED, who, now=now)
    return rows.change_meeting(db, meeting.id, status=status, closed_at=now)


def _look_again(db: Connection, meeting: Meeting, *, now: datetime) -> None:
    consultation.set_wake(
        db,
        Subject.MEETING,
        meeting.id,
        WakeKind.CASES_OVER,
        community_id=meeting.community_id,
        due_at=now + LOOKED_AT_EVERY,
    )
