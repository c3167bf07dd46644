"""HTTP in: verify, parse, answer. Forged 403, unknown account 404, too large 413, unreadable `success`."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import hdrs, web

from bot.channels.envelope import Envelope, Forged, Unreadable
from bot.channels.official_account import inbound as official_account
from bot.channels.wecom_robot import inbound as wecom_robot
from bot.clock import Clock
from bot.dispatch import Dispatcher, Unavailable
from bot.transaction import Answer
from handlers.messages import IncomingMessage, MessageKind
from storage.models.conversations import AnswerRoute

log = logging.getLogger(__name__)

MAX_BODY = 64 * 1024  # bytes; deep XML costs a second beyond (WECHAT 5.6)
BODY_SECONDS = 5  # within which a body must be here; the platform itself gives up then


@dataclass(slots=True)
class Callbacks:
    """The doors of all accounts and robots, by their names in the configuration."""

    dispatcher: Dispatcher
    clock: Clock
    accounts: Mapping[str, Envelope]
    robots: Mapping[str, Envelope]
    counts: Counter[str] = field(default_factory=Counter)

    def add_routes(self, app: web.Application) -> None:
        """Serve `/wechat/{account}` and `/wecom/robot/{name}`."""
        app.router.add_get("/wechat/{name}", self.verify_account)
        app.router.add_post("/wechat/{name}", self.account_message)
        app.router.add_get("/wecom/robot/{name}", self.verify_robot)
        app.router.add_post("/wecom/robot/{name}", self.robot_message)

    async def verify_account(self, request: web.Request) -> web.Response:
        """The platform checks the URL: the challenge goes back as it came, never encrypted."""
        envelope, query = _envelope(self.accounts, request), request.query
        try:
            signature = query.get("signature", "")
            timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
            envelope.check(signature, timestamp, nonce, now=self._now())
        except Forged as error:
            raise self._refused(error) from error
        return web.Response(text=query.get("echostr", ""))

    async def account_message(self, request: web.Request) -> web.Response:
        """One message or event of an Official Account."""
        envelope, name = _envelope(self.accounts, request), request.match_info["name"]
        body = await _body(request)
        try:
            received = official_account.open_callback(
                envelope, request.query, body, account=name, now=self._now()
            )
        except Forged as error:
            raise self._refused(error) from error
        except Exception as error:  # one broad guard: whatever was signed must not be sent again and again
            return self._unreadable(error, "success")
        answer = await self._answer(received.message)
        if answer.route is not AnswerRoute.PASSIVE:
            return web.Response(text="success")
        xml = official_account.render(received.message, answer.text, now=self._now())
        if received.key_index is not None:
            xml = official_account.seal(
                envelope,
                xml,
                key_index=received.key_index,
                timestamp=str(int(self._now())),
                nonce=request.query.get("nonce", ""),
            )
        return web.Response(text=xml, content_type="application/xml")

    async def verify_robot(self, request: web.Request) -> web.Response:
        """WeCom checks the URL: the challenge is encrypted and goes back in clear."""
        envelope, echo = _envelope(self.robots, request), request.query.get("echostr", "")
        try:
            wecom_robot.check(envelope, request.query, echo, now=self._now())
            return web.Response(text=envelope.open(echo).text)
        except (Forged, Unreadable) as error:
            raise self._refused(error) from error

    async def robot_message(self, request: web.Request) -> web.Response:
        """One @-message, one-to-one message or event of a robot."""
        envelope, name = _envelope(self.robots, request), request.match_info["name"]
        body = await _body(request)
        try:
            opened = wecom_robot.open_callback(envelope, request.query, body, now=self._now())
            message = wecom_robot.parse(opened.text, name)
        except Forged as error:
            raise self._refused(error) from error
        except Exception as error:
            return self._unreadable(error, "")
        answer = await self._answer(message)
        if answer.route is not AnswerRoute.PASSIVE:
            return web.Response(text="")
        is_visit = message.kind is MessageKind.ENTER_CHAT
        text = wecom_robot.render_greeting(answer.text) if is_visit else _stream(answer)
        timestamp, nonce = str(int(self._now())), request.query.get("nonce", "")
        sealed = wecom_robot.seal(
            envelope, text, key_index=opened.key_index, timestamp=timestamp, nonce=nonce
        )
        return web.Response(text=sealed, content_type="application/json")

    async def _answer(self, message: IncomingMessage) -> Answer:
        try:
            return await self.dispatcher.receive(message)
        except Unavailable as error:  # not `success`: the platform must ask again, or tell the sender
            raise web.HTTPServiceUnavailable(text=f"{error}\n") from error

    def _now(self) -> float:
        return self.clock.now().timestamp()

    def _refused(self, error: Exception) -> web.HTTPForbidden:
        self.counts["forged"] += 1
        log.info("a callback was refused: %s", error, extra={"action": "forged"})
        return web.HTTPForbidden(text="signature, time or receiver does not fit\n")

    def _unreadable(self, error: Exception, text: str) -> web.Response:
        self.counts["unreadable"] += 1
        reason = error if isinstance(error, Unreadable) else type(error).__name__  # others quote the text
        log.warning("an authentic callback is unreadable: %s", reason, extra={"action": "unreadable"})
        return web.Response(text=text)


def _stream(answer: Answer) -> str:
    return wecom_robot.render(f"answer-{answer.receipt_id}", answer.text)


def _envelope(envelopes: Mapping[str, Envelope], request: web.Request) -> Envelope:
    envelope = envelopes.get(request.match_info["name"])
    if envelope is None:
        raise web.HTTPNotFound(text="no such account in the configuration\n")
    return envelope


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
