"""An office with one fake channel, and postings to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.delivery import Deliveries, QuietHours
from storage import outbox
from storage.engine import Database
from storage.models.outbox import Destination, OutgoingMessage, Priority, destinations
from storage.models.outbox import outbox as rows
from storage.outbox import Address, Posting
from tests.bot.delivery.fake_channel import FakeChannel
from tests.bot.watch import Watch
from tests.conftest import KEY

NEVER = QuietHours(time(0), time(0))


@dataclass
class Office:
    """A database, a channel, a clock, and the steps that join them."""

    database: Database
    channel: FakeChannel
    watch: Watch
    steps: Deliveries

    def address(self, name: str = "a") -> Address:
        return Address(self.channel.channel, "main", name)

    def post(self, key: str, *, to: str = "a", priority: Priority = Priority.NOTICE, **body: object) -> None:
        """One message in the outbox."""
        posting = Posting(self.address(to), key, {"text": key} | body, priority, None)
        self.database.write_now(outbox.post, [posting], now=self.watch())

    async def deliver_all(self) -> int:
        """How many steps until nothing was due."""
        steps = 0
        while await self.steps.deliver_one():
            steps += 1
            assert steps < 1000, "delivery does not come to rest"
        return steps

    def message(self, key: str) -> OutgoingMessage:
        query = select(*rows.c).where(rows.c.key == key)
        return OutgoingMessage(*self.database.read_now(lambda db: db.execute(query).one()))

    def place(self, name: str = "a") -> Destination:
        query = select(*destinations.c).where(destinations.c.address == name)
        return Destination(*self.database.read_now(lambda db: db.execute(query).one()))

    def expire_leases(self) -> None:
        """As if a minute of the database's time had passed."""
        past = datetime(2020, 1, 1, tzinfo=self.watch().tzinfo)
        expired = update(destinations).where(destinations.c.claimed_until.is_not(None))
        self.database.write_now(lambda db: db.execute(expired.values(claimed_until=past)))

    def again(self, **options: Any) -> Deliveries:
        """The steps of another process."""
        quiet_hours = options.get("quiet_hours", NEVER)
        return Deliveries(self.database, (self.channel,), now=self.watch, quiet_hours=quiet_hours)


@pytest.fixture
def watch(now: datetime) -> Watch:
    """The time, which the test moves."""
    return Watch(now)


@pytest.fixture
def channel() -> FakeChannel:
    """A channel without quota."""
    return FakeChannel()


@pytest.fixture
def office(sqlite_url: str, channel: FakeChannel, watch: Watch) -> Iterator[Office]:
    """An office that never sleeps."""
    database = Database(sqlite_url, encryption_key=KEY)
    yield Office(database, channel, watch, Deliveries(database, (channel,), now=watch, quiet_hours=NEVER))
    database.close()
