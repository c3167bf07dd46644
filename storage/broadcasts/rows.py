"""The broadcasts themselves: made, found, claimed, changed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, literal_column, or_, select, update

from storage.broadcasts.progress import still_waits
from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.broadcasts import Broadcast, BroadcastStatus, broadcasts
from storage.models.organization import communities

_ADD = insert(broadcasts)
# literals, so that the partial indexes serve
_SCHEDULED = broadcasts.c.status == literal_column("'scheduled'")
_SENDING = broadcasts.c.status == literal_column("'sending'")
_AWAITING_APPROVAL = broadcasts.c.status == literal_column("'awaiting_approval'")
SHOWN = tuple(each for each in BroadcastStatus if each is not BroadcastStatus.PREVIEWED)


def add_broadcast(db: Connection, values: dict[str, Any]) -> Broadcast:
    """A new row of `broadcasts`; what `values` leaves out is empty."""
    return lock_broadcast(db, insert_row(db, _ADD, values))


def lock_broadcast(db: Connection, broadcast_id: int) -> Broadcast:
    """The broadcast as it stands now, held until the transaction ends."""
    query = select(*broadcasts.c).where(broadcasts.c.id == broadcast_id).with_for_update()
    return Broadcast(*db.execute(query).one())


def previewed_by(db: Connection, person_id: int, *, since: datetime) -> Broadcast | None:
    """The newest broadcast of this person that has awaited its code since then; `None` when none does."""
    query = select(*broadcasts.c).where(
        broadcasts.c.person_id == person_id,
        broadcasts.c.status == BroadcastStatus.PREVIEWED,
        broadcasts.c.created_at > since,
    )
    return one(Broadcast, db.execute(query.order_by(broadcasts.c.id.desc()).limit(1)).first())


def broadcast_by_id(db: Connection, broadcast_id: int) -> Broadcast:
    """The broadcast as it was last committed, not held."""
    return Broadcast(*db.execute(select(*broadcasts.c).where(broadcasts.c.id == broadcast_id)).one())


def lock_numbered(db: Connection, community_id: int, number: int) -> Broadcast | None:
    """The community's broadcast of this number, held; `None` when it has none."""
    query = select(*broadcasts.c).where(
        broadcasts.c.community_id == community_id, broadcasts.c.number == number
    )
    return one(Broadcast, db.execute(query.with_for_update()).first())


def change_broadcast(db: Connection, broadcast_id: int, **values: object) -> None:
    """These columns of the broadcast have new values."""
    db.execute(update(broadcasts).where(broadcasts.c.id == broadcast_id).values(**values))


def claim_broadcast(
    db: Connection, broadcast_id: int, *, of: Collection[BroadcastStatus], **values: object
) -> bool:
    """The broadcast was in one of these states and is changed; false when another process was first."""
    mine = update(broadcasts).where(broadcasts.c.id == broadcast_id, broadcasts.c.status.in_(of))
    return db.execute(mine.values(**values)).rowcount == 1


def next_number(db: Connection, community_id: int) -> int:
    """The number of the community's next broadcast; no other process is given one before this one commits."""
    community = select(communities.c.id).where(communities.c.id == community_id)
    db.execute(community.with_for_update(key_share=True))  # rows that refer to it can still be stored
    highest = select(func.max(broadcasts.c.number)).where(broadcasts.c.community_id == community_id)
    return (db.execute(highest).scalar() or 0) + 1


def due_broadcasts(db: Connection, *, now: datetime, limit: int) -> list[int]:
    """Those whose time has come, the earliest first."""
    query = select(broadcasts.c.id).where(_SCHEDULED, broadcasts.c.starts_at <= now)
    return list(db.execute(query.order_by(broadcasts.c.starts_at).limit(limit)).scalars())


def settled_broadcasts(db: Connection, *, limit: int) -> list[int]:
    """Those under way of which nothing waits to be sent any more, the oldest first."""
    query = select(broadcasts.c.id).where(_SENDING, ~still_waits(broadcasts.c.id))
    return list(db.execute(query.order_by(broadcasts.c.id).limit(limit)).scalars())


def unapproved_broadcasts(db: Connection, *, before: datetime, limit: int) -> list[int]:
    """Those that have waited for a second person since before then."""
    query = select(broadcasts.c.id).where(_AWAITING_APPROVAL, broadcasts.c.confirmed_at < before)
    return list(db.execute(query.order_by(broadcasts.c.id).limit(limit)).scalars())


def broadcasts_of(
    db: Connection, community_id: int, *, limit: int, of: Collection[BroadcastStatus] = SHOWN
) -> list[Broadcast]:
    """The community's broadcasts in these states, newest first; without others those that were confirmed."""
    query = select(*broadcasts.c).where(
        broadcasts.c.community_id == community_id,
        broadcasts.c.status.in_(of),
        or_(broadcasts.c.confirmed_at.is_not(None), broadcasts.c.status != BroadcastStatus.CANCELLED),
    )
    return many(Broadcast, db.execute(query.order_by(broadcasts.c.number.desc()).limit(limit)))
