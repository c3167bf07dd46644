"""A small client of the simulator's API, for tests and `huiyin demo`."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote as quoted

import aiohttp

from bot.clock import Clock
from bot.simulator.photos import phone_photo
from bot.simulator.wire import Json, json_text


class SimulatorError(Exception):
    """The simulator refused the request; the message is its sentence."""


class SimulatorClient:
    """Use as `async with SimulatorClient("http://127.0.0.1:8080") as simulator:`."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/") + "/simulator/api/"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    async def world(self) -> Json:
        return await self._get("world")

    async def say(
        self,
        person: str,
        text: str = "",
        *,
        chat: str = "",
        image: bytes | Sequence[bytes] | None = None,
        voice: bytes | None = None,
        video: bytes | None = None,
        file: bytes | None = None,
        location: Mapping[str, Any] | None = None,
        mention: bool = True,
        quote: int | None = None,
        wait: bool = True,
        **other: Any,
    ) -> Json:
        """Say it, and with `wait` learn what came of it; `other` goes into the request as it is.

        Several images, an image with text, and a file are for workers only.
        """
        body: Json = {"person": person, "chat": chat, "mention": mention, "wait": wait, **other}
        if text:
            body["text"] = text
        for kind, data in {"image": image, "voice": voice, "video": video, "file": file}.items():
            if data is not None:
                body[kind] = _base64(data) if isinstance(data, bytes) else [_base64(each) for each in data]
        if location is not None:
            body["location"] = dict(location)
        if quote is not None:
            body["quote"] = quote
        return await self._post("say", body)

    async def send_photo(
        self, person: str, data: bytes | None = None, *, text: str = "", chat: str = "", **other: Any
    ) -> Json:
        """A photo; without `data` one as a phone takes it. Only workers can write `text` beside it."""
        return await self.say(person, text, chat=chat, image=phone_photo() if data is None else data, **other)

    async def send_location(
        self, person: str, lat: float, lng: float, *, label: str = "", **other: Any
    ) -> Json:
        return await self.say(person, location={"lat": lat, "lng": lng, "label": label}, **other)

    async def subscribe(self, person: str, *, scene: str = "", **other: Any) -> Json:
        """Follow the account, by scanning a code when there is a scene (or its ticket or address)."""
        return await self.event(person, "subscribe", key=scene, **other)

    async def unsubscribe(self, person: str, **other: Any) -> Json:
        return await self.event(person, "unsubscribe", **other)

    async def scan(self, person: str, scene: str, **other: Any) -> Json:
        """Scan a code by scene, ticket or address; whoever does not follow yet follows thereby."""
        return await self.event(person, "SCAN", key=scene, **other)

    async def click(self, person: str, key: str, **other: Any) -> Json:
        """Tap a button of the account's menu."""
        return await self.event(person, "CLICK", key=key, **other)

    async def answer_notice_request(
        self, person: str, *, accept: bool = True, template: str = "", **other: Any
    ) -> Json:
        """Allow one notice, or refuse; of the account's own template when none is named."""
        event = "subscribe_msg_popup_event"
        return await self.event(person, event, key=template, accept=accept, **other)

    async def event(self, person: str, event: str, *, key: str = "", wait: bool = True, **other: Any) -> Json:
        return await self._post(
            "event", {"person": person, "event": event, "key": key, "wait": wait, **other}
        )

    async def tap(
        self,
        person: str,
        message: int,
        key: str,
        *,
        options: Mapping[str, Sequence[str]] | None = None,
        wait: bool = True,
    ) -> Json:
        """Tap a button of a card; `options`: what was chosen in its drop-downs, by question_key."""
        chosen = {question: list(ids) for question, ids in (options or {}).items()}
        body = {"person": person, "message": message, "key": key, "options": chosen, "wait": wait}
        return await self._post("tap", body)

    async def redeliver(self, message: int, *, wait: bool = True) -> Json:
        return await self._post("redeliver", {"message": message, "wait": wait})

    async def verify(self, *, account: str = "", robot: str = "", app: str = "") -> bool:
        body = {"account": account, "robot": robot, "app": app}
        return bool((await self._post("verify", body))["verified"])

    async def enter_agent(self, person: str, *, app: str = "main", **other: Any) -> Json:
        """Open the one-to-one chat with the app."""
        return await self.event(person, "enter_agent", chat=f"app:{app}", **other)

    async def chats(self) -> list[Json]:
        return list((await self._get("chats"))["chats"])

    async def chat(self, chat: str, *, after: int = 0, wait: float = 0) -> list[Json]:
        """The chat's messages that are new or changed since that sequence number."""
        query = {"after": str(after), "wait": str(wait)}
        return list((await self._get(f"chats/{quoted(chat, safe='')}", query))["messages"])

    async def wait_for(
        self, chat: str, is_it: Callable[[Json], bool], *, after: int = 0, seconds: float = 10
    ) -> Json:
        """The first message in the chat that is it; TimeoutError when none comes in so many real seconds."""
        end = Clock.monotonic() + seconds
        while True:
            left = end - Clock.monotonic()
            if left <= 0:
                raise TimeoutError(f"no such message in {chat} within {seconds} s")
            for message in await self.chat(chat, after=after, wait=min(left, 30)):
                after = max(after, message["sequence"])
                if is_it(message):
                    return message

    async def tasks(self, *, waiting: bool = False) -> list[Json]:
        return list((await self._get("tasks", {"waiting": "1" if waiting else ""}))["tasks"])

    async def wait_for_task(self, *, chat: str = "", seconds: float = 10) -> Json:
        """The oldest task that waits for the owner's tap (and goes to that chat)."""
        happening = (await self._get("chats"))["happening"]
        async with asyncio.timeout(seconds):
            while True:
                waiting = await self.tasks(waiting=True)
                found = [t for t in waiting if not chat or chat in {c["chat"] for c in t["chats"]}]
                if found:
                    return found[0]
                happening = await self._next_happening(happening, "task")

    async def wait_for_robot(self, robot: str, *, connected: bool = True, seconds: float = 10) -> None:
        """Until that robot is (or is no longer) on the long connection."""
        happening = (await self._get("chats"))["happening"]
        async with asyncio.timeout(seconds):
            while {r["name"]: r["connected"] for r in (await self.world())["robots"]}[robot] != connected:
                happening = await self._next_happening(happening, "robot")

    async def confirm(self, task: str, *, chat: str = "") -> Json:
        """The owner's 确认发送."""
        return await self._post("confirm", {"task": task, "chat": chat})

    async def confirm_all(self, tasks: Sequence[str], *, person: str = "") -> Json:
        """The owner's 确认发送 for several tasks at once."""
        return await self._post("confirm", {"tasks": list(tasks), "person": person})

    async def change_group(self, change: str, chat: str = "", **what: Any) -> Json:
        """create (name, owner, people), rename (name), owner, join or leave (person or people), dismiss."""
        return await self._post("group", {"change": change, "chat": chat, **what})

    async def receive_limit(self, per: str) -> None:
        """The administrator's setting for residents' groups: by month, week or day."""
        await self._post("receive_limit", {"per": per})

    async def ledgers(self, *, path: str = "") -> Json:
        return await self._get("ledgers", {"path": path})

    async def fault(
        self,
        kind: str,
        path: str = "*",
        *,
        seconds: float = 0,
        count: int | None = None,
        every: int = 1,
        share: float = 1.0,
        seed: int = 0,
    ) -> Json:
        """Switch it on for a path and all below it; each so-manieth time, and then with that chance."""
        body = {"kind": kind, "path": path, "seconds": seconds, "count": count}
        return await self._post("faults", {**body, "every": every, "share": share, "seed": seed})

    async def clear_faults(self) -> None:
        await self._request("DELETE", "faults")

    async def now(self) -> str:
        return str((await self._get("clock"))["now"])

    async def advance(self, by: timedelta | float) -> str:
        """Move the time; answers what it is then."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        return str((await self._post("clock", {"advance_seconds": seconds}))["now"])

    async def follow(self, *, after: int | None = None) -> AsyncGenerator[tuple[str, Json]]:
        """What happens, as it happens: kind and data. Close it (`contextlib.aclosing`) when you stop."""
        async with aclosing(self._events(after)) as events:
            async for _, kind, data in events:
                yield kind, data

    async def _next_happening(self, after: int, wanted: str) -> int:
        async with aclosing(self._events(after)) as events:
            async for number, kind, _ in events:
                if kind in {wanted, "reload"}:
                    return number
        raise SimulatorError("the simulator was stopped")

    async def _events(self, after: int | None) -> AsyncGenerator[tuple[int, str, Json]]:
        query = {} if after is None else {"after": str(after)}
        async with self._ready().get(self._base + "stream", params=query) as response:
            fields: dict[str, str] = {}
            async for name, value in _stream_lines(response.content):
                fields[name] = value
                if name == "data":  # the last line of an event
                    yield int(fields["id"]), fields["event"], json.loads(value)

    async def _get(self, path: str, query: dict[str, str] | None = None) -> Json:
        return await self._request("GET", path, query=query)

    async def _post(self, path: str, body: Json) -> Json:
        return await self._request("POST", path, body=body)

    async def _request(
        self, method: str, path: str, *, query: dict[str, str] | None = None, body: Json | None = None
    ) -> Json:
        data = None if body is None else io.BytesIO(json_text(body).encode("utf-8"))
        headers = {"Content-Type": "application/json"} if data else {}
        async with self._ready().request(
            method, self._base + path, params=query, data=data, headers=headers
        ) as response:
            answer = await response.json(content_type=None)
            if response.status != 200:
                raise SimulatorError(str(answer.get("error", answer)))
            return dict(answer)

    def _ready(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("use the client as `async with SimulatorClient(…) as simulator:`")
        return self._session


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


async def _stream_lines(content: aiohttp.StreamReader) -> AsyncGenerator[tuple[str, str]]:
    """Name and value of each line of server-sent events; however long, unlike the reader's own lines."""
    rest = b""
    async for part in content.iter_any():
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            name, _, value = line.decode("utf-8").partition(": ")
            yield name, value
