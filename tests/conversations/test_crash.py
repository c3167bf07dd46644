"""The process is killed between commit and answer, and at any other moment: nothing lost, nothing doubled."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import Connection, func, select, update

from bot.clock import Clock
from bot.simulator.client import SimulatorClient
from bot.simulator.platform import Platform
from bot.simulator.routes import create_app
from storage.engine import Database
from storage.models.cases import reports
from storage.models.conversations import Outcome, receipts
from storage.models.outbox import destinations, outbox
from tests.conversations.conftest import all_cases, free_port, listening, nothing_due
from tests.edge import Edge, running_edge
from tests.process import ENCRYPTION_KEY, Process, import_sample_organization, sample_world

REDELIVERY = 2.0  # seconds the platform waits for an answer, here; 5 in reality
RESIDENTS = ("lixiuying", "zhangwei", "wuguilan")
GROUP = "第一网格工作群"

Json = dict[str, Any]


@dataclass
class Line:
    """The line between platform and product: hands everything through until it is told to cut."""

    process: Process
    session: aiohttp.ClientSession
    is_cut: bool = False
    trap: Callable[[], Awaitable[None]] | None = None
    is_dead: asyncio.Event = field(default_factory=asyncio.Event)
    _trapping: asyncio.Task[None] | None = None

    async def carry(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {"Content-Type": request.headers.get("Content-Type", "")}
        forward = self.session.post(
            self.process.url + request.path, params=request.query, data=body, headers=headers
        )
        if self.trap is not None:
            trap, self.trap = self.trap, None
            self._trapping = asyncio.create_task(self._spring(trap))
        try:
            async with forward as response:
                answer = await response.text()
            if not self.is_cut:
                return web.Response(text=answer, status=response.status)
        except aiohttp.ClientError:
            pass
        assert request.transport is not None
        request.transport.abort()  # what the platform sees of a dead product
        return web.Response()

    async def _spring(self, trap: Callable[[], Awaitable[None]]) -> None:
        """Wait for the moment, then kill; no answer that was on its way arrives any more."""
        self.is_cut = True
        await trap()
        self.process.kill()
        self.is_dead.set()

    async def repair(self) -> None:
        """The product is there again, and the line whole."""
        await self.process.start()
        self.is_cut = False
        self.is_dead.clear()


@dataclass
class Ruin:
    """A product that is killed again and again, its database, and the platform that goes on asking."""

    process: Process
    line: Line
    simulator: SimulatorClient
    database: Database
    group: str
    said: int = 0

    async def say_three_at_once(self) -> list[asyncio.Task[Json]]:
        tasks = []
        for person in RESIDENTS:
            self.said += 1
            text = f"枫桥苑{self.said}号楼下水道堵了，污水往外冒"
            tasks.append(asyncio.create_task(self.simulator.say(person, text)))
        return tasks

    async def killed_when(self, moment: Callable[[], Awaitable[None]]) -> None:
        """Three residents write; the product dies at that moment and is started again."""
        self.line.trap = moment
        said = await self.say_three_at_once()
        await self.line.is_dead.wait()
        await self.database.write(lease_runs_out)
        await self.line.repair()
        for outcome in await asyncio.gather(*said):
            await self.insist(outcome)

    async def insist(self, outcome: Json) -> None:
        """On a machine so slow that three requests were over before the product was back, ask again."""
        number = outcome["message"]["id"]
        while outcome["outcome"] == "failed":
            outcome = await self.simulator.redeliver(number)

    async def committed(self) -> None:
        """One more message is on disk than before; its answer is not yet with the platform."""
        before = await self.database.read(count_receipts)
        async with asyncio.timeout(30):
            while await self.database.read(count_receipts) <= before:  # noqa: ASYNC110 - another process's rows
                await asyncio.sleep(0)

    async def delivered(self) -> None:
        async with asyncio.timeout(60):
            while not await self.database.read(nothing_due, now=Clock().now()):  # noqa: ASYNC110 - its rows
                await asyncio.sleep(0.02)


def count_receipts(db: Connection) -> int:
    number: int = db.execute(select(func.count()).select_from(receipts)).scalar_one()
    return number


def lease_runs_out(db: Connection) -> None:
    """The minute passes after which what a dead process held is anybody's."""
    db.execute(update(destinations).values(claimed_until=None))


@pytest.fixture
async def ruin(database_url: str, tmp_path: Path) -> AsyncIterator[Ruin]:
    platform_port, line_port = free_port(), free_port()
    base = f"http://127.0.0.1:{platform_port}"
    database = Database(database_url, encryption_key=ENCRYPTION_KEY)
    import_sample_organization(database, now=Clock().now())
    process = Process(database_url, tmp_path, platform_url=base)
    world = sample_world(f"http://127.0.0.1:{line_port}")
    platform = Platform(world, Clock(), answer_timeout=REDELIVERY)
    async with AsyncExitStack() as stack:
        stack.callback(database.close)
        line = Line(process, await stack.enter_async_context(aiohttp.ClientSession()))
        app = web.Application()
        app.router.add_post("/{path:.*}", line.carry)
        await stack.enter_async_context(listening(app, line_port))
        await stack.enter_async_context(listening(create_app(platform), platform_port))
        simulator = await stack.enter_async_context(SimulatorClient(base))
        stack.callback(process.kill)
        await process.start()
        group = next(each.chat_id for each in world.groups if each.name == GROUP)
        yield Ruin(process, line, simulator, database, group)


def at_random(chance: random.Random) -> Callable[[], Awaitable[None]]:
    async def moment() -> None:
        await asyncio.sleep(chance.uniform(0, 0.03))  # the time three messages take, and a little more

    return moment


async def test_kills_lose_nothing_and_double_nothing(ruin: Ruin) -> None:
    chance = random.Random(20261120)

    for moment in (ruin.committed, at_random(chance), ruin.committed, at_random(chance)):
        await ruin.killed_when(moment)
    await asyncio.gather(*await ruin.say_three_at_once())
    await ruin.delivered()

    await every_message_is_one_case(ruin)
    await every_card_came_once(ruin)
    await every_resident_reads_each_answer_once(ruin)


async def every_message_is_one_case(ruin: Ruin) -> None:
    found = await ruin.database.read(all_cases)
    assert sorted(int(case.building or 0) for case in found) == list(range(1, ruin.said + 1))
    assert sorted(case.number for case in found) == list(range(1, ruin.said + 1))
    assert await ruin.database.read(count_receipts) == ruin.said
    outcomes = await ruin.database.read(
        lambda db: set(db.execute(select(receipts.c.outcome).distinct()).scalars())
    )
    assert outcomes == {Outcome.HANDLED}
    told = await ruin.database.read(
        lambda db: db.execute(select(func.count(), func.count(reports.c.case_id.distinct()))).one()
    )
    assert tuple(told) == (ruin.said, ruin.said)


async def every_card_came_once(ruin: Ruin) -> None:
    """Or twice, where the kill fell between sending and noting it, and the row then says so."""
    texts = [message.get("text", "") for message in await ruin.simulator.chat(ruin.group)]
    doubtful = await ruin.database.read(doubtful_cases)
    for case in await ruin.database.read(all_cases):
        cards = sum(f"新诉求 {case.label}" in text for text in texts)
        assert 1 <= cards <= (2 if case.id in doubtful else 1)


def doubtful_cases(db: Connection) -> set[int | None]:
    return set(db.execute(select(outbox.c.case_id).where(outbox.c.is_doubtful)).scalars())


async def every_resident_reads_each_answer_once(ruin: Ruin) -> None:
    chats = [await ruin.simulator.chat(f"account:main:{person}") for person in RESIDENTS]
    texts = [message.get("text", "") for chat in chats for message in chat]
    for case in await ruin.database.read(all_cases):
        assert sum(f"已登记，编号 {case.label}。" in text for text in texts) == 1


async def test_two_real_processes_at_once_make_one_case(database_url: str, tmp_path: Path) -> None:
    now = Clock().now()
    async with running_edge(database_url, now) as one:
        other = Process(database_url, tmp_path, platform_url="http://127.0.0.1:9")
        try:
            await other.start()
            elsewhere = Edge(one.app, one.clock, one.session, other.url)
            heard = await asyncio.gather(
                *(
                    edge.say(f"枫桥苑{n}号楼下水道堵了", sender=f"oPerson{n}", key=f"k{n}")
                    for n in range(1, 21)
                    for edge in (one, elsewhere)
                )
            )
        finally:
            other.kill()

        assert all("已登记" in each.text for each in heard)
        assert len({each.text for each in heard}) == 20
        counts = await one.counts()
        assert (counts["receipts"], counts["cases"]) == (20, 20)
