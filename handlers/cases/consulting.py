"""A worker thinks that a case needs a meeting: staff call it, or not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.rights import ensure_may_act
from handlers.cases.states import CaseAction, next_status
from handlers.notices.cards import proposed_today
from handlers.notices.consulting import tell_consultation_proposed
from handlers.topics.making import topic_of_cases
from storage import cases as case_rows
from storage.models.cases import Case, EventKind
from storage.models.people import Person


@dataclass(frozen=True, slots=True)
class ConsultationProposed:
    """The case; `is_new` unless staff were told of it today."""

    case: Case
    is_new: bool


def propose_consultation(
    db: Connection, worker: Person, case_id: int, *, now: datetime
) -> ConsultationProposed:
    """Staff read at the desk that the worker wants a meeting for this case, once a day; it stands as it was.

    It is a topic from now on, unless it waits as one already.

    Raises `NotYourGrid`, and `MoveNotAllowed` where no meeting can be called.
    """
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    next_status(case, CaseAction.CONSULT)
    if proposed_today(db, case, now=now):
        return ConsultationProposed(case, is_new=False)
    event_id = case_rows.add_event(
        db, case, EventKind.CONSULTATION_PROPOSED, person_id=worker.id, now=now, data=None
    )
    topic = topic_of_cases(db, worker, [case.id], now=now)
    tell_consultation_proposed(db, case, worker, event_id, topic=topic.number, now=now)
    return ConsultationProposed(case, is_new=True)
