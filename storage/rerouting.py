"""Robots that cannot push at the moment, and what waits for them: it goes by the group's webhook instead."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, literal_column, or_, select, update

from storage import leases
from storage.models.organization import groups
from storage.models.outbox import Channel, OutgoingMessage, Priority, destinations, outbox
from storage.outbox import Address, make_room

NOTED_FOR: Final = timedelta(seconds=90)  # a minute beyond the next sign of life, which comes every 30 s
ROBOTS_ONLY: Final = ("card", "chat_type")  # what a webhook cannot show; a card's text says the same

_IS_ROBOT = destinations.c.channel == literal_column(f"'{Channel.WECOM_ROBOT}'")
_WAITED_FOR = select(destinations.c.account).where(_IS_ROBOT, destinations.c.ready_at.is_not(None)).distinct()
_twin = outbox.alias("twin")
_ITS_PLACE = destinations.alias("its_place")
_IS_UNTRIED = (
    outbox.c.status == literal_column("'waiting'"),
    outbox.c.attempted_at.is_(None),
    outbox.c.parts_sent == 0,
    outbox.c.is_doubtful.is_(False),
)
_TOLD_BY_WEBHOOK = (  # an alarm goes both ways from the beginning, under this key
    select(_twin.c.id)
    .join(_ITS_PLACE, _ITS_PLACE.c.id == _twin.c.destination_id)
    .where(
        _twin.c.key == outbox.c.key + ":all",
        _ITS_PLACE.c.channel == literal_column(f"'{Channel.GROUP_WEBHOOK}'"),
    )
    .exists()
)
_STRANDED = (
    select(*outbox.c, groups.c.webhook)
    .join(destinations, destinations.c.id == outbox.c.destination_id)
    .join(
        groups,
        and_(groups.c.robot == destinations.c.account, groups.c.chat_id == destinations.c.address),
    )
    .where(
        _IS_ROBOT,
        groups.c.chat_id != "",
        groups.c.webhook != "",
        or_(
            groups.c.is_connected.is_(False),
            and_(
                destinations.c.account.in_(bindparam("robots", expanding=True)),
                outbox.c.next_at <= bindparam("now", type_=outbox.c.next_at.type),
            ),
        ),
        *_IS_UNTRIED,
        ~_TOLD_BY_WEBHOOK,
    )
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=[outbox, destinations], skip_locked=True)
)
_MOVE = (
    update(outbox)
    .where(outbox.c.id == bindparam("message_id"), *_IS_UNTRIED)
    .values(
        destination_id=bindparam("new_place"),
        body=bindparam("new_body", type_=outbox.c.body.type),
        attempts=0,
        error="",
    )
)
_waiting = outbox.alias("still_waiting")
_LEAVE = (  # as a sender does when it finds nothing more to send
    update(destinations)
    .where(
        destinations.c.id == bindparam("old_place"),
        destinations.c.claimed_until.is_(None),
        ~select(_waiting.c.id)
        .where(
            _waiting.c.destination_id == destinations.c.id, _waiting.c.status == literal_column("'waiting'")
        )
        .exists(),
    )
    .values(ready_at=None, urgency=int(Priority.BROADCAST))
)
_DISCONNECT = (
    update(groups)
    .where(groups.c.robot == bindparam("of_robot"), groups.c.chat_id == bindparam("of_chat"))
    .values(is_connected=False)
    .returning(groups.c.webhook)
)


def note_connected(db: Connection, robot: str) -> None:
    """The robot counts as reachable, by whichever process, until its next sign of life is a minute late."""
    leases.hold(db, _sign_of_life(robot), "up", life=NOTED_FOR)


def unreachable_robots(db: Connection) -> list[str]:
    """Robots that something waits for, and that no process has reached for a minute, by name."""
    waited_for = sorted(db.execute(_WAITED_FOR).scalars())
    return [robot for robot in waited_for if not leases.is_held(db, _sign_of_life(robot))]


def move_to_webhooks(db: Connection, robots: Collection[str], *, now: datetime, limit: int) -> int:
    """What is due for groups of these robots goes by their webhooks, the most urgent first; how many moved.

    So does whatever waits for a group that no robot may push into any more. What has no webhook, or has been
    tried and may be out, waits on for the robot. A card becomes its text.
    """
    moved, left = 0, set()
    for row in db.execute(_STRANDED, {"robots": sorted(robots), "now": now, "limit": limit}).all():
        message, webhook = OutgoingMessage(*row[:-1]), row[-1]
        to = Address(Channel.GROUP_WEBHOOK, "", webhook)
        place = make_room(db, to, at=max(message.next_at, now), urgency=message.priority)
        values: dict[str, Any] = {"message_id": message.id, "new_place": place}
        body = {name: value for name, value in message.body.items() if name not in ROBOTS_ONLY}
        moved += db.execute(_MOVE, values | {"new_body": body}).rowcount
        left.add(message.destination_id)
    for old_place in sorted(left):
        db.execute(_LEAVE, {"old_place": old_place})
    return moved


def disconnect_chat(db: Connection, robot: str, chat_id: str) -> bool:
    """The robot may not push into this chat (any more); whether its group has a webhook instead."""
    found = db.execute(_DISCONNECT, {"of_robot": robot, "of_chat": chat_id}).scalars()
    return any(found)


def _sign_of_life(robot: str) -> str:
    return f"robot-up:{robot}"
