"""By when somebody must answer, and by when the trouble must be settled (docs/deadlines.md)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.cases.subcategories import DeadlineClass, Subcategory
from handlers.rules import DeadlineRules, Term
from handlers.working_days import after_working_days, working_days_between
from storage.models.cases import Urgency

URGENT = (Urgency.HIGH, Urgency.EMERGENCY)
Pause = tuple[datetime, datetime]  # from the question to its answer


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Both moments, in UTC; `is_by_clock`: the settlement is counted in hours, else in working days."""

    respond_by: datetime
    resolve_by: datetime
    is_by_clock: bool


def deadlines_for(
    kind: Subcategory, urgency: Urgency, rules: DeadlineRules, *, now: datetime, is_complex: bool = False
) -> Deadlines:
    """An emergency and danger by the clock in hours, lifelines within a day, the rest in working days.

    What needs a meeting (`is_complex`) has the longer time of the complex, unless it is an emergency. The
    first answer is never due after the settlement. Source: draft of Beijing's hotline standard, 2021.
    """
    resolve_by, is_by_clock = _resolve_by(kind, urgency, rules, now=now)
    if is_complex and urgency is not Urgency.EMERGENCY:
        meeting = after_working_days(now, rules.complex_working_days)
        resolve_by, is_by_clock = max((resolve_by, is_by_clock), (meeting, False))
    respond_by = now + _respond_within(kind, urgency, rules)
    return Deadlines(min(respond_by, resolve_by), resolve_by, is_by_clock)


def recomputed(
    kind: Subcategory,
    urgency: Urgency,
    rules: DeadlineRules,
    *,
    opened_at: datetime,
    is_complex: bool = False,
    paused: Sequence[Pause] = (),
    extensions_days: int = 0,
) -> Deadlines:
    """The deadlines as if the case had been known for what it is since it was opened.

    The finished pauses and granted extensions count on. A deadline may therefore lie in the past: the case is
    overdue, and says so. The first answer is not moved by pauses, as the question was an answer. `opened_at`
    is the start of the round for a reopened case; pauses before it do not count.
    """
    fresh = deadlines_for(kind, urgency, rules, now=opened_at, is_complex=is_complex)
    resolve_by, is_by_clock = fresh.resolve_by, fresh.is_by_clock
    for paused_at, resumed_at in _apart(paused, opened_at):
        resolve_by = resumed(resolve_by, is_by_clock=is_by_clock, paused_at=paused_at, now=resumed_at)
    return replace(fresh, resolve_by=extended(resolve_by, extensions_days, is_by_clock=is_by_clock))


def resumed(deadline: datetime, *, is_by_clock: bool, paused_at: datetime, now: datetime) -> datetime:
    """The deadline after a pause: as much time is left as when the question was asked.

    By the clock it moves by the time that passed, else by the working days that passed, to 18:00.
    """
    if is_by_clock:
        return deadline + max(now - paused_at, timedelta())
    return extended(deadline, working_days_between(paused_at, now), is_by_clock=False)


def extended(deadline: datetime, days: int, *, is_by_clock: bool) -> datetime:
    """The deadline so many days later: working days for one in working days, else 24 hours each."""
    if days <= 0:
        return deadline
    return deadline + timedelta(days=days) if is_by_clock else after_working_days(deadline, days)


def _resolve_by(
    kind: Subcategory, urgency: Urgency, rules: DeadlineRules, *, now: datetime
) -> tuple[datetime, bool]:
    terms: list[Term] = []
    if urgency is Urgency.EMERGENCY or kind.deadline is DeadlineClass.DANGER:
        terms = [rules.danger]
    elif kind.deadline is DeadlineClass.LIFELINE:
        terms = [rules.lifeline]
    for name in _names(kind, urgency):
        given = rules.kinds.get(name)
        if given is not None and given.resolve is not None:
            terms = [given.resolve] if _may_loosen(name, kind, urgency) else [*terms, given.resolve]
            break
    return min(_end(term, now) for term in terms or [rules.ordinary_working_days])


def _respond_within(kind: Subcategory, urgency: Urgency, rules: DeadlineRules) -> timedelta:
    usual = rules.respond_urgent if urgency in URGENT else rules.respond
    for name in _names(kind, urgency):
        given = rules.kinds.get(name)
        if given is not None and given.respond is not None:
            is_meant = urgency not in URGENT or ":" in name
            return given.respond if is_meant else min(given.respond, usual)
    return usual


def _names(kind: Subcategory, urgency: Urgency) -> tuple[str, ...]:
    """What the rules may call it, the most specific name first."""
    exact = f"{kind.category}/{kind.code}"
    return f"{exact}:{urgency}", exact, f"{kind.category}:{urgency}", kind.category, f"*:{urgency}"


def _may_loosen(name: str, kind: Subcategory, urgency: Urgency) -> bool:
    """Whether the rule of that name means what is urgent by its nature; otherwise it may only hasten it."""
    if urgency is Urgency.EMERGENCY:
        return ":" in name
    if kind.deadline is DeadlineClass.DANGER:
        return "/" in name
    return kind.deadline is DeadlineClass.ORDINARY or not name.startswith("*")


def _end(term: Term, start: datetime) -> tuple[datetime, bool]:
    if isinstance(term, timedelta):
        return start + term, True
    return after_working_days(start, term), False


def _apart(paused: Sequence[Pause], start: datetime) -> Iterator[Pause]:
    """The pauses in order, none counting a moment twice."""
    last = start
    for paused_at, resumed_at in sorted(paused):
        if resumed_at > last:
            yield max(paused_at, last), resumed_at
            last = resumed_at
