"""Group tasks after they were made: whose state is due to be asked for, and what was found."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, literal_column, select, update

from storage import gathering
from storage.models.base import one
from storage.models.outbox import DeliveryStatus, Destination, OutgoingMessage, destinations, outbox

_AWAITING = outbox.c.status == literal_column("'awaiting_owner'")  # literal, so that the partial index serves


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A task that is due to be asked about; `is_unwanted`: it is to be called back."""

    destination: Destination
    message: OutgoingMessage
    is_unwanted: bool


def has_follow_up(db: Connection, *, now: datetime) -> bool:
    """Whether the state of some group task is due to be asked for."""
    query = select(outbox.c.id).where(_AWAITING, outbox.c.next_at <= now).limit(1)
    return db.execute(query).first() is not None


def claim_follow_up(db: Connection, *, now: datetime, lease: timedelta) -> FollowUp | None:
    """One group task whose state is due to be asked for, the caller's for as long as `lease`."""
    query = select(*outbox.c).where(_AWAITING, outbox.c.next_at <= now).order_by(outbox.c.next_at).limit(1)
    message = one(OutgoingMessage, db.execute(query.with_for_update(skip_locked=True)).first())
    if message is None:
        return None
    db.execute(update(outbox).where(outbox.c.id == message.id).values(next_at=now + lease))
    place = select(*destinations.c).where(destinations.c.id == message.destination_id)
    destination = Destination(*db.execute(place).one())
    return FollowUp(destination, message, gathering.is_unwanted(db, message))


def lock_task(db: Connection, message: OutgoingMessage) -> OutgoingMessage | None:
    """The task as it is now, its destination held; `None` when it awaits its owner no more."""
    place = select(destinations.c.id).where(destinations.c.id == message.destination_id)
    db.execute(place.with_for_update()).one()
    return one(
        OutgoingMessage, db.execute(select(*outbox.c).where(outbox.c.id == message.id, _AWAITING)).first()
    )


def finish_task(
    db: Connection, message_id: int, *, status: DeliveryStatus, now: datetime, error: str = ""
) -> None:
    """The owner has tapped, or never will."""
    row = update(outbox).where(outbox.c.id == message_id, _AWAITING)
    db.execute(row.values(status=status, error=error, finished_at=now))


def ask_again(
    db: Connection, message_id: int, *, next_at: datetime, reminders: list[float] | None = None
) -> None:
    """The owner is asked about again at `next_at`; `reminders` are all times they were reminded."""
    values: dict[str, Any] = {"next_at": next_at}
    if reminders is not None:
        values["reminders"] = reminders
    db.execute(update(outbox).where(outbox.c.id == message_id, _AWAITING).values(values))


def note_reminder(db: Connection, message: OutgoingMessage, *, now: datetime) -> None:
    """The owner is being reminded; on record before it is done, so that a crash reminds nobody twice."""
    times = [*message.reminders, now.timestamp()]
    db.execute(update(outbox).where(outbox.c.id == message.id, _AWAITING).values(reminders=times))


def make_again(db: Connection, message: OutgoingMessage, *, at: datetime, reason: str) -> None:
    """The platform did not send it: it becomes a task again at that time."""
    gathering.dissolve(db, message, now=at)
    row = update(outbox).where(outbox.c.id == message.id, outbox.c.status == DeliveryStatus.WAITING)
    db.execute(row.values(error=reason))


def end_again(db: Connection, message_id: int, *, now: datetime, error: str) -> None:
    """What would have become a task again is not sent any more."""
    row = update(outbox).where(outbox.c.id == message_id, outbox.c.status == DeliveryStatus.WAITING)
    db.execute(row.values(status=DeliveryStatus.DEAD, error=error, finished_at=now))


def known_tasks(db: Connection, *, since: datetime) -> frozenset[str]:
    """The platform's numbers of the tasks made since then: a task among them is no lost one."""
    made = and_(outbox.c.made_at.is_not(None), outbox.c.made_at >= since, outbox.c.platform_id != "")
    return frozenset(db.execute(select(outbox.c.platform_id).where(made)).scalars())
