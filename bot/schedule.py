"""Time: APScheduler only ticks; what is due is found in the database."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from bot.clock import Clock
from bot.directory import Directory
from handlers.conversation import settle
from handlers.drafts import open_silent_draft
from handlers.rules import Rules
from storage import conversations
from storage.engine import Database
from storage.models.conversations import Step
from storage.writers import is_failure

log = logging.getLogger(__name__)

TICK = 2  # seconds between looks at what is due
REFRESH = 30  # seconds between looks at what was imported
AT_ONCE = 100  # drafts looked for in one tick


@dataclass(slots=True)
class Schedule:
    """What happens without anybody writing: silent drafts open, the directory is refreshed."""

    database: Database
    directory: Directory
    rules: Rules
    clock: Clock
    on_commit: Callable[[], None]
    _scheduler: AsyncIOScheduler = field(default_factory=lambda: AsyncIOScheduler(timezone="UTC"))

    def start(self) -> None:
        """Begin to tick."""
        self._every(TICK, self.open_silent_drafts)
        self._every(REFRESH, self.directory.refresh)
        self._scheduler.start()

    def stop(self) -> None:
        """No tick begins any more."""
        self._scheduler.shutdown(wait=False)

    async def open_silent_drafts(self) -> None:
        """Every draft whose question stayed unanswered is a case; each in a transaction of its own."""
        now = self.clock.now()
        steps = [Step.AWAITING_PLACE]
        for conversation in await self.database.read(
            conversations.expired_conversations, now=now, steps=steps, limit=AT_ONCE
        ):
            await self._open_silent_draft(conversation.id, now=now)

    async def _open_silent_draft(self, conversation_id: int, *, now: datetime) -> None:
        """One bad draft must not stop the others; what a bug cannot open is let go of."""
        try:
            await self.database.write(_open_one, conversation_id, self.rules, now=now)
            self.on_commit()
        except Exception as error:
            log.exception("a silent draft was not opened", extra={"action": "open_silent_draft"})
            if not is_failure(error):
                await self.database.write(_let_go, conversation_id)

    def _every(self, seconds: int, job: Callable[[], Awaitable[None]]) -> None:
        self._scheduler.add_job(job, "interval", seconds=seconds, coalesce=True, max_instances=1)


def _let_go(db: Connection, conversation_id: int) -> None:
    settle(db, conversations.lock_conversation_by_id(db, conversation_id))


def _open_one(db: Connection, conversation_id: int, rules: Rules, *, now: datetime) -> None:
    conversation = conversations.lock_conversation_by_id(db, conversation_id)
    is_due = conversation.expires_at is not None and conversation.expires_at <= now
    if conversation.step is Step.AWAITING_PLACE and is_due:  # else answered, or another process was first
        open_silent_draft(db, conversation, now=now, rules=rules)
