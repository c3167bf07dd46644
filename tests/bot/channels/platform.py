"""The far end on this machine: real HTTP, answers from a queue, tokens that can be rejected."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

OK = {"errcode": 0, "errmsg": "ok"}
RESET = "drop the connection instead of answering"


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    raw: bytes
    body: Any
    content_type: str


Answer = dict[str, Any] | str | Callable[[], web.Response]


class FakePlatform:
    """Answers `OK` unless told otherwise; endpoints under a token want the current one when it is guarded."""

    def __init__(self) -> None:
        self.base = ""
        self.calls: list[Call] = []
        self.is_called = asyncio.Event()
        self.token = "token-1"
        self.life = 7200
        self.is_guarded = False
        self.gate: asyncio.Event | None = None  # when set, answers wait for it
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)

    def answers(self, path: str, *answers: Answer) -> None:
        """What the next requests to this path get, one after the other."""
        self._answers[path].extend(answers)

    def called(self, path: str) -> list[Call]:
        """The requests to this path, in their order."""
        return [call for call in self.calls if call.path == path]

    def renew(self, token: str) -> None:
        """From now on only this token is good."""
        self.token = token
        self.is_guarded = True

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Record, then answer."""
        raw = await request.read()
        body = await request.json() if raw else None
        call = Call(request.path, dict(request.query), raw, body, request.headers.get("Content-Type", ""))
        self.calls.append(call)
        self.is_called.set()
        if self.gate is not None:
            await self.gate.wait()
        answer = self._answers[request.path].popleft() if self._answers[request.path] else None
        if answer == RESET:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if callable(answer):
            return answer()
        return web.json_response(answer if answer is not None else self._usual(call))

    def _usual(self, call: Call) -> dict[str, Any]:
        if call.path == "/cgi-bin/stable_token" and call.body["force_refresh"]:
            self.token += "-forced"
        if call.path in ("/cgi-bin/stable_token", "/cgi-bin/gettoken"):
            return {"access_token": self.token, "expires_in": self.life}
        if self.is_guarded and call.query.get("access_token", self.token) != self.token:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        return OK


def html(status: int = 200) -> Callable[[], web.Response]:
    """A proxy's page."""
    return lambda: web.Response(text="<html>busy</html>", content_type="text/html", status=status)
