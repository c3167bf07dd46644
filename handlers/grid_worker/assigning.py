"""Who has a case: staff's 指派, a worker's 不接; and cases that are not the community's business."""

from handlers.cases.assigning import assign_case, decline_case, worker_called
from handlers.cases.rejecting import propose_rejection, refuse_rejection, reject_case, rejection_proposed
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.cases.states import CaseAction
from handlers.grid_worker.lookup import case_meant, desk_case, text_of
from handlers.grid_worker.router import router
from handlers.replies import assigning as texts
from handlers.turn import Reply, Turn
from nlp.actions import Action
from nlp.desk_words import DeskAction


@router.on(DeskAction.ASSIGN)
def assign(turn: Turn) -> Reply:
    """指派 23 赵磊"""
    case = desk_case(turn, "指派 23 赵磊", CaseAction.ASSIGN)
    to = worker_called(turn.db, case.community_id, _said(turn, "name"))
    reason = _said(turn, "reason")
    case = assign_case(turn.db, turn.person, case.id, to, now=turn.now, reason=reason, rules=turn.rules)
    return Reply(texts.assigned_in_group(case, to.name))


@router.on(DeskAction.DECLINE)
def decline(turn: Turn) -> Reply:
    """不接 23 不在我的网格"""
    case = desk_case(turn, "不接 23 不在我的网格", CaseAction.DECLINE)
    reason = _said(turn, "reason")
    case = decline_case(turn.db, turn.person, case.id, reason, now=turn.now, rules=turn.rules)
    return Reply(texts.declined_in_group(case))


@router.on(Action.REJECT)
def reject(turn: Turn) -> Reply:
    """不予受理 23 属于供热合同纠纷，请找供热公司 — a worker proposes it, staff decide it."""
    case = case_meant(turn, "不予受理 23 属于供热合同纠纷，请找供热公司", CaseAction.REJECT)
    reason = text_of(turn, "reason")
    if turn.person.role in COMMUNITY_ROLES:
        return Reply(texts.rejected_at_desk(reject_case(turn.db, turn.person, case.id, reason, now=turn.now)))
    return Reply(
        texts.proposed_in_group(propose_rejection(turn.db, turn.person, case.id, reason, now=turn.now))
    )


@router.on(DeskAction.ACCEPT_REJECTION)
def decide_on_rejection(turn: Turn) -> Reply:
    """同意不予受理 23, 不同意不予受理 23 属于物业职责"""
    case = desk_case(
        turn,
        "同意不予受理 23",
        CaseAction.REJECT,
        such_as=lambda case: bool(rejection_proposed(turn.db, case)),
    )
    reason = _said(turn, "reason")
    if turn.desk_word is not None and turn.desk_word.args.get("is_accepted"):
        return Reply(texts.rejected_at_desk(reject_case(turn.db, turn.person, case.id, reason, now=turn.now)))
    return Reply(texts.refused_at_desk(refuse_rejection(turn.db, turn.person, case.id, reason, now=turn.now)))


def _said(turn: Turn, name: str) -> str:
    value = turn.desk_word.args.get(name) if turn.desk_word else None
    return value.strip() if isinstance(value, str) else ""
