"""The product's end of a robot's long connection: answers callbacks as a test tells it, keeps what it saw."""

import asyncio
import itertools
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from bot.simulator import Platform

BOT_ID, SECRET = "aibSampleRobot01", "sample-robot-secret"
LOST = -999  # of an answer whose acknowledgement never came
Frame = dict[str, Any]
Answer = tuple[str, Frame] | Callable[[Frame], list[tuple[str, Frame]]] | None  # cmd and body, or silence

CARD: Frame = {
    "card_type": "button_interaction",
    "source": {"desc": "晨光社区"},
    "main_title": {"title": "新诉求 2026-0001", "desc": "环境卫生 · 下水道"},
    "sub_title_text": "楼下下水道堵了，污水漫到路上。",
    "horizontal_content_list": [
        {"keyname": "地点", "value": "枫桥苑33号楼"},
        {"keyname": "期限", "value": "11月24日 18:00"},
    ],
    "button_selection": {
        "question_key": "unit",
        "title": "转给",
        "option_list": [{"id": "property", "text": "枫桥物业"}, {"id": "water", "text": "自来水公司"}],
    },
    "button_list": [
        {"text": "接单", "style": 1, "key": "claim"},
        {"text": "转交", "style": 2, "key": "dispatch"},
    ],
    "task_id": "case-1",
}


@dataclass
class Connection:
    """One connection; `answers` are given to callbacks in their order, none left means silence."""

    socket: aiohttp.ClientWebSocketResponse
    answers: deque[Answer] = field(default_factory=deque)
    seen: list[Frame] = field(default_factory=list)
    acks: list[int] = field(default_factory=list)  # errcodes of the answers
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    _acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    _arrived: asyncio.Queue[Frame] = field(default_factory=asyncio.Queue)
    _waiting: dict[str, deque[asyncio.Future[Frame]]] = field(default_factory=lambda: defaultdict(deque))
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def subscribe(self, bot_id: str = BOT_ID, secret: str = SECRET) -> int:
        return await self.do("aibot_subscribe", {"bot_id": bot_id, "secret": secret})

    async def do(self, cmd: str, body: Frame | None = None, *, req_id: str = "") -> int:
        """Send a frame; the errcode of its acknowledgement, ConnectionError when there comes none."""
        return int((await self.exchange(cmd, body, req_id=req_id))["errcode"])

    async def exchange(self, cmd: str, body: Frame | None = None, *, req_id: str = "") -> Frame:
        req_id = req_id or f"{cmd}_{next(self._numbers)}"
        waiting = self.expect(req_id)
        frame = {"cmd": cmd, "headers": {"req_id": req_id}, **({"body": body} if body is not None else {})}
        await self.socket.send_json(frame)
        async with asyncio.timeout(10):
            return await waiting

    def expect(self, req_id: str) -> asyncio.Future[Frame]:
        """The next acknowledgement of that req_id, when it comes."""
        waiting: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting[req_id].append(waiting)
        return waiting

    async def next(self) -> Frame:
        """The next callback."""
        async with asyncio.timeout(10):
            return await self._arrived.get()

    async def answered(self, count: int) -> None:
        """Until so many answers have been acknowledged."""
        async with asyncio.timeout(10):
            while len(self.acks) < count:
                self._acknowledged.clear()
                await self._acknowledged.wait()

    async def read(self) -> None:
        async for message in self.socket:
            frame = message.json()
            if "cmd" not in frame:
                queue = self._waiting.get(frame["headers"]["req_id"])
                if queue:
                    queue.popleft().set_result(frame)
                continue
            self.seen.append(frame)
            self._arrived.put_nowait(frame)
            answer = self.answers.popleft() if self.answers else None
            if answer:
                task = asyncio.get_running_loop().create_task(self._answer(frame, answer))
                self._tasks.add(task)
        self.closed.set()
        for waiting in (each for queue in self._waiting.values() for each in queue):
            waiting.set_exception(ConnectionError("the connection has ended"))

    async def _answer(self, frame: Frame, answer: Answer) -> None:
        given = answer(frame) if callable(answer) else [answer] if answer else []
        for cmd, body in given:
            try:
                errcode = await self.do(cmd, body, req_id=frame["headers"]["req_id"])
            except ConnectionError:
                errcode = LOST
            self.acks.append(errcode)
            self._acknowledged.set()


def use_socket(platform: Platform) -> None:
    """The robot is on the long connection instead of being called back."""
    known = platform.world.robots[0]
    robot = replace(known, mode="socket", bot_id=BOT_ID, secret=SECRET, callback="", aes_key="")
    platform.world = replace(platform.world, robots=(robot,))


@asynccontextmanager
async def connected(session: aiohttp.ClientSession, url: str) -> AsyncIterator[Connection]:
    """A connection that has not subscribed yet."""
    async with session.ws_connect(f"{url}/simulator/socket") as socket:
        connection = Connection(socket)
        reading = asyncio.get_running_loop().create_task(connection.read())
        try:
            yield connection
        finally:
            await socket.close()
            await reading
            await asyncio.gather(*connection._tasks)


def stream(content: str, *, finish: bool = True, stream_id: str = "s1") -> tuple[str, Frame]:
    body = {"msgtype": "stream", "stream": {"id": stream_id, "finish": finish, "content": content}}
    return "aibot_respond_msg", body


def card(**changes: Any) -> tuple[str, Frame]:
    return "aibot_respond_msg", {"msgtype": "template_card", "template_card": {**CARD, **changes}}


def update(title: str = "王芳已接单", *, task_id: str = "case-1", **more: Any) -> tuple[str, Frame]:
    changed = {**CARD, "main_title": {"title": title}, "button_list": [], "task_id": task_id}
    changed.pop("button_selection")
    body = {"response_type": "update_template_card", "template_card": changed, **more}
    return "aibot_respond_update_msg", body


def markdown(chat: str, content: str = "已受理", **more: Any) -> Frame:
    return {"chatid": chat, "msgtype": "markdown", "markdown": {"content": content}, **more}
