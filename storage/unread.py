"""Messages that have not gone out: waiting, held for a resident's next word, awaiting a group's owner."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, literal_column, or_, select, update

from storage.models.outbox import DeliveryStatus, destinations, outbox

_HELD = outbox.c.status == literal_column("'held'")  # literal, so that the partial indexes serve
_WAITING = outbox.c.status == literal_column("'waiting'")
_AWAITING = outbox.c.status == literal_column("'awaiting_owner'")
_GATHERED = outbox.c.status == literal_column("'gathered'")


def drop_held(db: Connection, prefixes: Collection[str], *, now: datetime) -> int:
    """What is held for residents and whose key begins so is never sent; gives how many that were."""
    mine = and_(_HELD, _begins(prefixes))
    places = select(outbox.c.destination_id).where(mine)
    held = select(destinations.c.id).where(destinations.c.id.in_(places)).order_by(destinations.c.id)
    db.execute(held.with_for_update()).all()  # before their messages, as whoever sends does
    dropped = update(outbox).where(mine).values(status=DeliveryStatus.CANCELLED, finished_at=now)
    return db.execute(dropped).rowcount


def unsent_messages(db: Connection, prefixes: Collection[str]) -> list[int]:
    """The messages whose key begins so that wait or lie with an owner, by where they go."""
    found: list[tuple[int, int]] = []
    for status in (_WAITING, _AWAITING, _GATHERED):
        query = select(outbox.c.destination_id, outbox.c.id).where(status, _begins(prefixes))
        found += [(row[0], row[1]) for row in db.execute(query)]
    return [message_id for _, message_id in sorted(found)]


def _begins(prefixes: Collection[str]) -> ColumnElement[bool]:
    return or_(*(outbox.c.key.startswith(each, autoescape=True) for each in prefixes))
