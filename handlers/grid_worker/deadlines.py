"""What moves a case's clock: a question to the resident, more time, another kind; and who is pressed."""

from handlers.cases.extending import days_until, decide_extension, extend_deadline
from handlers.cases.recategorizing import recategorize_case
from handlers.cases.supervision import supervise_case
from handlers.cases.waiting import ask_reporter
from handlers.errors import NoSuchKind
from handlers.grid_worker.lookup import case_meant, desk_case, text_of
from handlers.grid_worker.router import router
from handlers.replies import supervision as texts
from handlers.turn import Reply, Turn
from nlp.actions import Action
from nlp.commands import parsed_time
from nlp.desk_words import DeskAction
from storage.models.cases import Case


@router.on(Action.ASK)
def ask(turn: Turn) -> Reply:
    """问 23 具体是哪一户"""
    case = case_meant(turn, "问 23 具体是哪一户")
    question = text_of(turn, "question")
    case = ask_reporter(turn.db, turn.person, case.id, question, now=turn.now, rules=turn.rules)
    return Reply(texts.asked_in_group(case, turn.now + turn.rules.supervision.answer_wait))


@router.on(Action.EXTEND)
def extend(turn: Turn) -> Reply:
    """延期 23 3天 等配件到货"""
    case = case_meant(turn, "延期 23 3天 等配件到货")
    reason = text_of(turn, "reason")
    days = _days(turn, case)
    done = extend_deadline(turn.db, turn.person, case.id, days, reason=reason, now=turn.now, rules=turn.rules)
    text = texts.extended_in_group if done.is_granted else texts.proposed_in_group
    return Reply(text(done.case, done.days))


@router.on(DeskAction.ACCEPT_EXTENSION)
def decide(turn: Turn) -> Reply:
    """同意延期 23, 不同意延期 23 先想办法"""
    case = desk_case(turn, "同意延期 23")
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
    """督办 23 今天必须到现场, 催办 23"""
    case = case_meant(turn, "督办 23 今天必须到现场")
    supervise_case(turn.db, turn.person, case.id, text_of(turn, "note"), now=turn.now)
    return turn.say("supervised", label=case.label)


@router.on(DeskAction.RECATEGORIZE)
def recategorize(turn: Turn) -> Reply:
    """改类 23 用水-下水道"""
    case = desk_case(turn, "改类 23 用水-下水道")
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


def _days(turn: Turn, case: Case) -> int | None:
    """So many days as the command says, or until the day it names."""
    said, until = turn.command.args.get("days"), parsed_time(turn.command)
    if isinstance(said, int):
        return said
    return None if until is None else days_until(turn.db, case, until, turn.rules)
