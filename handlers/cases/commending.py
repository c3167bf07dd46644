"""Thanks that name a worker are kept and shown to the worker and to staff."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers.notices.judging import tell_commendation
from handlers.privacy import COMPLAINT
from storage import cases as case_rows
from storage import judgements as rows
from storage.models.cases import Case, EventKind
from storage.models.people import Person

ONCE_IN = timedelta(days=1)  # the same thanks again are passed on only once
SEARCHED = 5  # of the speaker's newest cases: which the worker is thanked for


def commend_workers(
    db: Connection, reporter: Person, text: str, *, community_id: int, now: datetime
) -> tuple[Person, ...]:
    """Every worker of the community whom the thanks name has them, and they are shown to worker and staff.

    Nobody, when no name is in the words, or when they complain. Gives those thanked, in the order of names.
    """
    if COMPLAINT.search(text):
        return ()
    thanked = _named(text, rows.workers_of_community(db, community_id))
    own = case_rows.cases_of_person(db, reporter.id, limit=SEARCHED) if thanked else []
    for worker in thanked:
        case = next((each for each in own if each.handler_id == worker.id), None)
        _commend(db, reporter, worker, text, case=case, now=now)
    return thanked


def _commend(
    db: Connection, reporter: Person, worker: Person, text: str, *, case: Case | None, now: datetime
) -> None:
    if rows.commendation_since(db, worker.id, reporter.id, since=now - ONCE_IN) is not None:
        return
    case_id = case.id if case else None
    if case is not None:
        thanked = {"worker": worker.id}
        case_rows.add_event(db, case, EventKind.THANKED, person_id=reporter.id, now=now, data=thanked)
    made = rows.keep_commendation(db, worker, reporter.id, text, case_id=case_id, now=now)
    tell_commendation(db, worker, text, made, case=case, now=now)


def _named(text: str, workers: list[Person]) -> tuple[Person, ...]:
    """The workers whose whole names stand in the text; the longer name counts where two overlap."""
    found: list[tuple[int, Person]] = []
    left = text
    for worker in sorted(workers, key=lambda each: (-len(each.name), each.id)):
        position = left.find(worker.name)
        if position >= 0 and len(worker.name) > 1:
            found.append((position, worker))
            left = left.replace(worker.name, "\0" * len(worker.name))
    return tuple(worker for _, worker in sorted(found, key=lambda pair: (pair[0], pair[1].id)))
