"""A meeting begins and ends: its check-in code, 散会, and what happens when its time is over by itself."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.consultation.lapsing import let_lapse
from handlers.consultation.telling import news_of, tell_desk
from handlers.errors.meetings import MeetingDayOver, NotYetTime
from handlers.meetings.history import note
from handlers.meetings.plans import ends_at
from handlers.meetings.states import MeetingAction, next_status
from handlers.replies import meetings as texts
from handlers.replies.formats import meeting_time
from handlers.rules import Rules
from handlers.working_days import local
from storage import consultation, invitations
from storage import meetings as rows
from storage.models.consultation import Happening, Subject, Wake, WakeKind
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person

DOORS_OPEN: Final = timedelta(hours=1)  # before it begins
LATE: Final = timedelta(hours=6)  # 散会 said later than so long after the planned end means that end
MINUTES_WAIT: Final = timedelta(days=3)  # by the calendar
UNTIL_HELD: Final = (WakeKind.DAY_BEFORE, WakeKind.HOUR_BEFORE, WakeKind.MEETING_END)
BEFORE_IT: Final = (Happening.INVITED, Happening.CHANGED, Happening.PROMOTED, Happening.REMINDED)
CODES: Final = 10_000


def await_end(db: Connection, meeting: Meeting) -> None:
    """When its time is over, it is looked at; nothing is awaited while it has no time."""
    end = ends_at(meeting)
    if end is None:
        consultation.stop_wakes(db, Subject.MEETING, meeting.id, [WakeKind.MEETING_END])
        return
    consultation.set_wake(
        db,
        Subject.MEETING,
        meeting.id,
        WakeKind.MEETING_END,
        community_id=meeting.community_id,
        due_at=end,
    )


def stop_waiting(db: Connection, meeting: Meeting) -> None:
    """Neither its beginning nor its end is waited for any more."""
    consultation.stop_wakes(db, Subject.MEETING, meeting.id, UNTIL_HELD)


def start_meeting(db: Connection, who: Person, meeting: Meeting, *, code: str, now: datetime) -> Meeting:
    """The meeting, held by the caller, begins: people check in with its code, always the same.

    From an hour before it to the end of that day. `code` is fresh and random, four digits. Raises
    `MeetingMoveNotAllowed`, `NotYetTime`, `MeetingDayOver`.
    """
    next_status(meeting, MeetingAction.START)
    starts_at = meeting.starts_at
    assert starts_at is not None  # one that was called has a time
    if now < starts_at - DOORS_OPEN:
        raise NotYetTime(meeting.number, meeting_time(meeting), what="开始")
    end = ends_at(meeting) or starts_at
    if local(now).date() > local(end).date():
        raise MeetingDayOver(meeting.number)
    _let_chair_in(db, who, meeting, now=now)
    if meeting.code:
        return meeting
    taken = rows.codes_from(db, meeting.community_id, now - timedelta(days=1))
    note(db, meeting, Happening.STARTED, who, now=now)
    if now >= starts_at:
        let_lapse(db, Subject.MEETING, meeting.id, BEFORE_IT, now=now)
    return rows.change_meeting(db, meeting.id, code=_free(code, taken))


def _free(code: str, taken: set[str]) -> str:
    """The code, or the next one that no other meeting of these days has."""
    first = int(code)
    candidates = (f"{(first + step) % CODES:04d}" for step in range(CODES))
    return next((each for each in candidates if each not in taken), code)


def end_meeting(db: Connection, who: Person, meeting: Meeting, *, now: datetime) -> Meeting:
    """The meeting, held by the caller, is over; its minutes are asked for after three days.

    Raises `MeetingMoveNotAllowed`, and `NotYetTime` before it can have begun.
    """
    next_status(meeting, MeetingAction.HOLD)
    if meeting.starts_at is not None and now < meeting.starts_at - DOORS_OPEN:
        raise NotYetTime(meeting.number, meeting_time(meeting), what="散会")
    _let_chair_in(db, who, meeting, now=now)
    end = ends_at(meeting) or now
    return _over(db, who, meeting, held_at=end if now > end + LATE else now, now=now)


def _let_chair_in(db: Connection, who: Person, meeting: Meeting, *, now: datetime) -> None:
    """Who chairs the meeting and opens or ends it is there, without a code."""
    if who.id != meeting.chair_id:
        return
    for each in invitations.invitations_of(db, meeting.id):
        if each.person_id == who.id and each.checked_in_at is None:
            invitations.change_invitation(db, each.id, checked_in_at=now, checked_in_by_id=who.id)
            note(db, meeting, Happening.CHECKED_IN, who, now=now, data={"invitation": each.id})


def look_at_end(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """The time of a meeting is over: one that began was held, of another the desk is asked, once."""
    meeting = rows.lock_meeting(db, wake.subject_id)
    end = ends_at(meeting)
    if meeting.status is not MeetingStatus.INVITED or end is None:
        return
    if end > now:  # it was moved
        await_end(db, meeting)
        return
    if meeting.code or rows.counts_of(db, meeting.id).checked_in:
        held = _over(db, None, meeting, held_at=end, now=now)
        kind, text = Happening.HELD, texts.held_by_itself(held)
    elif _was_asked(db, meeting):
        return
    else:
        kind, text = Happening.ASKED_WHETHER_HELD, texts.was_it_held(meeting)
        note(db, meeting, kind, None, now=now, data={"version": meeting.version})
    event_id = consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=[kind])[-1].id
    told = news_of(
        Subject.MEETING, meeting.id, event_id, community_id=meeting.community_id, now=now, rules=rules
    )
    tell_desk(db, told, text, called=meeting.chair_id or meeting.called_by_id)


def _was_asked(db: Connection, meeting: Meeting) -> bool:
    """Whether the desk was asked about this very time already."""
    kinds = [Happening.ASKED_WHETHER_HELD]
    lines = consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=kinds)
    return any((line.data or {}).get("version") == meeting.version for line in lines)


def _over(
    db: Connection, who: Person | None, meeting: Meeting, *, held_at: datetime, now: datetime
) -> Meeting:
    status = next_status(meeting, MeetingAction.HOLD)
    stop_waiting(db, meeting)
    let_lapse(db, Subject.MEETING, meeting.id, BEFORE_IT, now=now)
    note(db, meeting, Happening.HELD, who, now=now, data={"held_at": held_at.isoformat()})
    ask_for_minutes_later(db, meeting, held_at=held_at)
    return rows.change_meeting(db, meeting.id, status=status, held_at=held_at)


def ask_for_minutes_later(db: Connection, meeting: Meeting, *, held_at: datetime) -> None:
    """Whoever keeps the minutes is asked when none have come within three days."""
    consultation.set_wake(
        db,
        Subject.MEETING,
        meeting.id,
        WakeKind.ASK_MINUTES,
        community_id=meeting.community_id,
        due_at=held_at + MINUTES_WAIT,
    )
