"""A robot's own messages into a chat that has spoken to it, over its long connection (WECHAT 3.7)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from bot.channels.cards import card_of
from bot.channels.errors import BackOff, Refused
from bot.channels.group_texts import EVERYBODY, markdown_messages, mentions_of
from bot.channels.transport import Permit, Quota, Sent, Stop, Transport, text_of
from bot.channels.verdicts import ROBOT_PUSH, error_code, judge
from bot.channels.wecom_robot.frames import SEND
from bot.channels.wecom_robot.line import RobotLine
from storage import rerouting
from storage.engine import Database
from storage.models.outbox import Channel, Destination, OutgoingMessage

MARKDOWN_LIMIT = 20480  # bytes, as of the robot's streams; no page gives a smaller one (WW/101031, WW/101463)
PER_MINUTE, PER_HOUR = 30, 1000  # of one conversation, replies included (WW/101463)
NOT_ADDRESSED = 93006  # nobody has spoken to the robot there; the code is not confirmed
MOVED_WITHIN = timedelta(minutes=1)  # until then the message has gone by the group's webhook


class RobotTransport(Transport):
    """Chats by robot and chat id (alone: userid); body: text, mentions, card, chat_type.

    A card stands for its text. What may be there already is repeated as text, which says so: a card that
    comes twice is refused for its task id.
    """

    channel: ClassVar[Channel] = Channel.WECOM_ROBOT
    quotas: ClassVar[tuple[Quota, ...]] = (
        Quota(PER_MINUTE, timedelta(minutes=1)),
        Quota(PER_HOUR, timedelta(hours=1)),
    )
    repeats_lost: ClassVar[bool] = True  # as of webhooks: workers who read it twice are better off

    def __init__(self, lines: Mapping[str, RobotLine], database: Database) -> None:
        """`lines` by the robot's name."""
        self._lines = lines
        self._database = database

    def absent(self) -> frozenset[str]:
        """Robots whose connection is not up in this process."""
        return frozenset(name for name, line in self._lines.items() if not line.is_up)

    def permit(self, destination: Destination, message: OutgoingMessage, *, now: datetime) -> Permit:
        """Within the quotas; never by a robot that has no connection of its own."""
        if destination.account not in self._lines:
            return Stop("这个机器人没有配置长连接，不能主动发消息")
        if not bodies_of(message):
            return Stop("消息没有内容")
        return super().permit(destination, message, now=now)

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """Its next part."""
        line, bodies = self._lines.get(destination.account), bodies_of(message)
        if line is None or message.parts_sent >= len(bodies):
            raise Refused("消息没有内容")
        address = {"chatid": destination.address, "chat_type": message.body.get("chat_type", 0)}
        answer = await line.ask(SEND, address | bodies[message.parts_sent])
        if error_code(answer) == NOT_ADDRESSED:
            await self._give_up(destination)
        judge(answer, ROBOT_PUSH)
        return Sent(has_more=message.parts_sent + 1 < len(bodies))

    async def _give_up(self, destination: Destination) -> None:
        """The group is reached another way from now on, this message too; without one it is refused."""
        has_other_way = await self._database.write(
            rerouting.disconnect_chat, destination.account, destination.address
        )
        if has_other_way:
            raise BackOff("机器人不能往这个群里发，改走别的通道", retry_after=MOVED_WITHIN)


def bodies_of(message: OutgoingMessage) -> list[dict[str, Any]]:
    """What is sent, one after the other."""
    card = {} if message.is_doubtful or message.parts_sent else card_of(message.body)
    if card:
        return [{"msgtype": "template_card", "template_card": card}]
    text = text_of(message)
    called = "".join(f"<@{userid}>" for userid in mentions_of(message) if userid != EVERYBODY)
    return markdown_messages(message, f"{called}\n{text}" if called and text else text, limit=MARKDOWN_LIMIT)
