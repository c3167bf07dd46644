"""Two processes on one database, whose people speak, whose time stands still until moved, and that die."""

import asyncio
import logging
import shutil
import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, select

from bot.channels.answers import Answer
from bot.clock import Clock
from bot.directory import Directory
from bot.dispatch import Dispatcher, Patience
from bot.groups import GroupsInStep
from bot.refusals import Refusals
from bot.rereading import Rereader
from bot.schedule import Schedule
from handlers.messages import IncomingMessage, MessageKind
from handlers.organization import import_organization, parse_organization
from handlers.rules import Rules
from nlp.commands import CommandReader
from nlp.consultation import TableReader
from nlp.desk_words import DeskReader
from nlp.lexicon import Lexicon
from nlp.reading import Reader
from storage.bursts import LIMIT
from storage.engine import Database
from storage.models.conversations import conversations
from storage.models.outbox import Channel
from storage.models.people import identities
from tests.conftest import KEY

P = ParamSpec("P")
T = TypeVar("T")

TOP = Path(__file__).parents[3]
ORGANIZATION = TOP / "bot" / "simulator" / "data" / "organization.toml"
BEGAN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday morning, ten in Shanghai
RULES = Rules()
RESIDENTS = ("openid-li", "openid-he", "openid-sun")


class Fate(StrEnum):
    """What becomes of the process while it writes."""

    LIVES = "lives"
    DIES_BEFORE_COMMIT = "dies before the commit"
    DIES_AFTER_COMMIT = "dies after the commit"


class Death(BaseException):
    """The process is gone: no handler of errors sees it."""


class Standing(Clock):
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.at = BEGAN

    def now(self) -> datetime:
        """Where it was moved to."""
        return self.at

    def move(self, by: timedelta) -> None:
        """Forward, or back."""
        self.at += by


class Mortal(Database):
    """A database without threads, whose process may die at its next writes, or be overtaken after a look."""

    def __init__(self, url: str) -> None:
        super().__init__(url, encryption_key=KEY)
        self.fate = Fate.LIVES
        self.spared = 0  # writes that still succeed before the fate comes
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.witness: Callable[[Connection], object] | None = None  # sees the rows after each commit

    async def write(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Committed before it returns; or not, or nobody learns of it."""
        fate = Fate.LIVES if self.spared else self.fate
        self.spared -= bool(self.spared)

        def attempt(db: Connection) -> T:
            result = function(db, *args, **kwargs)
            if fate is Fate.DIES_BEFORE_COMMIT:
                raise Death
            return result

        result = self.write_now(attempt)
        if self.witness is not None:
            self.read_now(self.witness)
        if fate is Fate.DIES_AFTER_COMMIT:
            raise Death
        return result

    async def read(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What stands there; somebody else may act before it is made use of."""
        result = self.read_now(function, *args, **kwargs)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return result


@dataclass
class Process:
    """One replica: what takes messages, and what ticks."""

    database: Mortal
    dispatcher: Dispatcher
    schedule: Schedule
    directory: Directory

    async def tick(self) -> None:
        """Everything that a running process does by itself."""
        await self.schedule.open_silent_drafts()
        await self.dispatcher.handle_waiting()
        await self.schedule.fire_timers()  # last: what the others brought may be due at once


class Bugs(logging.Handler):
    """Whatever the program logs as an error, for it is one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the words and the traceback."""
        self.found.append(logging.Formatter().format(record))


@cache
def lexicon() -> Lexicon:
    return Lexicon.load(TOP / "var")


@cache
def reader() -> Reader:
    return Reader(lexicon())


def found_town(template: Path, path: Path) -> None:
    """A database file of the sample communities."""
    shutil.copyfile(template, path)
    database = Database(f"sqlite:///{path}", encryption_key=KEY)
    table = tomllib.loads(ORGANIZATION.read_text("utf-8"))
    database.write_now(import_organization, parse_organization(table), now=BEGAN)
    database.close()


@dataclass
class World:
    """The sample communities with two processes; everything happens one thing after the other."""

    town: Path
    clock: Standing = field(default_factory=Standing)
    sent: list[IncomingMessage] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "huiyin.db"
        shutil.copyfile(self.town, path)
        self.loop = asyncio.Runner()
        self.processes = [self._started(path) for _ in range(2)]
        self.database = self.processes[0].database
        self.bugs = Bugs()
        logging.getLogger("bot").addHandler(self.bugs)

    def _started(self, path: Path) -> Process:
        database = Mortal(f"sqlite:///{path}")
        directory = Directory(database, lexicon())
        dispatcher = Dispatcher(
            database=database,
            directory=directory,
            commands=CommandReader(lexicon()),
            desk_words=DeskReader(lexicon()),
            table_words=TableReader(lexicon()),
            rereader=Rereader(reader()),
            rules=RULES,
            clock=self.clock,
            on_commit=_nothing,
            on_media=_nothing,
            patience=Patience(again=()),
        )
        schedule = Schedule(
            database,
            directory,
            RULES,
            self.clock,
            _nothing,
            dispatcher.rereader,
            dispatcher.handle_waiting,
            Refusals(database, self.clock),
            GroupsInStep(database, None, self.clock.now),
        )
        self.loop.run(directory.refresh())
        return Process(database, dispatcher, schedule, directory)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def close(self) -> None:
        """Everything is put away."""
        logging.getLogger("bot").removeHandler(self.bugs)
        for process in self.processes:
            process.database.close()
        self.loop.close()
        self.folder.cleanup()

    def message(self, sender: str, text: str, *, kind: MessageKind = MessageKind.TEXT) -> IncomingMessage:
        """The next message of a resident to the account, or of anybody else to the robot."""
        number = len(self.sent) + 1
        is_resident = sender.startswith("openid")
        message = IncomingMessage(
            channel=Channel.OFFICIAL_ACCOUNT if is_resident else Channel.WECOM_ROBOT,
            account="main",
            key=f"message-{number}",
            sender=sender,
            kind=kind,
            text=text,
            sent_at=self.now,
            response_url="" if is_resident else f"https://robot.example/{number}",
            payload=_files(text, number, kind=kind),
        )
        self.sent.append(message)
        return message

    def deliver(self, message: IncomingMessage, fate: Fate = Fate.LIVES, *, to: int = 0) -> Answer:
        """The platform asks until it is answered: after a death it asks the other process."""
        process = self.processes[to]
        process.database.fate = fate
        try:
            return self.loop.run(process.dispatcher.receive(message))
        except Death:
            return self.deliver(message, to=1 - to)
        finally:
            process.database.fate = Fate.LIVES

    def tick(self, *, of: int = 0) -> None:
        """One process does whatever is due."""
        self.loop.run(self.processes[of].tick())

    def tick_and_die(self, fate: Fate, *, after: int, of: int = 0) -> None:
        """The process dies at one of its writes."""
        database = self.processes[of].database
        database.fate, database.spared = fate, after
        try:
            self.tick(of=of)
        except Death:
            pass
        finally:
            database.fate, database.spared = Fate.LIVES, 0

    def tick_overtaken(self, *, looks: int, of: int = 0) -> None:
        """One process looks what is due; before it acts the other has done it all."""
        database = self.processes[of].database
        other = self.processes[1 - of]

        async def look_again() -> None:
            nonlocal looks
            looks -= 1
            database.meanwhile = look_again if looks > 0 else other.tick

        database.meanwhile = look_again if looks > 0 else other.tick
        self.tick(of=of)
        database.meanwhile = None

    def hurry(self, openid: str) -> None:
        """The resident has just sent as many messages as are handled at once."""

        def count(db: Connection) -> None:
            theirs = select(identities.c.person_id).where(identities.c.external_id == openid)
            talk = conversations.update().where(conversations.c.person_id.in_(theirs))
            db.execute(talk.values(burst_count=LIMIT, burst_since=self.now))

        self.database.write_now(count)


def _files(text: str, number: int, *, kind: MessageKind) -> dict[str, object]:
    """A photo alone, or the one that shows that the work is done."""
    if kind is MessageKind.IMAGE:
        return {"media_id": f"media-{number}"}
    return {"urls": [f"https://robot.example/{number}.jpg"]} if text.startswith("办结") else {}


def _nothing() -> None:
    pass
