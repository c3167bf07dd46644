"""What grid workers and staff do with a case: claim it, report on it, settle it."""

from datetime import datetime

from sqlalchemy import Connection

from handlers import notices
from handlers.cases.states import CaseAction, next_status
from handlers.errors import AlreadyClaimed, AlreadyYours, NoteMissing, NotYourGrid, ResultMissing
from storage import cases as case_rows
from storage import organization, people
from storage.models.cases import Case, CaseStatus, EventKind
from storage.models.people import Person, Role

COMMUNITY_ROLES = frozenset({Role.STAFF, Role.HEAD, Role.ADMIN})  # may act on every case of the community


def claim_case(db: Connection, worker: Person, case_id: int, *, now: datetime) -> Case:
    """The case is this worker's, and those who reported it hear so; `AlreadyClaimed` names another owner."""
    case = _held(db, worker, case_id)
    if case.status is CaseStatus.CLAIMED and case.handler_id == worker.id:
        raise AlreadyYours(case.label, case.number)
    if case.status is CaseStatus.CLAIMED and case.handler_id is not None:
        raise AlreadyClaimed(case.label, people.person_by_id(db, case.handler_id).name)
    status = next_status(case, CaseAction.CLAIM)
    case_rows.change_case(db, case.id, status=status, handler_id=worker.id, responded_at=now)
    event_id = case_rows.add_event(db, case, EventKind.CLAIMED, person_id=worker.id, now=now)
    notices.tell_case_claimed(db, case, worker, event_id, now=now)
    return case_rows.lock_case(db, case.id)


def report_progress(db: Connection, worker: Person, case_id: int, note: str, *, now: datetime) -> Case:
    """The case is being worked on, and those who reported it read how far it is."""
    case = _held(db, worker, case_id)
    if not note:
        raise NoteMissing(case.number)
    status = next_status(case, CaseAction.PROGRESS)
    case_rows.change_case(db, case.id, status=status, responded_at=case.responded_at or now)
    event_id = case_rows.add_event(
        db, case, EventKind.PROGRESSED, person_id=worker.id, now=now, data={"note": note}
    )
    notices.tell_progress(db, case, note, event_id, now=now)
    return case_rows.lock_case(db, case.id)


def resolve_case(db: Connection, worker: Person, case_id: int, result: str, *, now: datetime) -> Case:
    """The trouble is settled; those who reported it are told how, and the residents' group if it may know."""
    case = _held(db, worker, case_id)
    status = next_status(case, CaseAction.RESOLVE)
    if not result:
        raise ResultMissing(case.number)
    handler_id = case.handler_id or worker.id
    case_rows.change_case(
        db,
        case.id,
        status=status,
        handler_id=handler_id,
        responded_at=case.responded_at or now,
        resolved_at=now,
        resolution=result,
    )
    event_id = case_rows.add_event(
        db, case, EventKind.RESOLVED, person_id=worker.id, now=now, data={"result": result}
    )
    settled = case_rows.lock_case(db, case.id)
    notices.tell_case_resolved(db, settled, event_id, now=now)
    return settled


def ensure_may_act(db: Connection, worker: Person, case: Case) -> None:
    """A worker acts in the own grids, deputies included; staff in the whole community; else `NotYourGrid`."""
    if worker.role in COMMUNITY_ROLES:
        return
    if worker.role is Role.GRID_WORKER and case.grid_id in organization.grids_of_worker(db, worker.id):
        return
    grid = organization.grid_by_id(db, case.grid_id).name if case.grid_id else "社区"
    raise NotYourGrid(case.label, grid)


def _held(db: Connection, worker: Person, case_id: int) -> Case:
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    return case
