"""Broadcasts of staff."""

from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.dialects import insert_row
from storage.models.broadcasts import Broadcast, broadcasts

_ADD = insert(broadcasts)


def add_broadcast(db: Connection, values: dict[str, Any]) -> Broadcast:
    """A new row of `broadcasts`, whole: `values` has every column but the id."""
    return Broadcast(insert_row(db, _ADD, values), **values)


def lock_broadcast(db: Connection, broadcast_id: int) -> Broadcast:
    """The broadcast as it stands now, held until the transaction ends."""
    query = select(*broadcasts.c).where(broadcasts.c.id == broadcast_id).with_for_update()
    return Broadcast(*db.execute(query).one())


def change_broadcast(db: Connection, broadcast_id: int, **values: object) -> None:
    """These columns of the broadcast have new values."""
    db.execute(update(broadcasts).where(broadcasts.c.id == broadcast_id).values(**values))


def next_number(db: Connection, community_id: int) -> int:
    """The number of the community's next broadcast."""
    highest = select(func.max(broadcasts.c.number)).where(broadcasts.c.community_id == community_id)
    return (db.execute(highest).scalar() or 0) + 1
