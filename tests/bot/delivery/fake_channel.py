"""A channel that records what was sent and answers from a queue."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime

from bot.channels.transport import Go, Permit, Quota, Sent, Transport
from storage.models.outbox import Channel, Destination, OutgoingMessage

Answer = Sent | Exception


class FakeChannel(Transport):
    """By default everything is permitted and sent at once."""

    channel = Channel.GROUP_WEBHOOK

    def __init__(
        self, channel: Channel = Channel.GROUP_WEBHOOK, *, quota: Quota | None = None, repeats: bool = True
    ) -> None:
        self.channel = channel  # type: ignore[misc]  # one class stands for every channel
        self.quotas = (quota,) if quota else ()  # type: ignore[misc]
        self.repeats_interrupted = repeats  # type: ignore[misc]
        self.sent: list[tuple[str, str]] = []  # address and key, in order
        self.recalled: list[str] = []
        self.knocked: list[str] = []
        self.answers: deque[Answer] = deque()
        self.looks: deque[Answer | None] = deque()
        self.permits: deque[Permit] = deque()
        self.gate: asyncio.Event | None = None
        self.is_sending = asyncio.Event()
        self.busy: set[str] = set()
        self.overlaps: list[str] = []

    def permit(self, destination: Destination, message: OutgoingMessage, *, now: datetime) -> Permit:
        """The next permit of the queue, else what the quota says."""
        if self.permits:
            return self.permits.popleft()
        return Go() if not self.quotas else super().permit(destination, message, now=now)

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """Record it, wait for the gate, answer."""
        if destination.address in self.busy:
            self.overlaps.append(destination.address)
        self.busy.add(destination.address)
        self.sent.append((destination.address, message.key))
        self.is_sending.set()
        try:
            await (self.gate.wait() if self.gate else asyncio.sleep(0))
            return _given(self.answers.popleft() if self.answers else Sent())
        finally:
            self.busy.discard(destination.address)

    async def knock(self, destination: Destination) -> None:
        """Record it."""
        self.knocked.append(destination.address)

    async def look_up(self, destination: Destination, message: OutgoingMessage) -> Sent | None:
        """The next look of the queue."""
        answer = self.looks.popleft() if self.looks else None
        return None if answer is None else _given(answer)

    async def recall(self, destination: Destination, message: OutgoingMessage) -> None:
        """Record it."""
        self.recalled.append(message.key)

    def keys(self) -> Sequence[str]:
        """The keys that were sent, in order."""
        return [key for _, key in self.sent]


def _given(answer: Answer) -> Sent:
    if isinstance(answer, Exception):
        raise answer
    return answer
