"""A hundred destinations on three channels, the delivery that serves them, and a clock that runs ahead."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from sqlalchemy import Connection, func, select

from bot.channels import build_channels
from bot.channels.answers import Answer
from bot.channels.building import Tools
from bot.channels.client import PlatformClient
from bot.clock import Clock
from bot.delivery import DeliveryWorker, QuietHours
from bot.media.download import Downloader
from bot.simulator.api import say
from bot.simulator.chats import Message
from bot.simulator.platform import Platform
from bot.simulator.routes import create_app
from bot.simulator.world import build_world
from handlers.messages import IncomingMessage
from storage import outbox as outgoing
from storage.engine import Database
from storage.migrations import migrate
from storage.models.base import many
from storage.models.conversations import AnswerRoute
from storage.models.outbox import Channel, DeliveryStatus, OutgoingMessage, Priority, destinations, outbox
from storage.outbox import Address, Posting
from tests.conftest import KEY
from tests.conversations.conftest import free_port, listening
from tests.settings import SECURITY, settings_with

WEBHOOKS, MEMBERS, CONVERSATIONS = 50, 30, 20  # destinations of each channel, a hundred in all
ROBOT, APP = "main", "work"
PACE, STEP = 0.02, timedelta(seconds=0.5)  # real seconds a step, and how far the clock runs in it: 25 times
IMPATIENT = aiohttp.ClientTimeout(total=0.5, connect=0.4)  # seconds, so that slow answers count as lost
NO_QUIET = QuietHours(*(datetime.min.time(),) * 2)


@dataclass
class City:
    """The platform and the delivery, and hands to watch both."""

    platform: Platform
    database: Database
    clock: Clock
    worker: DeliveryWorker

    def places(self) -> list[tuple[Address, str]]:
        """Every destination, and the simulator's chat in which it arrives."""
        world = self.platform.world
        workers = [person for person in world.people if person.kind == "worker"]
        webhooks = [(Address(Channel.GROUP_WEBHOOK, "", each.webhook), each.chat_id) for each in world.groups]
        members = [
            (Address(Channel.WECOM_APP, APP, each.id), f"app:{APP}:{each.id}") for each in workers[:MEMBERS]
        ]
        chats = [
            (Address(Channel.WECOM_ROBOT, ROBOT, each.id), f"robot:{ROBOT}:{each.id}")
            for each in workers[:CONVERSATIONS]
        ]
        return webhooks + members + chats

    def busy_places(self) -> list[tuple[Address, str]]:
        """One of ten, of every channel: where more is to be said than the quotas let go at once."""
        return self.places()[::10]

    def post(self, db: Connection, places: list[tuple[Address, str]], numbers: range) -> None:
        """Messages to each of these destinations; the text says which it is."""
        postings = [
            Posting(to, f"run:{chat}:{number}", {"text": f"第{number:03d}条"}, Priority.NOTICE, None)
            for number in numbers
            for to, chat in places
        ]
        outgoing.post(db, postings, now=self.clock.now())

    def arrived(self, chat: str) -> list[Message]:
        """What the platform showed in a chat, oldest first."""
        found = self.platform.chats.get(chat)
        return [each for each in (found.messages if found else ()) if "第" in each.text]

    async def pass_time(self, span: timedelta, *, step: timedelta = STEP) -> None:
        """The clock runs ahead, step by step, while everything goes on."""
        until = self.clock.now() + span
        while self.clock.now() < until:
            await asyncio.sleep(PACE)
            self.clock.move(step)

    async def settle(self, *, hours: int = 6) -> None:
        """The clock runs until nothing waits any more."""
        for _ in range(hours * 60):
            if await self.database.read(count_waiting) == 0:
                return
            await self.pass_time(timedelta(minutes=1), step=4 * STEP)
        raise AssertionError("messages still wait")


def count_waiting(db: Connection) -> int:
    waiting = select(func.count()).select_from(outbox).where(outbox.c.status == DeliveryStatus.WAITING)
    return int(db.execute(waiting).scalar_one())


def rows(db: Connection) -> dict[str, OutgoingMessage]:
    """All messages by their keys."""
    found = many(OutgoingMessage, db.execute(select(*outbox.c).order_by(outbox.c.id)))
    return {each.key: each for each in found}


def leased(db: Connection) -> int:
    held = select(func.count()).select_from(destinations).where(destinations.c.claimed_until.is_not(None))
    return int(db.execute(held).scalar_one())


class Nobody:
    """Whoever addresses the robot is heard and not answered."""

    async def receive(self, _message: IncomingMessage) -> Answer:
        return Answer(AnswerRoute.NONE, "")

    async def undelivered(self, _message: IncomingMessage, _answer: Answer, *, is_doubtful: bool) -> None:
        raise AssertionError(f"there was nothing to deliver (doubtful: {is_doubtful})")


def organization() -> dict[str, Any]:
    """One community with as many groups and workers as there are destinations."""
    people = [
        {"name": f"网格员{n}", "role": "grid_worker", "wecom_userid": f"worker{n}"} for n in range(MEMBERS)
    ]
    groups = [
        {"name": f"第{n}工作群", "audience": "workers", "webhook": f"key-{n}"} for n in range(1, WEBHOOKS + 1)
    ]
    return {
        "communities": [
            {"code": "big", "name": "大社区", "official_account": "main", "people": people, "groups": groups}
        ]
    }


def config(base: str) -> dict[str, Any]:
    return {
        "official_accounts": {"main": {"app_id": "wx1", "app_secret": "s", "token": "abc", "api_base": base}},
        "wecom": {
            "corp_id": "ww1",
            "api_base": base,
            "response_url_base": base,
            "apps": {APP: {"agent_id": 1000002, "secret": "app-secret"}},
            "robots": {
                ROBOT: {
                    "mode": "socket",
                    "bot_id": "aib-run",
                    "secret": "robot-secret",
                    "socket_url": f"{base.replace('http', 'ws')}/simulator/socket",
                }
            },
        },
    }


@asynccontextmanager
async def running_city(database_url: str, now: datetime) -> AsyncIterator[City]:
    """Everything is up, and the robot was addressed once in each of its conversations."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    tables = config(base)
    clock = Clock()
    clock.move(now - clock.now())
    world = build_world(tables, organization(), {}, product_url="http://127.0.0.1:9")
    platform = Platform(world, clock, answer_timeout=0.1)
    database = Database(database_url, encryption_key=KEY)
    migrate(database)
    client, downloader = PlatformClient(timeout=IMPATIENT), Downloader()
    settings = settings_with(security=SECURITY, **tables)
    tools = Tools(settings, client, downloader, database, clock.now)
    parts = build_channels(tools)
    worker = DeliveryWorker(database, parts.transports, now=clock.now, quiet_hours=NO_QUIET)
    tools.wake = worker.wake
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(listening(create_app(platform), port))
        lines = [asyncio.create_task(line.run(Nobody())) for line in parts.lines]
        worker.start()
        city = City(platform, database, clock, worker)
        await address_robot(city)
        yield city
        await worker.stop(grace_seconds=2)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        await downloader.close()
        await client.close()
    database.close()


async def address_robot(city: City) -> None:
    """Somebody must have spoken to the robot in a chat before it may push there."""
    async with asyncio.timeout(20):
        for person in [each for each in city.platform.world.people if each.kind == "worker"][:CONVERSATIONS]:
            while True:
                said = await say(
                    city.platform, {"person": person.id, "chat": f"robot:{ROBOT}:{person.id}", "text": "在吗"}
                )
                if said["outcome"] != "failed":
                    break
                await asyncio.sleep(0.05)
