"""The log of who looked at what is protected; lines are added and read, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from storage.models.base import many
from storage.models.desk import AuditEntry, audit

_ADD = insert(audit)
_OF_COMMUNITY = (
    select(*audit.c)
    .where(audit.c.community_id == bindparam("community_id"))
    .order_by(audit.c.happened_at.desc(), audit.c.id.desc())
    .limit(bindparam("limit"))
)


def add_entry(
    db: Connection,
    action: str,
    *,
    person_id: int,
    community_id: int | None,
    now: datetime,
    case_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """The log has one more line: this person did this."""
    row = {"community_id": community_id, "person_id": person_id, "action": action, "case_id": case_id}
    db.execute(_ADD, row | {"happened_at": now, "data": data})


def entries_of(db: Connection, community_id: int, *, limit: int) -> list[AuditEntry]:
    """The lines of one community, newest first."""
    return many(AuditEntry, db.execute(_OF_COMMUNITY, {"community_id": community_id, "limit": limit}))
