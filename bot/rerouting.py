"""When a robot cannot push: what waits for it goes another way, where its group has one."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Connection

from bot.config import Settings
from handlers.notices.reaching import other_way
from storage import organization, rerouting
from storage.engine import Database

log = logging.getLogger(__name__)

AT_ONCE = 200  # messages moved in one transaction, so that nobody waits for it


def socket_robots(settings: Settings) -> frozenset[str]:
    """The robots of the configuration that have a connection of their own."""
    return frozenset(name for name, each in settings.wecom.robots.items() if each.mode == "socket")


async def let_go_of_others(database: Database, connected: Collection[str], *, now: datetime) -> None:
    """At start: groups of robots without a connection of their own are reached another way from now on.

    What waits for such a robot goes that way too.
    """
    await database.write(organization.disconnect_groups, connected)
    while await database.write(rerouting.move_elsewhere, (), other_way, now=now, limit=AT_ONCE):
        pass


async def reroute(database: Database, *, now: datetime, on_commit: Callable[[], None]) -> None:
    """What waits for robots that nobody has reached for a minute goes another way their groups have."""
    while moved := await database.write(_move_some, now=now):
        log.warning("robots cannot push: %d messages go another way", moved, extra={"action": "reroute"})
        on_commit()


def _move_some(db: Connection, *, now: datetime) -> int:
    robots = rerouting.unreachable_robots(db)
    return rerouting.move_elsewhere(db, robots, other_way, now=now, limit=AT_ONCE)
