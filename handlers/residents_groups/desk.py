"""Staff read of residents' groups at the community's desk."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.reaching import group_posting
from storage import organization, outbox
from storage.models.outbox import Priority


def tell_desk(
    db: Connection,
    community_id: int,
    text: str,
    *,
    key: str,
    now: datetime,
    priority: Priority = Priority.NOTICE,
) -> None:
    """Staff read this at the desk, once for each `key`; without a desk nobody does."""
    desk = organization.desk_group(db, community_id)
    if desk is None:
        return
    body = {"text": text, "format": "markdown"}
    posting = group_posting(db, desk, body, key=key, priority=priority)
    outbox.post(db, [posting] if posting else [], now=now)
