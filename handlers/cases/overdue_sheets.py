"""A unit that does not answer its sheet by the due date is reminded once, and so is whoever gave it."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.rounds import events_of_round
from handlers.notices.supervision import tell_sheet_overdue
from handlers.rules import Rules
from storage import assignments, timers
from storage import cases as case_rows
from storage.models.assignments import Assignment
from storage.models.cases import OPEN_STATUSES, Case, EventKind
from storage.models.timers import Timer, TimerKind


def watch_sheets(db: Connection, case: Case) -> None:
    """The case wakes when the next of its open sheets falls due that nobody was reminded of."""
    reminded = _reminded(db, case)
    due = [each.due_at for each in assignments.open_assignments_of(db, case.id) if _key(each) not in reminded]
    if due:
        timers.set_timer(db, case.id, TimerKind.SHEET, community_id=case.community_id, due_at=min(due))


def fire_sheets(db: Connection, case: Case, timer: Timer, *, now: datetime, rules: Rules) -> None:
    """Every open sheet of a locked case that is overdue was reminded of, once for each due date."""
    if case.status not in OPEN_STATUSES:
        return
    reminded = _reminded(db, case)
    for sheet in assignments.open_assignments_of(db, case.id):
        if sheet.due_at <= now and _key(sheet) not in reminded:
            data = {"sheet": _key(sheet)}
            event_id = case_rows.add_event(
                db, case, EventKind.SHEET_OVERDUE, person_id=None, now=now, data=data
            )
            tell_sheet_overdue(db, case, sheet, event_id, now=now)
    watch_sheets(db, case)


def _key(sheet: Assignment) -> str:
    return f"{sheet.id}:{sheet.due_at.isoformat()}"


def _reminded(db: Connection, case: Case) -> set[str]:
    events = events_of_round(db, case, EventKind.SHEET_OVERDUE)
    return {str((each.data or {}).get("sheet")) for each in events}
