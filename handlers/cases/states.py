"""Which action leads a case from where to where: design, section 6, as data."""

from collections.abc import Mapping
from enum import StrEnum

from handlers.errors import MoveNotAllowed
from storage.models.cases import Case, CaseStatus

S = CaseStatus


class CaseAction(StrEnum):
    """What people do to a case."""

    CLAIM = "claim"
    PROGRESS = "progress"
    CONSULT = "consult"
    RESOLVE = "resolve"


MOVES: Mapping[tuple[CaseStatus, CaseAction], CaseStatus] = {
    (S.REGISTERED, CaseAction.CLAIM): S.CLAIMED,
    (S.CLAIMED, CaseAction.PROGRESS): S.IN_PROGRESS,
    (S.IN_PROGRESS, CaseAction.PROGRESS): S.IN_PROGRESS,
    (S.DISPATCHED, CaseAction.PROGRESS): S.DISPATCHED,
    (S.CONSULTING, CaseAction.PROGRESS): S.CONSULTING,
    (S.REGISTERED, CaseAction.CONSULT): S.CONSULTING,
    (S.CLAIMED, CaseAction.CONSULT): S.CONSULTING,
    (S.IN_PROGRESS, CaseAction.CONSULT): S.CONSULTING,
    (S.DISPATCHED, CaseAction.CONSULT): S.CONSULTING,
    (S.REGISTERED, CaseAction.RESOLVE): S.RESOLVED,
    (S.CLAIMED, CaseAction.RESOLVE): S.RESOLVED,
    (S.IN_PROGRESS, CaseAction.RESOLVE): S.RESOLVED,
    (S.DISPATCHED, CaseAction.RESOLVE): S.RESOLVED,
    (S.CONSULTING, CaseAction.RESOLVE): S.RESOLVED,
    (S.WAITING, CaseAction.RESOLVE): S.RESOLVED,
}

STATUS_LABELS: Mapping[CaseStatus, str] = {
    S.REGISTERED: "已登记",
    S.CLAIMED: "已接单",
    S.IN_PROGRESS: "办理中",
    S.DISPATCHED: "已交办",
    S.CONSULTING: "协商中",
    S.WAITING: "待补充",
    S.RESOLVED: "已办结",
    S.CLOSED: "已销号",
    S.REJECTED: "不予受理",
    S.WITHDRAWN: "已撤回",
    S.MERGED: "已并案",
}

ACTION_LABELS: Mapping[CaseAction, str] = {
    CaseAction.CLAIM: "接单",
    CaseAction.PROGRESS: "报进展",
    CaseAction.CONSULT: "提请议事",
    CaseAction.RESOLVE: "办结",
}


def next_status(case: Case, action: CaseAction) -> CaseStatus:
    """Where the action leads; `MoveNotAllowed` when it cannot be done from where the case stands."""
    after = MOVES.get((case.status, action))
    if after is None:
        is_unclaimed = case.status is CaseStatus.REGISTERED
        remedy = f"请先发“接单 {case.number}”。" if is_unclaimed else ""
        raise MoveNotAllowed(case.label, STATUS_LABELS[case.status], ACTION_LABELS[action], remedy=remedy)
    return after
