"""Group tasks after they were made: has the owner tapped, must they be reminded, is the task called back?"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from bot.channels.errors import DeliveryError, OverShare, Refused
from bot.channels.transport import Sent, Transport
from bot.delivery.consequences import OWNER_SILENT, next_look
from bot.delivery.phases import Desk
from bot.delivery.reminding import reminder_at
from storage import follow_ups, gathering
from storage.engine import Database
from storage.follow_ups import FollowUp
from storage.models.outbox import DeliveryStatus, OutgoingMessage

logger = logging.getLogger(__name__)

OWNER_CHANGED = "群主换了人，重新提交"
LOOK_LIMIT = 50  # seconds for all calls about one task, below its lease
LOOK_LEASE = timedelta(minutes=1)  # a task is one process's to ask about for so long


class State(StrEnum):
    """How a task was found."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"  # the platform did not send it, and will not
    OVER_SHARE = "over_share"  # the group has had all it may have for now
    RECALLED = "recalled"
    UNKNOWN = "unknown"  # the platform could not be asked


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about a task; `after`: not to be asked again sooner; `at`: when sent."""

    state: State
    reason: str = ""
    after: timedelta | None = None
    at: datetime | None = None


class FollowUps:
    """One process's questions about tasks; any number may run at once."""

    def __init__(self, database: Database, desk: Desk, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._desk = desk
        self._now = now

    async def follow_up_one(self) -> bool:
        """Ask about one task; false when none is due."""
        if not await self._database.read(follow_ups.has_follow_up, now=self._now()):
            return False
        task = await self._database.write(follow_ups.claim_follow_up, now=self._now(), lease=LOOK_LEASE)
        if task is None:
            return False
        transport = self._desk.transports.get(task.destination.channel)
        if transport is not None:
            found = await self._found(task, transport)
            await self._database.write(record_found, task, found, transport=transport, now=self._now())
        return True

    async def _found(self, task: FollowUp, transport: Transport) -> Found:
        """The state of the task, once what it is time for was done about it."""
        try:
            async with asyncio.timeout(LOOK_LIMIT):
                found = await _looked(task, transport)
                if found.state is State.WAITING:
                    found = await self._acted(task, transport)
                return found
        except TimeoutError:
            return Found(State.UNKNOWN)

    async def _acted(self, task: FollowUp, transport: Transport) -> Found:
        now = self._now()
        is_moved = bool(task.message.body.get(gathering.MOVED))
        if task.is_unwanted or is_moved or _is_silent(task.message, now=now):
            return await _recalled(task, transport)
        at = reminder_at(task.message)
        if at is not None and at <= now:
            await self._remind(task, transport)
        return Found(State.WAITING)

    async def _remind(self, task: FollowUp, transport: Transport) -> None:
        """Best effort: the task waits whether or not its owner was reminded."""
        await self._database.write(follow_ups.note_reminder, task.message, now=self._now())
        try:
            await transport.remind(task.destination, task.message)
        except DeliveryError as error:
            logger.warning("not reminded: %s", error, extra={"message_id": task.message.id})


async def _looked(task: FollowUp, transport: Transport) -> Found:
    try:
        sent = await transport.look_up(task.destination, task.message)
    except Refused as error:
        return Found(State.REFUSED, str(error))
    except OverShare as error:
        return Found(State.OVER_SHARE, str(error))
    except DeliveryError as error:
        return Found(State.UNKNOWN, after=error.retry_after)
    return Found(State.SENT, at=sent.at) if isinstance(sent, Sent) else Found(State.WAITING)


async def _recalled(task: FollowUp, transport: Transport) -> Found:
    """Called back; when the platform says that it was over, the owner may just have tapped."""
    try:
        await transport.recall(task.destination, task.message)
    except Refused as error:
        found = await _looked(task, transport)
        return found if found.state is not State.WAITING else Found(State.RECALLED, str(error))
    except DeliveryError as error:
        return Found(State.UNKNOWN, after=error.retry_after)
    return Found(State.RECALLED)


def record_found(
    db: Connection, task: FollowUp, found: Found, *, transport: Transport, now: datetime
) -> None:
    """What was found out stands in the rows: of the task, and of those whose words it carries."""
    message = follow_ups.lock_task(db, task.message)
    if message is None:
        return
    is_unwanted = gathering.is_unwanted(db, message)
    again_at = transport.again_at(message, now=now)
    match found.state:
        case State.SENT:
            sent_at = min(found.at or now, now)
            follow_ups.finish_task(db, message.id, status=DeliveryStatus.SENT, now=sent_at)
        case State.WAITING | State.UNKNOWN:
            _ask_again(db, message, found, is_unwanted=is_unwanted, now=now)
        case State.RECALLED | State.REFUSED | State.OVER_SHARE if is_unwanted:
            gathering.dissolve(db, message, now=now)
        case State.RECALLED | State.REFUSED if message.body.get(gathering.MOVED):
            follow_ups.make_again(db, message, at=now, reason=OWNER_CHANGED)
        case State.RECALLED:
            _give_up(db, task, f"群主{OWNER_SILENT.days}天没有确认", transport=transport, now=now)
        case State.OVER_SHARE if again_at is not None:
            _again_later(db, task, found.reason, at=again_at, transport=transport, now=now)
        case State.REFUSED | State.OVER_SHARE:
            _give_up(db, task, found.reason, transport=transport, now=now)


def _again_later(
    db: Connection, task: FollowUp, reason: str, *, at: datetime, transport: Transport, now: datetime
) -> None:
    """It goes into the group's next share; but what a broadcast said of tomorrow is not read next month."""
    parts = [task.message, *gathering.carried_by(db, task.message.id)]
    ended = [each for each in parts if each.broadcast_id is not None and each.unwanted_at is None]
    follow_ups.make_again(db, task.message, at=at, reason=reason)
    for each in ended:
        follow_ups.end_again(db, each.id, now=now, error=reason)
        transport.given_up(db, each, task.destination, reason=reason, now=now)


def _ask_again(
    db: Connection, message: OutgoingMessage, found: Found, *, is_unwanted: bool, now: datetime
) -> None:
    at = next_look(message.made_at or message.created_at, now=now)
    if is_unwanted:
        at = now + LOOK_LEASE if found.state is State.UNKNOWN else now
    elif found.after is not None:
        at = max(at, now + found.after)
    remind_at = reminder_at(message)
    if remind_at is not None:
        at = min(at, max(remind_at, now))
    follow_ups.ask_again(db, message.id, next_at=at)


def _give_up(db: Connection, task: FollowUp, reason: str, *, transport: Transport, now: datetime) -> None:
    follow_ups.finish_task(db, task.message.id, status=DeliveryStatus.DEAD, now=now, error=reason)
    transport.given_up(db, task.message, task.destination, reason=reason, now=now)


def _is_silent(message: OutgoingMessage, *, now: datetime) -> bool:
    return now - (message.made_at or message.created_at) > OWNER_SILENT
