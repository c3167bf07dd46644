"""The far end of downloads on this machine: real HTTP in the platforms' wire format."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MEDIA_GET, TOKEN, CORP_TOKEN = "/cgi-bin/media/get", "/cgi-bin/stable_token", "/cgi-bin/gettoken"


@dataclass
class Store:
    """Serves what was put at a path; media/get wants the current token."""

    base: str = ""
    token: str = "token-1"
    media: dict[str, Any] = field(default_factory=dict)  # by media id: bytes, or a JSON object
    paths: dict[str, Handler] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # paths, in their order
    tokens_given: int = 0
    gate: asyncio.Event | None = None  # when set, media/get waits for it
    called: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, path: str, content: bytes, *, status: int = 200, content_type: str = "image/jpeg") -> str:
        """The content lies there; gives its address."""

        async def serve(_request: web.Request) -> web.StreamResponse:
            return web.Response(body=content, status=status, content_type=content_type)

        self.paths[path] = serve
        return f"{self.base}{path}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Record, then answer."""
        self.asked.append(request.path)
        self.called.set()
        if request.path in (TOKEN, CORP_TOKEN):
            self.tokens_given += 1
            return web.json_response({"access_token": self.token, "expires_in": 7200})
        if request.path in self.paths:
            return await self.paths[request.path](request)
        if request.path == MEDIA_GET:
            return await self._media(request)
        return web.Response(status=404)

    async def _media(self, request: web.Request) -> web.StreamResponse:
        if self.gate is not None:
            await self.gate.wait()
        if request.query.get("access_token") != self.token:
            return web.json_response({"errcode": 40001, "errmsg": "invalid credential"})
        found = self.media.get(request.query.get("media_id", ""))
        if found is None:
            return web.json_response({"errcode": 40007, "errmsg": "invalid media_id"})
        if isinstance(found, bytes):
            return web.Response(body=found, content_type="image/jpeg")
        return web.json_response(found)
