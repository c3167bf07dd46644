"""What residents say of the result: stars, 满意, 不满意, that all is well again, and thanks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from handlers.cases.attaching import attach, sent_of
from handlers.cases.commending import commend_workers
from handlers.cases.judging import Judgement, Verdict, evaluate_case, give_reason
from handlers.conversation import Move, move, settle
from handlers.messages import MessageKind
from handlers.replies import judging as texts
from handlers.resident import asking
from handlers.resident.asking import newest_open_case
from handlers.resident.choosing_case import chosen, offer_choice
from handlers.resident.own_cases import tell_handlers
from handlers.resident.router import router
from handlers.turn import Reply, Turn, is_expired
from nlp.reading import Intent, Kind
from storage import cases as case_rows
from storage import judgements
from storage.models.cases import Case, CaseStatus
from storage.models.conversations import Step

CHANGED_WITHIN: Final = timedelta(days=1)  # a bare word so soon after a judgement takes its place
WELL_AGAIN: Final = 4  # what 已经好了 counts as: the trouble is gone, and nothing is held against the work
NEVERMIND: Final = frozenset({"算了", "没有了", "没了", "没有", "不用了", "不说了", "无"})
JUDGING: Final = frozenset({Kind.FEEDBACK_NEGATIVE, Kind.FEEDBACK_POSITIVE})
OTHER_BUSINESS: Final = frozenset({Kind.EMERGENCY, Kind.PROGRESS_QUERY, Kind.GREETING, Kind.AD_SPAM})


@router.on(Intent.EVALUATE)
def evaluate(turn: Turn) -> Reply | None:
    """5, 满意, 评价 12 4 来得快: the case named, or the only one that waits; of several it is asked."""
    kept = {"rating": turn.reading.rating, "partly": turn.reading.is_partly, "reason": turn.reading.reason}
    number = turn.reading.case_number
    if number is not None:
        named = _case_named(turn, number)
        return turn.say("nothing_to_judge") if named is None else judge_chosen(turn, named, kept)
    waiting = _waiting(turn)
    if not waiting:
        return None if _is_said_of_something_else(turn) else turn.say("nothing_to_judge")
    if len(waiting) > 1:
        return offer_choice(turn, "evaluate", waiting, **kept)
    return judge_chosen(turn, waiting[0], kept)


@chosen("evaluate")
def judge_chosen(turn: Turn, case: Case, kept: Mapping[str, Any]) -> Reply:
    """The case is judged; without a rating it is asked for, without a reason for a bad one that."""
    if kept.get("rating") is None:
        _await(turn, {"case": case.id, "asks": "rating"})
        return turn.say("ask_rating", label=case.label)
    judgement = Judgement(int(kept["rating"]), bool(kept.get("partly")), str(kept.get("reason") or ""))
    judged = evaluate_case(turn.db, turn.person, case.id, judgement, now=turn.now, rules=turn.rules)
    if judged.verdict is Verdict.REOPEN:
        if not judgement.reason:
            _await(turn, {"case": case.id, "asks": "reason"})
        return Reply(texts.judged_badly(judged.case, has_reason=bool(judgement.reason)))
    thanked = _passed_on(turn)
    return Reply(texts.judged_well(judged.case, judgement.rating) + thanked)


@router.on(Step.AWAITING_REASON)
def answered(turn: Turn) -> Reply | None:
    """上门没人来 — why it was not good, or the stars asked for; 查 or danger is obeyed instead."""
    asked = turn.conversation.draft or {}
    if is_expired(turn) or "case" not in asked:
        settle(turn.db, turn.conversation)
        return None
    reading, case_id = turn.reading, int(asked["case"])
    if turn.message.kind is not MessageKind.TEXT:
        return _shown(turn, case_id)
    settle(turn.db, turn.conversation)
    if asked.get("asks") == "rating":
        is_rating = reading.rating is not None and reading.case_number is None
        said = {"rating": reading.rating, "partly": reading.is_partly, "reason": reading.reason}
        return judge_chosen(turn, case_rows.case_by_id(turn.db, case_id), said) if is_rating else None
    if turn.message.text.strip(" 。.!！") in NEVERMIND:
        return turn.say("noted")
    if _is_no_reason(turn, case_rows.case_by_id(turn.db, case_id)):
        return None
    case = give_reason(turn.db, turn.person, case_id, turn.message.text, now=turn.now)
    return turn.say("reason_passed_on", label=case.label)


@router.on(Kind.FEEDBACK_POSITIVE)
def all_right_again(turn: Turn) -> Reply:
    """已经来水了 — of a resolved case a good judgement (4 of 5); of an open one its workers are told.

    With both it is meant of the one that was heard of last.
    """
    resolved = [
        case for case in _may_judge(turn) if case.status is CaseStatus.RESOLVED and _may_be_there(turn, case)
    ]
    standing = newest_open_case(turn, turn.reading.case_number)
    newest = resolved[0].resolved_at if resolved else None
    if newest is None or (standing is not None and standing.round_at > newest):
        return tell_handlers(turn) or Reply(turn.say("thanks").text + _passed_on(turn))
    kept = {"rating": WELL_AGAIN, "partly": False, "reason": ""}
    if len(resolved) > 1:
        return offer_choice(turn, "evaluate", resolved, **kept)
    return judge_chosen(turn, resolved[0], kept)


@router.on(Kind.THANKS)
def thanks(turn: Turn) -> Reply:
    """谢谢, 感谢王芳 — opens nothing; whoever is named reads it."""
    passed_on = _passed_on(turn)
    return Reply(passed_on.strip()) if passed_on else turn.say("thanks")


def _shown(turn: Turn, case_id: int) -> Reply | None:
    """A photo of what is not good joins the case, and the question goes on waiting."""
    sent = sent_of(turn.message)
    if sent is None:
        return None
    case = attach(turn.db, turn.person, case_rows.lock_case(turn.db, case_id), sent, now=turn.now)
    return turn.say("attached", label=case.label)


def _may_be_there(turn: Turn, case: Case) -> bool:
    """Whether the words may be of this case: they name no other building."""
    location = turn.reading.location
    return location is None or location.building in (None, case.building)


def _passed_on(turn: Turn) -> str:
    """A line that says to whom the thanks were passed on; empty when they name nobody."""
    text, community = turn.message.text, turn.community
    thanked = commend_workers(turn.db, turn.person, text, community_id=community.id, now=turn.now)
    names = [worker.name for worker in thanked]
    return "\n" + texts.passed_on(community.id, names) if names else ""


def _await(turn: Turn, draft: dict[str, Any]) -> None:
    asking.release_draft(turn)
    until = turn.now + turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_REASON, draft=draft, expires_at=until)


def _case_named(turn: Turn, number: int) -> Case | None:
    """The case of this number: of those the speaker may judge, else of the community."""
    year = turn.reading.case_year
    own = (case for case in _may_judge(turn) if case.number == number and year in (None, case.year))
    found = next(own, None)
    if found is None:
        community_id = turn.community.id
        found = case_rows.case_numbered(turn.db, community_id=community_id, number=number, year=year)
    return None if found is None else case_rows.standing_for(turn.db, found)


def _may_judge(turn: Turn) -> list[Case]:
    since = turn.now - turn.rules.supervision.judge_closed_within
    return judgements.cases_to_judge(turn.db, turn.person.id, closed_since=since)


def _waiting(turn: Turn) -> list[Case]:
    """What a bare word is meant of: resolved cases; else closed ones not judged; else the one just judged."""
    cases = _may_judge(turn)
    resolved = [case for case in cases if case.status is CaseStatus.RESOLVED]
    if resolved:
        return resolved
    said = judgements.judged_at(turn.db, turn.person.id, [case.id for case in cases])
    silent = [case for case in cases if case.id not in said]
    if turn.message.text.strip(" 。.!！").isdecimal():
        return silent  # a leftover answer to a list is no change of mind
    fresh = [case for case in cases if turn.now - said.get(case.id, turn.now) <= CHANGED_WITHIN]
    return silent or sorted(fresh, key=lambda case: said[case.id], reverse=True)[:1]


def _is_said_of_something_else(turn: Turn) -> bool:
    """Whether a word of judgement, with nothing to judge, is meant otherwise: 没解决 of a case still open."""
    if turn.reading.rating is None or turn.message.text.strip(" 。.!！").isdecimal():
        return False
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=1)
    return turn.reading.kind not in JUDGING or bool(own)


def _is_no_reason(turn: Turn, case: Case) -> bool:
    """Whether the words are something else than why the result was not good."""
    reading = turn.reading
    if reading.kind in OTHER_BUSINESS or reading.intent not in (Intent.NONE, Intent.EVALUATE):
        return True
    is_sure = reading.kind is Kind.REPORT and not reading.is_unsure
    is_other = (reading.category, reading.subcategory) != (case.category, case.subcategory)
    return is_sure and is_other and reading.location is not None
