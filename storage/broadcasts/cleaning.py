"""Broadcasts that came to nothing do not keep whom they were for."""

from datetime import datetime

from sqlalchemy import Connection, literal_column, select, update

from storage.models.broadcasts import BroadcastStatus, broadcasts

_PREVIEWED = broadcasts.c.status == literal_column("'previewed'")  # literal, so that the partial index serves


def drop_previews(db: Connection, *, before: datetime, limit: int) -> int:
    """Previews of before then that nobody confirmed are off, and name no people and groups; how many.

    The rows stay: a chat may still point to one.
    """
    query = select(broadcasts.c.id).where(_PREVIEWED, broadcasts.c.created_at < before)
    old = query.order_by(broadcasts.c.created_at).limit(limit).with_for_update(skip_locked=True)
    numbers = list(db.execute(old).scalars())
    mine = update(broadcasts).where(broadcasts.c.id.in_(numbers), _PREVIEWED)
    nothing = {"status": BroadcastStatus.CANCELLED, "plan": {}, "group_ids": []}
    return db.execute(mine.values(**nothing)).rowcount if numbers else 0
