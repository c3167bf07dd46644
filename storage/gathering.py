"""Messages to residents' groups that go out in one task, what is called back, and each group's share.

The words a message carries for others stand in its body as `also`, in their order. Whoever changes them holds
the destination: what is being sent at this moment is left as it is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, case, func, literal, literal_column, select, update

from storage.models.base import many, one
from storage.models.outbox import (
    Channel,
    DeliveryStatus,
    Destination,
    OutgoingMessage,
    Priority,
    destinations,
    outbox,
)
from storage.outbox import WAITING, make_ready

ALSO = "also"  # of a body: the texts that go out with it
MOVED = "moved"  # of a body: the task lies with somebody who owns the group no more
LONGEST_TASK = timedelta(days=40)  # from a task's making to its end at the latest, generously

_AWAITING = outbox.c.status == literal_column("'awaiting_owner'")
_UNCERTAIN = outbox.c.status == literal_column("'uncertain'")


class Recall(StrEnum):
    """What came of calling a message back."""

    STOPPED = "stopped"  # it does not go out
    ASKED = "asked"  # its task is called back; an owner's tap that comes first stands
    OVER = "over"  # it is out, or was over before


@dataclass(frozen=True, slots=True)
class Usage:
    """What counts against a group's share: `awaiting` tasks may still be sent, `today` were made today.

    `used` counts what was sent in the period, and everything that may still be sent or may have been.
    """

    used: int = 0
    awaiting: int = 0
    today: int = 0


# ------------------------------------------------------------------ one task for several messages


def waiting_beside(
    db: Connection, message: OutgoingMessage, *, now: datetime, least: Priority
) -> list[OutgoingMessage]:
    """What else is due at the message's destination, emergencies left out, the most urgent first.

    Nothing below `least` in urgency, nothing whose attempt is under way or in doubt, nothing that itself
    carries others.
    """
    table = outbox.c
    query = select(*table).where(
        WAITING,
        table.destination_id == message.destination_id,
        table.id != message.id,
        table.priority > int(Priority.EMERGENCY),
        table.priority <= int(least),
        table.next_at <= now,
        table.attempted_at.is_(None),
        table.unwanted_at.is_(None),
    )
    found = many(OutgoingMessage, db.execute(query.order_by(table.priority, table.id)))
    return [each for each in found if not each.body.get(ALSO)]


def carried_by(db: Connection, message_id: int) -> list[OutgoingMessage]:
    """The messages whose words this one carries, in the order of the words."""
    query = select(*outbox.c).where(outbox.c.gathered_into_id == message_id)
    return many(OutgoingMessage, db.execute(query.order_by(outbox.c.priority, outbox.c.id)))


def gather(
    db: Connection, message: OutgoingMessage, others: Sequence[OutgoingMessage], *, now: datetime
) -> OutgoingMessage:
    """The message carries the words of the others from now on, beside those it carries already."""
    if not others:
        return message
    rows = update(outbox).where(outbox.c.id.in_([each.id for each in others]))
    db.execute(
        rows.values(status=DeliveryStatus.GATHERED, gathered_into_id=message.id, finished_at=now, error="")
    )
    return _rewritten(db, message)


def replace_body(db: Connection, message: OutgoingMessage, **values: object) -> OutgoingMessage:
    """These fields of the body have new values."""
    return _with_body(db, message, message.body | values)


def postpone(db: Connection, destination_id: int, *, until: datetime, reason: str) -> None:
    """Nothing but emergencies goes to this destination before then; the destination itself is not blocked."""
    due = and_(
        WAITING,
        outbox.c.destination_id == destination_id,
        outbox.c.priority > int(Priority.EMERGENCY),
        outbox.c.attempted_at.is_(None),
        outbox.c.next_at < until,
    )
    db.execute(update(outbox).where(due).values(next_at=until, wanted_at=until, error=reason))


# ------------------------------------------------------------------ calling back


def cancel_task(db: Connection, message_id: int, *, now: datetime) -> Recall:
    """Nobody wants the message sent any more.

    What was not begun never goes out, alone or with others. A task that awaits its owner is called back
    soon; what it carried for others is then sent again. What is out is out.
    """
    message = _locked(db, message_id)
    if message.status is DeliveryStatus.GATHERED and message.gathered_into_id is not None:
        return _take_out(db, message, _locked(db, message.gathered_into_id), now=now)
    if message.status is DeliveryStatus.AWAITING_OWNER:
        _note_unwanted(db, message, now=now)
        _look_now(db, message, now=now)
        return Recall.ASKED
    if message.status not in (DeliveryStatus.WAITING, DeliveryStatus.HELD):
        return Recall.OVER
    if message.attempted_at is not None:
        _note_unwanted(db, message, now=now)
        return Recall.ASKED
    dissolve(db, _with_unwanted(db, message, now=now), now=now)
    return Recall.STOPPED


def is_unwanted(db: Connection, message: OutgoingMessage) -> bool:
    """Whether the message, or any whose words it carries, is not to be sent any more."""
    if message.unwanted_at is not None:
        return True
    if not message.body.get(ALSO):
        return False
    return any(each.unwanted_at is not None for each in carried_by(db, message.id))


def dissolve(db: Connection, message: OutgoingMessage, *, now: datetime) -> None:
    """A message that is not out, and those it carried, go separate ways again.

    Those nobody wants are cancelled, the others wait to be sent anew.
    """
    parts = [message, *carried_by(db, message.id)]
    body = {name: value for name, value in message.body.items() if name not in (ALSO, MOVED)}
    db.execute(update(outbox).where(outbox.c.id == message.id).values(body=body))
    unwanted = [each.id for each in parts if each.unwanted_at is not None]
    wanted = [each for each in parts if each.unwanted_at is None]
    _cancel(db, unwanted, now=now)
    rows = update(outbox).where(outbox.c.id.in_([each.id for each in wanted]))
    db.execute(rows.values(**_anew(now)))
    for each in wanted:
        make_ready(db, each.destination_id, at=now, urgency=each.priority)


def hand_over(db: Connection, chat: str, *, owner: str, now: datetime) -> int:
    """The group of this chat has another owner: tasks that lie with the one before are called back soon.

    They are then made anew for who owns it by that time; a tap that comes first stands. Gives how many.
    """
    place = destinations_of_chats(db, [chat]).get(chat)
    if place is None:
        return 0
    db.execute(select(destinations.c.id).where(destinations.c.id == place.id).with_for_update()).one()
    query = select(*outbox.c).where(_AWAITING, outbox.c.destination_id == place.id)
    tasks = many(OutgoingMessage, db.execute(query))
    moved = [each for each in tasks if each.body.get("sender") != owner]
    for each in moved:
        _look_now(db, _with_body(db, each, each.body | {MOVED: True}), now=now)
    return len(moved)


def without_unwanted(db: Connection, message: OutgoingMessage, *, now: datetime) -> OutgoingMessage | None:
    """The message as it may go now: without what nobody wants any more; `None` when it is not wanted itself.

    For a message that waits and is not in doubt, whose destination the caller holds.
    """
    if message.unwanted_at is not None:
        dissolve(db, message, now=now)
        return None
    unwanted = [each.id for each in carried_by(db, message.id) if each.unwanted_at is not None]
    if not unwanted:
        return message
    _cancel(db, unwanted, now=now)
    return _rewritten(db, message)


def tasks_of_case(db: Connection, case_id: int, *, key: str) -> list[int]:
    """The messages of a case to residents' groups that may not be out yet, whose key begins so."""
    query = (
        select(outbox.c.id)
        .join(destinations, destinations.c.id == outbox.c.destination_id)
        .where(
            outbox.c.case_id == case_id,
            destinations.c.channel == Channel.GROUP_TASK.value,
            outbox.c.key.startswith(key, autoescape=True),
            outbox.c.status.in_(
                [DeliveryStatus.WAITING, DeliveryStatus.AWAITING_OWNER, DeliveryStatus.GATHERED]
            ),
        )
    )
    return list(db.execute(query.order_by(outbox.c.id)).scalars())


# ------------------------------------------------------------------ the group's share


def usage_of(
    db: Connection,
    destination_ids: Collection[int],
    *,
    since: datetime,
    today: datetime,
    but: int | None = None,
) -> dict[int, Usage]:
    """What each of these groups was sent since the period and the day began; `but` is left out."""
    spent = {each: Usage() for each in destination_ids}
    for row in _spending(db, destination_ids, since=since, but=but):
        before = spent[row.destination_id]
        is_awaiting = row.status != DeliveryStatus.SENT
        at = row.made_at or row.attempted_at or row.finished_at
        is_today = at is not None and at >= today
        spent[row.destination_id] = Usage(
            before.used + 1, before.awaiting + is_awaiting, before.today + is_today
        )
    return spent


def destinations_of_chats(db: Connection, chats: Collection[str]) -> dict[str, Destination]:
    """The destination of each residents' group by its chat; those nothing was ever posted to are absent."""
    query = select(*destinations.c).where(
        destinations.c.channel == Channel.GROUP_TASK.value,
        destinations.c.account == "",
        destinations.c.address.in_(set(chats)),
    )
    return {each.address: each for each in many(Destination, db.execute(query))}


def _spending(
    db: Connection, destination_ids: Collection[int], *, since: datetime, but: int | None
) -> list[Any]:  # rows of destination, status, and three times
    table = outbox.c
    columns = (table.destination_id, table.status, table.made_at, table.attempted_at, table.finished_at)
    here = and_(table.destination_id.in_(destination_ids), table.id != (but or 0))
    sent = and_(table.status == DeliveryStatus.SENT, table.finished_at >= since)
    made = and_(table.made_at.is_not(None), table.made_at >= since - LONGEST_TASK)
    in_doubt = and_(WAITING, table.attempted_at.is_not(None))
    rows: list[Any] = []
    for condition in (and_(made, _AWAITING), and_(made, sent), in_doubt):
        rows += db.execute(select(*columns).where(here, condition)).all()
    unclear = select(*columns).where(here, _UNCERTAIN, table.finished_at >= since)
    return rows + list(db.execute(unclear).all())


# ------------------------------------------------------------------ rows


def _locked(db: Connection, message_id: int) -> OutgoingMessage:
    """The message as it is, its destination held: no attempt begins or ends meanwhile."""
    place = select(outbox.c.destination_id).where(outbox.c.id == message_id).scalar_subquery()
    db.execute(select(destinations.c.id).where(destinations.c.id == place).with_for_update()).one()
    return OutgoingMessage(*db.execute(select(*outbox.c).where(outbox.c.id == message_id)).one())


def _take_out(db: Connection, message: OutgoingMessage, carrier: OutgoingMessage, *, now: datetime) -> Recall:
    """The words of a gathered message are not to go out with those that carry them."""
    is_free = carrier.status is DeliveryStatus.DEAD or (
        carrier.status in (DeliveryStatus.WAITING, DeliveryStatus.HELD) and carrier.attempted_at is None
    )
    if is_free:
        _cancel(db, [message.id], now=now)
        _rewritten(db, carrier)
        return Recall.STOPPED
    if carrier.status not in (DeliveryStatus.WAITING, DeliveryStatus.AWAITING_OWNER):
        return Recall.OVER
    _note_unwanted(db, message, now=now)
    _look_now(db, carrier, now=now)
    return Recall.ASKED


def _rewritten(db: Connection, carrier: OutgoingMessage) -> OutgoingMessage:
    texts = [str(each.body.get("text", "")) for each in carried_by(db, carrier.id)]
    body = {name: value for name, value in carrier.body.items() if name != ALSO}
    return _with_body(db, carrier, body | ({ALSO: texts} if texts else {}))


def _with_body(db: Connection, message: OutgoingMessage, body: dict[str, Any]) -> OutgoingMessage:
    row = update(outbox).where(outbox.c.id == message.id).values(body=body)
    return OutgoingMessage(*db.execute(row.returning(*outbox.c)).one())


def _cancel(db: Connection, ids: Sequence[int], *, now: datetime) -> None:
    rows = update(outbox).where(outbox.c.id.in_(ids))
    db.execute(
        rows.values(
            status=DeliveryStatus.CANCELLED, finished_at=now, gathered_into_id=None, attempted_at=None
        )
    )


def _anew(now: datetime) -> dict[str, Any]:
    """What has its time still ahead keeps it; of a task that was made, `next_at` only says when to look."""
    is_ahead = and_(WAITING, outbox.c.next_at > _at(now))
    next_at = case((is_ahead, outbox.c.next_at), else_=_at(now))
    return {
        "status": DeliveryStatus.WAITING,
        "attempts": 0,
        "next_at": next_at,
        "wanted_at": next_at,
        "error": "",
        "finished_at": None,
        "platform_id": "",
        "attempted_at": None,
        "parts_sent": 0,
        "gathered_into_id": None,
        "reminders": [],
        "made_at": None,
    }


def _at(moment: datetime) -> Any:  # Any: an expression that knows the column's type
    return literal(moment, type_=outbox.c.next_at.type)


def _note_unwanted(db: Connection, message: OutgoingMessage, *, now: datetime) -> None:
    first = func.coalesce(outbox.c.unwanted_at, _at(now))
    db.execute(update(outbox).where(outbox.c.id == message.id).values(unwanted_at=first))


def _with_unwanted(db: Connection, message: OutgoingMessage, *, now: datetime) -> OutgoingMessage:
    _note_unwanted(db, message, now=now)
    found = one(OutgoingMessage, db.execute(select(*outbox.c).where(outbox.c.id == message.id)).first())
    assert found is not None
    return found


def _look_now(db: Connection, message: OutgoingMessage, *, now: datetime) -> None:
    db.execute(update(outbox).where(outbox.c.id == message.id, _AWAITING).values(next_at=now))
