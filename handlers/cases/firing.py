"""What is due for a case happens, exactly once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import Connection

from handlers.cases.judging import fire_judgement
from handlers.cases.overdue_sheets import fire_sheets
from handlers.cases.supervision import fire_alarm, fire_response, fire_step
from handlers.cases.waiting import fire_answer
from handlers.rules import Rules
from storage import cases as case_rows
from storage import timers
from storage.models.cases import Case
from storage.models.timers import Timer, TimerKind

TRIED_AGAIN_AFTER: Final = timedelta(hours=1)  # what a bug kept from happening


class Fire(Protocol):
    """What one kind of timer does to its locked case; it looks whether there is still something to do."""

    def __call__(self, db: Connection, case: Case, timer: Timer, *, now: datetime, rules: Rules) -> None:
        """It has happened."""


FIRES: Final[Mapping[TimerKind, Fire]] = {
    TimerKind.RESPONSE: fire_response,
    TimerKind.SUPERVISION: fire_step,
    TimerKind.ALARM: fire_alarm,
    TimerKind.SHEET: fire_sheets,
    TimerKind.ANSWER: fire_answer,
    TimerKind.JUDGEMENT: fire_judgement,
}


def fire_timer(db: Connection, timer: Timer, *, now: datetime, rules: Rules) -> None:
    """What the timer was set for has happened, unless another process was first or it was moved meanwhile."""
    case = case_rows.lock_case(db, timer.case_id)
    if timers.take_timer(db, timer):
        FIRES[timer.kind](db, case, timer, now=now, rules=rules)


def postpone_timer(db: Connection, timer: Timer, *, now: datetime) -> None:
    """What a bug kept from happening is tried again in an hour; nothing changes if it was moved meanwhile."""
    case_rows.lock_case(db, timer.case_id)
    timers.move_timer(db, timer, now + TRIED_AGAIN_AFTER)
