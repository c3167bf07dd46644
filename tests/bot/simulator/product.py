"""A product at the far end of the platform: checks every signature itself, answers what a test tells it."""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from aiohttp import web
from wechatpy.crypto import WeChatCrypto

from bot.simulator.world import Account, Robot, World

Answer = str | int | Callable[[dict[str, Any]], str] | None  # body, status, made from the message, or silence


@dataclass
class Seen:
    """One callback request as it arrived."""

    query: dict[str, str]
    body: str
    message: dict[str, Any]


@dataclass
class FakeProduct:
    world: World
    answers: deque[Answer] = field(default_factory=deque)
    seen: list[Seen] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 << 10)
        app.router.add_get("/wechat/main", self.verify_account)
        app.router.add_post("/wechat/main", self.hear_account)
        app.router.add_get("/wecom/robot/main", self.verify_robot)
        app.router.add_post("/wecom/robot/main", self.hear_robot)
        return app

    @property
    def account(self) -> Account:
        return self.world.accounts[0]

    @property
    def robot(self) -> Robot:
        return self.world.robots[0]

    async def verify_account(self, request: web.Request) -> web.Response:
        query = request.query
        assert query["signature"] == sha1(self.account.token, query["timestamp"], query["nonce"])
        return web.Response(text=query["echostr"])

    async def verify_robot(self, request: web.Request) -> web.Response:
        query = request.query
        crypto = WeChatCrypto(self.robot.token, self.robot.aes_key, "")
        echo = crypto.decrypt_message(
            {"Encrypt": query["echostr"]}, query["msg_signature"], query["timestamp"], query["nonce"]
        )
        return web.Response(text=echo)

    async def hear_account(self, request: web.Request) -> web.Response:
        body = await request.text()
        query = dict(request.query)
        assert query["signature"] == sha1(self.account.token, query["timestamp"], query["nonce"])
        if self.account.mode == "plain":
            message = xml_fields(body)
        else:
            crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.app_id)
            plain = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
            message = xml_fields(plain)
        self.seen.append(Seen(query, body, message))
        return await self._answer(message)

    async def hear_robot(self, request: web.Request) -> web.Response:
        body = await request.text()
        query = dict(request.query)
        sealed = {"Encrypt": json.loads(body)["encrypt"]}
        crypto = WeChatCrypto(self.robot.token, self.robot.aes_key, "")
        message = json.loads(
            crypto.decrypt_message(sealed, query["msg_signature"], query["timestamp"], query["nonce"])
        )
        self.seen.append(Seen(query, body, message))
        return await self._answer(message)

    async def _answer(self, message: dict[str, Any]) -> web.Response:
        answer: Answer = self.answers.popleft() if self.answers else "success"
        if answer == "success" and "aibotid" in message:
            answer = ""
        if answer is None:
            await self.released.wait()
            return web.Response(text="too late")
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(text=answer if isinstance(answer, str) else answer(message))

    def text_reply(self, text: str) -> Callable[[dict[str, Any]], str]:
        """A passive text reply, sealed where the account's mode asks for it."""
        return lambda message: self.sealed(plain_reply(message, text))

    def sealed(self, xml: str) -> str:
        if self.account.mode == "plain":
            return xml
        crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.app_id)
        return str(crypto.encrypt_message(xml, "nonce", "1700000000"))

    def robot_reply(self, reply: dict[str, Any]) -> str:
        """A robot's answer as encrypted JSON."""
        crypto = WeChatCrypto(self.robot.token, self.robot.aes_key, "")
        text = json.dumps(reply, ensure_ascii=False)
        sealed = xml_fields(crypto.encrypt_message(text, "nonce", "1700000000"))
        return json.dumps(
            {
                "encrypt": sealed["Encrypt"],
                "msgsignature": sealed["MsgSignature"],
                "timestamp": 1700000000,
                "nonce": "nonce",
            }
        )

    def stream_reply(self, content: str, *, finish: bool = True) -> str:
        stream = {"id": "stream-1", "finish": finish, "content": content}
        return self.robot_reply({"msgtype": "stream", "stream": stream})


def xml_fields(xml: str) -> dict[str, Any]:
    return {child.tag: child.text for child in ElementTree.fromstring(xml)}  # noqa: S314 -- our own platform sent it


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def plain_reply(message: dict[str, Any], text: str) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{message['FromUserName']}]]></ToUserName>"
        f"<FromUserName><![CDATA[{message['ToUserName']}]]></FromUserName>"
        "<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content></xml>"
    )
