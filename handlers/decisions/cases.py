"""What the end of a decision item does to the cases that waited for it, and to its meeting."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.handling import resolve_case
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import UserError
from handlers.meetings.closing import follow_up
from handlers.notices.reaching import staff_of, tell_desk
from handlers.replies import decision_ends as texts
from handlers.rules import Rules
from storage import cases as case_rows
from storage import decision_circles, decisions, people
from storage.models.cases import OPEN_STATUSES, Case, EventKind
from storage.models.decisions import Decision, DecisionStatus
from storage.models.people import Person, Role
from storage.writers import savepoint

OPEN = (DecisionStatus.OPEN, DecisionStatus.REPORTED_DONE)


def settle_cases(
    db: Connection, decision: Decision, who: Person, *, now: datetime, rules: Rules
) -> list[Case]:
    """Cases that waited for nothing else are resolved and judged as any; gives these.

    Dropped items do not count; a case of which nothing was done, or that is to be talked over again, stays
    with its handler, and staff read so. The meeting is followed up when it waited for nothing else.
    """
    resolved: list[Case] = []
    for case_id in decisions.cases_of_decision(db, decision.id):
        found = case_rows.standing_for(db, case_rows.case_by_id(db, case_id))
        case = case_rows.lock_case(db, found.id)  # of two items that end at once the later sees the former
        if case.status in OPEN_STATUSES and (done := _settle(db, case, who, now=now, rules=rules)):
            resolved.append(done)
    if decision.meeting_id is not None:
        follow_up(db, decision.meeting_id, now=now, rules=rules)
    return resolved


def _settle(db: Connection, case: Case, who: Person, *, now: datetime, rules: Rules) -> Case | None:
    family = {case.id, *(report.case_id for report in case_rows.reports_of(db, case.id))}
    items = decision_circles.decisions_of_cases(db, family)
    if any(each.status in OPEN for each in items) or decision_circles.is_on_an_agenda(db, family):
        return None
    done = [each for each in items if _was_done_in_round(each, case)]
    if not done:
        _tell_staff(db, case, texts.nothing_done(case), now=now)
        return None
    result = texts.resolution([each.what for each in done], [each.result for each in done])
    worker = _whose_word(db, case, who, done[-1])
    try:
        with savepoint(db):
            return resolve_case(db, worker, case.id, result, now=now, rules=rules)
    except UserError as refusal:  # a photo is missing, say: the handler has to do it
        _tell_staff(db, case, texts.not_resolved(case, str(refusal)), now=now)
        return None


def _was_done_in_round(item: Decision, case: Case) -> bool:
    """What was done before the case was opened again did not help."""
    return item.status is DecisionStatus.DONE and item.done_at is not None and item.done_at >= case.round_at


def _whose_word(db: Connection, case: Case, who: Person, item: Decision) -> Person:
    """In whose name the case is resolved: its handler's, else that of staff."""
    ids = [each for each in (case.handler_id, item.made_by_id) if each is not None]
    known = people.people_by_ids(db, ids)
    candidates = [*(known[each] for each in ids if each in known), who, *staff_of(db, case.community_id)]
    able = (
        each
        for each in candidates
        if each.role in COMMUNITY_ROLES or (each.role is Role.GRID_WORKER and each.id == case.handler_id)
    )
    return next(able, who)


def _tell_staff(db: Connection, case: Case, text: str, *, now: datetime) -> None:
    """The desk reads what has to be done with the case by hand."""
    data = {"text": text}
    event_id = case_rows.add_event(db, case, EventKind.SUPERVISED, person_id=None, now=now, data=data)
    tell_desk(db, case, event_id, text, now=now)
