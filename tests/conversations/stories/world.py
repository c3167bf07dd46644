"""A world for stories: the platform goes on while the process stops and starts; all that is said is kept."""

import asyncio
import io
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from rich.console import Console
from sqlalchemy import Connection, func, select

from bot.app import DATABASE, SCHEDULE, build_app
from bot.clock import Clock
from bot.config import Settings, parse_settings
from bot.demo.playing import set_stage
from bot.demo.stage import Stage, own_chat, readable
from bot.demo.story import Story
from bot.simulator.client import SimulatorClient
from bot.simulator.platform import Platform
from bot.simulator.routes import create_app
from bot.simulator.world import build_world
from handlers.organization import import_organization, parse_organization
from storage import consultation
from storage.models.cases import Case, cases
from storage.models.consultation import Wake
from storage.models.meetings import MeetingStatus, meetings
from storage.models.outbox import DeliveryStatus, outbox
from tests.conversations.conftest import DATA, free_port, listening, nothing_due, read, sample_config
from tests.words import loaded_lexicon

PATIENCE = 40.0  # seconds for a message, on a machine that does other things
WORDS = 2  # of each resident, for which five messages arrive each
A_DAY = timedelta(days=1)
ENTRANCE_OR_ROOM = re.compile(
    r"[\d一二三四五六七八九十]+\s*单元|(?<![\d-])\d{3,4}\s*室|(?<!\d)[1-9]0[1-9](?!\d)"
)
LATENESS = r"（(?:已超期|已到期|还有|不到)[^）]*）"  # how late it is when the process is there again
CHANGING = re.compile(rf"https?://\S+|\d+|周[一二三四五六日]|（暂定）|{LATENESS}")  # between two tellings
REMINDER = "提醒："  # a day before and an hour before, in the same words
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass
class StoryWorld:
    """One platform, one clock, one database; the product on the same port whenever it runs."""

    settings: Settings
    port: int
    platform: Platform
    clock: Clock
    simulator: SimulatorClient
    address: str
    heard: io.StringIO = field(default_factory=io.StringIO)
    _running: AsyncExitStack | None = None
    _app: web.Application | None = None

    @property
    def app(self) -> web.Application:
        assert self._app is not None
        return self._app

    async def start(self) -> None:
        """The process is there, and does what fell due while it was not."""
        self._app = build_app(self.settings, self.clock, loaded_lexicon())
        self._running = AsyncExitStack()
        await self._running.enter_async_context(listening(self._app, self.port))

    async def stop(self) -> None:
        """The process is gone."""
        if self._running is not None:
            await self._running.aclose()
        self._running = self._app = None

    async def down_for_a_day(self) -> None:
        """The process stands still for a day; then it is there again."""
        await self.calm()
        await self.stop()
        self.clock.move(A_DAY)
        await self.start()
        await self.calm()

    async def calm(self) -> None:
        """What is due has happened and was sent."""
        schedule = self.app[SCHEDULE]
        await schedule.fire_timers()
        await schedule.fire_wakes()
        await schedule.go_on_broadcasting()
        async with asyncio.timeout(PATIENCE):
            while not await self.app[DATABASE].read(nothing_due, now=self.clock.now()):  # noqa: ASYNC110 - rows
                await asyncio.sleep(0.02)

    async def stage(self) -> Stage:
        """A stage for a story, whose terminal is kept to be shown when the test fails."""
        console = Console(file=self.heard, width=120)
        return await set_stage(self.simulator, console, url=self.address, calm=self.calm, patience=PATIENCE)

    async def up_for_a_day(self) -> None:
        """A day goes by, hour by hour, and the process does what falls due."""
        for _ in range(24):
            await self.calm()
            self.clock.move(A_DAY / 24)
        await self.calm()

    async def play(self, story: Story, *, idle_after: str = "", is_down: bool = False) -> Stage:
        """The story, every chapter; a day goes by after the one named, with the process or without it."""
        assert idle_after in ["", *(chapter.__name__ for chapter in story.chapters)]
        stage = await self.stage()
        try:
            for chapter in story.chapters:
                await chapter(stage)
                if chapter.__name__ == idle_after:
                    await (self.down_for_a_day() if is_down else self.up_for_a_day())
            await self.up_for_a_day()  # what is gathered, and what comes late
            await self.read_the_rest(stage)
        except BaseException:
            sys.stdout.write(self.heard.getvalue())
            raise
        return stage

    async def read_the_rest(self, stage: Stage) -> None:
        """Owners tap what waits, and residents say a word for which what was kept for them arrives."""
        for group in (each.name for each in self.platform.world.groups if each.kind == "residents"):
            await stage.tap(group)
        residents = [each.id for each in self.platform.world.people if each.openid]
        spoken = [each for each in residents if await self.simulator.chat(own_chat(each))]
        for person in spoken * WORDS:
            await stage.say(person, "收到，谢谢")
            await self.calm()

    # ------------------------------------------------------------------ what is to be seen afterwards

    async def texts(self, chat: str) -> list[str]:
        """What the bot said in a chat, oldest first; `chat` is a group's name, a resident or an id."""
        ids = {group.name: group.chat_id for group in self.platform.world.groups}
        residents = {person.id for person in self.platform.world.people if person.openid}
        known = ids.get(chat) or (own_chat(chat) if chat in residents else chat)
        people = {person.id for person in self.platform.world.people}
        messages = await self.simulator.chat(known)
        return [readable(each) for each in messages if each["sender"] not in people or known in public(self)]

    async def case(self, number: str) -> Case:
        """The case of that number in the first community."""

        def found(db: Connection) -> Case:
            query = select(*cases.c).where(cases.c.number == int(number)).order_by(cases.c.id)
            return Case(*db.execute(query).first())  # type: ignore[misc] # there is one

        return await self.app[DATABASE].read(found)

    async def meeting_status(self, number: str) -> MeetingStatus:
        """How the meeting of that number stands."""

        def found(db: Connection) -> MeetingStatus:
            status = select(meetings.c.status).where(meetings.c.number == int(number))
            return MeetingStatus(db.execute(status).scalar_one())

        return await self.app[DATABASE].read(found)

    async def overdue_wakes(self) -> list[Wake]:
        return await self.app[DATABASE].read(consultation.due_wakes, now=self.clock.now(), limit=10)

    async def unsent(self) -> Counter[str]:
        """Messages that did not arrive, by what became of them; those for residents' next words apart."""

        def found(db: Connection) -> Counter[str]:
            unsent = [DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN]
            query = select(outbox.c.status, func.count()).where(outbox.c.status.in_(unsent))
            return Counter({row[0].value: row[1] for row in db.execute(query.group_by(outbox.c.status))})

        return await self.app[DATABASE].read(found)


def with_words(texts: Iterable[str], *words: str) -> list[str]:
    """Those that have all these words in them."""
    return [text for text in texts if all(word in text for word in words)]


def public(world: StoryWorld) -> set[str]:
    """The ids of the residents' groups."""
    return {group.chat_id for group in world.platform.world.groups if group.kind == "residents"}


async def nothing_private_is_public(world: StoryWorld) -> None:
    """No text of any residents' group names a resident, an entrance, a room or a phone number."""
    names = {person.name for person in world.platform.world.people if person.openid}
    for chat in public(world):
        for text in [readable(each) for each in await world.simulator.chat(chat)]:
            told = [name for name in names if name in text]
            assert (told, ENTRANCE_OR_ROOM.findall(text), PHONE.findall(text)) == ([], [], []), text


async def pushed(world: StoryWorld, stage: Stage) -> dict[str, Counter[str]]:
    """What each chat was told unasked, without numbers and dates."""
    people = {person.id for person in world.platform.world.people}
    told: dict[str, Counter[str]] = {}
    for chat in await world.simulator.chats():
        messages = await world.simulator.chat(str(chat["id"]))
        told[str(chat["name"])] = Counter(
            CHANGING.sub("", readable(each))
            for each in messages
            if each["id"] not in stage.answers
            and (chat["id"] in public(world) or each["sender"] not in people)
        )
    return told


async def nothing_was_told_twice(world: StoryWorld, answers: set[int]) -> None:
    """In no chat the bot has said the same words twice unasked; the same question has the same answer."""
    people = {person.id for person in world.platform.world.people}
    for chat in await world.simulator.chats():
        known = str(chat["id"])
        said = [
            readable(each)
            for each in await world.simulator.chat(known)
            if each["id"] not in answers and (known in public(world) or each["sender"] not in people)
        ]
        often = {text for text, count in Counter(said).items() if count > (2 if REMINDER in text else 1)}
        assert (often, chat["name"]) == (set(), chat["name"])


async def nothing_was_forgotten(world: StoryWorld) -> None:
    """Nothing is overdue, and nothing was lost on the way."""
    assert await world.overdue_wakes() == []
    assert await world.unsent() == Counter()


async def all_is_well(world: StoryWorld, stage: Stage) -> None:
    """What every story has to leave behind."""
    await nothing_private_is_public(world)
    await nothing_was_told_twice(world, stage.answers)
    await nothing_was_forgotten(world)


def story_config(database_url: str, base: str, port: int, *, is_on_line: bool) -> dict[str, Any]:
    """The sample configuration with both ports in it, the robot called back by HTTP or on its connection."""
    config = read("config.toml") if is_on_line else sample_config()
    config["wecom"]["robots"]["main"]["socket_url"] = f"{base.replace('http', 'ws')}/simulator/socket"
    config["official_accounts"]["main"]["api_base"] = base
    config["wecom"] |= {"api_base": base, "response_url_base": base}
    config["database"] = {"url": database_url}
    config["server"] |= {"port": port, "cache_dir": str(DATA.parents[2] / "var")}
    config["server"]["public_url"] = f"http://127.0.0.1:{port}"
    config["simulator"] = {"enabled": False}
    config["security"] = {"session_key": "s" * 40, "encryption_key": "e" * 40}
    return config


@asynccontextmanager
async def story_world(
    database_url: str, now: datetime, *, is_on_line: bool = False
) -> AsyncIterator[StoryWorld]:
    """A world with its process running; `is_on_line`: its robot pushes cards on the long connection."""
    platform_port, port = free_port(), free_port()
    base = f"http://127.0.0.1:{platform_port}"
    config = story_config(database_url, base, port, is_on_line=is_on_line)
    clock = Clock()
    clock.move(now - clock.now())
    people = read("organization.toml")
    url = f"http://127.0.0.1:{port}"
    platform = Platform(build_world(config, people, read("residents.toml"), product_url=url), clock)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(listening(create_app(platform), platform_port))
        simulator = await stack.enter_async_context(SimulatorClient(base))
        world = StoryWorld(parse_settings(config), port, platform, clock, simulator, base)
        await world.start()
        stack.push_async_callback(world.stop)
        await world.app[DATABASE].write(import_organization, parse_organization(people), now=clock.now())
        yield world


async def same_when_interrupted(
    make_world: Callable[[], Awaitable[StoryWorld]], story: Story, idle_after: str
) -> None:
    """Everybody is told the same, whether the process runs or stands still on the day after that chapter."""
    told = []
    for is_down in (False, True):
        world = await make_world()
        stage = await world.play(story, idle_after=idle_after, is_down=is_down)
        await all_is_well(world, stage)
        told.append(await pushed(world, stage))
    running, standing = told
    for chat, texts in running.items():
        forgotten, added = texts - standing[chat], standing[chat] - texts
        assert (chat, forgotten, added) == (chat, Counter(), Counter())
