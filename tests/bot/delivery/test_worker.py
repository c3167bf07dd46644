"""The loops: they wake, poll, survive, stop."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.exc import OperationalError

from bot.channels.transport import Sent
from bot.delivery import DeliveryWorker, steps
from bot.delivery.phases import take
from storage import outbox
from storage.engine import Database
from storage.models.outbox import DeliveryStatus, Priority
from storage.outbox import Posting
from tests.bot.delivery.conftest import NEVER, Office
from tests.bot.delivery.fake_channel import FakeChannel
from tests.conftest import KEY


class CountingChannel(FakeChannel):
    """Tells when so many were sent."""

    def __init__(self) -> None:
        super().__init__()
        self.awaited = 0
        self.is_done = asyncio.Event()

    async def send(self, destination, message):  # type: ignore[no-untyped-def]  # as in FakeChannel
        sent = await super().send(destination, message)
        if len(self.sent) >= self.awaited:
            self.is_done.set()
        return sent


@pytest.fixture
def channel() -> FakeChannel:
    """The office's channel counts."""
    return CountingChannel()


@pytest.fixture
async def worker(office: Office) -> AsyncIterator[DeliveryWorker]:
    """A worker that a test starts."""
    made = make_worker(office, office.database)
    yield made
    await made.stop()


def make_worker(office: Office, database: Database) -> DeliveryWorker:
    return DeliveryWorker(database, (office.channel,), now=office.watch, quiet_hours=NEVER, senders=4)


async def all_sent(office: Office, count: int) -> None:
    channel = office.channel
    assert isinstance(channel, CountingChannel)
    channel.awaited = count
    channel.is_done.clear()
    if len(channel.sent) < count:
        await asyncio.wait_for(channel.is_done.wait(), 30)


async def test_a_wake_after_a_commit_sends_at_once(office: Office, worker: DeliveryWorker) -> None:
    worker.start()

    office.post("one")
    worker.wake()

    await all_sent(office, 1)


async def test_what_another_process_posts_is_found_by_looking(office: Office, worker: DeliveryWorker) -> None:
    worker.start()
    office.post("one")

    await all_sent(office, 1)


async def test_two_workers_send_everything_once_and_in_order(
    office: Office, worker: DeliveryWorker, sqlite_url: str
) -> None:
    keys = [(f"to{place}", f"m{number:02}") for number in range(12) for place in range(10)]
    postings = [
        Posting(office.address(to), f"{to}:{key}", {"text": key}, Priority.NOTICE, None) for to, key in keys
    ]
    office.database.write_now(outbox.post, postings, now=office.watch())
    other_database = Database(sqlite_url, encryption_key=KEY)
    other = make_worker(office, other_database)

    for each in (worker, other):
        each.start()
        each.wake()
    await all_sent(office, len(keys))
    await asyncio.gather(worker.stop(), other.stop())
    other_database.close()

    by_place = defaultdict(list)
    for place, key in office.channel.sent:
        by_place[place].append(key)
    assert by_place == {f"to{p}": [f"to{p}:m{n:02}" for n in range(12)] for p in range(10)}
    assert office.channel.overlaps == []


async def test_a_database_error_does_not_end_the_loop(
    office: Office, worker: DeliveryWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: Iterator[int] = iter(range(2))

    def take_at_third(*args: object, **kwargs: object) -> object:
        if next(failures, None) is not None:
            raise OperationalError("", {}, Exception("disk I/O error"))
        return take(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(steps, "take", take_at_third)  # no real database fails on demand
    monkeypatch.setattr("bot.delivery.worker.AFTER_ERROR", 0.01)
    office.post("one")
    worker.start()

    await all_sent(office, 1)


async def test_stopping_lets_a_message_finish_and_begins_no_other(
    office: Office, worker: DeliveryWorker
) -> None:
    office.channel.gate = asyncio.Event()
    office.post("one")
    office.post("two")
    worker.start()
    worker.wake()
    await office.channel.is_sending.wait()

    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    office.channel.gate.set()
    await stopping

    assert office.message("one").status is DeliveryStatus.SENT
    assert office.message("two").status is DeliveryStatus.WAITING


async def test_stopping_does_not_wait_for_ever(office: Office, worker: DeliveryWorker) -> None:
    office.channel.gate = asyncio.Event()
    office.post("one")
    worker.start()
    worker.wake()
    await office.channel.is_sending.wait()

    await worker.stop(grace_seconds=0)

    row = office.message("one")
    assert (row.status, row.attempted_at) == (DeliveryStatus.WAITING, office.watch())


async def test_a_worker_that_never_started_stops(office: Office) -> None:
    await make_worker(office, office.database).stop()


async def test_group_tasks_are_followed_up(office: Office, worker: DeliveryWorker) -> None:
    office.channel.answers += [Sent(DeliveryStatus.AWAITING_OWNER, "msg1")]
    office.channel.looks += [Sent()]
    office.post("task")
    await office.deliver_all()
    office.watch.move(seconds=5)

    worker.start()

    async with asyncio.timeout(30):
        while office.message("task").status is not DeliveryStatus.SENT:  # noqa: ASYNC110 - no other witness
            await asyncio.sleep(0.02)
