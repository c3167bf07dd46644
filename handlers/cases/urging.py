"""A resident asks for speed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.states import CaseAction, next_status
from handlers.errors import NotYourCase
from handlers.notices.supervision import tell_urged
from handlers.working_days import local
from storage import cases as case_rows
from storage import urges
from storage.models.cases import Case, EventKind
from storage.models.people import Person


@dataclass(frozen=True, slots=True)
class Urged:
    """The case, how often it was urged by now, and, if this came too soon, when this person did so today."""

    case: Case
    count: int
    before: datetime | None


def urge_case(db: Connection, reporter: Person, case_id: int, *, now: datetime) -> Urged:
    """Whoever must act reads that a resident asks for speed; at most once a day for each case and person.

    A day is one of Shanghai. Raises `NotYourCase` for somebody else's, `MoveNotAllowed` after its end.
    """
    case = case_rows.lock_case(db, case_id)
    own = [*case_rows.reporters_of(db, case.id)]
    helpers = (each for one in own for each in case_rows.entered_for(db, case.id, one.id))
    if all(each.id != reporter.id for each in (*own, *helpers)):
        raise NotYourCase(case.label)
    next_status(case, CaseAction.URGE)
    before = urges.add_urge(db, case, reporter.id, day=local(now).date().isoformat(), now=now)
    count = urges.number_of_urges(db, case.id)
    if before is None:
        data = {"count": count}
        event_id = case_rows.add_event(db, case, EventKind.URGED, person_id=reporter.id, now=now, data=data)
        tell_urged(db, case, event_id, count=count, now=now)
    return Urged(case, count, before)
