"""Into a residents' group: a task that the group's owner confirms with a tap (企业群发)."""

import logging
from datetime import datetime
from typing import ClassVar

from bot.channels.api import AccountApi
from bot.channels.client import Answer
from bot.channels.errors import Refused, TryAgain
from bot.channels.parts import shorten
from bot.channels.transport import Go, Permit, Sent, Stop, Transport, text_of
from storage.models.outbox import Channel, DeliveryStatus, Destination, OutgoingMessage

logger = logging.getLogger(__name__)

TEXT_LIMIT = 4000  # bytes of text.content (WW/92135)
PAGE = 500  # most results of one call; a task of ours has one group
NOT_YET, DONE = 0, 1  # status of get_groupmsg_send_result (WW/93338)
FAILED = {2: "群主与群成员不是客户关系，没有送达", 3: "本群收到的群发已达上限，没有送达"}


class GroupTaskTransport(Transport):
    """Customer groups by chat id; body: text, and sender, the userid of the group's owner."""

    channel: ClassVar[Channel] = Channel.GROUP_TASK
    repeats_interrupted: ClassVar[bool] = False  # a second task would ask the owner, and the residents, twice

    def __init__(self, api: AccountApi | None) -> None:
        """Without an `api` (customer contact is not configured) every task is refused."""
        self._api = api

    def permit(self, destination: Destination, message: OutgoingMessage, *, now: datetime) -> Permit:
        """Refused beforehand when it could never be made a task."""
        if self._api is None:
            return Stop("没有配置客户联系，无法群发到居民群")
        if not _sender(message):
            return Stop("居民群没有登记群主")
        return Go() if text_of(message) else Stop("消息没有内容")

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """Make the task; it then waits for the owner."""
        body = {
            "chat_type": "group",
            "sender": _sender(message),
            "chat_id_list": [destination.address],
            "text": {"content": shorten(text_of(message), TEXT_LIMIT)},
        }
        answer = await self._contact().post("/cgi-bin/externalcontact/add_msg_template", body)
        failed = answer.get("fail_list")
        if isinstance(failed, list) and destination.address in failed:
            raise Refused("平台不认这个居民群或它的群主")
        return Sent(DeliveryStatus.AWAITING_OWNER, str(answer.get("msgid") or ""))

    async def look_up(self, destination: Destination, message: OutgoingMessage) -> Sent | None:
        """Whether the owner has tapped."""
        body = {"msgid": message.platform_id, "userid": _sender(message), "limit": PAGE}
        answer = await self._contact().post("/cgi-bin/externalcontact/get_groupmsg_send_result", body)
        status = _status(answer, destination.address)
        if status in FAILED:
            raise Refused(FAILED[status])
        if status not in (NOT_YET, DONE):
            logger.warning("unknown state %s of a group task", status, extra={"message_id": message.id})
        return Sent(platform_id=message.platform_id) if status == DONE else None

    def _contact(self) -> AccountApi:
        if self._api is None:
            raise Refused("没有配置客户联系，无法群发到居民群")
        return self._api


def _status(answer: Answer, chat_id: str) -> int:
    results = answer.get("send_list")
    if not isinstance(results, list):
        raise TryAgain("平台的回答无法识别")
    mine = [each for each in results if isinstance(each, dict) and each.get("chat_id") == chat_id]
    status = mine[0].get("status") if mine else NOT_YET
    return status if isinstance(status, int) else NOT_YET


def _sender(message: OutgoingMessage) -> str:
    sender = message.body.get("sender")
    return sender if isinstance(sender, str) else ""
