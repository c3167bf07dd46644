"""What every channel offers the delivery worker, and the rules it sets before a message is sent."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import Connection

from bot.channels.texts import clean
from storage.models.outbox import Channel, DeliveryStatus, Destination, OutgoingMessage, Priority


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform accepted it: sent, or waiting for the group owner's tap; `has_more`: parts are left.

    `at` is when it was sent, where the platform says so.
    """

    status: DeliveryStatus = DeliveryStatus.SENT
    platform_id: str = ""
    has_more: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Go:
    """It may be sent now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The destination's quota is used up until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """It would be refused until the resident next writes."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """It can never be sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """Its row was put off; others of its destination may go before it."""


Permit = Go | Wait | Hold | Stop


@dataclass(frozen=True, slots=True)
class Quota:
    """So many attempts at one destination within a rolling window."""

    limit: int
    window: timedelta

    def counting(self, recent: Sequence[float], *, now: datetime) -> list[float]:
        """Those of the attempts (epoch seconds) that still count, oldest first."""
        return sorted(at for at in recent if at > (now - self.window).timestamp())

    def free_at(self, recent: Sequence[float], *, now: datetime) -> datetime:
        """When there is room for one more: now, or when enough attempts have left the window."""
        counting = self.counting(recent, now=now)
        if len(counting) < self.limit:
            return now
        since = timedelta(seconds=now.timestamp() - counting[-self.limit])
        return now + self.window - max(since, timedelta(0))  # a clock set back cannot make it longer


def counting(quotas: Sequence[Quota], recent: Sequence[float], *, now: datetime) -> list[float]:
    """Those of the attempts that count for any of the quotas, oldest first."""
    longest = max(quotas, key=lambda each: each.window)
    return longest.counting(recent, now=now)


class Transport(ABC):
    """One channel's way out: `permit` decides from what is known, the others call the platform."""

    channel: ClassVar[Channel]
    quotas: ClassVar[tuple[Quota, ...]] = ()  # all of them hold; the one with the shortest window first
    repeats_interrupted: ClassVar[bool] = True  # whether an attempt that a crash cut short is made again
    repeats_lost: ClassVar[bool] = False  # whether it is made again when the platform's answer was lost
    finds_lost: ClassVar[bool] = False  # whether `find` can tell what became of such an attempt

    def permit(self, destination: Destination, message: OutgoingMessage, *, now: datetime) -> Permit:
        """Whether the message may be sent now, as far as it is known beforehand."""
        free_at = max((each.free_at(destination.recent, now=now) for each in self.quotas), default=now)
        return Go() if free_at <= now else Wait(free_at)

    def consider(
        self, db: Connection, message: OutgoingMessage, to: Destination, *, now: datetime, least: Priority
    ) -> tuple[Permit | Postponed, OutgoingMessage]:
        """`permit` for channels that must look at other rows too, and the message as it is to go.

        `to` is held by the caller; nothing of less urgency than `least` goes at this moment.
        """
        return self.permit(to, message, now=now), message

    def given_up(  # noqa: B027 - most need to tell nobody
        self, db: Connection, message: OutgoingMessage, to: Destination, *, reason: str, now: datetime
    ) -> None:
        """The message will not go out: who must know of it is told."""

    def again_at(self, message: OutgoingMessage, *, now: datetime) -> datetime | None:
        """When a message beyond its destination's share is worth another try; `None`: never."""
        return None

    def absent(self) -> frozenset[str]:
        """The accounts that some other process serves at this moment."""
        return frozenset()

    @abstractmethod
    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """Send its next part; DeliveryError when that did not succeed."""

    async def knock(self, destination: Destination) -> None:  # noqa: B027 - most have no other channel
        """Let the person know by another channel that something is held for them, where there is one."""

    async def find(
        self, destination: Destination, message: OutgoingMessage, *, known: frozenset[str]
    ) -> Sent | None:
        """What became of an attempt whose answer nobody got: `None` when the platform made nothing of it.

        `known` are the platform's numbers of other messages. DeliveryError: it cannot be told.
        """
        raise NotImplementedError(f"{self.channel} finds nothing again")

    async def remind(self, destination: Destination, message: OutgoingMessage) -> None:  # noqa: B027
        """Whoever must confirm the message is reminded of it."""

    async def recall(self, destination: Destination, message: OutgoingMessage) -> None:
        """What waits for its owner waits no more; Refused when the platform says that it is over."""
        raise NotImplementedError(f"{self.channel} has no tasks")

    async def look_up(self, destination: Destination, message: OutgoingMessage) -> Sent | None:
        """What became of a message that waits for its owner: `None` when it still waits."""
        raise NotImplementedError(f"{self.channel} has no tasks")


def text_of(message: OutgoingMessage) -> str:
    """The message's text as the platforms take it; empty when there is none."""
    text = message.body.get("text")
    return clean(text).strip() if isinstance(text, str) else ""
