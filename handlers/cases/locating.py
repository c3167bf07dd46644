"""A case gets its right place, and what else is said of it."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.dispatching import cancel_assignments
from handlers.cases.opening import CaseOpened, columns_of, grid_of, open_case
from handlers.cases.reports import Place, Report
from handlers.cases.states import CaseAction, next_status
from handlers.cases.timers import stop_clock
from handlers.cases.withdrawing import withdraw_report
from handlers.notices.opening import tell_case_opened, tell_supplement
from handlers.replies import say
from handlers.rules import Rules
from storage import cases as case_rows
from storage.models.cases import Case, CaseStatus, EventKind
from storage.models.people import Person


def locate_case(
    db: Connection, reporter: Person, case_id: int, place: Place, *, now: datetime, rules: Rules
) -> CaseOpened:
    """A case has its right place; the grid that covers it gets it and is told.

    In another community it is a new case there, and the first one is withdrawn, or goes on for its other
    reporters. Raises `MoveNotAllowed` when the case is no longer open.
    """
    case = case_rows.lock_case(db, case_id)
    next_status(case, CaseAction.SUPPLEMENT)
    if place.estate is not None and place.estate.community_id != case.community_id:
        return _move_case(db, reporter, case, place, now=now, rules=rules)
    grid = None if case.is_confidential else grid_of(db, place)
    case_rows.change_case(db, case.id, **columns_of(place), grid_id=grid.id if grid else None)
    event_id = case_rows.add_event(db, case, EventKind.LOCATED, person_id=reporter.id, now=now)
    located = case_rows.lock_case(db, case_id)
    tell_case_opened(db, located, event_id, estate=place.estate, worker=None, now=now, rules=rules)
    return CaseOpened(located, grid, place.estate)


def supplement_case(db: Connection, reporter: Person, case_id: int, text: str, *, now: datetime) -> Case:
    """What else the resident says stands in the case's history, and those who have the case read it."""
    case = case_rows.lock_case(db, case_id)
    event_id = case_rows.add_event(
        db, case, EventKind.SUPPLEMENTED, person_id=reporter.id, now=now, data={"text": text}
    )
    tell_supplement(db, case, text, event_id, now=now)
    return case


def _move_case(
    db: Connection, reporter: Person, case: Case, place: Place, *, now: datetime, rules: Rules
) -> CaseOpened:
    report = Report(
        place.estate.community_id if place.estate else case.community_id,
        case.category,
        case.subcategory,
        case.urgency,
        case.summary,
        place,
        is_whisper=case.has_whisper,
    )
    opened = open_case(db, reporter, report, now=now, rules=rules)
    own = {reporter.id, *case_rows.entered_by(db, case.id, reporter.id)}
    if any(each.id not in own for each in case_rows.reporters_of(db, case.id)):
        withdraw_report(db, reporter, case.id, now=now)
        return opened
    case_rows.change_case(
        db, case.id, status=CaseStatus.WITHDRAWN, closed_at=now, paused_at=None, status_before=None
    )
    stop_clock(db, case)
    cancel_assignments(db, case, now=now)
    moved = {"moved_to": opened.case.id}
    event_id = case_rows.add_event(db, case, EventKind.WITHDRAWN, person_id=reporter.id, now=now, data=moved)
    tell_supplement(db, case, say(case.community_id, "moved_away"), event_id, now=now)
    return opened
