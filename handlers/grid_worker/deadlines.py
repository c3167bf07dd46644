"""What moves a case's clock: a question to the resident, more time, another kind; and who is pressed."""

from handlers.cases.extending import days_until, decide_extension, extend_deadline, extension_proposed
from handlers.cases.recategorizing import recategorize_case
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.cases.states import CaseAction
from handlers.cases.supervision import supervise_case
from handlers.cases.waiting import ask_reporter
from handlers.errors import NoSuchKind
from handlers.errors.meetings import MayNotSupervise
from handlers.grid_worker.lookup import case_meant, desk_case, text_of
from handlers.grid_worker.router import router
from handlers.grid_worker.several import for_each
from handlers.replies import supervision as texts
from handlers.turn import Reply, Turn
from nlp.actions import Action
from nlp.commands import parsed_time
from nlp.desk_words import DeskAction
from storage.models.cases import Case


@router.on(Action.ASK)
def ask(turn: Turn) -> Reply:
    """问 23 具体是哪一户"""
    case = case_meant(turn, "问 23 具体是哪一户", CaseAction.ASK)
    question = text_of(turn, "question")
    case = ask_reporter(turn.db, turn.person, case.id, question, now=turn.now, rules=turn.rules)
    return Reply(texts.asked_in_group(case, turn.now + turn.rules.supervision.answer_wait))


@router.on(Action.EXTEND)
def extend(turn: Turn) -> Reply:
    """延期 23 3天 等配件到货"""
    return for_each(turn, "延期 23 3天 等配件到货", CaseAction.EXTEND, do=_extend)


@router.on(DeskAction.ACCEPT_EXTENSION)
def decide(turn: Turn) -> Reply:
    """同意延期 23, 不同意延期 23 先想办法"""
    case = desk_case(
        turn,
        "同意延期 23",
        CaseAction.EXTEND,
        such_as=lambda case: extension_proposed(turn.db, case) is not None,
    )
    args = turn.desk_word.args if turn.desk_word else {}
    is_accepted, reason = bool(args.get("is_accepted")), str(args.get("reason") or "")
    done = decide_extension(
        turn.db,
        turn.person,
        case.id,
        is_accepted=is_accepted,
        reason=reason,
        now=turn.now,
        rules=turn.rules,
    )
    if done.is_granted:
        return Reply(texts.extended_in_group(done.case, done.days))
    return turn.say("extension_refused", label=case.label)


@router.on(Action.SUPERVISE)
def supervise(turn: Turn) -> Reply:
    """督办 23 今天必须到现场, 催办 23、24"""
    if turn.person.role not in COMMUNITY_ROLES:
        raise MayNotSupervise
    return for_each(turn, "督办 23 今天必须到现场", CaseAction.SUPERVISE, do=_supervise)


@router.on(DeskAction.RECATEGORIZE)
def recategorize(turn: Turn) -> Reply:
    """改类 23 用水-下水道"""
    case = desk_case(turn, "改类 23 用水-下水道", CaseAction.RECATEGORIZE)
    args = turn.desk_word.args if turn.desk_word else {}
    category, subcategory = args.get("category"), args.get("subcategory")
    if not isinstance(category, str):
        raise NoSuchKind(case.number)
    case = recategorize_case(
        turn.db,
        turn.person,
        case.id,
        category,
        subcategory=subcategory if isinstance(subcategory, str) else None,
        now=turn.now,
        rules=turn.rules,
    )
    return Reply(texts.recategorized_in_group(case))


def _extend(turn: Turn, case: Case) -> str:
    reason, days = text_of(turn, "reason"), _days(turn, case)
    done = extend_deadline(turn.db, turn.person, case.id, days, reason=reason, now=turn.now, rules=turn.rules)
    text = texts.extended_in_group if done.is_granted else texts.proposed_in_group
    return text(done.case, done.days)


def _supervise(turn: Turn, case: Case) -> str:
    supervise_case(turn.db, turn.person, case.id, text_of(turn, "note"), now=turn.now)
    return turn.say("supervised", label=case.label).text


def _days(turn: Turn, case: Case) -> int | None:
    """So many days as the command says, or until the day it names."""
    said, until = turn.command.args.get("days"), parsed_time(turn.command)
    if isinstance(said, int):
        return said
    return None if until is None else days_until(turn.db, case, until, turn.rules)
