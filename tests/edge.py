"""The process at one end of HTTP; at the other a test that signs, seals and reads as the platform does."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import Connection, Table, func, select, text

from bot.app import CALLBACKS, DATABASE, DISPATCHER, build_app
from bot.callbacks import Callbacks
from bot.clock import Clock
from bot.config import parse_settings
from bot.dispatch import Dispatcher
from handlers.organization import import_organization, parse_organization
from storage.engine import Database
from storage.models.cases import cases
from storage.models.conversations import Receipt, conversations, receipts
from storage.models.outbox import OutgoingMessage, destinations, outbox
from storage.models.people import identities, people
from storage.refusals import refusals_since
from tests.conversations.conftest import read, sample_config
from tests.wire import Wire, xml_fields
from tests.words import loaded_lexicon

ACCOUNT = Wire("samplemaintoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx5a3c1e00sample01")
ROBOT = Wire("samplerobottoken", "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba", "")
APP = Wire("sampleapptoken", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg", "wwsamplecorp0001")
GH, OPENID = "gh_1234567890ab", "oResident1"
SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
NOWHERE = "http://127.0.0.1:9"  # nothing listens there: what is to be sent waits
STORED: tuple[Table, ...] = (receipts, people, identities, conversations, cases, destinations, outbox)


@dataclass(frozen=True)
class Heard:
    """What the platform hears on one request."""

    status: int
    body: str
    text: str  # of the reply inside; empty for `success`


def message_xml(kind: str, fields: str, *, sender: str = OPENID, key: str = "1", created: int = 0) -> str:
    number = f"<MsgId>{key}</MsgId>" if key else ""
    return (
        f"<xml><ToUserName><![CDATA[{GH}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{fields}{number}</xml>"
    )


def text_xml(text: str, *, sender: str = OPENID, key: str = "1", created: int = 0) -> str:
    fields = f"<Content><![CDATA[{text}]]></Content>"
    return message_xml("text", fields, sender=sender, key=key, created=created)


def robot_json(text: str, *, key: str, sender: str = "wangfang", **fields: Any) -> str:
    head = {"msgid": key, "chatid": "wrTeam", "chattype": "group", "from": {"userid": sender}}
    return json.dumps({**head, "msgtype": "text", "text": {"content": f"@回音 {text}"}, **fields})


@dataclass
class Edge:
    """One running process and hands to send it callbacks and look at its rows."""

    app: web.Application
    clock: Clock
    session: aiohttp.ClientSession
    url: str

    @property
    def database(self) -> Database:
        return self.app[DATABASE]

    @property
    def dispatcher(self) -> Dispatcher:
        return self.app[DISPATCHER]

    async def refused(self) -> dict[str, int]:
        """What was refused at the doors, by its kind, as the database keeps it."""
        await self.callbacks.refusals.keep()
        kept = await self.database.read(refusals_since, datetime(2020, 1, 1, tzinfo=UTC))
        return {each.kind: sum(one.times for one in kept if one.kind == each.kind) for each in kept}

    @property
    def callbacks(self) -> Callbacks:
        return self.app[CALLBACKS]

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp())

    async def say(self, text: str, *, sender: str = OPENID, key: str = "1", account: str = "main") -> Heard:
        """A resident's words, in safe mode."""
        return await self.send(text_xml(text, sender=sender, key=key), account=account)

    async def send(self, xml: str, *, account: str = "main") -> Heard:
        """A callback of an account, in safe mode, freshly signed."""
        query, body = ACCOUNT.safe(xml, self.now)
        status, answer = await self.post(f"/wechat/{account}", query, body)
        is_reply = status == 200 and answer not in ("", "success")
        return Heard(status, answer, ACCOUNT.read_xml(answer)["Content"] if is_reply else "")

    async def send_plain(self, xml: str) -> Heard:
        query = ACCOUNT.plain_query(self.now)
        status, answer = await self.post("/wechat/main", query, xml.encode("utf-8", "surrogatepass"))
        is_reply = status == 200 and answer not in ("", "success")
        return Heard(status, answer, xml_fields(answer)["Content"] if is_reply else "")

    async def tell_robot(self, text: str) -> Heard:
        """A callback of the robot, freshly signed."""
        query, body = ROBOT.robot(text, self.now)
        status, answer = await self.post("/wecom/robot/main", query, body)
        is_reply = status == 200 and answer != ""
        reply = ROBOT.read_json(answer) if is_reply else {}
        content = reply.get("stream") or reply.get("text") or {}
        return Heard(status, answer, content.get("content", ""))

    async def post(
        self, path: str, query: dict[str, str], body: bytes | AsyncIterator[bytes], **headers: str
    ) -> tuple[int, str]:
        async with self.session.post(
            self.url + path, params=query, data=body, headers=headers, skip_auto_headers=["Content-Type"]
        ) as response:
            return response.status, await response.text()

    async def get(self, path: str, query: dict[str, str]) -> tuple[int, str]:
        async with self.session.get(self.url + path, params=query) as response:
            return response.status, await response.text()

    async def counts(self) -> dict[str, int]:
        """How many rows stand in each table that a message can change."""
        return await self.database.read(counted)

    async def eventually(self, condition: Callable[[], bool], *, seconds: float = 15) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - what happens in a handler rings no bell
                await asyncio.sleep(0.005)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[threading.Event]:
        """Nothing is written in the meantime; it ends early when the event is set."""
        begun, gate = threading.Event(), threading.Event()

        def hold(db: Connection) -> None:
            if not self.database.is_sqlite:  # whose writer is but one thread
                db.execute(text("LOCK TABLE receipts IN EXCLUSIVE MODE"))
            begun.set()
            gate.wait(60)

        holding = asyncio.create_task(self.database.write(hold))
        await asyncio.to_thread(begun.wait, 60)
        try:
            yield gate
        finally:
            gate.set()
            await holding

    def in_flight(self) -> int:
        """How many requests wait for messages at work."""
        return sum(flight.requests for flight in self.dispatcher._flights.values())

    async def receipts(self) -> list[Receipt]:
        return await self.database.read(
            lambda db: [Receipt(*row) for row in db.execute(select(*receipts.c).order_by(receipts.c.id))]
        )

    async def outgoing(self, prefix: str = "") -> list[OutgoingMessage]:
        """What is to go out under keys that begin so, oldest first."""
        query = select(*outbox.c).where(outbox.c.key.startswith(prefix)).order_by(outbox.c.id)
        return await self.database.read(lambda db: [OutgoingMessage(*row) for row in db.execute(query)])


async def ensure_one_case(edge: Edge) -> None:
    """One message came in: one receipt, one case, one card for each group concerned."""
    counts = await edge.counts()
    assert (counts["receipts"], counts["cases"]) == (1, 1)
    cards = await edge.outgoing("case:")
    assert len({each.destination_id for each in cards}) == len(cards) >= 1


def counted(db: Connection) -> dict[str, int]:
    return {table.name: db.execute(select(func.count()).select_from(table)).scalar_one() for table in STORED}


@asynccontextmanager
async def running_edge(
    database_url: str,
    now: datetime,
    *,
    base: str = NOWHERE,
    change: Callable[[dict[str, Any]], None] | None = None,
) -> AsyncIterator[Edge]:
    """One process with the sample organization, on a port of its own."""
    config = sample_config()
    config["official_accounts"]["main"]["api_base"] = base
    config["wecom"] |= {"api_base": base, "response_url_base": base}
    config["database"] = {"url": database_url}
    config["server"]["cache_dir"] = str(Path(__file__).parents[1] / "var")
    config["simulator"] = {"enabled": False}
    config["security"] = {"session_key": "s" * 40, "encryption_key": "e" * 40}
    if change is not None:
        change(config)
    clock = Clock()
    clock.move(now - clock.now())
    app = build_app(parse_settings(config), clock, loaded_lexicon())
    organization = parse_organization(read("organization.toml"))
    app[DATABASE].write_now(import_organization, organization, now=now)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Edge(app, clock, session, str(server.make_url("")).rstrip("/"))
