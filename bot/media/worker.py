"""What waits is fetched: claim, download and check, record.

The attempt is counted and the row leased when it is claimed. If the process dies in between, the lease
runs out and the next worker downloads the file again, which does no harm. What is recorded counts only for
the attempt it belongs to.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.errors import DeliveryError, TryAgain
from bot.media.checking import LIMITS, checked
from bot.media.fetching import Fetcher, Unkept
from bot.media.outcomes import Failed, failed
from handlers.notices.photos import tell_kept_photo
from storage import attachments
from storage.attachments import CheckedFile
from storage.engine import Database
from storage.models.attachments import Attachment, AttachmentStatus

logger = logging.getLogger(__name__)

WORKERS = 3  # downloads at once; photos are unpacked one at a time
POLL = 2.0  # seconds; another process may have kept something for later
SOONEST = 0.01  # seconds between two looks
AFTER_ERROR = 1.0  # seconds
ATTEMPT_SECONDS = 100  # token, download and checking together; less than the shortest lease


class MediaWorker:
    """Fetches from start to stop; `wake` it after a commit that attached something."""

    def __init__(
        self,
        database: Database,
        fetchers: Sequence[Fetcher],
        *,
        now: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
        workers: int = WORKERS,
    ) -> None:
        """`now` gives the time; `chance`, between 0 and 1, spreads the pauses."""
        self._database = database
        self._fetchers = {str(fetcher.channel): fetcher for fetcher in fetchers}
        self._channels = frozenset(self._fetchers)
        self._now = now
        self._chance = chance
        self._workers = workers
        self._unpacking = asyncio.Lock()  # a large photo takes 150 MB while it is open
        self._bell: asyncio.Queue[None] = asyncio.Queue(maxsize=1)  # rung once, it wakes one idle worker
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to fetch."""
        self._tasks = [
            asyncio.create_task(self._fetch(), name=f"media-{number}") for number in range(self._workers)
        ]
        self._tasks.append(asyncio.create_task(self._scout(), name="media-scout"))

    def wake(self) -> None:
        """There may be something to fetch; call it in the loop's thread, as often as you like."""
        with contextlib.suppress(asyncio.QueueFull):
            self._bell.put_nowait(None)

    async def stop(self, *, grace_seconds: float = 10) -> None:
        """Begin nothing new; what is being fetched may finish, the rest is left to the end of its lease."""
        self._stopping.set()
        self.wake()
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=grace_seconds)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def fetch_one(self) -> bool:
        """Fetch what has waited longest; false when nothing is due."""
        claim = attachments.claim_waiting
        taken = await self._database.write(claim, now=self._now(), channels=self._channels)
        if taken is None:
            return False
        self.wake()  # there may be one more, for an idle worker
        outcome = await self._attempt(taken)
        await self._record(taken, outcome)
        return True

    async def _attempt(self, taken: Attachment) -> CheckedFile | Failed:
        fetcher = self._fetchers[taken.channel]
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                content = await fetcher.fetch(taken, limit=LIMITS[taken.kind])
                async with self._unpacking:
                    return await asyncio.to_thread(checked, taken.kind, content)
        except TimeoutError:
            error: Exception = TryAgain("下载超时")
        except Exception as caught:
            if not isinstance(caught, Unkept | DeliveryError):
                logger.exception("fetching failed", extra={"action": "media", "attachment_id": taken.id})
            error = caught
        return failed(error, taken, life=fetcher.life, now=self._now(), chance=self._chance())

    async def _record(self, taken: Attachment, outcome: CheckedFile | Failed) -> None:
        if isinstance(outcome, CheckedFile):
            status = AttachmentStatus.KEPT
            is_recorded = await self._database.write(_keep, taken, outcome, now=self._now())
        else:
            status, error, next_at = outcome.status, outcome.error, outcome.next_at
            settle = attachments.settle
            is_recorded = await self._database.write(settle, taken, status, error=error, next_at=next_at)
        details = {"action": "media", "attachment_id": taken.id, "status": status}
        logger.info("fetched" if is_recorded else "superseded attempt", extra=details)

    async def _fetch(self) -> None:
        while not self._stopping.is_set():
            await self._bell.get()
            await self._while_there_is_more()
        self.wake()  # the next idle worker hears of the stop

    async def _while_there_is_more(self) -> None:
        try:
            while not self._stopping.is_set() and await self.fetch_one():
                pass
        except Exception:
            logger.exception("a media step failed")
            await self._rest(AFTER_ERROR)

    async def _scout(self) -> None:
        """Wakes a worker when a retry is due or another process attached something."""
        while not self._stopping.is_set():
            wait = POLL
            try:
                wait = await self._look()
            except Exception:
                logger.exception("looking for waiting media failed")
            await self._rest(wait)

    async def _look(self) -> float:
        next_at = await self._database.read(attachments.next_fetch_at, self._channels)
        wait = POLL if next_at is None else (next_at - self._now()) / timedelta(seconds=1)
        if wait <= 0:
            self.wake()
            return POLL
        return min(POLL, max(SOONEST, wait))

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def _keep(db: Connection, taken: Attachment, file: CheckedFile, *, now: datetime) -> bool:
    """The file is kept, and whoever waits to see it does."""
    is_kept = attachments.keep_file(db, taken, file, now=now)
    if is_kept:
        tell_kept_photo(db, taken.id, now=now)
    return is_kept
