"""What follows from the outcome of an attempt. Decisions only; nothing here touches a row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.channels.errors import AnswerLost, BackOff, DeliveryError, OnHold, Refused, Unclear
from bot.channels.transport import Quota, Sent
from storage.deliveries import Verdict
from storage.models.outbox import DeliveryStatus, OutgoingMessage

Outcome = Sent | DeliveryError

TRIES = 12  # then a message is dead
FIRST_PAUSE = timedelta(seconds=5)  # doubles with every try
LONGEST_PAUSE = timedelta(hours=1)
JITTER = 0.2  # of the pause, up or down
STALE = timedelta(days=3)  # after so long of nothing but quotas, counted from when it could go, it is dead
FIRST_LOOK, LONGEST_LOOK = timedelta(seconds=5), timedelta(hours=1)  # between looks at a group task
OWNER_SILENT = timedelta(days=7)  # then a group task counts as not confirmed


class Spending(StrEnum):
    """What the attempt did to the destination's quota."""

    SPENT = "spent"
    RETURNED = "returned"  # the platform did not count it
    EXHAUSTED = "exhausted"  # the platform says there is nothing left


@dataclass(frozen=True, slots=True)
class Consequence:
    """How the message stands, how long its destination is blocked, and what of the quota is left."""

    verdict: Verdict
    spending: Spending = Spending.SPENT
    blocked_until: datetime | None = None


def consequence_of(
    outcome: Outcome, message: OutgoingMessage, *, now: datetime, chance: float, repeats_lost: bool = False
) -> Consequence:
    """What follows; `message` is the row with this attempt counted, `chance` between 0 and 1.

    `repeats_lost`: the channel sends again what may have arrived.
    """
    if isinstance(outcome, Sent):
        return Consequence(_accepted(outcome, message, now=now))
    reason = str(outcome)
    if isinstance(outcome, OnHold):
        return Consequence(_verdict(DeliveryStatus.HELD, message, reason), Spending.EXHAUSTED)
    if isinstance(outcome, Unclear):
        is_repeated = repeats_lost and isinstance(outcome, AnswerLost) and message.attempts < TRIES
        again = _try_again(outcome, message, now=now, chance=chance).verdict
        return Consequence(replace(again, is_doubtful=True) if is_repeated else lost(message, reason))
    if isinstance(outcome, Refused) or outcome.permanent:
        return Consequence(_verdict(DeliveryStatus.DEAD, message, reason), Spending.RETURNED)
    if isinstance(outcome, BackOff):
        return _later(outcome, message, now=now)
    return _try_again(outcome, message, now=now, chance=chance)


def given_up(message: OutgoingMessage, reason: str) -> Verdict:
    """It is dead."""
    return _verdict(DeliveryStatus.DEAD, message, reason)


def held(message: OutgoingMessage, reason: str) -> Verdict:
    """It waits for the resident's next message."""
    return _verdict(DeliveryStatus.HELD, message, reason)


def lost(message: OutgoingMessage, reason: str) -> Verdict:
    """Nobody knows whether it arrived."""
    return _verdict(DeliveryStatus.UNCERTAIN, message, reason)


def pause_after(attempts: int, *, chance: float) -> timedelta:
    """How long to wait after so many tries: 5 s doubling to an hour, with jitter."""
    doubled = FIRST_PAUSE * 2.0 ** min(attempts - 1, 16)
    return min(doubled, LONGEST_PAUSE) * (1 - JITTER + 2 * JITTER * chance)


def next_look(made_at: datetime, *, now: datetime) -> datetime:
    """When to ask next whether a group's owner has tapped: often at first, then hourly."""
    return now + min(max((now - made_at) / 4, FIRST_LOOK), LONGEST_LOOK)


def _accepted(sent: Sent, message: OutgoingMessage, *, now: datetime) -> Verdict:
    parts = message.parts_sent + 1
    if sent.has_more:  # the next part is a fresh start
        return Verdict(DeliveryStatus.WAITING, attempts=0, parts_sent=parts, next_at=now)
    is_awaited = sent.status is DeliveryStatus.AWAITING_OWNER
    look = next_look(now, now=now) if is_awaited else None
    return Verdict(
        sent.status,
        attempts=message.attempts,
        parts_sent=parts,
        next_at=look,
        platform_id=sent.platform_id[:128],  # as wide as the column
        made_at=now if is_awaited else None,
    )


def _later(outcome: BackOff, message: OutgoingMessage, *, now: datetime) -> Consequence:
    if now - (message.wanted_at or message.created_at) > STALE:
        return Consequence(_verdict(DeliveryStatus.DEAD, message, str(outcome)), Spending.RETURNED)
    until = now + (outcome.retry_after or FIRST_PAUSE)
    verdict = Verdict(
        DeliveryStatus.WAITING,
        attempts=message.attempts - 1,
        parts_sent=message.parts_sent,
        next_at=until,
        error=str(outcome),
    )
    return Consequence(verdict, Spending.RETURNED, blocked_until=until)


def _try_again(
    outcome: DeliveryError, message: OutgoingMessage, *, now: datetime, chance: float
) -> Consequence:
    if message.attempts >= TRIES:
        return Consequence(given_up(message, f"试了{TRIES}次：{outcome}"), Spending.RETURNED)
    pause = max(pause_after(message.attempts, chance=chance), outcome.retry_after or timedelta(0))
    verdict = Verdict(
        DeliveryStatus.WAITING,
        attempts=message.attempts,
        parts_sent=message.parts_sent,
        next_at=now + pause,
        error=str(outcome),
    )
    return Consequence(verdict, Spending.RETURNED)


def _verdict(status: DeliveryStatus, message: OutgoingMessage, reason: str) -> Verdict:
    return Verdict(status, attempts=message.attempts, parts_sent=message.parts_sent, error=reason)


def recent_after(
    spending: Spending, recent: list[float], *, started_at: datetime, now: datetime, quotas: Sequence[Quota]
) -> list[float]:
    """The attempts that count against the quota from now on.

    A spent one counts from its end, for the platform counted it somewhere between start and end. If the
    resident wrote meanwhile, the list is new and knows nothing of this attempt: so be it.
    """
    if not quotas:
        return recent
    if spending is Spending.EXHAUSTED:
        return [now.timestamp()] * quotas[0].limit
    stamp = started_at.timestamp()
    if stamp not in recent:
        return recent
    others = list(recent)
    others.remove(stamp)
    return [*others, now.timestamp()] if spending is Spending.SPENT else others
