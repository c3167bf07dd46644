"""Which action leads a case from where to where: design, section 6, as data."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from handlers.errors import MoveNotAllowed
from storage.models.cases import OPEN_STATUSES, Case, CaseStatus

S = CaseStatus


class CaseAction(StrEnum):
    """What people, and time, do to a case."""

    CLAIM = "claim"
    ASSIGN = "assign"  # hand_over too: somebody follows
    DECLINE = "decline"  # nobody follows
    PROGRESS = "progress"
    DISPATCH = "dispatch"
    WHISTLE = "whistle"
    CHECK_IN = "check_in"
    ANSWER_SHEET = "answer_sheet"  # feedback or return, with other sheets still open
    ANSWER_LAST_SHEET = "answer_last_sheet"
    CONSULT = "consult"
    DECIDE = "decide"
    CALL_OFF = "call_off"  # the meeting is not held
    ASK = "ask"
    RESUME = "resume"
    EXTEND = "extend"
    SUPERVISE = "supervise"
    URGE = "urge"
    RECATEGORIZE = "recategorize"
    SUPPLEMENT = "supplement"
    RESOLVE = "resolve"
    SATISFY = "satisfy"  # the judgement closes it
    EXPIRE = "expire"
    REOPEN = "reopen"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    UNMERGE = "unmerge"


BACK = None  # where the case stood before it waited or was merged: its `status_before`

_WORKED_ON = (S.CLAIMED, S.IN_PROGRESS, S.DISPATCHED, S.CONSULTING)
_ENDED = (S.RESOLVED, S.CLOSED, S.REJECTED, S.WITHDRAWN)


_BESIDES = (  # what leaves an open case where it stands
    CaseAction.EXTEND,
    CaseAction.SUPERVISE,
    CaseAction.URGE,
    CaseAction.RECATEGORIZE,
    CaseAction.SUPPLEMENT,
)


def _moves() -> dict[tuple[CaseStatus, CaseAction], CaseStatus | None]:
    to: dict[tuple[CaseStatus, CaseAction], CaseStatus | None] = {}

    def lead(action: CaseAction, sources: Iterable[CaseStatus], target: CaseStatus | None) -> None:
        to.update({(source, action): target for source in sources})

    def stay(action: CaseAction, sources: Iterable[CaseStatus]) -> None:
        to.update({(source, action): source for source in sources})

    lead(CaseAction.CLAIM, (S.REGISTERED,), S.CLAIMED)
    lead(CaseAction.ASSIGN, OPEN_STATUSES, S.CLAIMED)
    lead(CaseAction.DECLINE, OPEN_STATUSES, S.REGISTERED)
    lead(CaseAction.PROGRESS, (S.CLAIMED, S.IN_PROGRESS), S.IN_PROGRESS)
    stay(CaseAction.PROGRESS, (S.DISPATCHED, S.CONSULTING))
    lead(CaseAction.DISPATCH, (S.REGISTERED, *_WORKED_ON), S.DISPATCHED)
    lead(CaseAction.WHISTLE, (S.REGISTERED, *_WORKED_ON), S.DISPATCHED)
    stay(CaseAction.CHECK_IN, OPEN_STATUSES)
    stay(CaseAction.ANSWER_SHEET, OPEN_STATUSES)
    stay(CaseAction.ANSWER_LAST_SHEET, OPEN_STATUSES)
    lead(CaseAction.ANSWER_LAST_SHEET, (S.DISPATCHED,), S.IN_PROGRESS)
    lead(CaseAction.CONSULT, (S.REGISTERED, S.CLAIMED, S.IN_PROGRESS, S.DISPATCHED), S.CONSULTING)
    lead(CaseAction.DECIDE, (S.CONSULTING,), S.IN_PROGRESS)
    lead(CaseAction.CALL_OFF, (S.CONSULTING,), S.IN_PROGRESS)
    lead(CaseAction.ASK, _WORKED_ON, S.WAITING)
    lead(CaseAction.RESUME, (S.WAITING,), BACK)
    for action in (
        CaseAction.EXTEND,
        CaseAction.SUPERVISE,
        CaseAction.URGE,
        CaseAction.RECATEGORIZE,
        CaseAction.SUPPLEMENT,
    ):
        stay(action, OPEN_STATUSES)
    lead(CaseAction.RESOLVE, OPEN_STATUSES, S.RESOLVED)
    lead(CaseAction.SATISFY, (S.RESOLVED, S.CLOSED), S.CLOSED)
    lead(CaseAction.EXPIRE, (S.RESOLVED,), S.CLOSED)
    lead(CaseAction.REOPEN, _ENDED, S.IN_PROGRESS)
    lead(CaseAction.REJECT, (S.REGISTERED, S.CLAIMED, S.IN_PROGRESS), S.REJECTED)
    lead(CaseAction.WITHDRAW, OPEN_STATUSES, S.WITHDRAWN)
    lead(CaseAction.MERGE, OPEN_STATUSES, S.MERGED)
    lead(CaseAction.UNMERGE, (S.MERGED,), BACK)
    return to


MOVES: Mapping[tuple[CaseStatus, CaseAction], CaseStatus | None] = _moves()

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
    CaseAction.ASSIGN: "转交",
    CaseAction.DECLINE: "退还",
    CaseAction.PROGRESS: "报进展",
    CaseAction.DISPATCH: "交办",
    CaseAction.WHISTLE: "吹哨",
    CaseAction.CHECK_IN: "报到",
    CaseAction.ANSWER_SHEET: "反馈",
    CaseAction.ANSWER_LAST_SHEET: "反馈",
    CaseAction.CONSULT: "提请议事",
    CaseAction.DECIDE: "记决议",
    CaseAction.CALL_OFF: "取消议事",
    CaseAction.ASK: "向居民提问",
    CaseAction.RESUME: "继续办理",
    CaseAction.EXTEND: "延期",
    CaseAction.SUPERVISE: "督办",
    CaseAction.URGE: "催办",
    CaseAction.RECATEGORIZE: "改类别",
    CaseAction.SUPPLEMENT: "补充",
    CaseAction.RESOLVE: "办结",
    CaseAction.SATISFY: "评价",
    CaseAction.EXPIRE: "销号",
    CaseAction.REOPEN: "重办",
    CaseAction.REJECT: "不予受理",
    CaseAction.WITHDRAW: "撤回",
    CaseAction.MERGE: "并案",
    CaseAction.UNMERGE: "拆分",
}


def next_status(case: Case, action: CaseAction) -> CaseStatus:
    """Where the action leads; `MoveNotAllowed` when it cannot be done from where the case stands.

    A case that is reopened and never had a worker is registered again, so that somebody claims it.
    """
    if (case.status, action) not in MOVES:
        is_unclaimed = case.status is CaseStatus.REGISTERED
        remedy = f"请先发“接单 {case.number}”。" if is_unclaimed else ""
        raise MoveNotAllowed(case.label, STATUS_LABELS[case.status], ACTION_LABELS[action], remedy=remedy)
    if action is CaseAction.REOPEN and case.handler_id is None:
        return CaseStatus.REGISTERED
    return MOVES[case.status, action] or case.status_before or CaseStatus.REGISTERED
