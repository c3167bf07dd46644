"""Handing a case on: 交办 and 转 to a company or department, or to a colleague."""

from handlers.cases.assigning import hand_over, worker_called
from handlers.cases.states import CaseAction
from handlers.cases.units import units_named
from handlers.errors.desk import NobodyOfThatName
from handlers.errors.units import NobodyNamedToFollow, UnitNotHere, UnknownUnit
from handlers.grid_worker.lookup import case_meant, text_of
from handlers.grid_worker.router import router
from handlers.grid_worker.sheets import hand_to_unit
from handlers.replies.assigning import assigned_in_group
from handlers.turn import Reply, Turn
from nlp.actions import Action
from storage.models.cases import Case

LONGEST_NAME = 12  # characters of a colleague or unit; more is a story


@router.on(Action.DISPATCH)
def dispatch(turn: Turn) -> Reply:
    """交办 23 物业 三天内疏通"""
    case = case_meant(turn, "交办 23 物业 要办的事", CaseAction.DISPATCH)
    word = _recipient(turn)
    try:
        return hand_to_unit(turn, case, word)
    except UnknownUnit as unknown:
        return _hand_to_person(turn, case, word, otherwise=unknown)


@router.on(Action.TRANSFER)
def transfer(turn: Turn) -> Reply:
    """转给赵磊 23, 转物业 23"""
    case = case_meant(turn, "转 23 赵磊", CaseAction.ASSIGN)
    word = _recipient(turn)
    if not word:
        raise NobodyNamedToFollow(case.number)
    try:
        return hand_to_unit(turn, case, word)
    except UnitNotHere:
        raise
    except UnknownUnit:
        return _hand_to_person(turn, case, word)


def _hand_to_person(turn: Turn, case: Case, name: str, *, otherwise: UnknownUnit | None = None) -> Reply:
    """The colleague of this name has the case; `otherwise` is raised when nobody is called so."""
    try:
        to = worker_called(turn.db, case.community_id, name)
    except NobodyOfThatName as nobody:
        raise otherwise or nobody from None
    note = text_of(turn, "note")
    reason = "" if note == name else note
    case = hand_over(turn.db, turn.person, case.id, to, now=turn.now, reason=reason, rules=turn.rules)
    return Reply(assigned_in_group(case, to.name))


def _recipient(turn: Turn) -> str:
    """Who is named; a unit of an unusual name is looked for in the text; empty when nobody is."""
    named = text_of(turn, "to")
    if named:
        return named
    units = units_named(turn.db, turn.person.community_id or 0, turn.message.text)
    alone = text_of(turn, "note")  # 转 23 赵磊
    return next(iter(units), alone if len(alone) <= LONGEST_NAME else "")
