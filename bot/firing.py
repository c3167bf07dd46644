"""What is due for cases: found in the database, done one by one, by whichever process comes first."""

import logging
from collections.abc import Callable
from datetime import datetime

from handlers.cases.firing import fire_timer, postpone_timer
from handlers.rules import Rules
from storage import timers
from storage.engine import Database
from storage.models.timers import Timer
from storage.writers import is_failure

log = logging.getLogger(__name__)

AT_ONCE = 100  # timers in one look


async def fire_due(
    database: Database, rules: Rules, *, now: datetime, on_commit: Callable[[], None] = lambda: None
) -> None:
    """Everything that is due for a case has happened, in order, also what fell due while nobody ran.

    Each in a transaction of its own, until nothing is due that was not tried in this tick.
    """
    tried = set[Timer]()
    while True:
        due = await database.read(timers.due_timers, now=now, limit=AT_ONCE)
        fresh = [timer for timer in due if timer not in tried]
        if not fresh:
            return
        for timer in fresh:
            await _fire(database, timer, rules, now=now)
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
