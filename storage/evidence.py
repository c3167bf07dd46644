"""Evidence: documents, photos and words that show something of a decision or a meeting."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.attachments import SHOWS_WORK
from storage.dialects import insert_row
from storage.models.attachments import attachments
from storage.models.base import many
from storage.models.decisions import Evidence, evidence

_ADD = insert(evidence)


def add_evidence(db: Connection, values: dict[str, Any]) -> int:
    """One more piece stands with the decision or the meeting; gives its number."""
    return insert_row(db, _ADD, {"words": "", "attachment_id": None} | values)


def evidence_of_decision(db: Connection, decision_id: int) -> list[Evidence]:
    """What shows something of the decision, oldest first."""
    query = select(*evidence.c).where(evidence.c.decision_id == decision_id)
    return many(Evidence, db.execute(query.order_by(evidence.c.id)))


def recent_uploads(db: Connection, person_id: int, *, since: datetime) -> list[int]:
    """The ids of what this person sent since then that belongs to no case and is no evidence yet."""
    used = select(evidence.c.attachment_id).where(evidence.c.attachment_id.is_not(None))
    query = select(attachments.c.id).where(
        attachments.c.person_id == person_id,
        attachments.c.case_id.is_(None),
        attachments.c.received_at >= since,
        attachments.c.kind.in_(SHOWS_WORK),
        attachments.c.id.not_in(used),
    )
    return list(db.execute(query.order_by(attachments.c.id)).scalars())
