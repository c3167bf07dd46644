"""Broadcasts whose owner never taps, or that the platform would not send: dead, and told to the desk once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select

from storage.broadcasts import rows as broadcast_rows
from storage.engine import Database
from storage.models.broadcasts import BroadcastAudience, BroadcastStatus
from storage.models.outbox import DeliveryStatus, outbox
from tests.bot.delivery.contact import Contact
from tests.bot.delivery.tasks_office import TasksOffice, steps_of
from tests.bot.watch import Watch
from tests.conftest import KEY
from tests.handlers.cases.scene import named, settle_in

S = DeliveryStatus


@pytest.fixture
def tasks(sqlite_url: str, now: datetime) -> Iterator[TasksOffice]:
    """Friday the 20th of November, 10:00, with the sample communities."""
    database, watch = Database(sqlite_url, encryption_key=KEY), Watch(now)
    database.write_now(settle_in, now=now)
    contact = Contact(watch)
    yield TasksOffice(database, contact, watch, steps_of(database, contact, watch))
    database.close()


def done(db: Connection, *, now: datetime) -> int:
    """A broadcast all of which was handed in."""
    row = {"community_id": 1, "person_id": named(db, "李强").id, "text": "明天停水", "target": "枫桥苑"}
    row |= {"group_ids": [], "code": "", "status": BroadcastStatus.DONE, "created_at": now}
    row |= {"finished_at": now, "number": broadcast_rows.next_number(db, 1), "plan": {}}
    return broadcast_rows.add_broadcast(db, row | {"audience": BroadcastAudience.RESIDENTS_GROUPS}).id


def under_way(db: Connection, number: int) -> None:
    broadcast_rows.change_broadcast(db, number, status=BroadcastStatus.SENDING)


def told(tasks: TasksOffice) -> list[str]:
    query = select(outbox.c.body).where(outbox.c.key.like("%:failed:%")).order_by(outbox.c.id)
    return [each["text"] for each in tasks.database.read_now(lambda db: db.execute(query).scalars().all())]


async def test_owners_who_never_tap_are_told_once(tasks: TasksOffice) -> None:
    number = tasks.database.write_now(done, now=tasks.watch())
    for chat in ("wrSampleFengqiao", "wrOther"):
        tasks.post(chat, to=chat, broadcast_id=number)
    await tasks.work()

    tasks.watch.move(days=7, hours=2)
    await tasks.work()

    assert tasks.statuses("wrSampleFengqiao", "wrOther") == [S.DEAD, S.DEAD]
    [text] = told(tasks)
    assert "群发 1（枫桥苑）" in text
    assert "没有送达：群主7天没有确认" in text


async def test_what_is_not_done_is_told_with_its_result(tasks: TasksOffice) -> None:
    number = tasks.database.write_now(done, now=tasks.watch())
    tasks.database.write_now(under_way, number)
    tasks.post("a", broadcast_id=number)
    await tasks.work()

    tasks.watch.move(days=7, hours=2)
    await tasks.work()

    assert (tasks.status("a"), told(tasks)) == (S.DEAD, [])


async def test_a_broadcast_beyond_the_share_is_not_read_next_month(tasks: TasksOffice) -> None:
    number = tasks.database.write_now(done, now=tasks.watch())
    tasks.post("water", broadcast_id=number)
    tasks.post("case")
    await tasks.work()
    tasks.contact.tasks.period = "day"
    others = tasks.contact.tasks.add(
        "liqiang", "别的应用发的", ["wrFengqiao"], attachments=[], now=tasks.watch()
    )
    assert tasks.contact.tap(others)
    assert not any(tasks.contact.tap(task) for task in tasks.contact.waiting())

    tasks.watch.move(seconds=6)
    await tasks.work()

    assert tasks.statuses("water", "case") == [S.DEAD, S.WAITING]
    assert tasks.message("case").next_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert len(told(tasks)) == 1


async def test_of_one_task_only_the_words_of_the_broadcast_end(tasks: TasksOffice) -> None:
    await tasks.spend(20)
    number = tasks.database.write_now(done, now=tasks.watch())
    tasks.post("case")
    tasks.post("water", broadcast_id=number)
    await tasks.work()
    assert tasks.statuses("case", "water") == [S.AWAITING_OWNER, S.GATHERED]
    tasks.contact.tasks.period = "day"
    others = tasks.contact.tasks.add(
        "liqiang", "别的应用发的", ["wrFengqiao"], attachments=[], now=tasks.watch()
    )
    assert tasks.contact.tap(others)
    assert not any(tasks.contact.tap(task) for task in tasks.contact.waiting())

    tasks.watch.move(seconds=6)
    await tasks.work()

    assert tasks.statuses("case", "water") == [S.WAITING, S.DEAD]
    assert "also" not in tasks.message("case").body
    assert len(told(tasks)) == 1
