"""HTTP in: verify, parse, answer. Forged 403, unknown account 404, too large 413, unreadable `success`."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import hdrs, web

from bot.channels.answers import Answer, Unavailable
from bot.channels.door import Door
from bot.channels.envelope import Envelope, Forged, Unreadable
from bot.clock import Clock
from bot.dispatch import Dispatcher
from bot.refusals import Kind, Refusals
from handlers.messages import IncomingMessage
from storage.models.conversations import AnswerRoute

log = logging.getLogger(__name__)

MAX_BODY = 64 * 1024  # bytes; deep XML costs a second beyond (WECHAT 5.6)
BODY_SECONDS = 5  # within which a body must be here; the platform itself gives up then


@dataclass(slots=True)
class Callbacks:
    """The doors of all channels, for the accounts, apps and robots of the configuration."""

    dispatcher: Dispatcher
    clock: Clock
    doors: Iterable[Door]
    refusals: Refusals

    def add_routes(self, app: web.Application) -> None:
        """Serve every door's path."""
        for door in self.doors:
            threshold = Threshold(self, door)
            app.router.add_get(door.path, threshold.verify)
            app.router.add_post(door.path, threshold.receive)

    async def answer_to(self, message: IncomingMessage) -> Answer:
        """What the house says; 503 when it can say nothing and keeps nothing."""
        try:
            return await self.dispatcher.receive(message)
        except Unavailable as error:  # not `success`: the platform must ask again, or tell the sender
            raise web.HTTPServiceUnavailable(text=f"{error}\n") from error

    def now(self) -> float:
        """Epoch seconds."""
        return self.clock.now().timestamp()


@dataclass(slots=True)
class Threshold:
    """One door as it is served."""

    house: Callbacks
    door: Door

    async def verify(self, request: web.Request) -> web.Response:
        """The platform checks the address."""
        envelope, now = self._envelope(request), self.house.now()
        try:
            return web.Response(text=self.door.verify(envelope, request.query, now=now))
        except (Forged, Unreadable) as error:
            raise self._forged(request, error) from error

    async def receive(self, request: web.Request) -> web.Response:
        """One message or event; what was repeated or replayed is told by its message id, and does nothing."""
        envelope, door = self._envelope(request), self.door
        body = await _body(request)
        name, query = request.match_info["name"], request.query
        try:
            received = door.open(envelope, query, body, name=name, now=self.house.now())
        except Forged as error:
            raise self._forged(request, error) from error
        except Exception as error:  # one broad guard: whatever was signed must not be sent again and again
            return self._unreadable(request, error)
        self._watch_for_replays(request, body)
        answer = await self.house.answer_to(received.message)
        if answer.route is not AnswerRoute.PASSIVE:
            return web.Response(text=door.accepted)
        text = door.answer(envelope, received, answer, nonce=query.get("nonce", ""), now=self.house.now())
        return web.Response(text=text, content_type=door.content_type)

    def _envelope(self, request: web.Request) -> Envelope:
        envelope = self.door.envelopes.get(request.match_info["name"])
        if envelope is None:
            raise web.HTTPNotFound(text="no such account in the configuration\n")
        return envelope

    def _watch_for_replays(self, request: web.Request, body: bytes) -> None:
        """The platform signs each repetition anew; these very bytes come from somebody who copied them."""
        seen = sha256(f"{request.path_qs}\n".encode() + body).hexdigest()
        if self.house.refusals.is_seen(seen):
            self._refuse(request, Kind.REPLAYED, "the very same request again")

    def _forged(self, request: web.Request, error: Exception) -> web.HTTPForbidden:
        self._refuse(request, Kind.FORGED, str(error))
        return web.HTTPForbidden(text="signature, time or receiver does not fit\n")

    def _unreadable(self, request: web.Request, error: Exception) -> web.Response:
        reason = (
            str(error) if isinstance(error, Unreadable) else type(error).__name__
        )  # others quote the text
        self._refuse(request, Kind.UNREADABLE, reason)
        return web.Response(text=self.door.accepted)

    def _refuse(self, request: web.Request, kind: Kind, reason: str) -> None:
        level = logging.WARNING if kind is Kind.UNREADABLE else logging.INFO
        log.log(level, "a callback is %s: %s", kind.value, reason, extra={"action": kind.value})
        name = request.match_info["name"]
        self.house.refusals.count(str(self.door.channel), name, kind, reason=reason)


async def _body(request: web.Request) -> bytes:
    """The body, refused with 413 as soon as it is known to be too large, said or not.

    The platform compresses nothing, is quick, and stays until it is answered: who does not is sent away.
    """
    size = request.content_length or 0
    if size > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, size)
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _read(request)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (ConnectionError, web.RequestPayloadError) as error:
        raise web.HTTPBadRequest from error
    if len(body) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, len(body))
    return bytes(body)


async def _read(request: web.Request) -> bytearray:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            break
    return body
