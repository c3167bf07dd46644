"""The platform's end of a robot's long connection, as small as it can be: acknowledges as it is told."""

import asyncio
import contextlib
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import WSMsgType, web

from bot.channels.answers import Answer, Unavailable
from bot.channels.wecom_robot.line import Pace, RobotLine
from bot.config.settings import WecomRobotSettings
from bot.leases import Terms
from handlers.messages import IncomingMessage
from storage.engine import Database
from storage.models.conversations import AnswerRoute

LOST = "drop the connection instead of acknowledging"
MUTE = "acknowledge nothing"
SECRET = "the-secret"
QUICK = Pace(connect=5, ack=0.5, ping=30, first_pause=0.01, longest_pause=0.05, lasting=60, refused=60)
TERMS = Terms(life=timedelta(seconds=30), renewal=timedelta(seconds=0.05), margin=timedelta(seconds=5))

Json = dict[str, Any]


class RobotPlatform:
    """One robot's side; `frames` are what came in, pings apart."""

    def __init__(self) -> None:
        self.url = ""
        self.frames: list[Json] = []
        self.pings = 0
        self.connections = 0
        self.socket: web.WebSocketResponse | None = None
        self.answers: dict[str, deque[int | str]] = defaultdict(deque)
        self._callbacks = 0

    def will(self, cmd: str, *answers: int | str) -> None:
        """What the next frames of this command get: an errcode, LOST or MUTE."""
        self.answers[cmd].extend(answers)

    def bodies(self, cmd: str) -> list[Json]:
        """What came in under this command, in its order."""
        return [frame["body"] for frame in self.frames if frame["cmd"] == cmd]

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """One connection."""
        socket = web.WebSocketResponse(timeout=0.2)
        await socket.prepare(request)
        self.connections += 1
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._take(request, socket, json.loads(message.data))
        if self.socket is socket:
            self.socket = None
        return socket

    async def call_back(self, cmd: str = "aibot_msg_callback", req_id: str = "", **body: Any) -> str:
        """Somebody says something; gives the req_id."""
        self._callbacks += 1
        number = self._callbacks
        req_id = req_id or f"call-{number}"
        whole = {"msgid": f"m{number}", "chattype": "single", "from": {"userid": "wangfang"}} | body
        await self.send(json.dumps({"cmd": cmd, "headers": {"req_id": req_id}, "body": whole}))
        return req_id

    async def say(self, text: str, **body: Any) -> str:
        """Somebody says these words."""
        return await self.call_back(msgtype="text", text={"content": text}, **body)

    async def send(self, text: str) -> None:
        """A frame as it is."""
        assert self.socket is not None
        await self.socket.send_str(text)

    async def drop(self) -> None:
        """End the connection."""
        assert self.socket is not None
        await self.socket.close()

    async def _take(self, request: web.Request, socket: web.WebSocketResponse, frame: Json) -> None:
        cmd = frame["cmd"]
        queue = self.answers[cmd]
        answer = queue.popleft() if queue else self._usual(frame)
        if cmd == "ping":
            self.pings += 1
        else:
            self.frames.append(frame)
        if answer == LOST:
            assert request.transport is not None
            request.transport.abort()
        elif answer != MUTE:
            if cmd == "aibot_subscribe" and answer == 0:
                self.socket = socket
            await socket.send_json({"headers": frame["headers"], "errcode": answer, "errmsg": ""})

    def _usual(self, frame: Json) -> int:
        is_wrong = frame["cmd"] == "aibot_subscribe" and frame["body"]["secret"] != SECRET
        return 40001 if is_wrong else 0


@dataclass
class Desk:
    """Answers every message with its own words, unless told otherwise; a message twice with the same."""

    heard: list[IncomingMessage] = field(default_factory=list)
    refiled: list[tuple[str, bool]] = field(default_factory=list)  # text, and whether it may have arrived
    is_unavailable: int = 0  # so many times
    gates: dict[str, asyncio.Event] = field(default_factory=dict)  # by text: answered when set
    route: AnswerRoute = AnswerRoute.PASSIVE
    card: Json | None = None
    _receipts: dict[str, int] = field(default_factory=dict)

    async def receive(self, message: IncomingMessage) -> Answer:
        """The answer, when its gate is open."""
        if self.is_unavailable:
            self.is_unavailable -= 1
            raise Unavailable("the database failed")
        self.heard.append(message)
        if message.text in self.gates:
            await self.gates[message.text].wait()
        receipt = self._receipts.setdefault(message.key, len(self._receipts) + 1)
        return Answer(self.route, f"回答：{message.text}", receipt, self.card)

    async def undelivered(self, message: IncomingMessage, answer: Answer, *, is_doubtful: bool) -> None:
        """Remember it."""
        self.refiled.append((answer.text, is_doubtful))


@dataclass
class Running:
    """A line at work, and how to end it."""

    line: RobotLine
    task: "asyncio.Task[None]"

    async def stop(self) -> None:
        """As when the process ends in order."""
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


Begin = Callable[..., Running]


def robot_settings(url: str, secret: str = SECRET) -> WecomRobotSettings:
    values = {"mode": "socket", "bot_id": "bot-1", "secret": secret, "socket_url": url}
    return WecomRobotSettings.model_validate(values)


def new_line(database: Database, url: str, **options: Any) -> RobotLine:
    """A line in a hurry."""
    secret = options.pop("secret", SECRET)
    given: dict[str, Any] = {"terms": TERMS, "pace": QUICK} | options
    return RobotLine("main", robot_settings(url, secret), database, **given)


async def eventually(condition: Callable[[], bool], *, seconds: float = 10) -> None:
    """Wait until it is so; nothing tells when another task has come so far."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.005)
