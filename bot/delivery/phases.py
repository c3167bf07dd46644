"""The two transactions of a delivery: taking the next message, and settling what became of it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.errors import AnswerLost, DeliveryError
from bot.channels.transport import Go, Hold, Permit, Postponed, Sent, Stop, Transport, Wait, counting
from bot.delivery import consequences, searching
from bot.delivery.consequences import TRIES, Consequence, Outcome, consequence_of, recent_after
from bot.delivery.searching import Search
from handlers.quiet_hours import QuietHours
from storage import deliveries, gathering
from storage.deliveries import Reach, Verdict
from storage.models.outbox import DeliveryStatus, Destination, OutgoingMessage, Priority
from storage.writers import is_failure, savepoint

logger = logging.getLogger(__name__)

SET_ASIDE = timedelta(minutes=5)  # a destination whose rows raise

Pauses = Mapping[tuple[str, str], datetime]  # (channel, account) to the end of its pause


@dataclass(frozen=True, slots=True)
class Desk:
    """What the phases need to know of the world."""

    transports: Mapping[str, Transport]
    quiet_hours: QuietHours

    def reach(self) -> Reach:
        """What this process can send on at this moment."""
        absent = {f"{name}:{account}" for name, each in self.transports.items() for account in each.absent()}
        return Reach(frozenset(self.transports), frozenset(absent))


@dataclass(frozen=True, slots=True)
class Taken:
    """A message whose attempt is counted; its destination is leased to the caller."""

    destination: Destination
    message: OutgoingMessage


@dataclass(frozen=True, slots=True)
class Passed:
    """A destination that was looked at and let go; `knocks`: its reader is to hear that something is held."""

    destination: Destination
    knocks: bool = False


def take(db: Connection, desk: Desk, *, now: datetime, pauses: Pauses) -> Taken | Search | Passed | None:
    """Claim the most urgent destination and its next message; `None` when nothing is due.

    A destination whose rows raise is set aside, so that it cannot stop the others.
    """
    destination = deliveries.claim_destination(db, now=now, reach=desk.reach())
    if destination is None:
        return None
    try:
        with savepoint(db):
            return _take_from(db, destination, desk, now=now, pauses=pauses)
    except Exception as error:
        if is_failure(error):
            raise  # the transaction itself failed: everything is undone
        logger.exception("destination set aside", extra={"destination_id": destination.id})
        deliveries.set_aside(db, destination.id, until=now + SET_ASIDE)
        return Passed(destination)


def _take_from(
    db: Connection, destination: Destination, desk: Desk, *, now: datetime, pauses: Pauses
) -> Taken | Search | Passed:
    quiet_until = desk.quiet_hours.ends_at(now)
    pause = pauses.get((destination.channel, destination.account))
    if pause is not None and pause > now:
        return _leave(db, replace(destination, blocked_until=pause), quiet_until)
    least = Priority.BROADCAST if quiet_until is None else Priority.ANSWER
    message = _due(deliveries.heads(db, destination.id), now=now, least=least)
    transport = desk.transports[destination.channel]
    search = None
    if message is not None and message.attempted_at is not None and transport.finds_lost:
        search = searching.search_for(db, destination, message, now=now)
        message = None
    if message is not None:
        message = _wanted(db, message, now=now)
    if message is None:
        return search or _leave(db, replace(destination, blocked_until=None), quiet_until)
    decision: Permit | Postponed | Verdict | None = _foregone(message, transport)
    if decision is None:
        decision, message = transport.consider(db, message, destination, now=now, least=least)
    match decision:
        case Go():
            return _begin(db, destination, message, transport=transport, now=now)
        case Wait(until):
            return _leave(db, replace(destination, blocked_until=until), quiet_until)
        case Postponed():
            return _leave(db, replace(destination, blocked_until=None), quiet_until)
        case Hold(reason):
            verdict = consequences.held(message, reason)
        case Stop(reason):
            verdict = consequences.given_up(message, reason)
        case Verdict():
            verdict = decision
    return _settle_unsent(
        db, destination, message, verdict=verdict, transport=transport, quiet_until=quiet_until, now=now
    )


def _due(heads: list[OutgoingMessage], *, now: datetime, least: Priority) -> OutgoingMessage | None:
    return next((head for head in heads if head.next_at <= now and head.priority <= least), None)


def _wanted(db: Connection, message: OutgoingMessage, *, now: datetime) -> OutgoingMessage | None:
    """The message as it may go; `None` when it was called back since it was posted."""
    is_plain = message.unwanted_at is None and not message.body.get(gathering.ALSO)
    if is_plain or message.attempted_at is not None:
        return message
    return gathering.without_unwanted(db, message, now=now)


def _foregone(message: OutgoingMessage, transport: Transport) -> Verdict | None:
    """What is decided without asking: an attempt that was interrupted and is not to be repeated."""
    if message.attempted_at is None:
        return None
    if not transport.repeats_interrupted or message.unwanted_at is not None:
        return consequences.lost(message, "发送被中断，平台是否收到不明")
    if message.attempts >= TRIES:
        return consequences.given_up(message, f"试了{TRIES}次，都被中断")
    return None


def _begin(
    db: Connection,
    destination: Destination,
    message: OutgoingMessage,
    *,
    transport: Transport,
    now: datetime,
) -> Taken:
    recent = None
    if transport.quotas:
        recent = [*counting(transport.quotas, destination.recent, now=now), now.timestamp()]
    return Taken(destination, deliveries.start_attempt(db, message, now=now, recent=recent))


def _settle_unsent(
    db: Connection,
    destination: Destination,
    message: OutgoingMessage,
    *,
    verdict: Verdict,
    transport: Transport,
    quiet_until: datetime | None,
    now: datetime,
) -> Passed:
    deliveries.record(db, message, verdict, now=now)
    _tell_if_dead(db, transport, destination, message, verdict=verdict, now=now)
    logger.info(
        "not sent: %s",
        verdict.error,
        extra={"action": "delivery", "message_id": message.id, "status": verdict.status},
    )
    is_held = verdict.status is DeliveryStatus.HELD
    _leave(
        db, replace(destination, blocked_until=None, has_held=destination.has_held or is_held), quiet_until
    )
    return Passed(destination, knocks=is_held and _is_news(message, destination))


def _leave(db: Connection, destination: Destination, quiet_until: datetime | None) -> Passed:
    deliveries.release_destination(db, destination, quiet_until=quiet_until)
    return Passed(destination)


# ------------------------------------------------------------------ afterwards


def settle(
    db: Connection, taken: Taken, outcome: Outcome, *, desk: Desk, now: datetime, chance: float
) -> Passed:
    """Record what became of the attempt and let the destination go."""
    message = taken.message
    place = deliveries.lock_claimed(db, taken.destination)
    transport = desk.transports[taken.destination.channel]
    if transport.finds_lost and isinstance(outcome, AnswerLost):
        searching.doubt(db, message, reason=str(outcome))
        return _let_go(db, taken.destination, place, desk=desk, now=now)
    consequence = consequence_of(
        outcome, message, now=now, chance=chance, repeats_lost=transport.repeats_lost
    )
    if place is not None:
        consequence = _reconsidered(consequence, taken, place, now=now)
    if not deliveries.record(db, message, consequence.verdict, now=now):
        logger.warning("superseded attempt", extra={"action": "delivery", "message_id": message.id})
    else:
        _tell_if_dead(db, transport, taken.destination, message, verdict=consequence.verdict, now=now)
    if place is None:
        logger.warning("lease lost", extra={"action": "delivery", "destination_id": taken.destination.id})
        return Passed(taken.destination)
    is_held = consequence.verdict.status is DeliveryStatus.HELD
    recent = recent_after(
        consequence.spending,
        place.recent,
        started_at=message.attempted_at or now,
        now=now,
        quotas=transport.quotas,
    )
    left = replace(
        place,
        recent=recent,
        has_held=place.has_held or is_held,
        blocked_until=consequence.blocked_until,
    )
    deliveries.release_destination(db, left, quiet_until=desk.quiet_hours.ends_at(now))
    return Passed(place, knocks=is_held and _is_news(message, place))


def _is_news(message: OutgoingMessage, place: Destination) -> bool:
    """One knock tells of all that is held; but of each broadcast its preview has promised one."""
    return not place.has_held or message.broadcast_id is not None


def settle_search(
    db: Connection, search: Search, found: Sent | DeliveryError | None, *, desk: Desk, now: datetime
) -> Passed:
    """Record what was found of an attempt in doubt, and let its destination go."""
    place = deliveries.lock_claimed(db, search.destination)
    verdict = searching.record_finding(db, search.message, found, now=now)
    if verdict is not None:
        transport = desk.transports[search.destination.channel]
        _tell_if_dead(db, transport, search.destination, search.message, verdict=verdict, now=now)
    return _let_go(db, search.destination, place, desk=desk, now=now)


def _let_go(
    db: Connection, claimed: Destination, place: Destination | None, *, desk: Desk, now: datetime
) -> Passed:
    if place is None:
        logger.warning("lease lost", extra={"action": "delivery", "destination_id": claimed.id})
        return Passed(claimed)
    return _leave(db, replace(place, blocked_until=None), desk.quiet_hours.ends_at(now))


def _tell_if_dead(
    db: Connection,
    transport: Transport,
    to: Destination,
    message: OutgoingMessage,
    *,
    verdict: Verdict,
    now: datetime,
) -> None:
    if verdict.status is DeliveryStatus.DEAD:
        transport.given_up(db, message, to, reason=verdict.error, now=now)


def _reconsidered(
    consequence: Consequence, taken: Taken, place: Destination, *, now: datetime
) -> Consequence:
    """Holding it is wrong when the resident wrote while the platform said no: it goes again at once."""
    is_held = consequence.verdict.status is DeliveryStatus.HELD
    if not is_held or place.opened_at == taken.destination.opened_at:
        return consequence
    verdict = replace(consequence.verdict, status=DeliveryStatus.WAITING, next_at=now)
    return Consequence(verdict, consequences.Spending.RETURNED)
