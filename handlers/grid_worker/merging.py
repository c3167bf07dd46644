"""Cases put together, taken apart, and brought back."""

from handlers.cases.merging import merge_cases, unmerge_case
from handlers.cases.reopening import reopen_case
from handlers.cases.rights import ensure_may_act
from handlers.errors import MergedIntoItself, NoNumberGiven
from handlers.grid_worker.lookup import desk_case, numbered
from handlers.grid_worker.router import router
from handlers.replies import joining
from handlers.turn import Reply, Turn
from nlp.actions import Action
from nlp.desk_words import DeskAction

MERGE_EXAMPLE = "合并 23 到 12"


@router.on(Action.MERGE)
def merge(turn: Turn) -> Reply:
    """合并 23 到 12"""
    into = turn.command.args.get("into")
    given = turn.command.args.get("cases")
    numbers = [int(str(each)) for each in given if each != into] if isinstance(given, list) else []
    if not isinstance(into, int) or not numbers:
        raise NoNumberGiven(MERGE_EXAMPLE)
    return Reply("\n".join(_merged(turn, number, into) for number in numbers))


def _merged(turn: Turn, number: int, into: int) -> str:
    case, other = numbered(turn, number), numbered(turn, into)
    if case.id == other.id:
        raise MergedIntoItself(case.label)
    target = merge_cases(
        turn.db,
        turn.person,
        case.id,
        other.id,
        now=turn.now,
        rules=turn.rules,
        said_in=turn.message.chat,
    )
    return joining.merged_card(case, target, turn.person.name)


@router.on(DeskAction.UNMERGE)
def unmerge(turn: Turn) -> Reply:
    """拆分 23"""
    case = desk_case(turn, "拆分 23")
    chat = turn.message.chat
    alone = unmerge_case(turn.db, turn.person, case.id, now=turn.now, rules=turn.rules, said_in=chat)
    return Reply(joining.unmerged_card(alone, turn.person.name))


@router.on(DeskAction.REOPEN)
def bring_back(turn: Turn) -> Reply:
    """重办 23 又堵了"""
    case = desk_case(turn, "重办 23 又堵了")
    ensure_may_act(turn.db, turn.person, case)
    reason = str(turn.desk_word.args.get("reason") or "") if turn.desk_word else ""
    again = reopen_case(turn.db, turn.person, case.id, reason, now=turn.now, rules=turn.rules)
    return Reply(joining.reopened_in_group(again))
