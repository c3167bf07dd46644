"""What grid workers and staff do with a case: claim it, report on it, settle it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.attaching import Sent
from handlers.cases.dispatching import cancel_assignments
from handlers.cases.judging import await_judgement
from handlers.cases.mediating import agreed_result
from handlers.cases.proof import add_proof, ensure_proof
from handlers.cases.rights import COMMUNITY_ROLES, ensure_may_act, ensure_may_work
from handlers.cases.states import CaseAction, next_status
from handlers.cases.timers import answered
from handlers.cases.waiting import unpaused_columns
from handlers.errors import AlreadyClaimed, AlreadyYours, NoteMissing, ResultMissing
from handlers.notices.handling import (
    tell_case_claimed,
    tell_case_resolved,
    tell_claimed_elsewhere,
    tell_progress,
)
from handlers.notices.judging import tell_workers_resolved
from handlers.rules import Rules
from storage import cases as case_rows
from storage import people
from storage.models.cases import Case, CaseStatus, EventKind, Urgency
from storage.models.people import Person, Role

__all__ = ["COMMUNITY_ROLES", "claim_case", "ensure_may_act", "report_progress", "resolve_case"]


def claim_case(
    db: Connection, worker: Person, case_id: int, *, now: datetime, said_in: str | None = None
) -> Case:
    """The case is this worker's, and those who reported it hear so; `AlreadyClaimed` names another owner.

    `said_in`: the chat where it was said, empty for one-to-one; the case's group reads it when that was
    another. A reopened case that nobody has answered yet is claimed anew, and stays in progress.
    """
    case = _held(db, worker, case_id)
    if case.status is CaseStatus.CLAIMED and case.handler_id == worker.id:
        raise AlreadyYours(case.label, case.number)
    if case.status is CaseStatus.CLAIMED and case.handler_id is not None:
        by = people.person_by_id(db, case.handler_id).name
        raise AlreadyClaimed(case.label, by, case.number, is_staff=worker.role in COMMUNITY_ROLES)
    is_again = case.status is CaseStatus.IN_PROGRESS and case.responded_at is None  # reopened, not answered
    status = case.status if is_again else next_status(case, CaseAction.CLAIM)
    event_id = _take(db, worker, case, status, now=now)
    tell_case_claimed(db, case, worker, event_id, now=now)
    claimed = case_rows.lock_case(db, case.id)
    if said_in is not None:
        tell_claimed_elsewhere(db, claimed, worker, event_id, said_in=said_in, now=now)
    return claimed


def report_progress(db: Connection, worker: Person, case_id: int, note: str, *, now: datetime) -> Case:
    """The case is being worked on, and those who reported it read how far it is.

    Of an emergency that nobody has taken whoever reports on it has it: nobody types two commands there.
    """
    case = case_rows.lock_case(db, case_id)
    ensure_may_work(db, worker, case)
    if not note:
        raise NoteMissing(case.number)
    if is_unclaimed_emergency(case) and worker.role is not Role.UNIT_MEMBER:
        _take(db, worker, case, next_status(case, CaseAction.CLAIM), now=now)
        case = case_rows.lock_case(db, case.id)
    status = next_status(case, CaseAction.PROGRESS)
    case_rows.change_case(db, case.id, status=status, responded_at=case.responded_at or now)
    answered(db, case)
    event_id = case_rows.add_event(
        db, case, EventKind.PROGRESSED, person_id=worker.id, now=now, data={"note": note}
    )
    tell_progress(db, case, note, event_id, now=now)
    return case_rows.lock_case(db, case.id)


def resolve_case(
    db: Connection,
    worker: Person,
    case_id: int,
    result: str,
    *,
    now: datetime,
    rules: Rules,
    sent: Sequence[Sent] = (),
    said_in: str = "",
) -> Case:
    """The trouble is settled; its reporters read how and are asked to judge; whoever else may know is told.

    `sent`: photos that came with the words, which show the work. `said_in`: the chat where it was said; the
    grid's workers are told when it was another. Raises `ResultMissing`, and `ProofMissing` where the kind of
    trouble asks for a photo and none has come in this round.
    """
    case = add_proof(db, worker, case_id, sent, now=now)
    status = next_status(case, CaseAction.RESOLVE)
    result = agreed_result(db, case, result)
    if not result:
        raise ResultMissing(case.number)
    ensure_proof(db, case)
    handler_id = case.handler_id or worker.id
    case_rows.change_case(
        db,
        case.id,
        status=status,
        handler_id=handler_id,
        responded_at=case.responded_at or now,
        resolved_at=now,
        resolution=result,
        **unpaused_columns(case, rules, now),
    )
    event_id = case_rows.add_event(
        db, case, EventKind.RESOLVED, person_id=worker.id, now=now, data={"result": result}
    )
    cancel_assignments(db, case, by=worker, answer=result, now=now)
    settled = case_rows.lock_case(db, case.id)
    await_judgement(db, settled, rules=rules)
    tell_case_resolved(db, settled, event_id, now=now)
    tell_workers_resolved(db, settled, event_id, by=worker, said_in=said_in, now=now)
    return settled


def _take(db: Connection, worker: Person, case: Case, status: CaseStatus, *, now: datetime) -> int:
    """The case is the worker's; the number of the event."""
    responded_at = case.responded_at or now
    case_rows.change_case(db, case.id, status=status, handler_id=worker.id, responded_at=responded_at)
    answered(db, case)
    return case_rows.add_event(db, case, EventKind.CLAIMED, person_id=worker.id, now=now)


def is_unclaimed_emergency(case: Case) -> bool:
    """Whether the alarm goes on until somebody has the case."""
    return case.urgency is Urgency.EMERGENCY and case.status is CaseStatus.REGISTERED


def _held(db: Connection, worker: Person, case_id: int) -> Case:
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    return case
