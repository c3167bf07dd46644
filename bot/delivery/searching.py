"""An attempt whose answer nobody got, where the platform can be asked what became of it.

The row keeps the mark of the attempt until that is known: nothing of its priority overtakes it. Whatever was
not made is attempted again; what cannot be known in an hour is uncertain.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.errors import DeliveryError, Refused
from bot.channels.transport import Sent
from bot.delivery import consequences
from bot.delivery.consequences import TRIES
from storage import deliveries, follow_ups
from storage.deliveries import Verdict
from storage.models.outbox import DeliveryStatus, Destination, OutgoingMessage

logger = logging.getLogger(__name__)

SETTLING = timedelta(minutes=1)  # what the platform was told by then, its lists show
GIVEN_UP = timedelta(hours=1)  # the group's other messages wait meanwhile
PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)  # between two looks
CLOCKS_APART = timedelta(minutes=10)  # between the platform and us, generously
UNKNOWN = "发送被中断，平台是否收到不明"


@dataclass(frozen=True, slots=True)
class Search:
    """A message whose attempt is in doubt; its destination is leased to the caller."""

    destination: Destination
    message: OutgoingMessage
    known: frozenset[str]  # numbers of the tasks made of other messages


def search_for(
    db: Connection, destination: Destination, message: OutgoingMessage, *, now: datetime
) -> Search | None:
    """The search, once the platform has had time to show what it made; `None` before that."""
    begun = message.attempted_at or now
    if now < begun + SETTLING:
        deliveries.look_later(db, message, next_at=begun + SETTLING, error=message.error)
        return None
    known = follow_ups.known_tasks(db, since=begun - CLOCKS_APART - GIVEN_UP)
    return Search(destination, message, known)


def doubt(db: Connection, message: OutgoingMessage, *, reason: str) -> bool:
    """What became of the attempt will be asked for in a minute."""
    begun = message.attempted_at
    return begun is not None and deliveries.look_later(db, message, next_at=begun + SETTLING, error=reason)


def record_finding(
    db: Connection, message: OutgoingMessage, found: Sent | DeliveryError | None, *, now: datetime
) -> Verdict | None:
    """What was found stands in the row; `None` when it is looked for again later."""
    begun = message.attempted_at or now
    may_be_known = isinstance(found, DeliveryError) and not isinstance(found, Refused)
    if may_be_known and message.next_at < begun + GIVEN_UP:
        # measured by when this look was due: while nobody ran, nobody asked
        retry_after = found.retry_after if isinstance(found, DeliveryError) else None
        pause = max(retry_after or PAUSE, min((now - begun) / 4, LONGEST_PAUSE))
        deliveries.look_later(db, message, next_at=now + pause, error=str(found))
        return None
    verdict = _verdict(message, found, now=now)
    deliveries.record(db, message, verdict, now=now)
    logger.info("in doubt: %s", verdict.status, extra={"action": "delivery", "message_id": message.id})
    return verdict


def _verdict(message: OutgoingMessage, found: Sent | DeliveryError | None, *, now: datetime) -> Verdict:
    if isinstance(found, Sent):
        return Verdict(
            found.status,
            attempts=message.attempts,
            parts_sent=1,
            next_at=now,
            platform_id=found.platform_id[:128],  # as wide as the column
            made_at=message.attempted_at,
        )
    if found is not None:
        return consequences.lost(message, UNKNOWN)
    if message.attempts >= TRIES:
        return consequences.given_up(message, f"试了{TRIES}次，平台都没有收到")
    return Verdict(
        DeliveryStatus.WAITING, attempts=message.attempts, parts_sent=message.parts_sent, next_at=now
    )
