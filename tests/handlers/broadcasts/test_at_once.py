"""PostgreSQL: two processes do something about broadcasts at the same moment."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from handlers.broadcasts import confirming, recurring, sending
from storage import outbox as outbox_rows
from storage.broadcasts import rows, series
from storage.engine import Database
from storage.models.broadcasts import (
    BroadcastSeries,
    BroadcastStatus,
    Way,
    broadcast_recipients,
    broadcasts,
)
from storage.models.outbox import Channel, Priority
from storage.outbox import Address, Posting
from tests.handlers.broadcasts.crowd import RULES, crowd, had_mass_sends, previewed
from tests.handlers.cases.scene import named, settle_in

pytestmark = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
GRACE = 5  # seconds: more than any lock is waited for when nothing is wrong


@asynccontextmanager
async def another_waits(
    database: Database, first: Callable[[Connection], object], second: Callable[[Connection], object]
) -> AsyncIterator[asyncio.Task[Any]]:
    """One process has done its part and not committed; inside, the other has begun. Then the first commits.

    The other is done with its part by then, or waits for the first.
    """
    with database.engine.connect() as db, db.begin():
        first(db)
        other = asyncio.create_task(database.write(second))
        async with asyncio.timeout(GRACE):
            while not other.done() and not await database.read(somebody_waits):  # noqa: ASYNC110 - in rows
                await asyncio.sleep(0.01)
        yield other
    async with asyncio.timeout(GRACE):
        await other


def somebody_waits(db: Connection) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    return bool(db.exec_driver_sql(waiting).scalar_one())


async def test_two_that_begin_at_once_send_nobody_a_fifth_mass_send(
    database: Database, now: datetime
) -> None:
    def prepare(db: Connection) -> tuple[list[int], list[int]]:
        settle_in(db, now=now)
        ids = crowd(db, 4, now=now)
        had_mass_sends(db, ids, 3, at=now - timedelta(days=5))
        made = [previewed(db, now=now, text=f"通知{n}").broadcast.id for n in range(2)]
        for each in made:
            confirming.confirm_broadcast(db, named(db, "李强"), each, "1234", now=now, rules=RULES)
        return ids, made

    ids, (one, two) = await database.write(prepare)

    def start(number: int) -> Callable[[Connection], object]:
        return lambda db: sending.start_broadcast(db, number, now=now, rules=RULES)

    async with another_waits(database, start(one), start(two)):
        pass

    table = broadcast_recipients.c
    mine = select(func.count()).where(table.person_id == ids[0], table.way == Way.MASS)
    assert await database.read(lambda db: db.execute(mine).scalar_one()) == 4


async def test_a_series_that_ends_while_its_broadcast_begins_leaves_that_stoppable(
    database: Database, now: datetime
) -> None:
    def prepare(db: Connection) -> BroadcastSeries:
        settle_in(db, now=now)
        row = {"community_id": 1, "person_id": named(db, "李强").id, "text": "今天巡查", "target": "全部"}
        row |= {"order": {"audience": "workers_groups", "targets": []}, "created_at": now}
        row |= {"rule": {"daily": True, "at_time": "10:30"}, "next_at": now + timedelta(minutes=30)}
        made = series.add_series(db, row)
        assert recurring.plan_occurrence(db, made.id, now=now, rules=RULES)
        return made

    await database.write(prepare)
    later = now + timedelta(minutes=30)

    def start(db: Connection) -> None:
        assert sending.start_broadcast(db, 1, now=later, rules=RULES)

    def end(db: Connection) -> object:
        return recurring.end_series(db, named(db, "李强"), None, now=later)

    async with another_waits(database, start, end):
        pass

    status = await database.read(lambda db: db.execute(select(broadcasts.c.status)).scalar_one())
    assert status is BroadcastStatus.SENDING


@pytest.mark.parametrize("is_series", [False, True])
async def test_a_number_being_given_out_keeps_nobody_from_writing(
    database: Database, now: datetime, is_series: bool
) -> None:
    await database.write(settle_in, now=now)

    def number(db: Connection) -> object:
        if not is_series:
            return rows.next_number(db, 1)
        row = {"community_id": 1, "person_id": named(db, "李强").id, "text": "通知", "target": "全部"}
        return series.add_series(db, row | {"order": {}, "rule": {}, "next_at": now, "created_at": now})

    def post(db: Connection) -> None:
        to = Address(Channel.GROUP_WEBHOOK, "", "desk")
        outbox_rows.post(db, [Posting(to, "k", {"text": "着火"}, Priority.EMERGENCY, 1)], now=now)

    async with another_waits(database, number, post) as posting:
        assert posting.done()
