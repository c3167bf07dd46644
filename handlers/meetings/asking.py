"""A meeting was held and no minutes came: its chair is asked after three days, the head too after seven."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.consultation.telling import news_of, tell_groups
from handlers.meetings.history import note
from handlers.meetings.minutes import page_token
from handlers.replies import minutes as texts
from handlers.rules import Rules
from storage import consultation, meetings, organization, people
from storage.models.consultation import Happening, Subject, Wake, WakeKind
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Role

STEPS: Final = (3, 7)  # days by the calendar, after the meeting


def fire_ask_minutes(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """Of steps missed while nobody ran only the last is told; nothing once minutes came."""
    meeting = meetings.lock_meeting(db, wake.subject_id)
    if meeting.status is not MeetingStatus.HELD or meeting.held_at is None:
        return
    lines = consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=(Happening.MINUTES_ASKED,))
    asked = max((int((line.data or {}).get("days", 0)) for line in lines), default=0)
    due = [days for days in STEPS if days > asked and meeting.held_at + timedelta(days=days) <= now]
    if due:
        _ask(db, meeting, due[-1], secret=secret, now=now, rules=rules)
        asked = due[-1]
    ahead = next((days for days in STEPS if days > asked), None)
    if ahead is not None:
        consultation.set_wake(
            db,
            Subject.MEETING,
            meeting.id,
            WakeKind.ASK_MINUTES,
            community_id=meeting.community_id,
            due_at=meeting.held_at + timedelta(days=ahead),
        )


def _ask(db: Connection, meeting: Meeting, days: int, *, secret: str, now: datetime, rules: Rules) -> None:
    """At the desk, the chair mentioned; at the last step those who head the community too."""
    event_id = note(db, meeting, Happening.MINUTES_ASKED, None, now=now, data={"days": days})
    news = news_of(
        Subject.MEETING, meeting.id, event_id, community_id=meeting.community_id, now=now, rules=rules
    )
    token = page_token(db, meeting, secret)
    link = f"{rules.public_url}/desk/meetings/{token}" if rules.public_url else ""
    chair = organization.wecom_userid_of(db, meeting.chair_id or meeting.called_by_id)
    heads = people.userids_of_role(db, meeting.community_id, Role.HEAD) if days == STEPS[-1] else []
    mentions = list(dict.fromkeys([*([chair] if chair else []), *heads]))
    desk = organization.desk_group(db, meeting.community_id)
    gone = (now - (meeting.held_at or now)).days
    text = texts.minutes_wanted(meeting, days=max(gone, days), link=link)
    tell_groups(db, news, [desk] if desk else [], text, mentions=mentions)
