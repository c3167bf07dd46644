"""What waited for days, put off or held, is not given up when the platform first says “too often”."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.errors import BackOff, OnHold
from bot.delivery.consequences import STALE
from storage import outbox
from storage.engine import Database
from storage.models.outbox import DeliveryStatus, Priority
from tests.bot.delivery.conftest import Office
from tests.bot.delivery.contact import ADD, BUSY, Contact
from tests.bot.delivery.fake_channel import FakeChannel
from tests.bot.delivery.tasks_office import TasksOffice, steps_of
from tests.bot.watch import Watch
from tests.conftest import KEY

S = DeliveryStatus
TOO_OFTEN = BackOff(retry_after=timedelta(minutes=1))


@pytest.fixture
def tasks(sqlite_url: str) -> Iterator[TasksOffice]:
    """The first of November, 10:00, nothing sent yet."""
    database, watch = Database(sqlite_url, encryption_key=KEY), Watch(datetime(2026, 11, 1, 2, tzinfo=UTC))
    contact = Contact(watch)
    yield TasksOffice(database, contact, watch, steps_of(database, contact, watch))
    database.close()


async def test_a_task_the_share_put_off_to_the_next_month(tasks: TasksOffice) -> None:
    await tasks.spend(27)  # three of the month are kept for emergencies
    tasks.watch.time = datetime(2026, 11, 25, 2, tzinfo=UTC)
    tasks.post("a", priority=Priority.BROADCAST)
    await tasks.work()
    put_off = tasks.message("a")
    assert put_off.next_at > tasks.watch() + STALE
    assert put_off.wanted_at == put_off.next_at

    tasks.watch.time = put_off.next_at + timedelta(seconds=1)
    tasks.contact.trouble(ADD, BUSY)
    await tasks.work()
    tasks.watch.move(minutes=30)
    await tasks.work()

    assert tasks.status("a") is S.AWAITING_OWNER


async def test_a_message_held_until_the_resident_wrote(
    office: Office, channel: FakeChannel, watch: Watch
) -> None:
    channel.answers.append(OnHold())
    office.post("k")
    await office.deliver_all()
    watch.time += STALE + timedelta(days=2)
    office.database.write_now(outbox.open_window, office.address(), now=watch())

    channel.answers.append(TOO_OFTEN)
    await office.deliver_all()
    assert office.message("k").status is S.WAITING
    watch.time += timedelta(minutes=1)
    await office.deliver_all()

    assert office.message("k").status is S.SENT


async def test_what_was_given_up_and_is_sent_again(
    office: Office, channel: FakeChannel, watch: Watch
) -> None:
    office.post("k")
    watch.time += STALE + timedelta(hours=1)
    channel.answers.append(TOO_OFTEN)
    await office.deliver_all()
    assert office.message("k").status is S.DEAD

    office.database.write_now(outbox.send_again, office.message("k").id, now=watch())
    channel.answers.append(TOO_OFTEN)
    await office.deliver_all()

    assert office.message("k").status is S.WAITING
