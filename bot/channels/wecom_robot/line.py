"""A robot's own long connection: one process of many holds it, hears on it, and may push (WECHAT 3.7).

The lease comes first: nobody connects without it, and when it is lost, or could not be renewed in time, the
connection is closed before somebody else may take it.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import aiohttp

from bot.channels.answers import Reception
from bot.channels.errors import DeliveryError, TryAgain
from bot.channels.verdicts import error_code
from bot.channels.wecom_robot.connection import NOT_CONNECTED, TROUBLES, Connection
from bot.channels.wecom_robot.frames import PING, SUBSCRIBE, Json
from bot.channels.wecom_robot.hearing import Hearing
from bot.clock import Clock
from bot.config.settings import WecomRobotSettings
from bot.leases import Lease, Terms
from bot.refusals import Kind, Refusals
from storage import rerouting
from storage.engine import Database
from storage.models.outbox import Channel

log = logging.getLogger(__name__)

BUSY = frozenset({-1, 45009, 45033})  # of a subscription that may succeed in a moment
MISSED = 2  # pings without acknowledgement, one after the other, and the connection counts as dead
GOODBYE = 2.0  # seconds; less than the margin of the lease
LARGEST_FRAME = 4 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Pace:
    """How long what takes, in seconds."""

    connect: float = 15.0
    ack: float = 10.0
    ping: float = 30.0  # WW/101463
    note: float = 5.0  # for the database to take note of a sign of life
    first_pause: float = 1.0  # before the next connection; doubles with every one that does not last
    longest_pause: float = 60.0
    lasting: float = 60.0  # a connection that stood so long was a good one
    refused: float = 300.0  # until a wrong secret is tried again: the operator may have put it right


class Ending(Enum):
    """Why a connection ended."""

    BROKEN = "broken"
    REFUSED = "refused"
    TAKEN_OVER = "taken over"


class RobotLine:
    """The connection of one robot, and the lease it is held under."""

    def __init__(
        self,
        robot: str,
        settings: WecomRobotSettings,
        database: Database,
        *,
        refusals: Refusals | None = None,
        on_up: Callable[[], None] = lambda: None,
        terms: Terms | None = None,
        pace: Pace | None = None,
    ) -> None:
        """`on_up` is called when there is a connection to send on."""
        self.name = f"robot:{robot}"
        self.robot = robot
        self._settings = settings
        self._database = database
        self._refusals = refusals
        self._on_up = on_up
        self._pace = pace or Pace()
        self.lease = Lease(database, self.name, terms=terms or Terms())
        self._hearing = Hearing(robot, self, on_unreadable=self._count)
        self._connection: Connection | None = None
        self._up = asyncio.Event()

    @property
    def is_up(self) -> bool:
        """Whether this process can send on it now."""
        return self._up.is_set() and self.lease.is_held

    async def run(self, reception: Reception) -> None:
        """Wait for the lease, keep the connection while it lasts, begin again."""
        try:
            while True:
                await self.lease.wait()
                await self._hold(reception)
        finally:
            await self._hearing.finish()

    async def _hold(self, reception: Reception) -> None:
        log.info("this process holds the line", extra=self._extra())
        serving = asyncio.create_task(self._serve(reception))
        try:
            await self.lease.keep()
            log.error("the lease is lost or was not renewed in time", extra=self._extra())
            self._up.clear()
        finally:
            await self._stop(serving)

    async def ask(self, cmd: str, body: Json | None = None, *, req_id: str = "") -> Json:
        """The platform's acknowledgement; TryAgain when nothing was sent, AnswerLost when nobody knows."""
        if self._connection is None or not self.is_up:
            raise TryAgain(NOT_CONNECTED)
        return await self._connection.ask(cmd, body, req_id=req_id)

    async def is_back(self, *, seconds: float) -> bool:
        """Whether it is up, or comes up within that time."""
        try:
            async with asyncio.timeout(seconds):
                await self._up.wait()
        except TimeoutError:
            return False
        return True

    async def _stop(self, serving: "asyncio.Task[None]") -> None:
        """At a clean stop whoever was heard is still answered; without the lease the connection just ends."""
        try:
            if self.lease.is_held:
                await self._hearing.finish()
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await self.lease.release()

    async def _serve(self, reception: Reception) -> None:
        """One connection after the other, with pauses that grow as long as none lasts."""
        failures = 0
        while True:
            began = Clock.monotonic()
            ending = await self._connect(reception)
            failures = 1 if Clock.monotonic() - began >= self._pace.lasting else failures + 1
            if ending is Ending.TAKEN_OVER:
                await self._look_who_took_over()
            pause = self._pace.refused if ending is Ending.REFUSED else self._pause_after(failures)
            log.info("the line is %s; again in %.1f s", ending.value, pause, extra=self._extra())
            await asyncio.sleep(pause)

    def _pause_after(self, failures: int) -> float:
        doubled = self._pace.first_pause * 2.0 ** min(failures - 1, 16)
        return min(doubled, self._pace.longest_pause) * random.uniform(0.8, 1.2)

    async def _look_who_took_over(self) -> None:
        """Another process that has the lease by right, or a program we know nothing of."""
        try:
            is_ours = await self.lease.check()
        except Exception:
            log.exception("taken over, and the lease could not be checked", extra=self._extra())
            return
        if is_ours:
            log.error(
                "another program connected as this robot although this process holds its lease: "
                "look for a second installation with the same bot_id",
                extra=self._extra(),
            )
        else:
            log.info("taken over by the process that holds the lease now", extra=self._extra())

    async def _connect(self, reception: Reception) -> Ending:
        """One connection from its beginning to its end; it raises nothing."""
        try:
            timeout = aiohttp.ClientTimeout(total=None, connect=self._pace.connect)
            jar = aiohttp.DummyCookieJar()
            async with aiohttp.ClientSession(timeout=timeout, cookie_jar=jar) as session:
                return await self._talk(await self._open(session), reception)
        except (DeliveryError, TimeoutError, *TROUBLES) as error:
            log.warning("no line to the platform: %s", type(error).__name__, extra=self._extra())
        except Exception:
            log.exception("the line broke", extra=self._extra())
        return Ending.BROKEN

    async def _open(self, session: aiohttp.ClientSession) -> Connection:
        async with asyncio.timeout(self._pace.connect):
            socket = await session.ws_connect(
                self._settings.socket_url,
                timeout=aiohttp.ClientWSTimeout(ws_close=GOODBYE),
                max_msg_size=LARGEST_FRAME,
            )
        return Connection(socket, lambda: self.lease.is_held, self._pace.ack)

    async def _talk(self, connection: Connection, reception: Reception) -> Ending:
        listening = asyncio.create_task(self._listen(connection, reception))
        try:
            if not await self._is_welcome(connection):
                return Ending.REFUSED
            self._connection = connection
            self._up.set()
            log.info("the line is up", extra=self._extra())
            self._on_up()
            pinging = asyncio.create_task(self._ping(connection))
            try:
                await asyncio.wait((listening, pinging), return_when=asyncio.FIRST_COMPLETED)
            finally:
                pinging.cancel()
        finally:
            self._up.clear()
            self._connection = None
            await connection.close(seconds=GOODBYE)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        return Ending.TAKEN_OVER if connection.was_taken_over else Ending.BROKEN

    async def _is_welcome(self, connection: Connection) -> bool:
        secret = self._settings.secret.get_secret_value() if self._settings.secret else ""
        answer = await connection.ask(SUBSCRIBE, {"bot_id": self._settings.bot_id, "secret": secret})
        code = error_code(answer)
        if code in BUSY:
            raise TryAgain("平台繁忙")
        if code != 0:
            log.error(
                "the platform refuses this robot (%s): check bot_id and secret in [wecom.robots.%s]",
                code,
                self.robot,
                extra=self._extra(),
            )
        return code == 0

    async def _listen(self, connection: Connection, reception: Reception) -> None:
        try:
            async for frame in connection.callbacks(on_unreadable=self._count):
                await self._hearing.hear(frame, reception)
        finally:
            self._up.clear()  # before anybody whose acknowledgement was lost looks whether it is back

    async def _ping(self, connection: Connection) -> None:
        """Until the platform is silent; others see in the database that it is not."""
        missed = 0
        while missed < MISSED:
            if not missed:
                await self._note()
                await asyncio.sleep(self._pace.ping)
            try:
                missed = missed + 1 if error_code(await connection.ask(PING)) else 0
            except DeliveryError:
                missed += 1
        log.warning("the platform does not answer on the line", extra=self._extra())

    async def _note(self) -> None:
        try:
            async with asyncio.timeout(self._pace.note):
                await self._database.write(rerouting.note_connected, self.robot)
        except Exception as error:
            log.warning("not noted as connected: %s", type(error).__name__, extra=self._extra())

    def _count(self, reason: str) -> None:
        log.warning("a frame is unreadable: %s", reason, extra=self._extra())
        if self._refusals is not None:
            self._refusals.count(str(Channel.WECOM_ROBOT), self.robot, Kind.UNREADABLE, reason=reason)

    def _extra(self) -> dict[str, str]:
        return {"action": "line", "robot": self.robot}
