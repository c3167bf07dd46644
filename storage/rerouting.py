"""Robots that cannot push at the moment, and what waits for them: it goes another way the group has."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, literal_column, or_, select, update

from storage import leases
from storage.models.base import many
from storage.models.organization import Group, groups
from storage.models.outbox import Channel, OutgoingMessage, Priority, destinations, outbox
from storage.outbox import Address, make_room

OtherWay = Callable[[Group, str], Address | None]  # how the group is reached without the robot of this name

NOTED_FOR: Final = timedelta(seconds=90)  # a minute beyond the next sign of life, which comes every 30 s
ROBOTS_ONLY: Final = ("card", "chat_type")  # what others cannot show; a card's text says the same

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
_IS_ANOTHER_S = and_(groups.c.is_connected, groups.c.robot != destinations.c.account)
_STRANDED = (
    select(*outbox.c, destinations.c.account, *groups.c)
    .join(destinations, destinations.c.id == outbox.c.destination_id)
    .join(groups, groups.c.chat_id == destinations.c.address)
    .where(
        _IS_ROBOT,
        groups.c.chat_id != "",
        or_(groups.c.webhook != "", groups.c.appchat != "", _IS_ANOTHER_S),
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
)
_TAKE = (
    select(*outbox.c)
    .join(destinations, destinations.c.id == outbox.c.destination_id)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)), _IS_ROBOT, *_IS_UNTRIED)
    .order_by(outbox.c.id)
    .with_for_update(of=[outbox, destinations], skip_locked=True)
)
_MOVE = (
    update(outbox)
    .where(outbox.c.id == bindparam("message_id"), *_IS_UNTRIED)
    .values(
        destination_id=bindparam("new_place"),
        wanted_at=bindparam("moved_at", type_=outbox.c.wanted_at.type),
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
    .returning(groups.c.webhook, groups.c.appchat)
)


@dataclass(frozen=True, slots=True)
class _Stranded:
    """A message that waits for a robot in vain, and where it goes instead."""

    message: OutgoingMessage
    to: Address
    at: datetime


def note_connected(db: Connection, robot: str) -> None:
    """The robot counts as reachable, by whichever process, until its next sign of life is a minute late."""
    leases.hold(db, _sign_of_life(robot), "up", life=NOTED_FOR)


def unreachable_robots(db: Connection) -> list[str]:
    """Robots that something waits for, and that no process has reached for a minute, by name."""
    waited_for = sorted(db.execute(_WAITED_FOR).scalars())
    return [robot for robot in waited_for if not leases.is_held(db, _sign_of_life(robot))]


def move_elsewhere(
    db: Connection, robots: Collection[str], other_way: OtherWay, *, now: datetime, limit: int
) -> int:
    """What is due for groups of these robots goes another way, the most urgent first; how many moved.

    So does whatever waits for a group that no robot may push into any more. What has no other way, or has
    been tried and may be out, waits on for the robot. Where no card can be shown it becomes its text.
    """
    stranded = _stranded(db, robots, other_way, now=now, limit=limit)
    places = _rooms_for(db, stranded)
    wanted = {"ids": [each.message.id for each in stranded]}
    taken = {each.id: each for each in many(OutgoingMessage, db.execute(_TAKE, wanted))}
    moved, left = 0, set()
    for each in stranded:
        message = taken.get(each.message.id)
        if message is None:
            continue
        values: dict[str, Any] = {"message_id": message.id, "new_place": places[each.to], "moved_at": now}
        moved += db.execute(_MOVE, values | {"new_body": _body_for(message, each.to)}).rowcount
        left.add(message.destination_id)
    for old_place in sorted(left):
        db.execute(_LEAVE, {"old_place": old_place})
    return moved


def _stranded(
    db: Connection, robots: Collection[str], other_way: OtherWay, *, now: datetime, limit: int
) -> list[_Stranded]:
    found = []
    width = len(outbox.c)
    for row in db.execute(_STRANDED, {"robots": sorted(robots), "now": now, "limit": limit}):
        message, group = OutgoingMessage(*row[:width]), Group(*row[width + 1 :])
        to = other_way(group, row[width])
        if to is not None:
            found.append(_Stranded(message, to, max(message.next_at, now)))
    return found


def _rooms_for(db: Connection, stranded: Sequence[_Stranded]) -> dict[Address, int]:
    """The numbers of the new places, held in the order in which whoever posts holds them, and before the old.

    The old ones are then only taken where nobody else has them: nobody waits for one who waits for them.
    """
    places = {}
    for to in sorted(
        {each.to for each in stranded}, key=lambda each: (each.channel, each.account, each.address)
    ):
        here = [each for each in stranded if each.to == to]
        urgency = min(each.message.priority for each in here)
        places[to] = make_room(db, to, at=min(each.at for each in here), urgency=urgency)
    return places


def _body_for(message: OutgoingMessage, to: Address) -> dict[str, Any]:
    if to.channel == Channel.WECOM_ROBOT:
        return message.body
    return {name: value for name, value in message.body.items() if name not in ROBOTS_ONLY}


def disconnect_chat(db: Connection, robot: str, chat_id: str) -> bool:
    """The robot may not push into this chat (any more); whether its group is reached another way."""
    found = db.execute(_DISCONNECT, {"of_robot": robot, "of_chat": chat_id})
    return any(webhook or appchat for webhook, appchat in found)


def _sign_of_life(robot: str) -> str:
    return f"robot-up:{robot}"
