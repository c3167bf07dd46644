"""The robots on the long connection, and the callbacks that can still be answered over it."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.simulator.allowances import Rolling
from bot.simulator.chats import Message
from bot.simulator.feed import Feed
from bot.simulator.wire import Json, json_text

SOCKET_PATH = "/simulator/socket"
SILENCE = 100.0  # real seconds without a frame after which the platform hangs up
SEND_LIMIT = 10.0  # real seconds a reader may be stuck before it counts as gone
ANSWERABLE = timedelta(hours=24)  # WECHAT 3.7
STREAM_LIFE = timedelta(minutes=10)  # WECHAT 3.7
PER_CONVERSATION = ((30, timedelta(minutes=1)), (1000, timedelta(hours=1)))  # WECHAT 3.7, replies included
KEPT = 5000  # callbacks that can be answered


@dataclass(eq=False)
class Line:
    """One connection; `robot` is empty until it has subscribed, and again when another took its place."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    robot: str = ""
    is_replaced: bool = False
    later: set[asyncio.Task[Any]] = field(default_factory=set)  # acknowledgements that are held back

    async def send(self, frame: Json) -> bool:
        """Whether it went out."""
        try:
            async with asyncio.timeout(SEND_LIMIT):
                await self.socket.send_str(json_text(frame))
        except (ConnectionError, RuntimeError, TimeoutError):
            return False
        return True

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it beside the next frames, unless the connection ends first."""
        task = asyncio.get_running_loop().create_task(work)
        self.later.add(task)
        task.add_done_callback(self.later.discard)

    def drop(self) -> None:
        """Break the connection without a word."""
        if self.transport:
            self.transport.abort()


@dataclass(eq=False)
class Call:
    """A callback that went out over a connection, and what has come back for it."""

    callback: str
    robot: str
    person: str
    chat: str
    occasion: str
    card_message: int  # the bubble whose button was tapped
    sent_at: datetime
    started: float = field(default_factory=Clock.monotonic)
    replies: list[Message] = field(default_factory=list)
    streams: dict[str, Message] = field(default_factory=dict)  # by the id of the stream
    refusals: list[str] = field(default_factory=list)
    is_forgotten: bool = False  # as if it had never gone out
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def age(self) -> float:
        """Real seconds since it went out."""
        return Clock.monotonic() - self.started

    @property
    def is_growing(self) -> bool:
        return any(not message.is_final for message in self.streams.values())

    def note(self, message: Message) -> None:
        """This is on somebody's screen because of an answer to it."""
        known = next((n for n, each in enumerate(self.replies) if each.id == message.id), None)
        if known is None:
            self.replies.append(message)
        else:
            self.replies[known] = message
        self.changed.set()


class Lines:
    """At most one subscribed connection per robot; every change is told on the feed."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._lines: dict[str, Line] = {}
        self._open: set[Line] = set()
        self._calls: OrderedDict[str, Call] = OrderedDict()
        self.silence = SILENCE
        self.rates = Rolling(*PER_CONVERSATION)  # by conversation
        self.addressed: set[tuple[str, str]] = set()  # robot and chat in which somebody spoke to it

    def of(self, robot: str) -> Line | None:
        return self._lines.get(robot)

    def join(self, line: Line) -> None:
        """Somebody has connected and not said yet who they are."""
        self._open.add(line)

    def subscribe(self, line: Line, robot: str) -> Line | None:
        """The line is this robot's from now on; the one it takes the place of."""
        former = self._lines.get(robot)
        if former is line:
            return None
        if former:
            former.robot, former.is_replaced = "", True
        line.robot = robot
        self._lines[robot] = line
        self._tell(robot)
        return former

    def leave(self, line: Line) -> None:
        """The connection has ended."""
        self._open.discard(line)
        for task in list(line.later):
            task.cancel()
        if line.robot and self._lines.get(line.robot) is line:
            del self._lines[line.robot]
            self._tell(line.robot)

    def open_call(self, call: Call) -> str:
        """A req_id under which the call can be answered."""
        req_id = secrets.token_hex(16)
        self._calls[req_id] = call
        while len(self._calls) > KEPT:
            self._calls.popitem(last=False)
        return req_id

    def call(self, req_id: str, robot: str, *, now: datetime) -> Call | None:
        """The callback of that req_id, None when the robot got none, or longer ago than a day."""
        call = self._calls.get(req_id)
        return call if call and call.robot == robot and now - call.sent_at < ANSWERABLE else None

    def forget_calls(self, robot: str) -> None:
        """What went out so far can no longer be answered."""
        for call in self._calls.values():
            call.is_forgotten = call.is_forgotten or call.robot == robot

    def close(self) -> None:
        """Hang up on everybody."""
        for line in list(self._open):
            line.drop()

    def _tell(self, robot: str) -> None:
        self._feed.publish("robot", {"name": robot, "connected": robot in self._lines})
