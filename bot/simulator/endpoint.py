"""What every platform endpoint has in common: faults, access tokens, errcode in HTTP 200, the journal."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import web

from bot.simulator.faults import Fault
from bot.simulator.platform import Platform
from bot.simulator.wire import ApiError, Call, Json, json_response, read_body

Handler = Callable[[Platform, Call], Awaitable[Json | web.Response]]

LARGEST_BODY = 12 << 20  # bytes; the platform's largest upload is 10 MB
PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Endpoint:
    """One endpoint. `side` says whose access token it needs: account, corp, any of both, or none."""

    def __init__(self, platform: Platform, handler: Handler, *, side: str = "") -> None:
        self._platform = platform
        self._handler = handler
        self._side = side

    async def answer(self, request: web.Request) -> web.StreamResponse:
        platform, path = self._platform, request.path
        raw = b"" if request.content_type.startswith("multipart/") else await read_body(request, LARGEST_BODY)
        slow = platform.faults.take(path, ("slow",))
        if slow:
            await asyncio.sleep(slow.seconds)
        fault = platform.faults.take(path, self._fault_kinds(path))
        answer = await self._result(Call(path, request.query, raw, request), fault)
        outcome = _outcome(answer, fault)
        platform.journal.request(path, query=request.query, raw=raw, answer=outcome, at=platform.now())
        if fault and fault.kind in {"reset", "lost"} and request.transport:
            request.transport.abort()
        return answer

    def _fault_kinds(self, path: str) -> tuple[str, ...]:
        kinds = ["reset", "lost", "html", "busy", "quota"]
        if self._side:
            kinds.append("expired")
        if self._side == "corp":
            kinds.append("untrusted")
        if "/webhook/" in path:
            kinds.append("removed")
        return tuple(kinds)

    async def _result(self, call: Call, fault: Fault | None) -> web.Response:
        if fault and fault.kind == "reset":
            return web.Response()
        if fault and fault.kind == "html":
            return web.Response(text=PROXY_PAGE, content_type="text/html")
        try:
            if fault:
                self._refuse(call, fault)
            result = await self._handler(self._platform, self._with_account(call))
        except ApiError as error:
            return json_response({"errcode": error.errcode, "errmsg": error.errmsg})
        return result if isinstance(result, web.Response) else json_response(result)

    def _refuse(self, call: Call, fault: Fault) -> None:
        if fault.kind == "busy":
            raise ApiError(-1, "system error, system busy, please try again later")
        if fault.kind == "quota":
            raise ApiError(45009, "reach max api daily quota limit")
        if fault.kind == "removed":
            raise ApiError(93000, "invalid webhook url, hint: [simulator]")
        if fault.kind == "untrusted":
            raise ApiError(60020, "not allow to access from your ip, hint: [simulator]")
        if fault.kind == "expired":
            self._platform.tokens.forget(call.query.get("access_token", ""))
            raise ApiError(42001, "access_token expired")

    def _with_account(self, call: Call) -> Call:
        if not self._side:
            return call
        token = call.query.get("access_token", "")
        owner = self._platform.tokens.owner_of(token, side=self._side, now=self._platform.now())
        world = self._platform.world
        if owner.startswith("account:"):
            return replace(call, account=world.account(owner.removeprefix("account:")))
        secret = self._platform.tokens.key_of(token)
        return replace(call, app=next((a for a in world.apps if a.secret == secret), None))


def _outcome(answer: web.Response, fault: Fault | None) -> str:
    if fault and fault.kind in {"reset", "lost", "html"}:
        return fault.kind
    if answer.content_type != "application/json" or not answer.text:
        return "file"
    body = json.loads(answer.text)
    return f"{body.get('errcode', 0)} {body.get('errmsg', 'ok')}"
