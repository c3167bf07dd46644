"""The loops round the steps of delivery: they wait, listen for stop, and survive whatever a step raises."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from bot.channels.transport import Transport
from bot.delivery.steps import Deliveries
from handlers.quiet_hours import QuietHours
from storage import deliveries
from storage.engine import Database

logger = logging.getLogger(__name__)

SENDERS = 8  # at once; never two at one destination
POLL = 1.0  # seconds; another process may have posted
SOONEST = 0.01  # seconds between two looks
AFTER_ERROR = 1.0  # seconds


class DeliveryWorker:
    """Delivers from start to stop; `wake` it after a commit that posted something."""

    def __init__(
        self,
        database: Database,
        transports: tuple[Transport, ...],
        *,
        now: Callable[[], datetime],
        quiet_hours: QuietHours,
        senders: int = SENDERS,
    ) -> None:
        self._steps = Deliveries(database, transports, now=now, quiet_hours=quiet_hours, on_claimed=self.wake)
        self._senders = senders
        self._bell: asyncio.Queue[None] = asyncio.Queue(maxsize=1)  # rung once, it wakes one idle sender
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to deliver."""
        loops: list[tuple[str, Coroutine[Any, Any, None]]] = [
            (f"deliver-{number}", self._deliver()) for number in range(self._senders)
        ]
        loops += [("deliver-scout", self._scout()), ("deliver-follow-up", self._follow_up())]
        self._tasks = [asyncio.create_task(loop, name=name) for name, loop in loops]

    def wake(self) -> None:
        """There may be something to send; call it in the loop's thread, as often as you like."""
        with contextlib.suppress(asyncio.QueueFull):
            self._bell.put_nowait(None)

    async def stop(self, *, grace_seconds: float = 15) -> None:
        """Begin nothing new; what is being sent may finish, what does not is left to the end of its lease."""
        self._stopping.set()
        self.wake()
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=grace_seconds)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self) -> None:
        while not self._stopping.is_set():
            await self._bell.get()
            await self._while_there_is_more(self._steps.deliver_one)
        self.wake()  # the next idle sender hears of the stop

    async def _scout(self) -> None:
        """Wakes a sender when a retry, a quota or the night is over, or another process posted."""
        while not self._stopping.is_set():
            wait = POLL
            try:
                wait = await self._look()
            except Exception:
                logger.exception("looking for due messages failed")
            await self._rest(wait)

    async def _look(self) -> float:
        reach = self._steps.desk.reach()
        ready_at = await self._steps.database.read(deliveries.next_ready_at, reach)
        if ready_at is None:
            return POLL
        wait = ready_at - self._steps.now()
        if wait <= timedelta(0):
            self.wake()
            return POLL
        return min(POLL, max(SOONEST, wait.total_seconds()))

    async def _follow_up(self) -> None:
        while not self._stopping.is_set():
            await self._while_there_is_more(self._steps.follow_up_one)
            await self._rest(POLL)

    async def _while_there_is_more(self, step: Callable[[], Awaitable[bool]]) -> None:
        try:
            while not self._stopping.is_set() and await step():
                pass
        except Exception:
            logger.exception("a delivery step failed")
            await self._rest(AFTER_ERROR)

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
