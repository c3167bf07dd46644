"""A broadcast to three hundred residents' groups shows its plan and keeps to it, killed in the middle too."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.clock import Clock
from bot.simulator.client import SimulatorClient
from bot.simulator.group_tasks import GroupTask
from bot.simulator.platform import Platform
from bot.simulator.routes import create_app
from bot.simulator.world import build_world
from handlers.organization import import_organization, parse_organization
from storage import outbox as outbox_rows
from storage.engine import Database
from storage.models.broadcasts import BroadcastStatus, broadcasts
from storage.models.outbox import Channel, DeliveryStatus, Priority, destinations, outbox
from storage.outbox import Address, Posting
from tests.conversations.conftest import (
    QIANG,
    Town,
    free_port,
    listening,
    read,
    running_town,
    sample_config,
)
from tests.process import ENCRYPTION_KEY, Process

GROUPS = 300
PER_MINUTE = 60
CHEN = "chenjing"  # head of the community
DESK = "晨光社区工作群"
WORDS = "明天9点到11点停水，请备水"
BUSY = 90  # seconds on a machine that does much else


def organization() -> dict[str, Any]:
    """The sample, its first community with three hundred residents' groups of two owners."""
    found = read("organization.toml")
    first = found["communities"][0]
    workers = [each for each in first["groups"] if each["audience"] == "workers"]
    first["groups"] = workers + [
        {
            "name": f"居民群{number:03}",
            "audience": "residents",
            "estate": ("枫桥苑", "明园小区")[number % 2],
            "customer_group": f"wrMany{number:03}",
            "owner": ("王芳", "赵磊")[number % 2],
        }
        for number in range(1, GROUPS + 1)
    ]
    return found


def code_in(preview: str) -> str:
    return preview.split("确认请回复：")[1][:4]


def tasks_of(platform: Platform) -> list[GroupTask]:
    return sorted(platform.tasks.all(), key=lambda task: task.created_at)


def chats_of(tasks: list[GroupTask]) -> Counter[str]:
    return Counter(chat for task in tasks for chat in task.status)


def status_of(db: Connection) -> BroadcastStatus:
    found: BroadcastStatus = db.execute(
        select(broadcasts.c.status).order_by(broadcasts.c.id.desc()).limit(1)
    ).scalar_one()
    return found


def states_of_tasks(db: Connection) -> dict[DeliveryStatus, int]:
    mine = select(outbox.c.status, func.count()).where(outbox.c.broadcast_id.is_not(None))
    return {row[0]: row[1] for row in db.execute(mine.group_by(outbox.c.status))}


def use_up_the_month(db: Connection, group: str, *, now: datetime) -> None:
    """The group was sent what it may have but for the last three, which are for emergencies."""
    to = Address(Channel.GROUP_TASK, "", group)
    body = {"text": "通知", "sender": "wangfang"}
    postings = [Posting(to, f"earlier:{group}:{n}", body, Priority.NOTICE, None) for n in range(27)]
    outbox_rows.post(db, postings, now=now)
    earlier = update(outbox).where(outbox.c.key.startswith(f"earlier:{group}:"))
    at = now - timedelta(days=1)
    db.execute(earlier.values(status=DeliveryStatus.SENT, finished_at=at, made_at=at))


@pytest.fixture
async def town(database_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    async with running_town(database_url, tmp_path, now, people=organization()) as built:
        yield built


async def test_the_plan_of_three_hundred_groups_is_shown_and_kept(town: Town, now: datetime) -> None:
    desk = town.groups[DESK]
    await town.database.write(use_up_the_month, "wrMany007", now=now)

    preview = await town.say(QIANG, f"群发 全部 {WORDS}", chat=desk)

    assert f"将发到 {GROUPS - 1} 个居民群（居民群001、" in preview
    assert "每分钟 60 个群，约 5 分钟，到 11月20日 周五 10:04 提交完" in preview
    assert "王芳（150次）" in preview or "赵磊（150次）" in preview
    assert "发不到：居民群007（可收的群发次数已用完" in preview
    assert "还要另一位工作人员（陈静）同意" in preview

    assert "同意群发 1" in await town.say(QIANG, code_in(preview), chat=desk)
    assert f"{GROUPS - 1} 个居民群" in await town.say(CHEN, "同意群发 1", chat=desk)
    begun = town.clock.now()
    for minute in range(1, 6):
        wanted = min(PER_MINUTE * minute, GROUPS - 1)
        await reached(town, wanted)
        assert len(tasks_of(town.platform)) == wanted  # and not one more before its minute
        if minute == 2:
            progress = await town.say(QIANG, "群发进度 1", chat=desk)
            assert "发送中，按计划 11月20日 周五 10:0" in progress
            assert f"待群主确认 {wanted}：" in progress
            assert f"等待发送 {GROUPS - 1 - wanted}：" in progress
        await town.move(timedelta(minutes=1))

    made = tasks_of(town.platform)
    assert set(chats_of(made).values()) == {1}
    assert "wrMany007" not in chats_of(made)
    minutes = Counter(
        (task.created_at - begun + timedelta(seconds=1)) // timedelta(minutes=1) for task in made
    )
    assert minutes == {0: 60, 1: 60, 2: 60, 3: 60, 4: 59}
    await town.eventually(lambda: is_done(town.database))
    await town.eventually(lambda: told_at(town, desk, f"待群主确认 {GROUPS - 1}"))


async def test_a_broadcast_is_stopped_in_the_middle_of_three_hundred(town: Town) -> None:
    desk = town.groups[DESK]
    preview = await town.say(QIANG, f"群发 全部 {WORDS}", chat=desk)
    await town.say(QIANG, code_in(preview), chat=desk)
    await town.say(CHEN, "同意群发", chat=desk)
    await reached(town, PER_MINUTE)
    first = tasks_of(town.platform)[0]
    [chat] = first.status
    await town.simulator.confirm(first.msgid, chat=chat)
    await town.move(timedelta(seconds=20))  # the answer of the owner is asked for
    await town.eventually(lambda: has_status(town.database, DeliveryStatus.SENT))

    answer = await town.say(QIANG, "停止群发 1", chat=desk)

    assert "已发出 1 个（收不回），正在撤回 59 个（群主还没确认的），没有发的 240 个已取消" in answer
    await town.move(timedelta(minutes=10))
    await town.settle()
    await town.eventually(lambda: called_back(town, 59), seconds=BUSY)
    assert len(tasks_of(town.platform)) == PER_MINUTE
    assert "已停止" in await town.say(QIANG, "群发进度 1", chat=desk)


async def reached(town: Town, tasks: int) -> None:
    async def enough() -> bool:
        return len(town.platform.tasks.all()) >= tasks

    await town.eventually(enough, seconds=BUSY)
    await town.settle()


async def called_back(town: Town, tasks: int) -> bool:
    return sum(task.is_cancelled for task in town.platform.tasks.all()) == tasks


async def is_done(database: Database) -> bool:
    return await database.read(status_of) is BroadcastStatus.DONE


async def has_status(database: Database, status: DeliveryStatus) -> bool:
    found = select(outbox.c.id).where(outbox.c.status == status, outbox.c.broadcast_id.is_not(None)).limit(1)
    return await database.read(lambda db: db.execute(found).first()) is not None


async def told_at(town: Town, chat: str, words: str) -> bool:
    return any(words in message.get("text", "") for message in await town.simulator.chat(chat))


# ------------------------------------------------------------------ killed in the middle


@dataclass
class Ruin:
    """A product of its own that is killed, its database, and the platform that goes on."""

    process: Process
    simulator: SimulatorClient
    database: Database
    platform: Platform
    desk: str

    async def say(self, person: str, text: str) -> str:
        outcome = await self.simulator.say(person, text, chat=self.desk)
        return "\n".join(reply["text"] for reply in outcome["replies"])

    async def made(self, tasks: int) -> None:
        """The platform has so many tasks."""
        async with asyncio.timeout(BUSY):
            while len(self.platform.tasks.all()) < tasks:  # noqa: ASYNC110 - another process makes them
                await asyncio.sleep(0)

    async def killed_and_started(self) -> None:
        """A minute has passed: what a dead process held is anybody's, and what it began is asked for."""
        self.process.kill()
        assert len(self.platform.tasks.all()) < GROUPS
        await self.database.write(let_a_minute_pass)
        await self.process.start()

    async def all_are_out(self) -> None:
        async with asyncio.timeout(BUSY):
            while await self.database.read(status_of) is not BroadcastStatus.DONE:  # noqa: ASYNC110 - its rows
                await asyncio.sleep(0.05)


def let_a_minute_pass(db: Connection) -> None:
    minute = timedelta(seconds=61)
    db.execute(update(destinations).values(claimed_until=None))
    waiting = select(outbox).where(
        outbox.c.status == DeliveryStatus.WAITING, outbox.c.attempted_at.is_not(None)
    )
    for row in db.execute(waiting):
        earlier = {"attempted_at": row.attempted_at - minute, "next_at": row.next_at - minute}
        db.execute(update(outbox).where(outbox.c.id == row.id).values(earlier))
        place = update(destinations).where(destinations.c.id == row.destination_id)
        db.execute(place.values(ready_at=earlier["next_at"], blocked_until=None))


@asynccontextmanager
async def ruined(database_url: str, tmp_path: Path) -> AsyncIterator[Ruin]:
    platform_port = free_port()
    base = f"http://127.0.0.1:{platform_port}"
    database = Database(database_url, encryption_key=ENCRYPTION_KEY)
    people = parse_organization(organization())
    database.write_now(import_organization, people, now=Clock().now())
    process = Process(database_url, tmp_path, platform_url=base)
    world = build_world(sample_config(), organization(), read("residents.toml"), product_url=process.url)
    platform = Platform(world, Clock())
    async with AsyncExitStack() as stack:
        stack.callback(database.close)
        await stack.enter_async_context(listening(create_app(platform), platform_port))
        simulator = await stack.enter_async_context(SimulatorClient(base))
        stack.callback(process.kill)
        await process.start()
        desk = next(each.chat_id for each in world.groups if each.name == DESK)
        yield Ruin(process, simulator, database, platform, desk)


async def test_killed_in_the_middle_it_is_finished_without_repeating_a_group(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_BROADCASTS__PER_MINUTE", "1000")
    async with ruined(database_url, tmp_path) as ruin:
        preview = await ruin.say(QIANG, f"群发 全部 {WORDS}")
        await ruin.say(QIANG, code_in(preview))
        await ruin.say(CHEN, "同意群发 1")

        for tasks in (40, 150):
            await ruin.made(tasks)
            await ruin.killed_and_started()
        await ruin.all_are_out()

        chats = chats_of(ruin.platform.tasks.all())
        assert set(chats) == {f"wrMany{number:03}" for number in range(1, GROUPS + 1)}
        assert set(chats.values()) == {1}
        states = await ruin.database.read(states_of_tasks)
        assert states == {DeliveryStatus.AWAITING_OWNER: GROUPS}
