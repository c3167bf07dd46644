"""Photos that show the work is done: where the kind of trouble asks for one, nothing is settled without."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.attaching import Sent, attach, attach_recent
from handlers.cases.rights import ensure_may_work
from handlers.cases.subcategories import subcategory_of
from handlers.errors import ProofMissing
from storage import attachments, decision_proof
from storage import cases as case_rows
from storage.models.cases import Case
from storage.models.people import Person


def add_proof(db: Connection, worker: Person, case_id: int, sent: Sequence[Sent], *, now: datetime) -> Case:
    """What the worker sent shows the work at this case; so does what came within ten minutes before.

    `NotYourGrid` when the case is not the worker's business.
    """
    case = case_rows.lock_case(db, case_id)
    ensure_may_work(db, worker, case)
    for each in sent:
        attach(db, worker, case, each, now=now, is_proof=True)
    attach_recent(db, worker, case, now=now, is_proof=True)
    return case


def ensure_proof(db: Connection, case: Case) -> None:
    """Where the kind of trouble asks for a photo one has come in this round, or `ProofMissing`."""
    if not subcategory_of(case.category, case.subcategory).needs_proof:
        return
    family = {case.id, *(report.case_id for report in case_rows.reports_of(db, case.id))}
    since = case.round_at
    is_shown = attachments.has_proof(db, family, since=since)
    if not is_shown and not decision_proof.shows_work_at(db, family, since=since):
        raise ProofMissing(case.number)
