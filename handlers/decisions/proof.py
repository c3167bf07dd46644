"""Photos of the work at a decision item: sent with the words or within ten minutes before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.attaching import Sent, attach_recent
from handlers.decisions.evidence import keep_evidence
from storage import cases as case_rows
from storage import decisions
from storage.models.decisions import Decision
from storage.models.people import Person


def add_shown(db: Connection, who: Person, decision: Decision, sent: Sequence[Sent], *, now: datetime) -> int:
    """What the person sent stands with the item, and with the first of its cases as proof; how many."""
    photos = keep_evidence(db, who, decision, "", sent=sent, now=now)
    case_ids = decisions.cases_of_decision(db, decision.id)
    if photos and case_ids:
        case = case_rows.standing_for(db, case_rows.case_by_id(db, case_ids[0]))
        attach_recent(db, who, case_rows.lock_case(db, case.id), now=now, is_proof=True)
    return photos
