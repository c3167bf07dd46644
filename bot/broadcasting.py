"""Broadcasts in their time: what is due begins, what is out is done, what recurs comes again."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from handlers.broadcasts.approving import expire_approval
from handlers.broadcasts.recurring import AHEAD, plan_occurrence
from handlers.broadcasts.sending import finish_broadcast, start_broadcast
from handlers.rules import Rules
from storage.broadcasts import rows, series
from storage.engine import Database

log = logging.getLogger(__name__)

AT_ONCE = 100  # broadcasts in one look


async def go_on(
    database: Database, rules: Rules, *, now: datetime, on_commit: Callable[[], None] = lambda: None
) -> None:
    """Everything that is due for broadcasts has happened; each in a transaction of its own.

    Which process does it is the database's business: each step begins with a compare-and-set.
    """

    async def plan(number: int) -> object:
        return await database.write(plan_occurrence, number, now=now, rules=rules)

    async def start(number: int) -> object:
        return await database.write(start_broadcast, number, now=now, rules=rules)

    async def finish(number: int) -> object:
        return await database.write(finish_broadcast, number, now=now, rules=rules)

    async def expire(number: int) -> object:
        return await database.write(expire_approval, number, now=now, rules=rules)

    unapproved = now - rules.broadcasts.approval_wait
    read = database.read
    for numbers, step in (
        (await read(series.due_series, before=now + AHEAD, limit=AT_ONCE), plan),
        (await read(rows.due_broadcasts, now=now, limit=AT_ONCE), start),
        (await read(rows.unapproved_broadcasts, before=unapproved, limit=AT_ONCE), expire),
        (await read(rows.settled_broadcasts, limit=AT_ONCE), finish),
    ):
        if await _each(numbers, step):
            on_commit()


async def _each(numbers: Sequence[int], step: Callable[[int], Awaitable[object]]) -> bool:
    """Whether one of them changed anything; one bad broadcast must not stop the others."""
    has_changed = False
    for number in numbers:
        try:
            has_changed = bool(await step(number)) or has_changed
        except Exception:  # it is found again at the next tick
            log.exception("a broadcast did not go on", extra={"action": "broadcast", "id": number})
    return has_changed
