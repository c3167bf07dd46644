"""One message, one transaction: receipt, conversation, handler, answer. No message twice, none lost."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.channels.answers import Answer, Unavailable
from bot.clock import Clock
from bot.directory import Directory, Served
from bot.rereading import Rereader
from bot.transaction import Inbound, file_late_answer, handle_deferred, handle_message
from bot.waiting import waiting_messages
from handlers.cases.subcategories import KIND_LABELS
from handlers.messages import IncomingMessage, MessageKind
from handlers.rules import Rules
from nlp.commands import Command, CommandReader
from nlp.consultation import TableReader, TableWord
from nlp.desk_words import DeskReader, DeskWord
from nlp.reading import Reading
from storage.engine import Database
from storage.models.conversations import AnswerRoute
from storage.models.outbox import Channel
from storage.writers import is_failure

log = logging.getLogger(__name__)

AT_ONCE = 50  # messages that waited, handled in one tick
REQUESTS = 3  # the platform makes at most so many for one message
FILE_AGAIN = (0.5, 2.0, 8.0)  # seconds before each further try to file an answer that did not get through


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request may take, in seconds."""

    late: float = 3.5  # the transaction files its answer in the outbox (design, section 4)
    due: float = 4.0  # the edge answers without waiting further; the platform drops at 5
    dropped: float = 5.5  # the platform has certainly hung up
    again: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)  # before each further try of the database


@dataclass(slots=True)
class Flight:
    """A message at work in this process; redeliveries wait for it instead of starting again."""

    task: "asyncio.Task[Answer]"
    requests: int = 0
    waiting: int = 0  # requests that can still take the answer
    is_abandoned: bool = False  # somebody was told that the answer comes another way
    is_troubled: bool = False  # the database failed at least once


@dataclass(slots=True)
class Dispatcher:
    """Turns messages into answers; `on_commit` wakes the delivery, `on_media` who fetches files."""

    database: Database
    directory: Directory
    commands: CommandReader
    desk_words: DeskReader
    table_words: TableReader
    rereader: Rereader
    rules: Rules
    clock: Clock
    on_commit: Callable[[], None]
    on_media: Callable[[], None]  # there may be a file to fetch
    accounts_without_push: frozenset[str] = frozenset()
    patience: Patience = Patience()
    _flights: dict[tuple[str, str, str], Flight] = field(default_factory=dict)

    async def receive(self, message: IncomingMessage) -> Answer:
        """The answer for this request; an empty one when it is late and will be sent another way.

        An account that may not push has no other way: its first two requests are left to the platform's
        repetition, and only the last is answered empty. Raises `Unavailable` when the request is past help.
        """
        key = (message.channel, message.account, message.key)
        flight = self._flights.get(key) or self._start(key, message)
        flight.requests += 1
        flight.waiting += 1
        try:
            return await self._wait(flight, may_leave=self._can_push(message) or flight.requests >= REQUESTS)
        finally:
            flight.waiting -= 1

    async def undelivered(self, message: IncomingMessage, answer: Answer, *, is_doubtful: bool) -> None:
        """An answer that could not be given on the line goes out by itself, once: its receipt decides.

        `is_doubtful`: it may have arrived all the same, and says so.
        """
        for pause in (*FILE_AGAIN, None):
            try:
                now = self.clock.now()
                await self.database.write(file_late_answer, message, answer, is_doubtful=is_doubtful, now=now)
            except DBAPIError:
                log.exception("an answer was not filed", extra={"action": "undelivered"})
            else:
                return self.on_commit()
            if pause is not None:
                await asyncio.sleep(pause)
        return None

    async def handle_waiting(self) -> None:
        """Messages that came too fast are handled in their order, of each person one at a time."""
        for waiting in await self.database.read(waiting_messages, now=self.clock.now(), limit=AT_ONCE):
            try:
                inbound = self._read(waiting.message, await self._served(waiting.message))
                inbound = replace(inbound, has_waited=True)
                now = self.clock.now()
                if await self.database.write(handle_deferred, inbound, waiting.receipt, now=now):
                    self.on_commit()
            except Exception:  # it still waits, and is tried again at the next tick
                log.exception("a message that waits was not handled", extra={"action": "handle_waiting"})

    async def drain(self) -> None:
        """Wait for what is at work."""
        await asyncio.gather(*(flight.task for flight in self._flights.values()), return_exceptions=True)

    async def _wait(self, flight: Flight, *, may_leave: bool) -> Answer:
        task, patience = flight.task, self.patience
        done, _ = await asyncio.wait((task,), timeout=patience.due)
        if not done and may_leave and not flight.is_troubled:
            flight.is_abandoned = True
            log.warning("answer is late", extra={"action": "late"})
            return Answer(AnswerRoute.OUTBOX, "")
        if not done:
            done, _ = await asyncio.wait((task,), timeout=patience.dropped - patience.due)
        if not done:
            raise Unavailable("no answer in time")
        try:
            return task.result()
        except DBAPIError as error:
            raise Unavailable("the database failed") from error

    def _can_push(self, message: IncomingMessage) -> bool:
        return (
            message.channel != Channel.OFFICIAL_ACCOUNT or message.account not in self.accounts_without_push
        )

    def _start(self, key: tuple[str, str, str], message: IncomingMessage) -> Flight:
        flight = self._flights[key] = Flight(asyncio.create_task(self._fly(key, message)))
        flight.task.add_done_callback(_seen)
        return flight

    async def _fly(self, key: tuple[str, str, str], message: IncomingMessage) -> Answer:
        try:
            return await self._insist(self._flights[key], message)
        except Exception:
            extra = {"action": "lost", "channel": message.channel, "message_key": message.key}
            log.exception("a message was not stored", extra=extra)
            raise
        finally:
            del self._flights[key]

    async def _insist(self, flight: Flight, message: IncomingMessage) -> Answer:
        """The message is in no other place: a bad moment of the database is waited out."""
        for pause in self.patience.again:
            try:
                return await self._handle(flight, message)
            except DBAPIError as error:
                if not is_failure(error):
                    raise
                log.warning("the database failed: %s", error.orig, extra={"action": "try_again"})
            flight.is_troubled = True
            await asyncio.sleep(pause)
        return await self._handle(flight, message)

    async def _handle(self, flight: Flight, message: IncomingMessage) -> Answer:
        started = self.clock.monotonic()
        can_push = self._can_push(message)

        def is_late() -> bool:
            return can_push and self.clock.monotonic() - started > self.patience.late

        inbound = self._read(message, await self._served(message))
        answer = await self.database.write(self._transact, inbound, can_push, is_late)
        self.on_commit()
        if message.kind is not MessageKind.TEXT or message.payload.get("urls"):
            self.on_media()
        is_unheard = flight.is_abandoned or (can_push and not flight.waiting)
        if is_unheard and answer.route is AnswerRoute.PASSIVE:
            answer = await self.database.write(file_late_answer, message, answer, now=self.clock.now())
            self.on_commit()
        return answer

    def _transact(
        self, db: Connection, inbound: Inbound, can_push: bool, is_late: Callable[[], bool]
    ) -> Answer:
        return handle_message(db, inbound, can_push=can_push, is_late=is_late, now=self.clock.now())

    async def _served(self, message: IncomingMessage) -> Served:
        served = self._served_now(message)
        if not served.communities:
            await self.directory.refresh()
            served = self._served_now(message)
        return served

    def _served_now(self, message: IncomingMessage) -> Served:
        if message.channel == Channel.OFFICIAL_ACCOUNT:
            return self.directory.of_account(message.account)
        return self.directory.everything()

    def _read(self, message: IncomingMessage, served: Served) -> Inbound:
        """Reading is pure and done before the transaction; a bug in it loses the answer, not the message."""
        reading: Reading | None = None
        command: Command | None = None
        desk_word: DeskWord | None = None
        table_word: TableWord | None = None
        try:
            reading, command, desk_word = self._readings(message, served)
            table_word = self._table_word(message, served)
        except Exception:
            log.exception("a message could not be read", extra={"action": "read"})
        code = f"{secrets.randbelow(10_000):04d}"
        return Inbound(
            message=message,
            reading=reading,
            command=command,
            communities=served.communities,
            estates=served.estates,
            rules=self.rules,
            code=code,
            read=self.rereader.within(served.places),
            desk_word=desk_word,
            table_word=table_word,
            secret=secrets.token_urlsafe(32),
            answers=served.answers,
        )

    def _readings(self, message: IncomingMessage, served: Served) -> tuple[Reading, Command, DeskWord | None]:
        """What is no words is not read; each channel is read in its people's way."""
        text = message.text if message.kind in (MessageKind.TEXT, MessageKind.LOCATION) else ""
        is_resident = message.channel == Channel.OFFICIAL_ACCOUNT
        reading = self.rereader.within(served.places)(text if is_resident else "")  # joining reads it again
        command = self.commands.read(
            "" if is_resident else text,
            role="staff",  # rights are the handlers' business
            now=self.clock.now(),
            quoted=message.quoted or None,
            places=served.places,
        )
        desk_word = (
            None
            if is_resident
            else self.desk_words.read(text, message.quoted or None, labels=KIND_LABELS, now=self.clock.now())
        )
        return reading, command, desk_word

    def _table_word(self, message: IncomingMessage, served: Served) -> TableWord | None:
        return self.table_words.read(
            message.text if message.kind is MessageKind.TEXT else "",
            message.quoted or None,
            is_resident=message.channel == Channel.OFFICIAL_ACCOUNT,
            now=self.clock.now(),
            places=served.places,
        )


def _seen(task: "asyncio.Task[Answer]") -> None:
    """A failure is logged where it happens, and is no surprise when nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
