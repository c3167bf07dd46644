"""The supervision ladder (督办): who is told when a deadline comes near and when it has passed."""

from datetime import datetime
from enum import StrEnum

from handlers.rules import SupervisionRules
from handlers.working_days import same_time_after_working_days


class LadderStep(StrEnum):
    """The steps in their order; each is taken once a round, also after downtime."""

    REMIND = "remind"
    OVERDUE = "overdue"
    HEAD = "head"
    STREET = "street"


class Audience(StrEnum):
    """Who is told, from the nearest to the highest; the handler of an unclaimed case is its whole grid."""

    HANDLER = "handler"
    STAFF = "staff"
    HEAD = "head"
    STREET = "street"


STEPS = tuple(LadderStep)
AUDIENCES = tuple(Audience)
NEAREST = {  # of those whom a step tells
    LadderStep.REMIND: Audience.HANDLER,
    LadderStep.OVERDUE: Audience.HANDLER,
    LadderStep.HEAD: Audience.HEAD,
    LadderStep.STREET: Audience.STREET,
}
HIGHEST = NEAREST | {LadderStep.OVERDUE: Audience.STAFF}


def first_step() -> LadderStep:
    """Where the ladder of a case, and of each later round, begins."""
    return STEPS[0]


def step_after(step: LadderStep) -> LadderStep | None:
    """What comes next; after the street nothing."""
    return next(iter(STEPS[STEPS.index(step) + 1 :]), None)


def due_at(
    step: LadderStep, *, opened_at: datetime, resolve_by: datetime, rules: SupervisionRules
) -> datetime:
    """When the step is to be taken; `opened_at` is the start of the round for a reopened case.

    The reminder at its share of the time by the clock; head and street so many working days after the
    deadline's day, at the deadline's time of day (18:00 unless it runs by the clock).
    """
    match step:
        case LadderStep.REMIND:
            return min(opened_at + (resolve_by - opened_at) * rules.remind_at, resolve_by)
        case LadderStep.OVERDUE:
            return resolve_by
        case LadderStep.HEAD:
            return same_time_after_working_days(resolve_by, rules.head_after_working_days)
        case LadderStep.STREET:
            return same_time_after_working_days(resolve_by, rules.street_after_working_days)


def audiences(step: LadderStep, *, level: int) -> tuple[Audience, ...]:
    """Whom the step tells, the nearest first; each level (a reopening) adds those one step higher.

    The street is the highest: above it there is nobody to tell.
    """
    nearest, highest = AUDIENCES.index(NEAREST[step]), AUDIENCES.index(HIGHEST[step])
    return AUDIENCES[nearest : highest + max(level, 0) + 1]
