"""One step of delivery: claim a destination, send its next message, record what became of it."""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.channels.errors import AnswerLost, DeliveryError, Refused, Unclear
from bot.channels.transport import Sent, Transport
from bot.delivery.consequences import OWNER_SILENT, Outcome, next_look
from bot.delivery.phases import Desk, Passed, Taken, settle, take
from bot.delivery.quiet_hours import QuietHours
from storage import deliveries
from storage.engine import Database
from storage.models.outbox import DeliveryStatus, OutgoingMessage

logger = logging.getLogger(__name__)

SEND_LIMIT = 50  # seconds, below the lease of a minute: tokens and all
RECORD_AGAIN = (0.2, 1.0, 5.0)  # seconds before each further try to record an outcome
LOOK_LEASE = timedelta(minutes=1)  # a group task is one process's to ask about for so long


class Deliveries:
    """Everything one process needs to deliver; any number of its steps may run at once."""

    def __init__(
        self,
        database: Database,
        transports: tuple[Transport, ...],
        *,
        now: Callable[[], datetime],
        quiet_hours: QuietHours,
        on_claimed: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_claimed` is called when a step found something: there may be more for others."""
        self.desk = Desk({str(each.channel): each for each in transports}, quiet_hours)
        self.database = database
        self.now = now
        self.on_claimed = on_claimed
        self._pauses: dict[tuple[str, str], datetime] = {}

    async def deliver_one(self) -> bool:
        """Deliver one message, or find that a destination has none to send yet; false when nothing is due."""
        taken = await self.database.write(take, self.desk, now=self.now(), pauses=dict(self._pauses))
        if taken is None:
            return False
        self.on_claimed()
        passed = taken if isinstance(taken, Passed) else await self._send(taken)
        if passed is not None and passed.is_newly_held:
            await self._knock(passed)
        return True

    async def follow_up_one(self) -> bool:
        """Ask about one group task whether its owner has tapped; false when none is due."""
        if not await self.database.read(deliveries.has_follow_up, now=self.now()):
            return False
        claimed = await self.database.write(deliveries.claim_follow_up, now=self.now(), lease=LOOK_LEASE)
        if claimed is None:
            return False
        destination, message = claimed
        transport = self.desk.transports.get(destination.channel)
        if transport is None:
            return True
        outcome: Outcome | None
        try:
            async with asyncio.timeout(SEND_LIMIT):
                outcome = await transport.look_up(destination, message)
        except (DeliveryError, TimeoutError) as error:
            outcome = error if isinstance(error, DeliveryError) else None
        await self._record_look(message, outcome)
        return True

    async def _send(self, taken: Taken) -> Passed | None:
        outcome = await self._attempt(taken)
        self._log(taken, outcome)
        if isinstance(outcome, DeliveryError) and outcome.pauses_account and outcome.retry_after:
            account = (taken.destination.channel, taken.destination.account)
            self._pauses[account] = self.now() + outcome.retry_after
        return await self._record(taken, outcome)

    async def _attempt(self, taken: Taken) -> Outcome:
        transport = self.desk.transports[taken.destination.channel]
        try:
            async with asyncio.timeout(SEND_LIMIT):
                return await transport.send(taken.destination, taken.message)
        except DeliveryError as error:
            return error
        except TimeoutError:
            return AnswerLost()
        except Exception:
            logger.exception("sending failed", extra={"action": "delivery", "message_id": taken.message.id})
            return Unclear("程序出错，是否送达不明")

    async def _record(self, taken: Taken, outcome: Outcome) -> Passed | None:
        """`None` when the database refused to the last: the attempt then counts as interrupted."""
        for pause in (*RECORD_AGAIN, None):
            try:
                return await self.database.write(
                    settle, taken, outcome, desk=self.desk, now=self.now(), chance=random.random()
                )
            except Exception:
                logger.exception("outcome not recorded", extra={"message_id": taken.message.id})
            if pause is not None:
                await asyncio.sleep(pause)
        return None

    async def _knock(self, passed: Passed) -> None:
        """Best effort: what is held stays held whether or not the knock was heard."""
        destination = passed.destination
        try:
            async with asyncio.timeout(SEND_LIMIT):
                await self.desk.transports[destination.channel].knock(destination)
        except (DeliveryError, TimeoutError) as error:
            logger.warning("no notice: %s", error, extra={"destination_id": destination.id})
        except Exception:
            logger.exception("no notice", extra={"destination_id": destination.id})

    async def _record_look(self, message: OutgoingMessage, outcome: Outcome | None) -> None:
        now = self.now()
        status, error, next_at = DeliveryStatus.AWAITING_OWNER, "", next_look(message.created_at, now=now)
        if isinstance(outcome, Sent):
            status = DeliveryStatus.SENT
        elif isinstance(outcome, Refused):
            status, error = DeliveryStatus.DEAD, str(outcome)
        elif now - message.created_at > OWNER_SILENT:
            status, error = DeliveryStatus.DEAD, f"群主{OWNER_SILENT.days}天没有确认"
        elif isinstance(outcome, DeliveryError) and outcome.retry_after:
            next_at = max(next_at, now + outcome.retry_after)
        await self.database.write(
            deliveries.record_follow_up, message.id, status=status, now=now, next_at=next_at, error=error
        )

    def _log(self, taken: Taken, outcome: Outcome) -> None:
        extra = {
            "action": "delivery",
            "message_id": taken.message.id,
            "case_id": taken.message.case_id,
            "channel": taken.destination.channel,
            "attempt": taken.message.attempts,
        }
        if isinstance(outcome, Sent):
            logger.info("%s", outcome.status, extra=extra)
        else:
            logger.warning("%s: %s", type(outcome).__name__, outcome, extra=extra)
