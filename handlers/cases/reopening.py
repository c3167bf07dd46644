"""The same trouble again: the old case comes back, one supervision level higher."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.deadlines import deadlines_for
from handlers.cases.states import CaseAction, next_status
from handlers.cases.subcategories import subcategory_of
from handlers.cases.timers import start_clock, stop_clock
from handlers.errors import ReasonMissing
from handlers.notices.joining import tell_case_reopened
from handlers.residents_groups.recalling import call_back_resolution
from handlers.rules import Rules
from storage import cases as case_rows
from storage.models.cases import Case, EventKind, Urgency
from storage.models.people import Person

URGENCIES: Final = (Urgency.LOW, Urgency.NORMAL, Urgency.HIGH, Urgency.EMERGENCY)
HIGHEST_LEVEL: Final = 3  # the street: above it there is nobody to tell


def reopen_case(
    db: Connection, who: Person, case_id: int, reason: str, *, now: datetime, rules: Rules
) -> Case:
    """The case is worked on again by its last worker, and everybody concerned hears why.

    Raises `ReasonMissing`, and `MoveNotAllowed` when the case has not ended or was merged.
    """
    case = case_rows.lock_case(db, case_id)
    next_status(case, CaseAction.REOPEN)
    if not reason.strip():
        raise ReasonMissing(f"重办 {case.number} 还在漏")
    return reopen(db, who, case, reason, urgency=case.urgency, is_recurrence=False, now=now, rules=rules)


def reopen(
    db: Connection,
    who: Person,
    case: Case,
    reason: str,
    *,
    urgency: Urgency,
    is_recurrence: bool,
    now: datetime,
    rules: Rules,
) -> Case:
    """A locked case that had ended begins another round: new deadlines, one supervision level higher.

    `is_recurrence`: the trouble came back by itself after it had been settled, told by somebody new.
    """
    kind = subcategory_of(case.category, case.subcategory)
    deadlines = deadlines_for(kind, urgency, rules.deadlines, now=now)
    case_rows.change_case(
        db,
        case.id,
        status=next_status(case, CaseAction.REOPEN),
        urgency=urgency,
        reopen_count=case.reopen_count + 1,
        supervision_level=min(case.supervision_level + 1, HIGHEST_LEVEL),
        round_at=now,
        respond_by=deadlines.respond_by,
        resolve_by=deadlines.resolve_by,
        responded_at=None,
        resolved_at=None,
        closed_at=None,
        is_judged=False,
        extension_days=0,
        paused_at=None,
        status_before=None,
    )
    data = {"reason": reason, "solved_before": case.resolution, "is_recurrence": is_recurrence}
    event_id = case_rows.add_event(db, case, EventKind.REOPENED, person_id=who.id, now=now, data=data)
    again = case_rows.lock_case(db, case.id)
    stop_clock(db, again)
    start_clock(db, again, rules)
    call_back_resolution(db, case, now=now)
    tell_case_reopened(db, again, reason, event_id, by=who, now=now)
    return again


def more_urgent(one: Urgency, other: Urgency) -> Urgency:
    """The more urgent of the two."""
    return max(one, other, key=URGENCIES.index)
