"""What became of the messages of a broadcast, and what of them is stopped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from storage.models.base import many
from storage.models.outbox import Channel, DeliveryStatus, OutgoingMessage, destinations, outbox
from storage.outbox import WAITING

UNSENT = (DeliveryStatus.WAITING, DeliveryStatus.HELD)
_carrier = outbox.alias("carrier")
_WITH_CARRIER = outbox.outerjoin(_carrier, _carrier.c.id == outbox.c.gathered_into_id)
# what went out in another message shares its fate
_STATUS = func.coalesce(_carrier.c.status, outbox.c.status, type_=outbox.c.status.type)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one message of a broadcast stands, or the one that carries its words.

    `key` says which group or person it is for; `is_unwanted`: it is being called back.
    """

    id: int
    key: str
    status: DeliveryStatus
    next_at: datetime
    error: str
    body: dict[str, Any]
    is_unwanted: bool


def standings(db: Connection, broadcast_id: int) -> list[Standing]:
    """Every message of the broadcast, in the order in which they were planned."""
    table = outbox.c
    query = select(
        table.id,
        table.key,
        _STATUS,
        func.coalesce(_carrier.c.next_at, table.next_at, type_=table.next_at.type),
        func.coalesce(_carrier.c.error, table.error),
        table.body,
        table.unwanted_at.is_not(None),
    )
    mine = query.select_from(_WITH_CARRIER).where(table.broadcast_id == broadcast_id)
    return many(Standing, db.execute(mine.order_by(table.id)))


def counts(db: Connection, broadcast_id: int) -> dict[DeliveryStatus, int]:
    """How many messages of the broadcast stand in each state; states without one are absent."""
    status = _STATUS.label("standing")
    query = select(status, func.count()).select_from(_WITH_CARRIER)
    mine = query.where(outbox.c.broadcast_id == broadcast_id).group_by(status)
    return {row[0]: row[1] for row in db.execute(mine)}


def is_waiting(db: Connection, broadcast_id: int) -> bool:
    """Whether a message of the broadcast is still to be sent."""
    return bool(db.execute(select(still_waits(literal(broadcast_id)))).scalar())


def still_waits(broadcast_id: ColumnElement[int]) -> ColumnElement[bool]:
    """A message of the broadcast, or one that carries words of it, is still to be sent."""
    mine = outbox.c.broadcast_id == broadcast_id
    alone = exists(select(outbox.c.id).where(mine, WAITING))
    carried = (
        select(outbox.c.id)
        .join(_carrier, _carrier.c.id == outbox.c.gathered_into_id)
        .where(mine, _carrier.c.status == DeliveryStatus.WAITING)
    )
    return or_(alone, exists(carried))


def cancel_unsent(db: Connection, broadcast_id: int, *, now: datetime) -> list[dict[str, Any]]:
    """What was not begun is never sent; gives the bodies of what was cancelled.

    The destinations are held first: a sender that has just taken one has marked its attempt by then. What
    carries the words of others is left alone.
    """
    mine = and_(outbox.c.broadcast_id == broadcast_id, outbox.c.status.in_(UNSENT))
    _hold_places(db, mine)
    carried = outbox.alias("carried")
    carries = exists(select(carried.c.id).where(carried.c.gathered_into_id == outbox.c.id))
    untouched = and_(mine, outbox.c.attempted_at.is_(None), outbox.c.parts_sent == 0, ~carries)
    cancelled = (
        update(outbox)
        .where(untouched)
        .values(status=DeliveryStatus.CANCELLED, finished_at=now)
        .returning(outbox.c.body)
    )
    return list(db.execute(cancelled).scalars())


def call_back_awaiting(db: Connection, broadcast_id: int, *, now: datetime) -> int:
    """Every task of the broadcast that awaits its owner is called back soon; gives how many.

    As `storage.gathering.cancel_task` does with one of them; an owner's tap that comes first stands.
    """
    awaiting = and_(outbox.c.broadcast_id == broadcast_id, outbox.c.status == DeliveryStatus.AWAITING_OWNER)
    _hold_places(db, awaiting)
    called = update(outbox).where(awaiting)
    return db.execute(
        called.values(unwanted_at=func.coalesce(outbox.c.unwanted_at, now), next_at=now)
    ).rowcount


def unsettled(db: Connection, broadcast_id: int) -> list[int]:
    """The messages that are neither over nor called back: gathered, carrying others, under way, or out."""
    over = [DeliveryStatus.DEAD, DeliveryStatus.CANCELLED, DeliveryStatus.AWAITING_OWNER]
    mine = and_(outbox.c.broadcast_id == broadcast_id, outbox.c.status.not_in(over))
    return list(db.execute(select(outbox.c.id).where(mine).order_by(outbox.c.id)).scalars())


def under_way(db: Connection, broadcast_id: int) -> list[int]:
    """The messages that have been begun and are not out yet."""
    mine = and_(outbox.c.broadcast_id == broadcast_id, outbox.c.status.in_(UNSENT))
    return list(db.execute(select(outbox.c.id).where(mine).order_by(outbox.c.id)).scalars())


def _hold_places(db: Connection, of: ColumnElement[bool]) -> None:
    places = select(outbox.c.destination_id).where(of)
    held = select(destinations.c.id).where(destinations.c.id.in_(places)).order_by(destinations.c.id)
    db.execute(held.with_for_update()).all()


def stuck_messages(db: Connection, broadcast_id: int, *, with_uncertain: bool) -> list[int]:
    """The messages of the broadcast that failed, and if asked for, those whose arrival is unknown.

    Of words that went with others it is the message that carries them.
    """
    wanted = [DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN][: 1 + with_uncertain]
    number = func.coalesce(outbox.c.gathered_into_id, outbox.c.id).label("number")
    mine = and_(outbox.c.broadcast_id == broadcast_id, _STATUS.in_(wanted))
    found = select(number).distinct().select_from(_WITH_CARRIER).where(mine)
    return list(db.execute(found.order_by(number)).scalars())


def lock_mass_send(
    db: Connection, *, account: str, platform_id: str, since: datetime
) -> OutgoingMessage | None:
    """The mass send the platform knows by this number, held; only what was made since then is looked at."""
    query = (
        select(*outbox.c)
        .join(destinations, destinations.c.id == outbox.c.destination_id)
        .where(
            outbox.c.broadcast_id.is_not(None),
            outbox.c.platform_id == platform_id,
            outbox.c.platform_id != literal_column("''"),  # literal, so that the partial index serves
            outbox.c.created_at >= since,
            destinations.c.channel == Channel.MASS_SEND.value,
            destinations.c.account == account,
        )
        .limit(1)
        .with_for_update()
    )
    found = many(OutgoingMessage, db.execute(query))
    return found[0] if found else None


def forget_failed_job(db: Connection, message_id: int, *, now: datetime) -> None:
    """A mass send the platform took and then failed gets another name: it knows the old one as done."""
    failed = and_(outbox.c.id == message_id, outbox.c.status == DeliveryStatus.DEAD)
    body = db.execute(select(outbox.c.body).where(failed).with_for_update()).scalar()
    if body is None or not body.get("clientmsgid") or not body.get("result"):
        return
    name = f"{str(body['clientmsgid']).partition('+')[0]}+{int(now.timestamp())}"
    again = {key: value for key, value in body.items() if key != "result"} | {"clientmsgid": name}
    change_message(db, message_id, body=again)


def change_message(db: Connection, message_id: int, **values: object) -> None:
    """These columns of the message have new values."""
    db.execute(update(outbox).where(outbox.c.id == message_id).values(**values))
