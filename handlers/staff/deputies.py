"""代班 李娜 第二网格 11月25日到11月30日, 取消代班 李娜"""

from datetime import date

from handlers.deputies import DeputyOrder, appoint_deputy, end_deputy
from handlers.errors.deputies import DeputyNameMissing
from handlers.replies import deputies as texts
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from handlers.working_days import local
from nlp.desk_words import DeskAction


@router.on(DeskAction.DEPUTY)
def deputise(turn: Turn) -> Reply:
    """代班 李娜 第二网格 11月25日到11月30日, 李娜代赵磊 周一到周五, 取消代班 李娜"""
    name, grid = _said(turn, "name"), _said(turn, "grid")
    if not name:
        raise DeputyNameMissing
    if turn.desk_word is not None and turn.desk_word.args.get("is_ended"):
        ended = end_deputy(turn.db, turn.person, name, grid, now=turn.now, rules=turn.rules)
        return Reply(texts.ended(ended))
    today = local(turn.now).date()
    order = DeputyOrder(
        name, _day(turn, "from") or today, _day(turn, "until"), grid, _said(turn, "instead_of")
    )
    appointed = appoint_deputy(turn.db, turn.person, order, now=turn.now, rules=turn.rules)
    return Reply(texts.appointed(appointed, today=today))


def _said(turn: Turn, name: str) -> str:
    value = turn.desk_word.args.get(name) if turn.desk_word else None
    return value.strip() if isinstance(value, str) else ""


def _day(turn: Turn, name: str) -> date | None:
    said = _said(turn, name)
    return date.fromisoformat(said) if said else None
