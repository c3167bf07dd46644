"""A question to the reporter: the clock stands until it is answered, or has been waited for long enough."""

from datetime import datetime, time

from sqlalchemy import Connection

from handlers.cases.deadlines import deadlines_for, resumed
from handlers.cases.rights import ensure_may_act
from handlers.cases.rounds import events_of_round, is_by_clock
from handlers.cases.states import CaseAction, next_status
from handlers.cases.subcategories import subcategory_of
from handlers.cases.timers import pause_clock, reset_clock
from handlers.conversation import Move, move
from handlers.errors import AlreadyAsked, NobodyToAsk, QuestionMissing
from handlers.notices.deadlines import tell_answer, tell_question, tell_unanswered
from handlers.rules import Rules
from handlers.working_days import CLOSE_OF_OFFICE, local
from storage import cases as case_rows
from storage import conversations, people, timers
from storage.models.cases import Case, CaseStatus, EventKind, Urgency
from storage.models.conversations import Conversation, Step
from storage.models.outbox import Channel
from storage.models.people import Person
from storage.models.timers import Timer, TimerKind

ON_THE_DOT = time(0)  # a deadline in working days lies at 18:00, no second later


def ask_reporter(
    db: Connection, worker: Person, case_id: int, question: str, *, now: datetime, rules: Rules
) -> Case:
    """Everybody who reported the case is asked; until somebody answers its clock stands, five days at most.

    What they say next in an idle talk is the answer. Raises `QuestionMissing`, `MoveNotAllowed`,
    `AlreadyAsked`, and `NobodyToAsk` when none of them can be written to.
    """
    talks = _talks_of(db, case_id)  # before the case: who answers holds the talk first, too
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    if case.status is CaseStatus.WAITING:
        raise AlreadyAsked(case.label, question_of(db, case))
    status = next_status(case, CaseAction.ASK)
    question = question.strip()
    if not question:
        raise QuestionMissing(case.number)
    if not talks:
        raise NobodyToAsk(case.label)
    case_rows.change_case(
        db,
        case.id,
        status=status,
        status_before=case.status,
        paused_at=now,
        handler_id=case.handler_id or worker.id,
        responded_at=case.responded_at or now,
    )
    until = now + rules.supervision.answer_wait
    pause_clock(db, case)
    timers.set_timer(db, case.id, TimerKind.ANSWER, community_id=case.community_id, due_at=until)
    event_id = case_rows.add_event(
        db, case, EventKind.ASKED, person_id=worker.id, now=now, data={"question": question}
    )
    for talk in talks:
        _await_answer(db, talk, case, until)
    asked = case_rows.lock_case(db, case.id)
    tell_question(db, asked, question, event_id, now=now)
    return asked


def answer_question(
    db: Connection, reporter: Person, case_id: int, text: str, *, now: datetime, rules: Rules
) -> Case:
    """The case goes on where it stood, with as much time as when the question came; the workers read why.

    Raises `MoveNotAllowed` when nothing is asked any more.
    """
    case = case_rows.lock_case(db, case_id)
    status = next_status(case, CaseAction.RESUME)
    data = {"is_answered": True, "text": text, "paused_at": _since(case, now).isoformat()}
    resumed_case, event_id = _resume(db, case, status, data, by=reporter.id, now=now, rules=rules)
    tell_answer(db, resumed_case, text, event_id, now=now)
    return resumed_case


def fire_answer(db: Connection, case: Case, timer: Timer, *, now: datetime, rules: Rules) -> None:
    """A question that stayed unanswered is given up: the locked case goes on where it stood."""
    if case.status is not CaseStatus.WAITING:
        return
    question = question_of(db, case)
    status = next_status(case, CaseAction.RESUME)
    data = {"is_answered": False, "paused_at": _since(case, now).isoformat()}
    resumed_case, event_id = _resume(db, case, status, data, by=None, now=now, rules=rules)
    days = rules.supervision.answer_wait.days
    tell_unanswered(db, resumed_case, question, event_id, days=days, now=now)


def unpaused_columns(case: Case, rules: Rules, now: datetime) -> dict[str, object]:
    """What changes in a case that leaves 待补充 by another way than an answer; nothing if it is not paused.

    Whoever keeps the case open calls `reset_clock` afterwards.
    """
    if case.paused_at is None:
        return {}
    is_clock = deadlines_for(
        subcategory_of(case.category, case.subcategory), case.urgency, rules.deadlines, now=case.round_at
    ).is_by_clock
    if is_clock and case.urgency is not Urgency.EMERGENCY:  # a meeting may have made it working days
        is_clock = local(case.resolve_by).time() != CLOSE_OF_OFFICE
    resolve_by = resumed(case.resolve_by, is_by_clock=is_clock, paused_at=case.paused_at, now=now)
    return {"paused_at": None, "status_before": None, "resolve_by": resolve_by}


def question_of(db: Connection, case: Case) -> str:
    """What the reporter was asked last in this round; empty when nothing was."""
    asked = events_of_round(db, case, EventKind.ASKED)
    return str((asked[-1].data or {}).get("question", "")) if asked else ""


def _resume(
    db: Connection,
    case: Case,
    status: CaseStatus,
    data: dict[str, object],
    *,
    by: int | None,
    now: datetime,
    rules: Rules,
) -> tuple[Case, int]:
    resolve_by = resumed(
        case.resolve_by,
        is_by_clock=is_by_clock(db, case, rules),
        paused_at=_since(case, now),
        now=now,
    )
    case_rows.change_case(
        db, case.id, status=status, status_before=None, paused_at=None, resolve_by=resolve_by
    )
    timers.stop_timers(db, case.id, [TimerKind.ANSWER])
    event_id = case_rows.add_event(db, case, EventKind.RESUMED, person_id=by, now=now, data=data)
    again = case_rows.lock_case(db, case.id)
    reset_clock(db, again, rules, now)
    return again, event_id


def _since(case: Case, now: datetime) -> datetime:
    return case.paused_at or now


def _talks_of(db: Connection, case_id: int) -> list[Conversation]:
    """The one-to-one talks of everybody who can be asked, locked in the order of their people."""
    asked: dict[int, Person] = {}
    for reporter in case_rows.reporters_of(db, case_id):
        own = [reporter] if _accounts(db, reporter) else case_rows.entered_for(db, case_id, reporter.id)
        asked.update({each.id: each for each in own})
    return [
        conversations.lock_conversation(
            db, person_id=each, channel=Channel.OFFICIAL_ACCOUNT, account=account, chat=""
        )
        for each in sorted(asked)
        for account in _accounts(db, asked[each])
    ]


def _accounts(db: Connection, person: Person) -> list[str]:
    if person.unsubscribed_at is not None:
        return []
    known = people.external_ids_of(db, person.id)
    return sorted(account for channel, account, _ in known if channel == Channel.OFFICIAL_ACCOUNT)


def _await_answer(db: Connection, talk: Conversation, case: Case, until: datetime) -> None:
    """What is said next in the talk answers the question, unless the talk is busy with something else."""
    waiting = list((talk.draft or {}).get("cases", [])) if talk.step is Step.AWAITING_ANSWER else []
    if talk.step in (Step.IDLE, Step.AWAITING_ANSWER):
        others = [each for each in waiting if each != case.id]
        move(db, talk, Move.AWAIT_ANSWER, draft={"cases": [case.id, *others]}, expires_at=until)
