"""An office that sends tasks to residents' groups, and the owners' phones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select, update

from bot.channels.api import AccountApi
from bot.channels.group_task.transport import GroupTaskTransport
from bot.delivery import Deliveries, QuietHours
from handlers.residents_groups.shares import GroupLimit
from storage import outbox
from storage.engine import Database
from storage.gathering import Recall, cancel_task
from storage.models.outbox import Channel, DeliveryStatus, OutgoingMessage, Priority, destinations
from storage.models.outbox import outbox as rows
from storage.outbox import Address, Posting
from tests.bot.delivery.conftest import NEVER
from tests.bot.delivery.contact import Contact
from tests.bot.watch import Watch

CHAT, OWNER = "wrFengqiao", "wangfang"


@dataclass
class TasksOffice:
    """A database, the platform's tasks, a clock, and the steps of one process."""

    database: Database
    contact: Contact
    watch: Watch
    steps: Deliveries
    limit: GroupLimit = GroupLimit.MONTH

    def post(
        self, key: str, *, priority: Priority = Priority.NOTICE, to: str = CHAT, text: str = "", **more: Any
    ) -> None:
        body = {"text": text or f"通知：{key}", "sender": OWNER}
        posting = Posting(Address(Channel.GROUP_TASK, "", to), key, body, priority, None, **more)
        self.database.write_now(outbox.post, [posting], now=self.watch())

    async def work(self) -> None:
        """Everything that is due now is done."""
        for _ in range(1000):
            if not await self.steps.deliver_one() and not await self.steps.follow_up_one():
                return
        raise AssertionError("the office does not come to rest")

    async def spend(self, number: int) -> None:
        """So many tasks of other days that the group has read."""
        for each in range(number):
            self.post(f"spent-{each}", priority=Priority.EMERGENCY)
            await self.work()
        for task in self.contact.waiting():
            assert self.contact.tap(task)
        self.watch.move(days=1)
        await self.work()

    def message(self, key: str) -> OutgoingMessage:
        query = select(*rows.c).where(rows.c.key == key)
        return OutgoingMessage(*self.database.read_now(lambda db: db.execute(query).one()))

    def status(self, key: str) -> DeliveryStatus:
        return self.message(key).status

    def statuses(self, *keys: str) -> list[DeliveryStatus]:
        return [self.status(key) for key in keys]

    def cancel(self, key: str) -> Recall:
        return self.database.write_now(cancel_task, self.message(key).id, now=self.watch())

    def die(self) -> None:
        """The process is gone, and a minute of the database's time: its leases are nobody's."""
        past = datetime(2020, 1, 1, tzinfo=self.watch().tzinfo)
        expired = update(destinations).where(destinations.c.claimed_until.is_not(None))
        self.database.write_now(lambda db: db.execute(expired.values(claimed_until=past)))
        self.steps = steps_of(self.database, self.contact, self.watch, limit=self.limit)


def steps_of(
    database: Database,
    contact: Contact,
    watch: Watch,
    *,
    limit: GroupLimit = GroupLimit.MONTH,
    quiet_hours: QuietHours = NEVER,
) -> Deliveries:
    """The steps of a new process."""
    transport = GroupTaskTransport(cast(AccountApi, contact), limit)  # the same `post`, without HTTP
    return Deliveries(database, (transport,), now=watch, quiet_hours=quiet_hours)
