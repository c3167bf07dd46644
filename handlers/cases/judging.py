"""The reporters judge what was done: their word closes the case or opens it again; so does their silence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from handlers.cases.locating import supplement_case
from handlers.cases.reopening import reopen_case
from handlers.cases.states import STATUS_LABELS, CaseAction, next_status
from handlers.cases.timers import stop_clock
from handlers.errors import JudgedTooLate, NotYetSettled, NotYourCase
from handlers.notices.judging import tell_case_expired, tell_judgement_awaited
from handlers.replies import judging as texts
from handlers.rules import Rules
from storage import cases as case_rows
from storage import judgements as rows
from storage import timers
from storage.models.cases import Case, CaseStatus, EventKind, Report
from storage.models.people import Person
from storage.models.timers import Timer, TimerKind
from storage.rates import SATISFIED


class JudgementStep(StrEnum):
    """What happens while nobody judges."""

    REMIND = "remind"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one reporter thinks of the work: 1 and 2 不满意, 3 基本满意, 4 and 5 满意; 部分解决 is a 2."""

    rating: int
    is_partly: bool = False
    reason: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the reporter is content and all of the trouble is gone."""
        return self.rating >= SATISFIED and not self.is_partly


class Verdict(StrEnum):
    """What the judgements of a round come to."""

    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class CaseJudged:
    """The case as it stands after the judgement, and what the judgements come to."""

    case: Case
    verdict: Verdict


def verdict_on(first: Judgement | None, others: Collection[Judgement]) -> Verdict | None:
    """What the judgements of one round come to; `None` while nobody has judged.

    Any dissatisfied or 部分解决 reopens, whoever said it and whatever was said before. Else satisfaction of
    the first reporter, or of most of those who answered, closes (design, section 6): as nobody who answered
    is dissatisfied then, one later reporter closes too while the first is silent, who may still disagree
    within the time.
    """
    answers = [*others] if first is None else [first, *others]
    if not answers:
        return None
    good = sum(answer.is_good for answer in answers)
    if good < len(answers):
        return Verdict.REOPEN
    is_first_content = first is not None and first.is_good
    return Verdict.CLOSE if is_first_content or 2 * good > len(answers) else None


def await_judgement(db: Connection, case: Case, *, rules: Rules) -> None:
    """The case is resolved: nothing else falls due, and who does not judge is reminded once."""
    stop_clock(db, case)
    due = (case.resolved_at or case.round_at) + rules.supervision.judge_reminder_after
    _set(db, case, JudgementStep.REMIND, due)


def evaluate_case(
    db: Connection, reporter: Person, case_id: int, judgement: Judgement, *, now: datetime, rules: Rules
) -> CaseJudged:
    """The reporter's word on this round is kept, the latest counts, and the case is closed or open again.

    Whoever reported for somebody judges in their place. Raises `NotYourCase`; `NotYetSettled` while there is
    nothing to judge; `JudgedTooLate` when the case was closed too long ago.
    """
    case = case_rows.lock_case(db, case_id)
    judge = _judge(db, case, reporter)
    _ensure_time(case, now=now, rules=rules)
    rows.keep_evaluation(
        db,
        case,
        judge,
        rating=judgement.rating,
        is_partly=judgement.is_partly,
        reason=judgement.reason,
        now=now,
    )
    data = {"rating": judgement.rating, "partly": judgement.is_partly, "reason": judgement.reason}
    case_rows.add_event(
        db,
        case,
        EventKind.EVALUATED,
        person_id=reporter.id,
        now=now,
        data=data | {"round": case.reopen_count},
    )
    if _verdict(db, case) is Verdict.REOPEN:
        reason = texts.reopening_reason(judgement.rating, judgement.reason, is_partly=judgement.is_partly)
        again = reopen_case(db, reporter, case.id, reason, now=now, rules=rules)
        return CaseJudged(again, Verdict.REOPEN)
    return CaseJudged(_close(db, case, reporter, now=now), Verdict.CLOSE)


def give_reason(db: Connection, reporter: Person, case_id: int, reason: str, *, now: datetime) -> Case:
    """Why the reporter was not satisfied stands with the judgement, and who works on the case reads it."""
    case = case_rows.lock_case(db, case_id)
    judge = _judge(db, case, reporter)
    for evaluation in rows.evaluations_of_round(db, case.id, case.reopen_count - 1):
        if evaluation.person_id == judge:
            rows.give_reason(db, evaluation, reason)
    return supplement_case(db, reporter, case.id, reason, now=now)


def fire_judgement(db: Connection, case: Case, timer: Timer, *, now: datetime, rules: Rules) -> None:
    """What falls due for a resolved case: one reminder, then the end. The caller holds case and timer."""
    if case.status is not CaseStatus.RESOLVED:
        return
    if timer.step == JudgementStep.EXPIRE:
        expire_case(db, case, now=now, rules=rules)
        return
    remind_judgement(db, case, now=now, rules=rules)


def remind_judgement(db: Connection, case: Case, *, now: datetime, rules: Rules) -> None:
    """Those who reported the case are asked once more what they think of the result; silence ends it later.

    In a resolved case nobody has judged the round yet: the first judgement closes or reopens it.
    """
    event_id = case_rows.add_event(db, case, EventKind.EVALUATION_REMINDED, person_id=None, now=now)
    tell_judgement_awaited(db, case, event_id, now=now)
    due = (case.resolved_at or case.round_at) + rules.supervision.judge_wait
    _set(db, case, JudgementStep.EXPIRE, due)


def expire_case(db: Connection, case: Case, *, now: datetime, rules: Rules) -> Case:
    """Nobody judged: the case is closed and marked so, which is not counted as satisfaction.

    The reporters hear that they may still judge, and for how long.
    """
    status = next_status(case, CaseAction.EXPIRE)
    case_rows.change_case(db, case.id, status=status, closed_at=now, is_judged=False)
    stop_clock(db, case)
    event_id = case_rows.add_event(
        db, case, EventKind.CLOSED, person_id=None, now=now, data={"judged": False}
    )
    tell_case_expired(db, case, event_id, days=rules.supervision.judge_closed_within.days, now=now)
    return case_rows.lock_case(db, case.id)


def _close(db: Connection, case: Case, reporter: Person, *, now: datetime) -> Case:
    """Satisfied: the case is struck off; one that was closed already keeps its day."""
    status = next_status(case, CaseAction.SATISFY)
    case_rows.change_case(db, case.id, status=status, closed_at=case.closed_at or now, is_judged=True)
    stop_clock(db, case)
    if case.status is not status:
        judged = {"judged": True}
        case_rows.add_event(db, case, EventKind.CLOSED, person_id=reporter.id, now=now, data=judged)
    return case_rows.lock_case(db, case.id)


def _verdict(db: Connection, case: Case) -> Verdict | None:
    said = {
        each.person_id: Judgement(each.rating, each.is_partly, each.reason)
        for each in rows.evaluations_of_round(db, case.id, case.reopen_count)
    }
    first = said.pop(_first_reporter(_standing(db, case)), None)
    return verdict_on(first, said.values())


def _judge(db: Connection, case: Case, speaker: Person) -> int:
    """For whom the speaker judges: for themselves, else for the one they reported for."""
    standing = _standing(db, case)
    if any(report.person_id == speaker.id for report in standing):
        return speaker.id
    for report in standing:
        if report.entered_by_id == speaker.id:
            return report.person_id
    raise NotYourCase(case.label)


def _standing(db: Connection, case: Case) -> list[Report]:
    """The reports of those who have not left the case."""
    return [report for report in case_rows.reports_of(db, case.id) if report.left_at is None]


def _first_reporter(standing: Sequence[Report]) -> int:
    return min(standing, key=lambda report: (report.reported_at, report.id)).person_id


def _ensure_time(case: Case, *, now: datetime, rules: Rules) -> None:
    if case.status not in (CaseStatus.RESOLVED, CaseStatus.CLOSED):
        raise NotYetSettled(case.label, STATUS_LABELS[case.status])
    within = rules.supervision.judge_closed_within
    if case.status is CaseStatus.CLOSED and case.closed_at is not None and now - case.closed_at > within:
        raise JudgedTooLate(case.label, within.days)


def _set(db: Connection, case: Case, step: JudgementStep, due: datetime) -> None:
    timers.set_timer(
        db, case.id, TimerKind.JUDGEMENT, community_id=case.community_id, due_at=due, step=step.value
    )
