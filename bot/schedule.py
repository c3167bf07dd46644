"""Time: APScheduler only ticks; what is due is found in the database."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from bot.broadcasting import go_on
from bot.clock import Clock
from bot.consulting import fire_wakes
from bot.directory import Directory
from bot.firing import fire_due
from bot.groups import GroupsInStep
from bot.refusals import Refusals
from bot.rereading import Rereader
from bot.rerouting import reroute
from handlers.cases.alike import Read
from handlers.conversation import WITH_DRAFT, settle
from handlers.daily import groups_to_list, tell_daily_list
from handlers.deputies import deputies_to_switch, switch_deputy
from handlers.resident.drafts import open_silent_draft
from handlers.retention import forget_old_cases
from handlers.rules import Rules
from handlers.talks import end_silent_talk
from handlers.topics.suggesting import communities_with_suggestions, suggest_topics
from storage import conversations
from storage.broadcasts.cleaning import drop_previews
from storage.engine import Database
from storage.models.conversations import Step
from storage.writers import is_failure

log = logging.getLogger(__name__)

TICK = 2  # seconds between looks at what is due
MINUTE = 60  # seconds between looks at what the day brings
RECURRENCES = 600  # seconds between looks at what keeps coming back
HOUR = 3600  # seconds between looks at what was kept long enough
REROUTE = 10  # seconds between looks at what waits for a robot that cannot push
GROUPS = 60  # seconds between asking whether the hour of the residents' groups has come
REFRESH = 30  # seconds between looks at what was imported
AT_ONCE = 100  # drafts looked for in one tick
PREVIEWS_KEPT = timedelta(days=1)  # their codes are good for minutes


@dataclass(slots=True)
class Schedule:
    """What happens without anybody writing: deadlines pass, drafts open, the directory is refreshed."""

    database: Database
    directory: Directory
    rules: Rules
    clock: Clock
    on_commit: Callable[[], None]
    rereader: Rereader
    handle_waiting: Callable[[], Awaitable[None]]
    refusals: Refusals
    groups: GroupsInStep
    _scheduler: AsyncIOScheduler = field(default_factory=lambda: AsyncIOScheduler(timezone="UTC"))

    def start(self) -> None:
        """Begin to tick."""
        self._every(TICK, self.open_silent_drafts)
        self._every(TICK, self.fire_timers)
        self._every(TICK, self.fire_wakes)
        self._every(TICK, self.go_on_broadcasting)
        self._every(TICK, self.handle_waiting)
        self._every(REROUTE, self.reroute)
        self._every(MINUTE, self.tell_daily_lists)
        self._every(MINUTE, self.switch_deputies)
        self._every(RECURRENCES, self.suggest_topics)
        self._every(REFRESH, self.directory.refresh)
        self._every(REFRESH, self.refusals.keep)
        self._every(HOUR, self.forget_old_cases)
        self._every(HOUR, self.drop_previews)
        self._every(TICK, self.groups.look_at_changes)
        self._every(GROUPS, self.groups.look_at_all)
        self._scheduler.start()

    def stop(self) -> None:
        """No tick begins any more."""
        self._scheduler.shutdown(wait=False)

    async def open_silent_drafts(self) -> None:
        """Every draft whose question stayed unanswered is a case, every talk that fell silent is over.

        Each in a transaction of its own.
        """
        now = self.clock.now()
        steps = [*WITH_DRAFT, Step.WITH_STAFF]
        for conversation in await self.database.read(
            conversations.expired_conversations, now=now, steps=steps, limit=AT_ONCE
        ):
            await self._open_silent_draft(conversation.id, now=now)

    async def _open_silent_draft(self, conversation_id: int, *, now: datetime) -> None:
        """One bad draft must not stop the others; what a bug cannot open is let go of."""
        try:
            read = self.rereader.within(self.directory.everything().places)
            await self.database.write(_open_one, conversation_id, self.rules, now=now, read=read)
            self.on_commit()
        except Exception as error:
            log.exception("a silent draft was not opened", extra={"action": "open_silent_draft"})
            if not is_failure(error):
                await self.database.write(_let_go, conversation_id)

    async def fire_timers(self) -> None:
        """Everything that is due for a case has happened."""
        await fire_due(self.database, self.rules, now=self.clock.now(), on_commit=self.on_commit)

    async def fire_wakes(self) -> None:
        """Everything that is due for topics, meetings, decisions and polls has happened."""
        await fire_wakes(self.database, self.rules, now=self.clock.now(), on_commit=self.on_commit)

    async def reroute(self) -> None:
        """Nothing waits for a robot that cannot push, where its group has a webhook."""
        await reroute(self.database, now=self.clock.now(), on_commit=self.on_commit)

    async def go_on_broadcasting(self) -> None:
        """Every broadcast stands where it should by now."""
        await go_on(self.database, self.rules, now=self.clock.now(), on_commit=self.on_commit)

    async def tell_daily_lists(self) -> None:
        """Every workers' group has read this morning what is open; a bad one does not stop the others."""
        now = self.clock.now()
        for group_id in await self.database.read(groups_to_list, now=now, rules=self.rules):
            try:
                await self.database.write(tell_daily_list, group_id, now=now)
            except Exception:
                log.exception("a daily list was not told", extra={"action": "daily_list", "group": group_id})
        self.on_commit()

    async def switch_deputies(self) -> None:
        """Who stands in from today on acts, who did until yesterday does not."""
        now = self.clock.now()
        for row in await self.database.read(deputies_to_switch, now=now):
            try:
                if await self.database.write(switch_deputy, row, now=now, rules=self.rules):
                    self.on_commit()
            except Exception:  # one bad row does not stop the others, and is found again in a minute
                extra = {"action": "switch_deputies", "grid": row.grid_id, "person": row.person_id}
                log.exception("a deputy was not switched", extra=extra)

    async def suggest_topics(self) -> None:
        """Staff have read of what keeps coming back; one bad community does not stop the others."""
        now = self.clock.now()
        for each in await self.database.read(communities_with_suggestions, now=now, rules=self.rules):
            try:
                if await self.database.write(suggest_topics, each, now=now, rules=self.rules):
                    self.on_commit()
            except Exception:
                log.exception("no topic was suggested", extra={"action": "suggest_topics", "community": each})

    async def forget_old_cases(self) -> None:
        """No words are kept longer than the settings say."""
        while await self.database.write(forget_old_cases, now=self.clock.now(), rules=self.rules):
            pass

    async def drop_previews(self) -> None:
        """Broadcasts nobody confirmed within a day keep no list of people."""
        before = self.clock.now() - PREVIEWS_KEPT
        while await self.database.write(drop_previews, before=before, limit=AT_ONCE):
            pass

    def _every(self, seconds: int, job: Callable[[], Awaitable[None]]) -> None:
        self._scheduler.add_job(job, "interval", seconds=seconds, coalesce=True, max_instances=1)


def _let_go(db: Connection, conversation_id: int) -> None:
    settle(db, conversations.lock_conversation_by_id(db, conversation_id))


def _open_one(db: Connection, conversation_id: int, rules: Rules, *, now: datetime, read: Read) -> None:
    conversation = conversations.lock_conversation_by_id(db, conversation_id)
    if conversation.expires_at is None or conversation.expires_at > now:
        return  # answered meanwhile, or another process was first
    if conversation.step in WITH_DRAFT:
        open_silent_draft(db, conversation, now=now, rules=rules, read=read)
    elif conversation.step is Step.WITH_STAFF:
        end_silent_talk(db, conversation, now=now, rules=rules)
