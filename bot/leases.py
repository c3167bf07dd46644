"""What only one process of many may do: held under a lease, renewed in time, or let go of before its end."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from storage import leases
from storage.engine import Database

log = logging.getLogger(__name__)

AFTER_ERROR = 1.0  # seconds until the database is asked again
LETTING_GO = 5.0  # seconds for giving a lease back; if that fails, it runs out by itself


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a lease lasts without renewal, how often it is renewed, and how long before its end we stop.

    Who waits for it looks as often as the holder renews it: a dead holder is replaced within a minute.
    """

    life: timedelta = timedelta(seconds=30)
    renewal: timedelta = timedelta(seconds=10)
    margin: timedelta = timedelta(seconds=5)


def holder_id() -> str:
    """A name for whoever holds a lease in this process; never the same twice."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}:{secrets.token_hex(8)}"


class Lease:
    """One lease row as this process sees it.

    Its time is measured here from before the database was asked, so that it ends here before it ends there.
    """

    def __init__(self, database: Database, name: str, *, terms: Terms) -> None:
        self.name = name
        self.holder = holder_id()
        self._database = database
        self._terms = terms
        self._until = 0.0  # on the monotonic clock
        self._asking = asyncio.Lock()
        self._lost = asyncio.Event()

    @property
    def is_held(self) -> bool:
        """Whether whatever it allows may be done at this moment."""
        return Clock.monotonic() < self._until

    async def wait(self) -> None:
        """Until it is ours, however long that takes."""
        while not await self._taken():  # noqa: ASYNC110 - it is another process that lets go of it
            await asyncio.sleep(self._terms.renewal.total_seconds())

    async def keep(self) -> None:
        """Renewed again and again, until another has it or it could not be renewed in time."""
        pause = self._terms.renewal.total_seconds()
        while self.is_held and not await self._is_lost_within(pause):
            pause = AFTER_ERROR
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._left()):
                    pause = self._terms.renewal.total_seconds() if await self._taken() else AFTER_ERROR
        self._until = 0.0

    async def check(self) -> bool:
        """Whether the database still says that it is ours; raises when it does not answer."""
        async with self._asking:
            asked_at = Clock.monotonic()
            life = self._terms.life
            is_ours = await self._database.write(leases.hold, self.name, self.holder, life=life)
            self._until = asked_at + (life - self._terms.margin).total_seconds() if is_ours else 0.0
        if is_ours:
            self._lost.clear()
        else:
            self._lost.set()
        return is_ours

    async def release(self) -> None:
        """Let go of it, so that another may have it at once."""
        self._until = 0.0
        try:
            async with asyncio.timeout(LETTING_GO):
                await self._database.write(leases.release, self.name, self.holder)
        except Exception:
            log.exception("a lease was not given back", extra={"action": "lease", "lease": self.name})

    def _left(self) -> float:
        return max(0.0, self._until - Clock.monotonic())

    async def _taken(self) -> bool:
        """Whether it is ours; a database that does not answer has not given it."""
        try:
            return await self.check()
        except Exception as error:
            log.warning(
                "the lease could not be asked for: %s",
                type(error).__name__,
                extra={"action": "lease", "lease": self.name},
            )
            return False

    async def _is_lost_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._lost.wait(), min(seconds, self._left()))
        return self._lost.is_set()
