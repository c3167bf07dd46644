"""A survey ends: at its time, when its meeting begins, or at the word of staff; what it gave is told once."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.consultation.lapsing import let_lapse
from handlers.consultation.telling import news_of, tell_desk
from handlers.errors.surveys import SurveyOver
from handlers.replies import surveys as texts
from handlers.rules import Rules
from handlers.surveys.answering import BEGUN
from handlers.surveys.making import await_closing, usual_closing
from handlers.surveys.summing import summary_of
from storage import consultation, measures, meetings, surveys
from storage.models.consultation import Happening, Subject, WakeKind
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person
from storage.models.polls import Poll, PollStatus
from storage.polls import rows


def close_due_survey(db: Connection, poll: Poll, *, now: datetime, rules: Rules) -> None:
    """The time of the survey, held by the caller, is over: the desk reads what it gave.

    Nothing happens when it ended before; one whose time was moved waits for it.
    """
    if poll.status is not PollStatus.OPEN:
        return
    meeting = meetings.meeting_by_id(db, poll.meeting_id) if poll.meeting_id is not None else None
    if poll.closes_at > now and not _is_over(meeting, now=now):
        await_closing(db, poll)
        return
    _close(db, poll, meeting, by=None, now=now, rules=rules)


def close_survey(db: Connection, staff: Person, poll: Poll, *, now: datetime, rules: Rules) -> Poll:
    """Staff end the survey, held by the caller, before its time; `SurveyOver` when it has ended."""
    if poll.status is not PollStatus.OPEN:
        raise SurveyOver(poll.number, is_cancelled=poll.status is PollStatus.CANCELLED)
    meeting = meetings.meeting_by_id(db, poll.meeting_id) if poll.meeting_id is not None else None
    return _close(db, poll, meeting, by=staff, now=now, rules=rules)


def cancel_survey(db: Connection, staff: Person, poll: Poll, *, reason: str, now: datetime) -> Poll:
    """The survey, held by the caller, is asked no more and gives nothing; `SurveyOver` when it has ended.

    Its answers stay on record.
    """
    if poll.status is not PollStatus.OPEN:
        raise SurveyOver(poll.number, is_cancelled=poll.status is PollStatus.CANCELLED)
    _note(db, poll, Happening.CANCELLED, staff, now=now, data={"reason": reason})
    record(db, staff, Audited.SURVEY_CANCELLED, now=now, data={"poll": poll.number})
    return rows.change_poll(db, poll.id, status=PollStatus.CANCELLED, closed_at=now)


def follow_meeting(db: Connection, meeting: Meeting, *, now: datetime, rules: Rules) -> None:
    """Surveys ahead of the meeting go with it: they end when it begins or is cancelled, and move with it.

    One whose end was said by staff keeps it, as long as it lies before the meeting.
    """
    for poll in surveys.open_surveys_of_meeting(db, meeting.id):
        if _is_over(meeting, now=now) or (meeting.code and meeting.status is MeetingStatus.INVITED):
            _close(db, poll, meeting, by=None, now=now, rules=rules)
        elif meeting.starts_at is not None:
            _retime(db, poll, meeting, now=now)


def _retime(db: Connection, poll: Poll, meeting: Meeting, *, now: datetime) -> None:
    assert meeting.starts_at is not None
    opened = consultation.happenings_of(db, Subject.POLL, poll.id, kinds=[Happening.OPENED])
    is_usual = any((line.data or {}).get("is_usual_end") for line in opened)
    closes_at = usual_closing(meeting, now=now) if is_usual else min(poll.closes_at, meeting.starts_at)
    if closes_at != poll.closes_at:
        await_closing(db, rows.change_poll(db, poll.id, closes_at=closes_at))


def _is_over(meeting: Meeting | None, *, now: datetime) -> bool:
    if meeting is None:
        return False
    has_begun = meeting.starts_at is not None and meeting.starts_at <= now
    return has_begun or meeting.status in BEGUN or meeting.status is MeetingStatus.CANCELLED


def _close(
    db: Connection, poll: Poll, meeting: Meeting | None, *, by: Person | None, now: datetime, rules: Rules
) -> Poll:
    summary = summary_of(db, poll, is_for_staff=True)
    closed = rows.change_poll(db, poll.id, status=PollStatus.CLOSED, closed_at=now, result=summary.as_json())
    consultation.stop_wakes(db, Subject.POLL, poll.id, [WakeKind.CLOSE])
    let_lapse(db, Subject.POLL, poll.id, [Happening.OPENED], now=now)
    event_id = _note(db, poll, Happening.CLOSED, by, now=now)
    news = news_of(Subject.POLL, poll.id, event_id, community_id=poll.community_id, now=now, rules=rules)
    measure = measures.measure_by_id(db, poll.measure_id) if poll.measure_id is not None else None
    text = texts.result(closed, summary, meeting=meeting, measure=measure)
    called = meeting.chair_id if meeting is not None and meeting.chair_id is not None else poll.made_by_id
    tell_desk(db, news, text, called=called)
    return closed


def _note(
    db: Connection,
    poll: Poll,
    kind: Happening,
    by: Person | None,
    *,
    now: datetime,
    data: dict[str, object] | None = None,
) -> int:
    return consultation.add_happening(
        db,
        Subject.POLL,
        poll.id,
        kind,
        community_id=poll.community_id,
        person_id=by.id if by else None,
        now=now,
        data=data,
    )
