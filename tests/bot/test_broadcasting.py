"""Broadcasts in their time, however many processes look after them."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.broadcasting import AT_ONCE, go_on
from handlers.broadcasts import recurring, sending
from handlers.organization import import_organization, parse_organization
from handlers.rules import Rules
from storage.broadcasts import rows
from storage.engine import Database
from storage.models.broadcasts import Broadcast, BroadcastAudience, BroadcastStatus, broadcast_series
from storage.models.organization import groups
from storage.models.outbox import Channel, DeliveryStatus, Priority, outbox
from storage.outbox import Address, Posting, post
from tests.conftest import KEY
from tests.conversations.conftest import read

REPLICAS = 5


@pytest.fixture
def replicas(database: Database, database_url: str, now: datetime) -> Iterator[list[Database]]:
    """Several processes on one database, with the sample communities."""
    database.write_now(import_organization, parse_organization(read("organization.toml")), now=now)
    others = [Database(database_url, encryption_key=KEY) for _ in range(REPLICAS - 1)]
    yield [database, *others]
    for each in others:
        each.close()


async def all_look(replicas: list[Database], *, now: datetime) -> None:
    await asyncio.gather(*(go_on(each, Rules(), now=now) for each in replicas))


def planned(db: Connection, /, *, now: datetime, **values: Any) -> Broadcast:
    """A broadcast of a member of staff to the two residents' groups of the first community."""
    wanted = select(groups.c.id).where(groups.c.name.in_(["枫桥苑居民群", "明园小区居民群"]))
    row: dict[str, Any] = {
        "community_id": 1,
        "person_id": 3,
        "text": "明天停水",
        "target": "全部",
        "group_ids": list(db.execute(wanted.order_by(groups.c.id)).scalars()),
        "code": "3721",
        "status": BroadcastStatus.SCHEDULED,
        "created_at": now,
        "confirmed_at": now,
        "number": rows.next_number(db, 1),
        "audience": BroadcastAudience.RESIDENTS_GROUPS,
        "plan": {},
        "starts_at": now,
    }
    return rows.add_broadcast(db, row | values)


def series(db: Connection, *, now: datetime) -> None:
    made = planned(
        db,
        now=now,
        plan={"rule": {"daily": True, "at_time": "11:00"}, "order": {"target": "枫桥苑"}},
        status=BroadcastStatus.PREVIEWED,
    )
    recurring.begin_series(db, made, now=now)


def messages(db: Connection, prefix: str) -> int:
    number = select(func.count()).select_from(outbox).where(outbox.c.key.startswith(prefix))
    return int(db.execute(number).scalar_one())


def all_are_out(db: Connection) -> None:
    mine = update(outbox).where(outbox.c.broadcast_id.is_not(None))
    db.execute(mine.values(status=DeliveryStatus.AWAITING_OWNER))


async def test_a_broadcast_begins_once(replicas: list[Database], now: datetime) -> None:
    await replicas[0].write(planned, now=now)

    await all_look(replicas, now=now)

    assert await replicas[0].read(messages, "broadcast:1:group:") == 2
    assert (await replicas[0].write(rows.lock_broadcast, 1)).status is BroadcastStatus.SENDING


async def test_its_result_is_told_once(replicas: list[Database], now: datetime) -> None:
    await replicas[0].write(planned, now=now)
    await all_look(replicas, now=now)
    await all_look(replicas, now=now)
    assert await replicas[0].read(messages, "broadcast:1:done:") == 0  # it still waits to be sent
    await replicas[0].write(all_are_out)

    await all_look(replicas, now=now)

    assert await replicas[0].read(messages, "broadcast:1:done:") == 1
    assert (await replicas[0].write(rows.lock_broadcast, 1)).status is BroadcastStatus.DONE


async def test_before_its_time_nothing_happens(replicas: list[Database], now: datetime) -> None:
    await replicas[0].write(planned, now=now, starts_at=now + timedelta(seconds=1))

    await all_look(replicas, now=now)

    assert await replicas[0].read(messages, "") == 0


async def test_a_series_makes_one_broadcast_each_time(replicas: list[Database], now: datetime) -> None:
    await replicas[0].write(series, now=now)

    await all_look(replicas, now=now)  # 10:00, an hour before
    await all_look(replicas, now=now)
    assert await replicas[0].read(messages, "series:1:") == 1
    assert await replicas[0].read(messages, "broadcast:") == 0
    await all_look(replicas, now=now + timedelta(hours=1))

    assert await replicas[0].read(messages, "broadcast:2:group:") == 1
    following = await replicas[0].read(lambda db: db.execute(select(broadcast_series.c.next_at)).scalar_one())
    assert following == now + timedelta(days=1, hours=1)


async def test_nobody_agreeing_is_told_once(replicas: list[Database], now: datetime) -> None:
    await replicas[0].write(planned, now=now, status=BroadcastStatus.AWAITING_APPROVAL)

    await all_look(replicas, now=now + timedelta(days=1))
    assert await replicas[0].read(messages, "broadcast:1:") == 0
    await all_look(replicas, now=now + timedelta(days=1, seconds=1))

    assert await replicas[0].read(messages, "broadcast:1:unapproved") == 1
    assert (await replicas[0].write(rows.lock_broadcast, 1)).status is BroadcastStatus.CANCELLED


def waiting_for_ever(db: Connection, /, *, now: datetime) -> int:
    """Many that wait for a robot that never comes back, and one of which nothing waits; gives the last."""
    under_way: dict[str, Any] = {"status": BroadcastStatus.SENDING}
    for number in range(AT_ONCE):
        made = planned(db, now=now, **under_way)
        to = Address(Channel.WECOM_ROBOT, "gone", "wrGone")
        body = {"text": "明天停水"}
        posting = Posting(to, f"k{number}", body, Priority.BROADCAST, 1, broadcast_id=made.id)
        post(db, [posting], now=now)
    return planned(db, now=now, **under_way).id


async def test_those_that_wait_for_ever_keep_no_other_from_being_done(
    replicas: list[Database], now: datetime
) -> None:
    last = await replicas[0].write(waiting_for_ever, now=now)

    await all_look(replicas[:1], now=now)

    assert (await replicas[0].write(rows.lock_broadcast, last)).status is BroadcastStatus.DONE
    assert (await replicas[0].write(rows.lock_broadcast, last - 1)).status is BroadcastStatus.SENDING


async def test_one_that_raises_does_not_stop_the_others(
    replicas: list[Database], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patched: there is no row that is known to raise."""
    await replicas[0].write(planned, now=now)
    await replicas[0].write(planned, now=now)

    def raises_for_the_first(db: Connection, number: int, **values: Any) -> object:
        if number == 1:
            raise ValueError("a bug")
        return sending.start_broadcast(db, number, **values)

    monkeypatch.setattr("bot.broadcasting.start_broadcast", raises_for_the_first)
    await all_look(replicas[:1], now=now)

    assert await replicas[0].read(messages, "broadcast:2:group:") == 2
    assert (await replicas[0].write(rows.lock_broadcast, 1)).status is BroadcastStatus.SCHEDULED
