"""A reporter takes a report back: the case is withdrawn, or goes on for the others."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.dispatching import cancel_assignments
from handlers.cases.states import CaseAction, next_status
from handlers.cases.timers import stop_clock
from handlers.errors import NotYourCase
from handlers.notices.joining import tell_case_withdrawn, tell_reporter_left
from storage import cases as case_rows
from storage.models.cases import Case, EventKind
from storage.models.people import Person


def withdraw_report(db: Connection, reporter: Person, case_id: int, *, now: datetime) -> Case:
    """The reporter no longer wants the case; with nobody else left it is withdrawn, and its workers hear so.

    Raises `NotYourCase` for somebody else's, `MoveNotAllowed` when the case is no longer open.
    """
    case = case_rows.lock_case(db, case_id)
    status = next_status(case, CaseAction.WITHDRAW)
    reporters = {each.id for each in case_rows.reporters_of(db, case.id)}
    entered = case_rows.entered_by(db, case.id, reporter.id)
    leaving = {reporter.id, *entered} & reporters
    if not leaving:
        raise NotYourCase(case.label)
    if reporters - leaving:
        for person_id in leaving:
            case_rows.leave_case(db, case.id, person_id, now=now)
        event_id = case_rows.add_event(db, case, EventKind.LEFT, person_id=reporter.id, now=now)
        tell_reporter_left(db, case, event_id, reporters=len(reporters - leaving), now=now)
        return case
    case_rows.change_case(db, case.id, status=status, closed_at=now, paused_at=None, status_before=None)
    stop_clock(db, case)
    cancel_assignments(db, case, now=now)
    event_id = case_rows.add_event(db, case, EventKind.WITHDRAWN, person_id=reporter.id, now=now)
    tell_case_withdrawn(db, case, event_id, now=now)
    return case_rows.lock_case(db, case.id)
