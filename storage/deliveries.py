"""The sender's side of the outbox: whose turn it is, what became of it, when to look again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, literal_column, or_, select, update

from storage.engine import database_now
from storage.models.base import many, one
from storage.models.outbox import DeliveryStatus, Destination, OutgoingMessage, Priority, destinations, outbox

LEASE = timedelta(seconds=60)  # a destination is one sender's for so long (design, section 4)
FINISHED = frozenset({DeliveryStatus.SENT, DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN})

_WAITING = outbox.c.status == literal_column("'waiting'")  # literal, so that the partial index serves
_BY_PLACE = destinations.c.id == bindparam("destination_id")
_MOMENT = destinations.c.claimed_until.type


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an attempt: how the message stands, and when it is tried again."""

    status: DeliveryStatus
    attempts: int
    parts_sent: int
    next_at: datetime | None = None  # `None`: as before
    error: str = ""
    platform_id: str = ""
    is_doubtful: bool = False  # it may have arrived all the same
    made_at: datetime | None = None  # when it became a group task


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a process can send: these channels, but for accounts another process holds: channel:account."""

    channels: frozenset[str]
    absent: frozenset[str] = frozenset()

    def as_row(self) -> dict[str, list[str]]:
        """The values of a query that asks only for what can be served."""
        return {"channels": sorted(self.channels), "absent": sorted(self.absent)}


def _serves() -> tuple[Any, Any]:
    table = destinations.c
    return (
        # coalesced, to keep SQLite off the index of all addresses
        func.coalesce(table.channel, "").in_(bindparam("channels", expanding=True)),
        (table.channel + ":" + table.account).not_in(bindparam("absent", expanding=True)),
    )


def _claim() -> Any:  # Any: an UPDATE that returns rows
    table = destinations.c
    clock = bindparam("clock", type_=_MOMENT)
    due = (
        select(table.id)
        .where(
            table.ready_at <= bindparam("now", type_=_MOMENT),
            or_(table.claimed_until.is_(None), table.claimed_until <= clock),
            *_serves(),
        )
        .order_by(table.urgency, table.ready_at, table.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = update(destinations).where(table.id == due.scalar_subquery())
    return row.values(claimed_until=bindparam("lease", type_=_MOMENT)).returning(*table)


def _heads() -> Any:
    first = [
        select(func.min(outbox.c.id))
        .where(
            outbox.c.destination_id == bindparam("destination_id"),
            outbox.c.priority == int(priority),
            _WAITING,
        )
        .scalar_subquery()
        for priority in Priority
    ]
    return select(*outbox.c).where(outbox.c.id.in_(first)).order_by(outbox.c.priority)


_CLAIM = _claim()
_HEADS = _heads()


def claim_destination(db: Connection, *, now: datetime, reach: Reach) -> Destination | None:
    """One destination with something due, leased to the caller for a minute of the database's time.

    The most urgent first, then the one that waits longest. Only what this process can serve is looked
    at; a destination another sender holds is passed over. Its `claimed_until` is the claim: whoever comes
    back with another one has lost the lease.
    """
    clock = database_now(db)
    wanted = {"clock": clock, "now": now, "lease": clock + LEASE} | reach.as_row()
    return one(Destination, db.execute(_CLAIM, wanted).first())


def heads(db: Connection, destination_id: int) -> list[OutgoingMessage]:
    """The first waiting message of each priority, the most urgent first; nothing overtakes within one."""
    return many(OutgoingMessage, db.execute(_HEADS, {"destination_id": destination_id}))


_START = (
    update(outbox)
    .where(outbox.c.id == bindparam("message_id"))
    .values(
        attempts=outbox.c.attempts + 1,
        attempted_at=bindparam("started_at", type_=_MOMENT),
        is_doubtful=or_(outbox.c.is_doubtful, outbox.c.attempted_at.is_not(None)),
    )
    .returning(*outbox.c)
)
_COUNT = update(destinations).where(_BY_PLACE).values(recent=bindparam("attempts_made"))


def start_attempt(
    db: Connection, message: OutgoingMessage, *, now: datetime, recent: list[float] | None
) -> OutgoingMessage:
    """The attempt is counted before it is made, so that a crash cannot try for ever.

    `recent` are the attempts that now count against the quota; `None` where there is none. An attempt
    before this one that never came to an end makes the message doubtful.
    """
    row = db.execute(_START, {"message_id": message.id, "started_at": now}).one()
    if recent is not None:
        db.execute(_COUNT, {"destination_id": message.destination_id, "attempts_made": recent})
    return OutgoingMessage(*row)


_LOCK = select(*destinations.c).where(_BY_PLACE).with_for_update()


def lock_claimed(db: Connection, claimed: Destination) -> Destination | None:
    """The destination as it is now, locked; `None` when the lease has passed to somebody else."""
    row = one(Destination, db.execute(_LOCK, {"destination_id": claimed.id}).first())
    return row if row is not None and row.claimed_until == claimed.claimed_until else None


def record(db: Connection, message: OutgoingMessage, verdict: Verdict, *, now: datetime) -> bool:
    """What became of the message stands in its row.

    False, and nothing changed, when it is no longer the caller's attempt that counts: somebody else has
    begun another one, or the message has been settled.
    """
    values: dict[str, Any] = {
        "status": verdict.status,
        "attempts": verdict.attempts,
        "parts_sent": verdict.parts_sent,
        "error": verdict.error,
        "platform_id": verdict.platform_id,
        "attempted_at": None,
        "next_at": verdict.next_at or message.next_at,
        "finished_at": now if verdict.status in FINISHED else None,
    }
    if verdict.made_at is not None:
        values["made_at"] = verdict.made_at
    if verdict.is_doubtful:
        values["is_doubtful"] = True  # once doubtful, always doubtful
    same_attempt = outbox.c.attempted_at.is_not_distinct_from(message.attempted_at)
    mine = and_(outbox.c.id == message.id, same_attempt, _WAITING)
    return db.execute(update(outbox).where(mine).values(values)).rowcount == 1


def look_later(db: Connection, message: OutgoingMessage, *, next_at: datetime, error: str) -> bool:
    """What became of the attempt is asked for then; until then it is in doubt, and nothing overtakes it."""
    same_attempt = outbox.c.attempted_at.is_not_distinct_from(message.attempted_at)
    mine = and_(outbox.c.id == message.id, same_attempt, _WAITING)
    return db.execute(update(outbox).where(mine).values(next_at=next_at, error=error)).rowcount == 1


_RELEASE = (
    update(destinations)
    .where(_BY_PLACE)
    .values(
        claimed_until=None,
        ready_at=bindparam("at", type_=_MOMENT),
        urgency=bindparam("head_urgency"),
        blocked_until=bindparam("blocked", type_=_MOMENT),
        recent=bindparam("attempts_made"),
        has_held=bindparam("held"),
    )
)


def release_destination(
    db: Connection, destination: Destination, *, quiet_until: datetime | None = None
) -> None:
    """The lease ends; the destination is looked at again when its next message may go.

    `destination` carries what is to stand in the row (attempts, held, blocked until). In quiet hours what
    is neither an emergency nor an answer waits for their end; with nothing waiting nobody looks again.
    """
    turns = [
        (_turn(head, destination.blocked_until, quiet_until), head.priority)
        for head in heads(db, destination.id)
    ]
    at, urgency = min(turns, default=(None, int(Priority.BROADCAST)))
    row = {
        "destination_id": destination.id,
        "at": at,
        "head_urgency": urgency,
        "blocked": destination.blocked_until,
        "attempts_made": destination.recent,
        "held": destination.has_held,
    }
    db.execute(_RELEASE, row)


def _turn(head: OutgoingMessage, blocked_until: datetime | None, quiet_until: datetime | None) -> datetime:
    is_patient = head.priority > Priority.ANSWER
    return max(
        at for at in (head.next_at, blocked_until, quiet_until if is_patient else None) if at is not None
    )


def set_aside(db: Connection, destination_id: int, *, until: datetime) -> None:
    """A destination whose rows cannot be read is left alone for a while and cannot stop the others."""
    row = update(destinations).where(destinations.c.id == destination_id)
    db.execute(row.values(claimed_until=None, ready_at=until, blocked_until=until))


def next_ready_at(db: Connection, reach: Reach) -> datetime | None:
    """When the next destination that nobody holds wants looking at; `None` when nothing waits.

    Those held by a sender that died come back with the end of their lease: look now and then anyway.
    """
    table = destinations.c
    query = select(func.min(table.ready_at)).where(
        *_serves(),
        table.ready_at.is_not(None),
        or_(table.claimed_until.is_(None), table.claimed_until <= database_now(db)),
    )
    soonest: datetime | None = db.execute(query, reach.as_row()).scalar_one()
    return soonest
