"""What people say to a robot on its line, and how the answer gets to them, whatever happens to the line."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.channels.answers import Answer, Reception, Unavailable
from bot.channels.envelope import Unreadable
from bot.channels.errors import AnswerLost, DeliveryError
from bot.channels.verdicts import error_code
from bot.channels.wecom_robot import inbound, replies
from bot.channels.wecom_robot.frames import RESPOND, UPDATE, WELCOME, Frame, Json
from bot.channels.wecom_robot.turns import Turns
from handlers.messages import IncomingMessage, MessageKind
from storage.models.conversations import AnswerRoute

log = logging.getLogger(__name__)

ASK_AGAIN = (2.0, 10.0, 30.0)  # seconds before each further try of a message nobody else will bring again
BACK_WITHIN = 10.0  # seconds for a lost line to come back before the answer goes another way
REMEMBERED = 1000  # answers given, so that a callback that comes twice is answered once
BREAKING_OFF = 5.0  # seconds for what is in progress when the line is given up


class Speaker(Protocol):
    """The line as it is at the moment."""

    async def ask(self, cmd: str, body: Json | None = None, *, req_id: str = "") -> Json:
        """The platform's acknowledgement; DeliveryError when there is none."""

    async def is_back(self, *, seconds: float) -> bool:
        """Whether it is up, or comes up within that time."""


@dataclass(slots=True)
class Given:
    """How far an answer has come."""

    is_acknowledged: bool = False
    is_doubtful: bool = False  # it went out, and nobody knows whether it arrived
    is_refused: bool = False


class Hearing:
    """Callbacks in, answers out; of one person one after the other."""

    def __init__(self, robot: str, line: Speaker, *, on_unreadable: Callable[[str], None]) -> None:
        self._robot = robot
        self._line = line
        self._on_unreadable = on_unreadable
        self._turns = Turns()
        self._given: OrderedDict[int, None] = OrderedDict()

    async def hear(self, frame: Frame, reception: Reception) -> None:
        """It will be answered when it is its turn; what cannot be read is counted and ends nothing."""
        try:
            message = inbound.message_of(frame.body, self._robot, is_connected=True)
        except Exception as error:  # one broad guard: the line goes on whatever it brings
            self._on_unreadable(str(error) if isinstance(error, Unreadable) else type(error).__name__)
            return
        await self._turns.add(message.sender, lambda: self._answer(frame.req_id, message, reception))

    async def finish(self) -> None:
        """Whoever was heard is still answered, if it does not take long."""
        await self._turns.finish(seconds=BREAKING_OFF)

    async def _answer(self, req_id: str, message: IncomingMessage, reception: Reception) -> None:
        try:
            answer = await _received(message, reception)
            if answer is not None and answer.route is AnswerRoute.PASSIVE and self._is_first(answer):
                await self._give(req_id, message, answer, reception=reception)
        except Exception:
            extra = {"action": "hear", "channel": message.channel, "message_key": message.key}
            log.exception("a message on the line was not answered", extra=extra)

    def _is_first(self, answer: Answer) -> bool:
        """Whether nobody has begun to give it: a callback that comes twice has one answer."""
        if answer.receipt_id in self._given:
            return False
        self._given[answer.receipt_id] = None
        if len(self._given) > REMEMBERED:
            self._given.popitem(last=False)
        return True

    async def _give(
        self, req_id: str, message: IncomingMessage, answer: Answer, *, reception: Reception
    ) -> None:
        """On the line; if that fails, it goes out by itself."""
        given = Given()
        body = replies.reply_body(message, answer)
        if not body:
            return
        try:
            await self._say(req_id, message, body, given=given)
        finally:  # also when it was broken off
            if not given.is_acknowledged:
                log.warning("an answer did not get through", extra={"action": "undelivered"})
                await reception.undelivered(message, answer, is_doubtful=given.is_doubtful)

    async def _say(self, req_id: str, message: IncomingMessage, body: Json, *, given: Given) -> None:
        """A stream is the same stream when it is said twice; nothing else is tried again."""
        cmd = command_for(message)
        await self._try(cmd, body, req_id=req_id, given=given)
        is_settled = given.is_acknowledged or given.is_refused
        if not is_settled and cmd == RESPOND and await self._line.is_back(seconds=BACK_WITHIN):
            await self._try(cmd, body, req_id=req_id, given=given)

    async def _try(self, cmd: str, body: Json, *, req_id: str, given: Given) -> None:
        before, given.is_doubtful = given.is_doubtful, True  # also for whoever breaks this off
        try:
            code = error_code(await self._line.ask(cmd, body, req_id=req_id))
        except AnswerLost:
            return
        except DeliveryError:
            given.is_doubtful = before
            return
        given.is_doubtful, given.is_acknowledged, given.is_refused = before, code == 0, code != 0
        if given.is_refused:
            log.warning("%s was refused with %s", cmd, code, extra={"action": "undelivered"})


def command_for(message: IncomingMessage) -> str:
    """What the platform takes as the answer to this kind of callback."""
    if message.kind is MessageKind.CARD:
        return UPDATE
    return WELCOME if message.kind is MessageKind.ENTER_CHAT else RESPOND


async def _received(message: IncomingMessage, reception: Reception) -> Answer | None:
    """The answer; unlike HTTP callbacks these are not brought again, so that we ask again ourselves."""
    for pause in (*ASK_AGAIN, None):
        try:
            return await reception.receive(message)
        except Unavailable as error:
            log.warning("no answer yet: %s", error, extra={"action": "hear"})
        if pause is not None:
            await asyncio.sleep(pause)
    return None
