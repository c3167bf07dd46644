"""What is due for consultation: found in the database, done one by one, by whichever process comes first."""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.firing import fire_each
from handlers.consultation.firing import fire_wake, postpone_wake
from handlers.rules import Rules
from storage import consultation
from storage.engine import Database
from storage.models.consultation import Wake
from storage.writers import is_failure

log = logging.getLogger(__name__)

AT_ONCE = 100  # wakes in one look


async def fire_wakes(
    database: Database, rules: Rules, *, now: datetime, on_commit: Callable[[], None] = lambda: None
) -> None:
    """Everything that is due has happened, in order, also what fell due while nobody ran."""

    async def find() -> Sequence[Wake]:
        return await database.read(consultation.due_wakes, now=now, limit=AT_ONCE)

    async def fire(wake: Wake) -> None:
        await _fire(database, wake, rules, now=now)

    await fire_each(find, fire, on_commit)


async def _fire(database: Database, wake: Wake, rules: Rules, *, now: datetime) -> None:
    """One bad wake must not stop the others: after a bug it is tried in an hour, else in the next tick."""
    extra = {"action": "fire_wake", "subject": wake.subject.value, "id": wake.subject_id, "wake": wake.kind}
    try:
        await database.write(fire_wake, wake, secret=secrets.token_urlsafe(32), now=now, rules=rules)
    except Exception as error:
        log.exception("what was due for a consultation did not happen", extra=extra)
        if not is_failure(error):
            await database.write(postpone_wake, wake, now=now)
