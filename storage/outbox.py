"""Messages that are to go out: posting them, the resident's window, what staff see of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, literal_column, or_, select, update

from storage.dialects import INSERTS, PerDialect
from storage.models.base import many
from storage.models.outbox import DeliveryStatus, Destination, OutgoingMessage, Priority, destinations, outbox


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: an openid of an account, a webhook key, a customer group, a response URL."""

    channel: str
    account: str
    address: str


@dataclass(frozen=True, slots=True)
class Posting:
    """A message to be sent; `key` is made of facts, so that posting it again does nothing.

    With `at` it is not sent before then; `broadcast_id` when it belongs to one.
    """

    to: Address
    key: str
    body: dict[str, Any]  # JSON the channel understands: at least "text"
    priority: Priority
    community_id: int | None
    case_id: int | None = None
    at: datetime | None = None
    broadcast_id: int | None = None


COUNTED = 1000  # attempts kept of a destination: the largest quota (WECHAT 3.7)
_ID = (destinations.c.channel, destinations.c.account, destinations.c.address)
# Any: SQL functions have no type
_LEAST: dict[str, Any] = {"sqlite": func.min, "postgresql": func.least}
_GREATEST: dict[str, Any] = {"sqlite": func.max, "postgresql": func.greatest}
# literals, so that the partial indexes serve
HELD = outbox.c.status == literal_column("'held'")
WAITING = outbox.c.status == literal_column("'waiting'")
STUCK = outbox.c.status.in_([literal_column("'dead'"), literal_column("'uncertain'")])


def _wanting(dialect: str, wanted: Any, urgency: Any) -> dict[str, Any]:
    """What a destination with one more thing to send becomes: sooner if possible, never while blocked."""
    least, greatest, table = _LEAST[dialect], _GREATEST[dialect], destinations.c
    possible = greatest(wanted, func.coalesce(table.blocked_until, wanted))
    return {
        "ready_at": least(func.coalesce(table.ready_at, possible), possible),
        "urgency": least(func.coalesce(table.urgency, urgency), urgency),
    }


def _upsert(dialect: str) -> Any:
    statement = INSERTS[dialect](destinations)
    wanted = _wanting(dialect, statement.excluded.ready_at, statement.excluded.urgency)
    return statement.on_conflict_do_update(index_elements=list(_ID), set_=wanted).returning(destinations.c.id)


def _ready(dialect: str) -> Any:
    at = bindparam("at", type_=destinations.c.ready_at.type)
    row = update(destinations).where(destinations.c.id == bindparam("destination_id"))
    return row.values(_wanting(dialect, at, bindparam("at_urgency")))


_UPSERT = {name: _upsert(name) for name in INSERTS}
_READY = {name: _ready(name) for name in INSERTS}
_INSERT_ONCE = PerDialect(
    outbox, lambda statement: statement.on_conflict_do_nothing(index_elements=[outbox.c.key])
)
_ADD_PLACE = PerDialect(
    destinations, lambda statement: statement.on_conflict_do_nothing(index_elements=list(_ID))
)


def post(db: Connection, postings: list[Posting], *, now: datetime) -> None:
    """The messages will be sent, each once, however often the same key is posted."""
    rows = []
    for posting in sorted(postings, key=lambda each: (each.to.channel, each.to.account, each.to.address)):
        place = make_room(db, posting.to, at=posting.at or now, urgency=posting.priority)
        rows.append(_row(posting, place, now))
    if rows:
        db.execute(_INSERT_ONCE.on(db), rows)


def make_room(db: Connection, to: Address, *, at: datetime, urgency: int) -> int:
    """The number of the destination, which is looked at by then for a message of that urgency."""
    row = _new_destination(to) | {"ready_at": at, "urgency": int(urgency)}
    place: int = db.execute(_UPSERT[db.dialect.name], row).scalar_one()
    return place


def _new_destination(to: Address) -> dict[str, Any]:
    address = {"channel": str(to.channel), "account": to.account, "address": to.address}
    return address | {"recent": [], "has_held": False, "urgency": int(Priority.BROADCAST)}


def _row(posting: Posting, destination_id: int, now: datetime) -> dict[str, Any]:
    return {
        "community_id": posting.community_id,
        "destination_id": destination_id,
        "key": posting.key,
        "priority": int(posting.priority),
        "status": DeliveryStatus.WAITING,
        "body": posting.body,
        "case_id": posting.case_id,
        "attempts": 0,
        "next_at": posting.at or now,
        "created_at": now,
        "error": "",
        "platform_id": "",
        "parts_sent": 0,
        "is_doubtful": False,
        "broadcast_id": posting.broadcast_id,
        "reminders": [],
        "wanted_at": posting.at or now,
    }


def count_reply(db: Connection, to: Address, *, now: datetime) -> None:
    """An answer in the response itself counts against the quota of its conversation, where there is one."""
    place = and_(
        destinations.c.channel == str(to.channel),
        destinations.c.account == to.account,
        destinations.c.address == to.address,
    )
    row = db.execute(select(destinations.c.id, destinations.c.recent).where(place).with_for_update()).first()
    if row is None:
        new = _new_destination(to) | {"recent": [now.timestamp()]}
        db.execute(_ADD_PLACE.on(db), new)
    else:
        recent = [*row.recent, now.timestamp()][-COUNTED:]
        db.execute(update(destinations).where(destinations.c.id == row.id).values(recent=recent))


# ------------------------------------------------------------------ the resident's window


def _open_window(dialect: str) -> Any:
    statement = INSERTS[dialect](destinations)
    return statement.on_conflict_do_update(
        index_elements=list(_ID),
        set_={"opened_at": statement.excluded.opened_at, "recent": statement.excluded.recent},
    ).returning(destinations.c.id, destinations.c.has_held)


_OPEN_WINDOW = {name: _open_window(name) for name in INSERTS}


_LET_GO = {"status": DeliveryStatus.WAITING, "attempts": 0}


def open_window(db: Connection, to: Address, *, now: datetime) -> None:
    """The resident wrote: the allowance starts anew, and what was held for this moment goes out."""
    row = _new_destination(to) | {"opened_at": now}
    destination_id, has_held = db.execute(_OPEN_WINDOW[db.dialect.name], row).one()
    if has_held:
        _release_held(db, destination_id, now=now)


def _release_held(db: Connection, destination_id: int, *, now: datetime) -> None:
    held = and_(outbox.c.destination_id == destination_id, HELD)
    freed = update(outbox).where(held).values(**_LET_GO, next_at=now, wanted_at=now)
    urgency = min(db.execute(freed.returning(outbox.c.priority)).scalars(), default=None)
    db.execute(update(destinations).where(destinations.c.id == destination_id).values(has_held=False))
    if urgency is not None:
        make_ready(db, destination_id, at=now, urgency=urgency)


def make_ready(db: Connection, destination_id: int, *, at: datetime, urgency: int) -> None:
    """The destination is looked at by then at the latest, unless it is blocked for longer."""
    row = {"destination_id": destination_id, "at": at, "at_urgency": urgency}
    db.execute(_READY[db.dialect.name], row)


def take_held(db: Connection, to: Address, *, now: datetime) -> list[str]:
    """The texts held for this resident, oldest first; they count as sent, for the answer at hand says them.

    What this resident's message has just released counts as held; what is being sent at this moment does not.
    """
    place = select(destinations.c.id).where(
        destinations.c.channel == str(to.channel),
        destinations.c.account == to.account,
        destinations.c.address == to.address,
    )
    destination_id = db.execute(place.with_for_update()).scalar()
    unsent = and_(or_(HELD, WAITING), outbox.c.attempted_at.is_(None))
    mine = and_(outbox.c.destination_id == destination_id, unsent)
    rows = db.execute(select(outbox.c.id, outbox.c.body).where(mine).order_by(outbox.c.id)).all()
    if rows:
        taken = update(outbox).where(outbox.c.id.in_([row.id for row in rows]))
        db.execute(taken.values(status=DeliveryStatus.SENT, finished_at=now, error=""))
        db.execute(update(destinations).where(destinations.c.id == destination_id).values(has_held=False))
    return [str(row.body.get("text", "")) for row in rows]


# ------------------------------------------------------------------ what staff see and do


def destination_of(db: Connection, destination_id: int) -> Destination:
    """The destination of a message."""
    return Destination(*db.execute(select(*destinations.c).where(destinations.c.id == destination_id)).one())


def dead_letters(db: Connection, *, limit: int) -> list[OutgoingMessage]:
    """Messages given up, and those whose arrival is unknown, newest first."""
    query = select(*outbox.c).where(STUCK).order_by(outbox.c.id.desc()).limit(limit)
    return many(OutgoingMessage, db.execute(query))


def is_stuck(db: Connection, message_id: int) -> bool:
    """Whether the message was given up, or its arrival is unknown."""
    return db.execute(select(outbox.c.id).where(outbox.c.id == message_id, STUCK)).first() is not None


def send_again(db: Connection, message_id: int, *, now: datetime) -> None:
    """A dead or uncertain message is tried anew, from its first attempt; any other is left alone.

    What was uncertain is marked doubtful: the person may then have it twice.
    """
    _hold_place_of(db, message_id)
    uncertain = outbox.c.status == DeliveryStatus.UNCERTAIN
    row = db.execute(
        update(outbox)
        .where(outbox.c.id == message_id, STUCK)
        .values(
            status=DeliveryStatus.WAITING,
            attempts=0,
            next_at=now,
            error="",
            finished_at=None,
            made_at=None,
            unwanted_at=None,
            reminders=[],
            is_doubtful=or_(outbox.c.is_doubtful, uncertain),
            wanted_at=now,
        )
        .returning(outbox.c.destination_id, outbox.c.priority)
    ).first()
    if row is not None:
        make_ready(db, row.destination_id, at=now, urgency=row.priority)


def _hold_place_of(db: Connection, message_id: int) -> None:
    """Before its message, as whoever sends does: else each could wait for the other."""
    place = select(outbox.c.destination_id).where(outbox.c.id == message_id).scalar_subquery()
    db.execute(select(destinations.c.id).where(destinations.c.id == place).with_for_update()).all()
