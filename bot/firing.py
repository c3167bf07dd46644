"""What is due for cases: found in the database, done one by one, by whichever process comes first."""

import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import datetime
from typing import TypeVar

from handlers.cases.firing import fire_timer, postpone_timer
from handlers.rules import Rules
from storage import timers
from storage.engine import Database
from storage.models.timers import Timer
from storage.writers import is_failure

D = TypeVar("D", bound=Hashable)

log = logging.getLogger(__name__)

AT_ONCE = 100  # timers in one look


async def fire_due(
    database: Database, rules: Rules, *, now: datetime, on_commit: Callable[[], None] = lambda: None
) -> None:
    """Everything that is due for a case has happened, in order, also what fell due while nobody ran."""

    async def find() -> Sequence[Timer]:
        return await database.read(timers.due_timers, now=now, limit=AT_ONCE)

    async def fire(timer: Timer) -> None:
        await _fire(database, timer, rules, now=now)

    await fire_each(find, fire, on_commit)


async def fire_each(
    find: Callable[[], Awaitable[Sequence[D]]],
    fire: Callable[[D], Awaitable[None]],
    on_commit: Callable[[], None],
) -> None:
    """What `find` gives has happened, each in a transaction of its own, until it gives nothing that was not
    tried in this tick.
    """
    tried = set[D]()
    while fresh := [each for each in await find() if each not in tried]:
        for each in fresh:
            await fire(each)
        tried.update(fresh)
        on_commit()


async def _fire(database: Database, timer: Timer, rules: Rules, *, now: datetime) -> None:
    """One bad timer must not stop the others: after a bug it is tried in an hour, else in the next tick."""
    extra = {"action": "fire_timer", "case": timer.case_id, "timer": timer.kind.value}
    try:
        await database.write(fire_timer, timer, now=now, rules=rules)
    except Exception as error:
        log.exception("what was due for a case did not happen", extra=extra)
        if not is_failure(error):
            await database.write(postpone_timer, timer, now=now)
