"""What shows that a decision item was done: photos that stand with it as evidence."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, or_, select

from storage.attachments import SHOWS_WORK, THERE
from storage.models.attachments import attachments
from storage.models.decisions import decision_cases, evidence
from storage.models.people import Role, people

VOUCHED_BY = (Role.STAFF, Role.HEAD, Role.ADMIN)  # whose words alone are evidence


def is_shown(db: Connection, decision_id: int, *, since: datetime) -> bool:
    """Whether the item has evidence added since then: a photo or document, or words that staff vouch for."""
    query = (
        select(evidence.c.id)
        .join(people, people.c.id == evidence.c.added_by_id)
        .where(
            evidence.c.decision_id == decision_id,
            evidence.c.added_at >= since,
            or_(evidence.c.attachment_id.is_not(None), people.c.role.in_(VOUCHED_BY)),
        )
    )
    return db.execute(query.limit(1)).first() is not None


def shows_work_at(db: Connection, case_ids: Collection[int], *, since: datetime) -> bool:
    """Whether a photo or video added since then shows a decision item of one of these cases."""
    query = (
        select(evidence.c.id)
        .join(decision_cases, decision_cases.c.decision_id == evidence.c.decision_id)
        .join(attachments, attachments.c.id == evidence.c.attachment_id)
        .where(
            decision_cases.c.case_id.in_(sorted(case_ids)),
            evidence.c.added_at >= since,
            attachments.c.kind.in_(SHOWS_WORK),
            attachments.c.status.in_(THERE),
        )
    )
    return db.execute(query.limit(1)).first() is not None
