"""A day and an hour before a meeting those who come are reminded, and required parties that are silent."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.consultation.lapsing import let_lapse
from handlers.consultation.telling import news_of
from handlers.meetings.reaching import Words, tell_invited
from handlers.replies import invitations as texts
from handlers.rules import Rules
from storage import consultation, invitations
from storage import meetings as meeting_rows
from storage.models.consultation import Happening, Subject, Wake, WakeKind
from storage.models.meetings import Invitation, InvitationAnswer, Meeting, MeetingStatus

BEFORE: Final[Mapping[WakeKind, timedelta]] = {
    WakeKind.DAY_BEFORE: timedelta(days=1),
    WakeKind.HOUR_BEFORE: timedelta(hours=1),
}


def plan_reminders(db: Connection, meeting: Meeting, *, now: datetime) -> None:
    """Reminders fall due a day and an hour before the meeting; those whose time is over do not come."""
    stop_reminders(db, meeting)
    let_lapse(db, Subject.MEETING, meeting.id, [Happening.REMINDED], now=now)
    if meeting.starts_at is None or meeting.status is not MeetingStatus.INVITED:
        return
    for kind, ahead in BEFORE.items():
        due_at = meeting.starts_at - ahead
        if due_at > now:
            consultation.set_wake(
                db,
                Subject.MEETING,
                meeting.id,
                kind,
                community_id=meeting.community_id,
                due_at=due_at,
            )


def stop_reminders(db: Connection, meeting: Meeting) -> None:
    """Nobody is reminded of this meeting any more."""
    consultation.stop_wakes(db, Subject.MEETING, meeting.id, list(BEFORE))


def remind(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """Those who come are reminded, once for each time of the meeting, while it still helps.

    The day's reminder is left out when the hour's is due: nobody is told twice after a stop.
    """
    meeting = meeting_rows.lock_meeting(db, wake.subject_id)
    if meeting.status is not MeetingStatus.INVITED or meeting.starts_at is None or now >= meeting.starts_at:
        return
    due_at = meeting.starts_at - BEFORE[wake.kind]
    if now < due_at:  # it was moved, and nobody set the reminder anew
        consultation.set_wake(
            db, Subject.MEETING, meeting.id, wake.kind, community_id=meeting.community_id, due_at=due_at
        )
        return
    is_too_late = wake.kind is WakeKind.DAY_BEFORE and now >= meeting.starts_at - BEFORE[WakeKind.HOUR_BEFORE]
    if not is_too_late and not _was_reminded(db, meeting, wake.kind):
        _remind(db, meeting, wake.kind, now=now, rules=rules)


def _remind(db: Connection, meeting: Meeting, kind: WakeKind, *, now: datetime, rules: Rules) -> None:
    let_lapse(db, Subject.MEETING, meeting.id, [Happening.REMINDED], now=now)
    event_id = consultation.add_happening(
        db,
        Subject.MEETING,
        meeting.id,
        Happening.REMINDED,
        community_id=meeting.community_id,
        person_id=None,
        now=now,
        data={"kind": kind.value, "starts_at": _time(meeting)},
    )
    news = news_of(
        Subject.MEETING, meeting.id, event_id, community_id=meeting.community_id, now=now, rules=rules
    )
    rows = [each for each in invitations.invitations_of(db, meeting.id) if _is_to_hear(each)]
    words = Words(lambda each: texts.reminder_text(meeting, each))
    tell_invited(db, news, meeting, rows, words=words)


def _is_to_hear(each: Invitation) -> bool:
    is_silent = each.is_required and each.answer is InvitationAnswer.OPEN
    return each.answer is InvitationAnswer.COMING or is_silent


def _was_reminded(db: Connection, meeting: Meeting, kind: WakeKind) -> bool:
    said = consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=[Happening.REMINDED])
    fact = {"kind": kind.value, "starts_at": _time(meeting)}
    return any(each.data == fact for each in said)


def _time(meeting: Meeting) -> str:
    return meeting.starts_at.isoformat() if meeting.starts_at else ""
