"""Quarrels between neighbours: 调解, 调解协议, and who reads of them."""

from handlers.cases.mediating import agree_on, is_mediation, set_mediation
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.grid_worker.lookup import desk_case
from handlers.grid_worker.router import router
from handlers.replies import assignments as wording
from handlers.turn import Reply, Turn
from nlp.desk_words import DeskAction
from storage import assignments
from storage.models.cases import Case


@router.on(DeskAction.MEDIATE)
def mediate(turn: Turn) -> Reply:
    """调解 23 被反映人：楼上住户 调解员：李强"""
    case = desk_case(turn, "调解 23 被反映人：楼上住户 调解员：李强")
    respondent, mediator = _said(turn, "respondent"), _said(turn, "mediator")
    set_mediation(turn.db, turn.person, case.id, respondent=respondent, mediator=mediator, now=turn.now)
    return Reply(wording.mediated(case))


@router.on(DeskAction.AGREE_ON)
def agree(turn: Turn) -> Reply:
    """调解协议 23 晚上十点后不弹琴"""
    case = desk_case(turn, "调解协议 23 晚上十点后不弹琴")
    agree_on(turn.db, turn.person, case.id, _said(turn, "text") or "", now=turn.now)
    return Reply(wording.agreed(case))


def mediation_lines(turn: Turn, case: Case) -> list[str]:
    """Between whom and by whom, for staff and the case's handler one to one; nobody else learns it."""
    may_read = turn.person.role in COMMUNITY_ROLES or case.handler_id == turn.person.id
    if turn.message.chat or not may_read or not is_mediation(turn.db, case):
        return []
    found = assignments.mediation_of(turn.db, case.id)
    if found is None:
        return wording.mediation_lines("", "", "")
    return wording.mediation_lines(found.respondent, found.mediator, found.agreement)


def _said(turn: Turn, name: str) -> str | None:
    value = turn.desk_word.args.get(name) if turn.desk_word else None
    return value.strip() if isinstance(value, str) and value.strip() else None
