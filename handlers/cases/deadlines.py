"""By when somebody must answer, and by when the trouble must be settled."""

from dataclasses import dataclass
from datetime import datetime

from handlers.cases.subcategories import DeadlineClass, Subcategory
from handlers.rules import DeadlineRules
from handlers.working_days import after_working_days
from storage.models.cases import Urgency


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Both moments, in UTC."""

    respond_by: datetime
    resolve_by: datetime


def deadlines_for(
    subcategory: Subcategory, urgency: Urgency, rules: DeadlineRules, *, now: datetime
) -> Deadlines:
    """An emergency and danger by the clock in hours, lifelines within a day, the rest in working days.

    The first answer is never due after the settlement. Source: draft of Beijing's hotline standard, 2021.
    """
    if urgency is Urgency.EMERGENCY or subcategory.deadline is DeadlineClass.DANGER:
        resolve_by = now + rules.danger
    elif subcategory.deadline is DeadlineClass.LIFELINE:
        resolve_by = now + rules.lifeline
    else:
        resolve_by = after_working_days(now, rules.ordinary_working_days)
    is_urgent = urgency in (Urgency.HIGH, Urgency.EMERGENCY)
    respond_by = now + (rules.respond_urgent if is_urgent else rules.respond)
    return Deadlines(min(respond_by, resolve_by), resolve_by)
