"""What just happened, for pages and tests that follow along."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from bot.simulator.wire import Json

BACKLOG = 1000  # happenings a slow follower may be behind before it is let go and has to reload


@dataclass(frozen=True)
class Happening:
    number: int
    kind: str
    data: Json


class Feed:
    """Publishes happenings to any number of followers; nobody who is slow holds anybody up."""

    def __init__(self) -> None:
        self._number = 0
        self._past: deque[Happening] = deque(maxlen=BACKLOG)
        self._followers: set[asyncio.Event] = set()
        self._is_closed = False

    def publish(self, kind: str, data: Json) -> None:
        self._number += 1
        self._past.append(Happening(self._number, kind, data))
        self._wake()

    @property
    def number(self) -> int:
        """The number of the last happening."""
        return self._number

    async def follow(self, after: int, *, heartbeat: float) -> AsyncGenerator[Happening | None]:
        """Every happening after that number, None after so many quiet seconds.

        Ends when the feed is closed. Whoever was too slow gets a `reload` instead of what they missed.
        """
        woken = asyncio.Event()
        self._followers.add(woken)
        try:
            while not self._is_closed:
                woken.clear()
                fresh = [h for h in self._past if h.number > after]
                if fresh and fresh[0].number > after + 1:
                    fresh = [Happening(fresh[-1].number, "reload", {})]
                for happening in fresh:
                    yield happening
                    after = happening.number
                if not fresh and not await _wait(woken, heartbeat):
                    yield None
        finally:
            self._followers.discard(woken)

    async def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> bool:
        """Whether it became ready within so many real seconds."""
        woken = asyncio.Event()
        self._followers.add(woken)
        try:
            async with asyncio.timeout(seconds):
                while not is_ready() and not self._is_closed:
                    woken.clear()
                    await woken.wait()
        except TimeoutError:
            pass
        finally:
            self._followers.discard(woken)
        return is_ready()

    def close(self) -> None:
        """Let all followers go."""
        self._is_closed = True
        self._wake()

    def open(self) -> None:
        self._is_closed = False

    def _wake(self) -> None:
        for woken in self._followers:
            woken.set()


async def _wait(woken: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        return False
    return True
