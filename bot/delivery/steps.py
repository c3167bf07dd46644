"""One step of delivery: claim a destination, send its next message, record what became of it."""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.channels.errors import AnswerLost, DeliveryError, Refused, Unclear
from bot.channels.transport import Sent, Transport
from bot.delivery.consequences import Outcome
from bot.delivery.follow_up import FollowUps
from bot.delivery.phases import Desk, Passed, Taken, settle, settle_search, take
from bot.delivery.searching import Search
from handlers.quiet_hours import QuietHours
from storage.engine import Database

logger = logging.getLogger(__name__)

SEND_LIMIT = 50  # seconds, below the lease of a minute: tokens and all
RECORD_AGAIN = (0.2, 1.0, 5.0)  # seconds before each further try to record an outcome


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
        self._follow_ups = FollowUps(database, self.desk, now=now)
        self._pauses: dict[tuple[str, str], datetime] = {}

    async def deliver_one(self) -> bool:
        """Deliver one message, or find that a destination has none to send yet; false when nothing is due."""
        taken = await self.database.write(take, self.desk, now=self.now(), pauses=dict(self._pauses))
        if taken is None:
            return False
        self.on_claimed()
        match taken:
            case Passed():
                passed: Passed | None = taken
            case Search():
                passed = await self._find(taken)
            case Taken():
                passed = await self._send(taken)
        if passed is not None and passed.knocks:
            await self._knock(passed)
        return True

    async def follow_up_one(self) -> bool:
        """Ask about one group task whether its owner has tapped; false when none is due."""
        return await self._follow_ups.follow_up_one()

    async def _find(self, search: Search) -> Passed | None:
        """What became of an attempt in doubt; a bug counts as not known."""
        transport = self.desk.transports[search.destination.channel]
        found: Sent | DeliveryError | None
        try:
            async with asyncio.timeout(SEND_LIMIT):
                found = await transport.find(search.destination, search.message, known=search.known)
        except DeliveryError as error:
            found = error
        except TimeoutError:
            found = AnswerLost()
        except Exception:
            logger.exception("searching failed", extra={"message_id": search.message.id})
            found = Refused()

        def record(db: Connection) -> Passed:
            return settle_search(db, search, found, desk=self.desk, now=self.now())

        return await self._insist(record)

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

        def record(db: Connection) -> Passed:
            return settle(db, taken, outcome, desk=self.desk, now=self.now(), chance=random.random())

        return await self._insist(record)

    async def _insist(self, record: Callable[[Connection], Passed]) -> Passed | None:
        for pause in (*RECORD_AGAIN, None):
            try:
                return await self.database.write(record)
            except Exception:
                logger.exception("outcome not recorded", extra={"action": "delivery"})
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
