"""The platform's whole state in one object; what it does with it is in the modules beside."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.simulator.allowances import Allowances, RollingMinute
from bot.simulator.app_ledger import AppLedger
from bot.simulator.cards import CardBook
from bot.simulator.chats import Chats, Draft, Message
from bot.simulator.faults import Faults
from bot.simulator.feed import Feed
from bot.simulator.followers import Followers, Scene
from bot.simulator.group_book import GroupBook
from bot.simulator.group_tasks import GroupTasks
from bot.simulator.journal import Attempt, Journal
from bot.simulator.mass_book import MassBook
from bot.simulator.media import MediaStore, RobotFiles
from bot.simulator.postman import Postman
from bot.simulator.socket_lines import Lines
from bot.simulator.tokens import Tokens
from bot.simulator.wire import Json
from bot.simulator.world import World

KEPT = 2000  # callbacks that can be redelivered


@dataclass(frozen=True)
class Callback:
    """What is sent to the product; a redelivery sends the same again under a new stamp."""

    id: str
    channel: str  # account:NAME, robot:NAME or app:NAME
    person: str
    chat: str
    fields: Json
    shows_failure: bool = True  # whether the person sees that the service failed
    requests: int = 3  # how often it is tried in all


@dataclass(frozen=True)
class Outcome:
    """What became of a callback.

    `status`: answered; silent (accepted, nothing shown); failed; unheard (the platform sends nobody a
    callback for it); pending (still on its way).
    """

    status: str
    callback: str = ""
    reason: str = ""
    attempts: tuple[Attempt, ...] = ()
    replies: tuple[Message, ...] = ()
    answer: str = ""  # the accepted answer's text, shown or not

    def as_json(self) -> Json:
        return {
            "outcome": self.status,
            "callback": self.callback,
            "reason": self.reason,
            "attempts": [attempt.as_json() for attempt in self.attempts],
            "replies": [message.as_json() for message in self.replies],
            "answer": self.answer,
        }


@dataclass
class ResponseCode:
    """A robot's response_url: one use, one hour."""

    robot: str
    chat: str
    expires_at: datetime
    is_used: bool = False


class Platform:
    """A WeChat of its own. Start it before use and close it afterwards, or let `add_routes` do so.

    `answer_timeout`: real seconds the product has to answer a callback. `poll_interval`: real seconds
    between two looks at an unfinished stream. `address`: where this platform is reached, for the
    addresses it gives out; learned from the first request to the API when empty.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        *,
        answer_timeout: float = 5.0,
        poll_interval: float = 1.0,
        address: str = "",
    ) -> None:
        self.world = world
        self.clock = clock
        self.poll_interval = poll_interval
        self.address = address.rstrip("/")
        self.started_at = clock.now()
        self.feed = Feed()
        self.journal = Journal(self.feed)
        self.chats = Chats(world, self.feed)
        self.faults = Faults(self.feed)
        self.tokens = Tokens()
        self.allowances = Allowances()
        self.pushes = RollingMinute()
        self.tasks = GroupTasks(self.feed)
        self.groups = GroupBook()
        self.apps = AppLedger()
        self.mass = MassBook()
        self.media = MediaStore()
        self.robot_files = RobotFiles()
        self.cards = CardBook()
        self.lines = Lines(self.feed)
        self.followers = Followers()
        self.postman = Postman(answer_timeout)
        self.callbacks: OrderedDict[str, Callback] = OrderedDict()
        self.shown: set[str] = set()  # callbacks whose answer is on somebody's screen
        self.response_codes: dict[str, ResponseCode] = {}
        self.scenes: dict[str, Scene] = {}  # by ticket
        self.menus: dict[str, list[Json]] = {}  # by account
        self._background: set[asyncio.Task[Any]] = set()

    def now(self) -> datetime:
        return self.clock.now()

    async def start(self) -> None:
        self.feed.open()
        await self.postman.start()

    async def close(self) -> None:
        """Stop what is still on its way and let followers go."""
        self.feed.close()
        self.lines.close()
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.postman.close()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def settle(self) -> None:
        """Wait until nothing is on its way to the product."""
        while self._background:
            await asyncio.gather(*self._background, return_exceptions=True)

    def show(self, chat: str, draft: Draft) -> Message:
        """Put it on the screens of the chat's members, now."""
        return self.chats.add(chat, draft, at=self.now())

    def remember(self, callback: Callback) -> None:
        self.callbacks[callback.id] = callback
        while len(self.callbacks) > KEPT:
            forgotten, _ = self.callbacks.popitem(last=False)
            self.shown.discard(forgotten)

    def new_message_id(self) -> str:
        """A 64-bit MsgId; made of the time so that a restarted platform never repeats one."""
        milliseconds = int(Clock().now().timestamp() * 1000)
        return str((milliseconds << 20) + secrets.randbits(20))

    def stamp(self, path: str) -> tuple[str, str]:
        """Timestamp and nonce for a request to that path."""
        fault = self.faults.take(path, ("skew",))
        seconds = int(self.now().timestamp() + (fault.seconds if fault else 0))
        return str(seconds), str(secrets.randbelow(10**10))
