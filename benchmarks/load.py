"""The load, in a process of its own: `python -m benchmarks.load`, a JSON `Order` in, a JSON `Load` out.

Every connection sends its next message when its last is answered. Requests are made before the clock starts
and answers are opened after it stopped, so that the generator takes little of the machine meanwhile.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import cast

import uvloop

from benchmarks.messages import Account, has_number, requests_of

PATIENCE = 30.0  # seconds for what is still unanswered when the time is up
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be sent: messages `first` and on, at most so many, by so many connections at once."""

    account: Account
    concurrency: int
    warm_up: float  # seconds
    seconds: float
    first: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it; times in milliseconds, of what was answered after the warm-up."""

    answered: int  # warm-up and late ones included
    numbered: int  # of these, answers with a case's number in them
    refused: int  # answers other than 200
    unanswered: int  # sent, and the connection broke or stayed silent
    seconds: float
    counted: int
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.counted / self.seconds


@dataclass(slots=True)
class Tally:
    """What all connections share."""

    requests: Iterator[bytes]
    counts_from: float
    ends_at: float
    answers: list[bytes] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    unanswered: int = 0
    is_exhausted: bool = False


class Talk(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, tally: Tally, done: "asyncio.Future[None]") -> None:
        self._tally = tally
        self._done = done
        self._received = b""
        self._sent_at = 0.0
        self._is_waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take note of the answer once it is whole."""
        self._received += data
        head = self._received.find(HEAD_END)
        length = LENGTH.search(self._received, 0, head) if head > 0 else None
        if length is None or len(self._received) < head + len(HEAD_END) + int(length[1]):
            return
        now, tally = time.perf_counter(), self._tally
        answer, self._received, self._is_waiting = self._received, b"", False
        if answer.startswith(b"HTTP/1.1 200"):
            tally.answers.append(answer)
        else:
            tally.refused += 1
        if tally.counts_from <= now <= tally.ends_at:
            tally.latencies.append(now - self._sent_at)
        self._send()

    def connection_lost(self, _error: Exception | None) -> None:
        """The end, ours or the server's."""
        self._tally.unanswered += self._is_waiting
        if not self._done.done():
            self._done.set_result(None)

    def _send(self) -> None:
        now = time.perf_counter()
        request = next(self._tally.requests, None) if now < self._tally.ends_at else b""
        if not request:
            self._tally.is_exhausted |= request is None
            self._transport.close()
            return
        self._sent_at, self._is_waiting = now, True
        self._transport.write(request)


async def load(order: Order) -> Load:
    """Send until the time is up, then wait for what is unanswered and look at every answer."""
    account, loop = order.account, asyncio.get_running_loop()
    numbers = range(order.first, order.first + order.at_most)
    requests = requests_of(account, numbers, now=int(time.time()))
    begins_at = time.perf_counter()
    tally = Tally(iter(requests), begins_at + order.warm_up, begins_at + order.warm_up + order.seconds)
    ends = [loop.create_future() for _ in range(order.concurrency)]
    for end in ends:
        await loop.create_connection(lambda end=end: Talk(tally, end), account.host, account.port)  # type: ignore[misc]
    await asyncio.wait(ends, timeout=order.warm_up + order.seconds + PATIENCE)
    if tally.is_exhausted:
        raise SystemExit(f"{order.at_most} messages were too few for {order.seconds} s")
    silent = sum(not end.done() for end in ends)
    envelope = account.envelope
    times = sorted(tally.latencies) or [0.0]
    return Load(
        answered=len(tally.answers),
        numbered=sum(has_number(answer, envelope) for answer in tally.answers),
        refused=tally.refused,
        unanswered=tally.unanswered + silent,
        seconds=order.seconds,
        counted=len(tally.latencies),
        p50=times[len(times) // 2] * 1000,
        p99=times[len(times) * 99 // 100] * 1000,
    )


def main() -> None:
    """Carry out the order on standard input."""
    given = json.load(sys.stdin)
    order = Order(**given | {"account": Account(**given["account"])})
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        json.dump(asdict(runner.run(load(order))), sys.stdout)


if __name__ == "__main__":
    main()
