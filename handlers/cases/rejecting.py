"""A case that is not the community's business: proposed by a worker, decided by staff, with where to go."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.dispatching import cancel_assignments
from handlers.cases.rights import COMMUNITY_ROLES, ensure_may_act
from handlers.cases.states import CaseAction, next_status
from handlers.cases.timers import stop_clock
from handlers.errors import NotAllowed, ReasonMissing
from handlers.errors.desk import NoRejectionProposed, WhereToGoMissing
from handlers.notices.assigning import tell_case_rejected, tell_rejection_proposed, tell_rejection_refused
from storage import cases as case_rows
from storage.models.cases import Case, EventKind
from storage.models.people import Person

WHERE_TO_GO: Final = re.compile(  # what a resident can do instead: 请到…, 可以打…, 由房管局处理
    r"请[到去向找打拨咨联]|可以?[到去向找打拨咨联通申起走]|建议|[到去向找](?!期|底|处)|拨打|打电话|咨询|联系|[由归属].{1,20}(?:处理|受理|办理|管|负责)"
    r"|\d{5,}|窗口|法院|热线|仲裁|起诉"
)
PROPOSALS: Final = (EventKind.REJECTION_PROPOSED, EventKind.REJECTION_REFUSED, EventKind.REJECTED)


def propose_rejection(db: Connection, worker: Person, case_id: int, reason: str, *, now: datetime) -> Case:
    """Staff are asked whether the case is turned down; until they answer it stays as it is."""
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    next_status(case, CaseAction.REJECT)
    if not reason:
        raise ReasonMissing(f"不予受理 {case.number} 属于供热合同纠纷，请找供热公司")
    event_id = case_rows.add_event(
        db, case, EventKind.REJECTION_PROPOSED, person_id=worker.id, now=now, data={"reason": reason}
    )
    tell_rejection_proposed(db, case, worker, reason, event_id=event_id, now=now)
    return case


def reject_case(db: Connection, staff: Person, case_id: int, reason: str, *, now: datetime) -> Case:
    """The case is turned down; those who reported it read why, and where to go instead.

    Without words of their own staff decide in those of the proposal.
    """
    case = _decided_by(db, staff, case_id)
    status = next_status(case, CaseAction.REJECT)
    reason = reason or rejection_proposed(db, case)
    if not reason:
        raise ReasonMissing(f"不予受理 {case.number} 属于供热合同纠纷，请找供热公司")
    if not WHERE_TO_GO.search(reason):
        raise WhereToGoMissing(case.number)
    case_rows.change_case(db, case.id, status=status, resolution=reason, closed_at=now)
    stop_clock(db, case)
    cancel_assignments(db, case, now=now)
    event_id = case_rows.add_event(
        db, case, EventKind.REJECTED, person_id=staff.id, now=now, data={"reason": reason}
    )
    rejected = case_rows.lock_case(db, case.id)
    tell_case_rejected(db, rejected, reason, event_id=event_id, now=now)
    return rejected


def refuse_rejection(db: Connection, staff: Person, case_id: int, reason: str, *, now: datetime) -> Case:
    """The case is dealt with after all, and those who have it are told."""
    case = _decided_by(db, staff, case_id)
    if not rejection_proposed(db, case):
        raise NoRejectionProposed(case.label)
    event_id = case_rows.add_event(
        db, case, EventKind.REJECTION_REFUSED, person_id=staff.id, now=now, data={"reason": reason}
    )
    tell_rejection_refused(db, case, reason, event_id=event_id, now=now)
    return case


def _decided_by(db: Connection, staff: Person, case_id: int) -> Case:
    if staff.role not in COMMUNITY_ROLES:
        raise NotAllowed("不予受理")
    return case_rows.lock_case(db, case_id)


def rejection_proposed(db: Connection, case: Case) -> str:
    """The reason of the proposal that waits for an answer; empty when none does."""
    events = [each for each in case_rows.events_of(db, case.id, kinds=PROPOSALS) if each.case_id == case.id]
    last = events[-1] if events else None
    if last is None or last.kind is not EventKind.REJECTION_PROPOSED:
        return ""
    return str((last.data or {}).get("reason", ""))
