"""Work in turns: what concerns one person is done one after the other, everything else at once."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

AT_ONCE = 32  # pieces of work in progress; the database has fewer threads
WAITING = 1000  # pieces of work that may wait or be in progress; then whoever brings more has to wait


class Turns:
    """A task of its own for each piece of work, in the order in which it came."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(WAITING)
        self._hands = asyncio.Semaphore(AT_ONCE)
        self._last: dict[str, asyncio.Task[None]] = {}  # of each person
        self._tasks: set[asyncio.Task[None]] = set()

    async def add(self, person: str, work: Callable[[], Awaitable[None]]) -> None:
        """It will be done after everything this person brought before."""
        await self._room.acquire()
        task = asyncio.create_task(self._do(self._last.get(person), work))
        self._last[person] = task
        self._tasks.add(task)
        task.add_done_callback(partial(self._done, person))

    async def finish(self, *, seconds: float) -> None:
        """What is in progress may be finished within that time; then it is broken off."""
        if self._tasks:
            _, unfinished = await asyncio.wait(set(self._tasks), timeout=seconds)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def _do(self, before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]) -> None:
        if before is not None:
            await asyncio.wait((before,))
        async with self._hands:
            await work()

    def _done(self, person: str, task: asyncio.Task[None]) -> None:
        self._room.release()
        self._tasks.discard(task)
        if self._last.get(person) is task:
            del self._last[person]
