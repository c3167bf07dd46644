"""A case is of another kind, or more urgent, than it was taken for: both deadlines are counted anew."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES, ensure_may_act
from handlers.cases.rounds import deadlines_again
from handlers.cases.states import CaseAction, next_status
from handlers.cases.subcategories import SUBCATEGORIES, Subcategory, subcategory_of
from handlers.cases.timers import reset_clock
from handlers.errors import AlreadyThatKind, NoSuchKind
from handlers.notices.deadlines import tell_recategorized
from handlers.notices.supervision import tell_raised
from handlers.privacy import is_between_neighbours
from handlers.rules import Rules
from storage import cases as case_rows
from storage.models.cases import Case, EventKind, Urgency
from storage.models.people import Person

URGENCIES = tuple(Urgency)  # from the least to the greatest


def recategorize_case(
    db: Connection,
    who: Person,
    case_id: int,
    category: str,
    *,
    subcategory: str | None,
    urgency: Urgency | None = None,
    now: datetime,
    rules: Rules,
) -> Case:
    """The case is of this kind, with the deadlines it would have had from the start of its round.

    Without an urgency it keeps its own. What residents' groups may not know a worker cannot make known; staff
    can, where the new kind allows it. Raises `NoSuchKind`, `AlreadyThatKind`, `MoveNotAllowed`.
    """
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, who, case)
    next_status(case, CaseAction.RECATEGORIZE)
    if (category, subcategory or "general") not in SUBCATEGORIES:
        raise NoSuchKind(case.number)
    kind = subcategory_of(category, subcategory)
    urgency = urgency or case.urgency
    if (kind.category, kind.code, urgency) == (case.category, case.subcategory, case.urgency):
        raise AlreadyThatKind(case.label, kind.label)
    is_public = _may_be_told(db, case, kind) and (case.is_public or who.role in COMMUNITY_ROLES)
    case_rows.change_case(
        db, case.id, category=kind.category, subcategory=kind.code, urgency=urgency, is_public=is_public
    )
    data = {"old": _facts(case), "new": [kind.category, kind.code, urgency.value]}
    event_id = case_rows.add_event(db, case, EventKind.RECATEGORIZED, person_id=who.id, now=now, data=data)
    changed = count_anew(db, case_rows.lock_case(db, case.id), rules, now)
    tell_recategorized(db, changed, event_id, now=now)
    if URGENCIES.index(urgency) > URGENCIES.index(case.urgency):
        tell_raised(db, changed, event_id, now=now)
    return changed


def raise_urgency(db: Connection, case: Case, urgency: Urgency, *, now: datetime, rules: Rules) -> Case:
    """A locked case is as urgent as this, or as it was if that was more; whoever must act reads so."""
    if URGENCIES.index(urgency) <= URGENCIES.index(case.urgency):
        return case
    case_rows.change_case(db, case.id, urgency=urgency)
    data = {"old": _facts(case), "new": [case.category, case.subcategory, urgency.value]}
    event_id = case_rows.add_event(db, case, EventKind.RECATEGORIZED, person_id=None, now=now, data=data)
    raised = count_anew(db, case_rows.lock_case(db, case.id), rules, now)
    tell_raised(db, raised, event_id, now=now)
    return raised


def count_anew(db: Connection, case: Case, rules: Rules, now: datetime) -> Case:
    """A locked case has the deadlines of what it is now known for, and its reminders fit them.

    Counted from the start of the round, with its finished pauses, granted extensions and meetings.
    """
    deadlines = deadlines_again(db, case, rules)
    case_rows.change_case(db, case.id, respond_by=deadlines.respond_by, resolve_by=deadlines.resolve_by)
    counted = case_rows.lock_case(db, case.id)
    reset_clock(db, counted, rules, now)
    return counted


def _may_be_told(db: Connection, case: Case, kind: Subcategory) -> bool:
    """Whether residents' groups may hear of it, by what it is and by what everybody said of it."""
    if case.is_confidential or not kind.is_public or is_between_neighbours(kind.category, case.summary):
        return False
    reports = case_rows.reports_of(db, case.id)
    return not any(each.is_whisper or is_between_neighbours(kind.category, each.text) for each in reports)


def _facts(case: Case) -> list[str]:
    return [case.category, case.subcategory, case.urgency.value]
