"""What is due for topics, meetings, decisions and polls happens, exactly once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import Connection

from handlers.decisions.publishing import fire_group_news
from handlers.decisions.supervision import fire_supervision
from handlers.decisions.watching import fire_confirmation
from handlers.listening.calling import call_due_day
from handlers.listening.summing import summarise_day
from handlers.meetings.asking import fire_ask_minutes
from handlers.meetings.closing import look_whether_over
from handlers.meetings.ending import look_at_end
from handlers.meetings.joint import fire_next_meeting
from handlers.meetings.opinions import tell_opinions
from handlers.meetings.reminding import remind
from handlers.polls.closing import fire_close
from handlers.polls.reminding import fire_reminder
from handlers.polls.telling import fire_telling
from handlers.rules import Rules
from storage import consultation
from storage.models.consultation import Subject, Wake, WakeKind

TRIED_AGAIN_AFTER: Final = timedelta(hours=1)  # what a bug kept from happening


class Fire(Protocol):
    """What one kind of wake does; it holds its subject first and looks whether there is something to do."""

    def __call__(self, db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
        """It has happened."""


FIRES: Final[Mapping[tuple[Subject, WakeKind], Fire]] = {
    (Subject.DECISION, WakeKind.SUPERVISION): fire_supervision,
    (Subject.DECISION, WakeKind.CONFIRMATION): fire_confirmation,
    (Subject.DECISION, WakeKind.GROUP_NEWS): fire_group_news,
    (Subject.MEETING, WakeKind.GROUP_NEWS): fire_group_news,
    (Subject.MEETING, WakeKind.MEETING_END): look_at_end,
    (Subject.MEETING, WakeKind.CASES_OVER): look_whether_over,
    (Subject.MEETING, WakeKind.DAY_BEFORE): remind,
    (Subject.MEETING, WakeKind.HOUR_BEFORE): remind,
    (Subject.MEETING, WakeKind.ASK_MINUTES): fire_ask_minutes,
    (Subject.JOINT_MEETING, WakeKind.NEXT_MEETING): fire_next_meeting,
    (Subject.MEETING, WakeKind.OPINIONS): tell_opinions,
    (Subject.POLL, WakeKind.TELL_VOTERS): fire_telling,
    (Subject.POLL, WakeKind.REMIND_VOTERS): fire_reminder,
    (Subject.POLL, WakeKind.CLOSE): fire_close,
    (Subject.LISTENING_DAYS, WakeKind.CALL): call_due_day,
    (Subject.LISTENING_DAY, WakeKind.SUMMARY): summarise_day,
}


def fire_wake(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """What the wake was set for has happened, unless another process was first or it was moved meanwhile.

    `secret` is fresh, random and long: links and codes of what is made now are made of it.
    """
    if consultation.take_wake(db, wake):
        FIRES[wake.subject, wake.kind](db, wake, secret=secret, now=now, rules=rules)


def postpone_wake(db: Connection, wake: Wake, *, now: datetime) -> None:
    """What a bug kept from happening is tried again in an hour; nothing changes if it was moved meanwhile."""
    consultation.move_wake(db, wake, now + TRIED_AGAIN_AFTER)
