"""A town: the whole process and a WeChat platform, each on its own port, talking over HTTP."""

import asyncio
import contextlib
import itertools
import os
import socket
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import web
from sqlalchemy import Connection, func, select

from bot.app import DATABASE, TOOLS, build_app
from bot.channels.building import Tools
from bot.clock import Clock
from bot.config import Settings, parse_settings
from bot.simulator.client import SimulatorClient
from bot.simulator.platform import Platform
from bot.simulator.routes import create_app
from bot.simulator.world import build_world
from handlers.organization import import_organization, parse_organization
from storage.engine import Database
from storage.models.broadcasts import BroadcastStatus, broadcasts
from storage.models.cases import Case, cases
from storage.models.organization import Audience, Group
from storage.models.organization import groups as group_rows
from storage.models.outbox import DeliveryStatus, destinations, outbox
from tests.words import loaded_lexicon

DATA = Path(__file__).parents[2] / "bot" / "simulator" / "data"
T = TypeVar("T")

FENGQIAO_RESIDENTS = "wrSampleFengqiao"
LI = "lixiuying"  # a resident of 枫桥苑
HE = "hetao"  # a resident of 明园小区
WANG = "wangfang"  # grid worker of 枫桥苑
ZHAO = "zhaolei"  # grid worker of 明园小区
QIANG = "liqiang"  # staff of the community


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text("utf-8"))


def sample_config() -> dict[str, Any]:
    """The sample configuration, its robot called back by HTTP: every story then waits for its answer."""
    config = read("config.toml")
    config["wecom"]["robots"]["main"]["mode"] = "webhook"
    return config


RANGE = 1_200  # ports of each of up to ten test processes: two must not try the same one
FIRST = 20_000 + RANGE * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw9").removeprefix("gw")) % 10)
PORTS = itertools.count(os.getpid())


def free_port() -> int:
    """A port nobody listens on, below those that outgoing connections are given."""
    while True:
        port = FIRST + next(PORTS) % RANGE
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


@dataclass
class Town:
    """What a test may do: speak as anybody, look at chats and rows, move time."""

    simulator: SimulatorClient
    database: Database
    clock: Clock
    app: web.Application
    platform: Platform
    workers_chat: str
    address: str
    groups: dict[str, str]

    @property
    def tools(self) -> Tools:
        """What the process calls the platform with."""
        return self.app[TOOLS]

    async def say(self, person: str, text: str, **more: Any) -> str:
        """What came back at once, as the person reads it; several bubbles joined by a line."""
        outcome = await self.simulator.say(person, text, **more)
        return "\n".join(reply["text"] for reply in outcome["replies"])

    async def say_in_group(self, person: str, text: str, **more: Any) -> str:
        return await self.say(person, text, chat=self.workers_chat, **more)

    async def texts(self, chat: str) -> list[str]:
        """Everything to be read in a chat, oldest first, after all deliveries are done."""
        await self.settle()
        return [message.get("text", "") for message in await self.simulator.chat(chat)]

    async def resident_reads(self, person: str) -> list[str]:
        return await self.texts(f"account:main:{person}")

    async def settle(self) -> None:
        """Wait until nothing is due to be sent any more."""
        await self.eventually(lambda: self.database.read(nothing_due, now=self.clock.now()))

    async def eventually(self, condition: Callable[[], Awaitable[bool]], *, seconds: float = 15) -> None:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 - the condition is in another process's rows
                await asyncio.sleep(0.01)

    async def cases(self) -> list[Case]:
        return await self.database.read(all_cases)

    async def has_cases(self, number: int) -> bool:
        return len(await self.cases()) == number

    async def has_cards(self, number: int) -> bool:
        """Whether so many messages stand in the workers' group."""
        return len(await self.simulator.chat(self.workers_chat)) == number

    async def workers_groups(self) -> list[Group]:
        return await self.database.read(workers_groups)

    async def move(self, by: timedelta) -> None:
        self.clock.move(by)


def all_cases(db: Connection) -> list[Case]:
    return [Case(*row) for row in db.execute(select(*cases.c).order_by(cases.c.id))]


def workers_groups(db: Connection) -> list[Group]:
    query = select(*group_rows.c).where(group_rows.c.audience == Audience.WORKERS)
    return [Group(*row) for row in db.execute(query)]


def nothing_due(db: Connection, *, now: datetime) -> bool:
    waiting = (
        select(func.count())
        .select_from(outbox)
        .where(outbox.c.status == DeliveryStatus.WAITING, outbox.c.next_at <= now)
    )
    claimed = select(func.count()).select_from(destinations).where(destinations.c.claimed_until.is_not(None))
    to_start = select(func.count()).select_from(broadcasts)
    to_start = to_start.where(broadcasts.c.status == BroadcastStatus.SCHEDULED, broadcasts.c.starts_at <= now)
    return not any(db.execute(each).scalar_one() for each in (waiting, claimed, to_start))


MakeTown = Callable[..., Awaitable[Town]]


def town_settings(database_url: str, tmp_path: Path, **tables: Any) -> Settings:
    config = sample_config()
    config["database"] = {"url": database_url}
    config["server"]["cache_dir"] = str(Path.cwd() / "var")
    config["simulator"] = {"enabled": False}
    config["security"] = {"session_key": "s" * 40, "encryption_key": "e" * 40}
    return parse_settings({**config, **tables})


@asynccontextmanager
async def running_town(
    database_url: str,
    tmp_path: Path,
    now: datetime,
    *,
    change: Callable[[dict[str, Any]], None] | None = None,
    people: dict[str, Any] | None = None,
) -> AsyncIterator[Town]:
    """`people`: an organization file of its own instead of the sample's."""
    platform_port, product_port = free_port(), free_port()
    config = sample_config()
    base = f"http://127.0.0.1:{platform_port}"
    config["official_accounts"]["main"]["api_base"] = base
    config["wecom"] |= {"api_base": base, "response_url_base": base}
    config["database"] = {"url": database_url}
    config["server"] |= {"port": product_port, "cache_dir": str(DATA.parents[2] / "var")}
    config["server"]["public_url"] = f"http://127.0.0.1:{product_port}"
    config["simulator"] = {"enabled": False}
    config["security"] = {"session_key": "s" * 40, "encryption_key": "e" * 40}
    if change is not None:
        change(config)
    clock = Clock()
    clock.move(now - clock.now())
    world = build_world(
        config,
        people or read("organization.toml"),
        read("residents.toml"),
        product_url=f"http://127.0.0.1:{product_port}",
    )
    platform = Platform(world, clock)
    app = build_app(parse_settings(config), clock, loaded_lexicon())
    organization = parse_organization(people or read("organization.toml"))
    app[DATABASE].write_now(import_organization, organization, now=clock.now())
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(listening(create_app(platform), platform_port))
        await stack.enter_async_context(listening(app, product_port))
        simulator = await stack.enter_async_context(SimulatorClient(base))
        groups = {group.name: group.chat_id for group in world.groups}
        yield Town(simulator, app[DATABASE], clock, app, platform, groups["第一网格工作群"], base, groups)


@asynccontextmanager
async def listening(app: web.Application, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
async def town(database_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    """The town on each database, on a Friday morning."""
    async with running_town(database_url, tmp_path, now) as built:
        yield built
