"""The door of a WeCom app: verifies and decrypts by the published scheme, answers what a test tells it."""

import asyncio
import base64
import hashlib
import struct
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator import Platform
from bot.simulator.world import App

Answer = str | int | Callable[[dict[str, str]], str] | None  # body, status, made from the message, or silence


@dataclass
class Seen:
    """One callback as it arrived: the outer envelope, and the message inside."""

    query: dict[str, str]
    envelope: dict[str, str]
    xml: ElementTree.Element

    @property
    def message(self) -> dict[str, str]:
        return {child.tag: child.text or "" for child in self.xml}

    def texts(self, path: str) -> list[str]:
        return [each.text or "" for each in self.xml.findall(path)]


@dataclass
class AppDoor:
    app: App
    answers: deque[Answer] = field(default_factory=deque)
    seen: list[Seen] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def server(self) -> web.Application:
        server = web.Application()
        server.router.add_get("/wecom/app/main", self.verify)
        server.router.add_post("/wecom/app/main", self.hear)
        return server

    async def verify(self, request: web.Request) -> web.Response:
        query = request.query
        self._ensure_signed(query["msg_signature"], query["timestamp"], query["nonce"], query["echostr"])
        return web.Response(text=self.open(query["echostr"]))

    async def hear(self, request: web.Request) -> web.Response:
        query, envelope = dict(request.query), fields(await request.text())
        sealed = envelope["Encrypt"]
        self._ensure_signed(query["msg_signature"], query["timestamp"], query["nonce"], sealed)
        xml = ElementTree.fromstring(self.open(sealed))  # noqa: S314 -- our own platform sent it
        self.seen.append(Seen(query, envelope, xml))
        answer: Answer = self.answers.popleft() if self.answers else "success"
        if answer is None:
            await self.released.wait()
            return web.Response(text="too late")
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(text=answer if isinstance(answer, str) else answer(self.seen[-1].message))

    def open(self, sealed: str) -> str:
        return unseal(sealed, self.app.aes_key, self.app.corp_id)

    def sealed(self, xml: str, **changes: str) -> str:
        """An encrypted answer; `changes` spoil it."""
        app = self.app
        encrypted = changes.get("Encrypt") or seal(xml, app.aes_key, changes.pop("receive_id", app.corp_id))
        parts = {"Encrypt": encrypted, "TimeStamp": "1700000000", "Nonce": "nonce"}
        signature = signed(app.token, *parts.values())
        inner = {**parts, "MsgSignature": signature, **changes}
        return "<xml>" + "".join(f"<{k}>{v}</{k}>" for k, v in inner.items()) + "</xml>"

    def reply(self, rest: str) -> Callable[[dict[str, str]], str]:
        """A passive answer with these elements after its head."""
        return lambda message: self.sealed(plain_reply(message, rest))

    def _ensure_signed(self, signature: str, *parts: str) -> None:
        assert signature == signed(self.app.token, *parts)


@asynccontextmanager
async def opened_door(platform: Platform) -> AsyncIterator[AppDoor]:
    """The app's callbacks go to a door of the test's own."""
    (app,) = platform.world.apps
    door = AppDoor(app)
    async with TestServer(door.server()) as server:
        door.app = replace(app, callback=str(server.make_url("/wecom/app/main")))
        platform.world = replace(platform.world, apps=(door.app,))
        yield door
        door.released.set()
        await platform.settle()


def plain_reply(message: dict[str, str], rest: str) -> str:
    to, sender = message["FromUserName"], message["ToUserName"]
    head = f"<ToUserName>{to}</ToUserName><FromUserName>{sender}</FromUserName>"
    return f"<xml>{head}<CreateTime>1700000000</CreateTime>{rest}</xml>"


def text_reply(content: str) -> str:
    return f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>"


def fields(xml: str) -> dict[str, str]:
    return {child.tag: child.text or "" for child in ElementTree.fromstring(xml)}  # noqa: S314 -- our own


def signed(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def unseal(sealed: str, aes_key: str, receive_id: str) -> str:
    """random16 + length of 4 bytes + text + receive id, PKCS#7 to 32."""
    decryptor = _cipher(aes_key).decryptor()
    plain = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    plain = plain[: -plain[-1]]
    (length,) = struct.unpack(">I", plain[16:20])
    assert plain[20 + length :].decode() == receive_id
    return plain[20 : 20 + length].decode()


def seal(text: str, aes_key: str, receive_id: str, *, random16: bytes = b"0123456789abcdef") -> str:
    body = text.encode()
    plain = random16 + struct.pack(">I", len(body)) + body + receive_id.encode()
    padding = 32 - len(plain) % 32
    encryptor = _cipher(aes_key).encryptor()
    data = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(data).decode()


def _cipher(aes_key: str) -> Cipher[Any]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
