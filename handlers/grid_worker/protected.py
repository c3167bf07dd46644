"""What only staff may see or enter; that a worker asked is on record."""

from handlers.auditing import Audited, record
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import NotAllowed
from handlers.grid_worker.lookup import desk_case
from handlers.grid_worker.router import router
from handlers.households import care_of_case, care_text
from handlers.turn import Reply, Turn
from nlp.desk_words import DeskAction
from storage import organization
from storage.models.cases import Case
from storage.models.people import Role


@router.on(DeskAction.REPORTERS)
def refuse_reporters(turn: Turn) -> Reply:
    """反映人 23 — answered instead of refused, as a refusal would undo the record."""
    case = desk_case(turn, "反映人 23")
    record(turn.db, turn.person, Audited.REPORTERS_REFUSED, now=turn.now, case=case)
    return Reply(str(NotAllowed("查看反映人")))


@router.on(DeskAction.CARE)
def refuse_care(turn: Turn) -> Reply:
    """特殊家庭"""
    record(turn.db, turn.person, Audited.HOUSEHOLDS_REFUSED, now=turn.now)
    return Reply(str(NotAllowed("特殊家庭")))


@router.on(DeskAction.ON_BEHALF)
def refuse_entering(turn: Turn) -> Reply:
    """来电 张大爷 枫桥苑3号楼漏水"""
    raise NotAllowed("登记来电来访")


def care_lines(turn: Turn, case: Case) -> list[str]:
    """Who needs care in the home a case concerns: for staff and the grid's worker, one-to-one only."""
    if turn.message.chat or not _may_know(turn, case):
        return []
    kinds = care_of_case(turn.db, case)
    return [f"家有：{care_text(kinds)}，请优先"] if kinds else []


def _may_know(turn: Turn, case: Case) -> bool:
    if turn.person.role in COMMUNITY_ROLES:
        return True
    is_worker = turn.person.role is Role.GRID_WORKER
    return is_worker and case.grid_id in organization.grids_of_worker(turn.db, turn.person.id)
