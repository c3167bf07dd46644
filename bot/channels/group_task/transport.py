"""Into a residents' group: a task that the group's owner confirms with a tap (企业群发)."""

import logging
from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import Connection

from bot.channels.api import AccountApi
from bot.channels.client import Answer
from bot.channels.errors import OverShare, Refused, TryAgain
from bot.channels.group_task import task_list
from bot.channels.group_task.texts import content_of, fitting
from bot.channels.transport import Go, Permit, Postponed, Sent, Stop, Transport, text_of
from handlers.broadcasts.failures import tell_failed_later
from handlers.residents_groups.owners import present_owner
from handlers.residents_groups.shares import GroupLimit, Share, next_period, shares_of
from handlers.residents_groups.undelivered import tell_emergency_undelivered
from storage import gathering, residents_groups
from storage.models.outbox import Channel, DeliveryStatus, Destination, OutgoingMessage, Priority

logger = logging.getLogger(__name__)

PAGE = 500  # most results of one call; a task of ours has one group
NOT_YET, DONE, NOT_REACHED, OVER = 0, 1, 2, 3  # status of get_groupmsg_send_result (WW/93338)
LATEST = 1 << 33  # seconds: beyond what is a time
NO_CONTACT = "没有配置客户联系，无法群发到居民群"
NOTHING_LEFT = "本群能收的群发条数已用完，平台不再送达"
LATER = "本群能收的群发条数不多了，与别的通知合并，排在后面发"


class GroupTaskTransport(Transport):
    """Customer groups by chat id; body: text, sender (the userid of the group's owner), also."""

    channel: ClassVar[Channel] = Channel.GROUP_TASK
    repeats_interrupted: ClassVar[bool] = False  # a second task would ask the owner, and the residents, twice
    finds_lost: ClassVar[bool] = True

    def __init__(self, api: AccountApi | None, limit: GroupLimit = GroupLimit.MONTH) -> None:
        """Without an `api` (customer contact is not configured) every task is refused."""
        self._api = api
        self._limit = limit

    def permit(self, destination: Destination, message: OutgoingMessage, *, now: datetime) -> Permit:
        """Refused beforehand when it could never be made a task."""
        if self._api is None:
            return Stop(NO_CONTACT)
        if not _sender(message):
            return Stop("居民群没有登记群主")
        return Go() if text_of(message) else Stop("消息没有内容")

    def consider(
        self, db: Connection, message: OutgoingMessage, to: Destination, *, now: datetime, least: Priority
    ) -> tuple[Permit | Postponed, OutgoingMessage]:
        """The group's share decides, and with few messages left several go as one."""
        owner = present_owner(db, to.address)
        if owner is not None and owner.is_gone:
            return Stop("居民群已解散"), message
        if owner is not None and owner.userid != _sender(message):
            message = gathering.replace_body(db, message, sender=owner.userid)
        permit = self.permit(to, message, now=now)
        if not isinstance(permit, Go):
            return permit, message
        share = shares_of(db, [to.id], limit=self._limit, now=now, but=message.id)[to.id]
        if message.priority == Priority.EMERGENCY:
            return (Go() if share.left else Stop(NOTHING_LEFT)), message
        turn = share.turn()
        if turn is not None:
            gathering.postpone(db, to.id, until=turn, reason=LATER)
            return Postponed(), message
        return Go(), _gathered(db, message, share, now=now, least=least)

    def again_at(self, message: OutgoingMessage, *, now: datetime) -> datetime | None:
        """When the group's next share begins; an emergency is none any more by then."""
        return None if message.priority == Priority.EMERGENCY else next_period(self._limit, now=now)

    def given_up(
        self, db: Connection, message: OutgoingMessage, to: Destination, *, reason: str, now: datetime
    ) -> None:
        """Staff read of an emergency, or of a broadcast that was handed in, that no resident will read it."""
        if message.priority == Priority.EMERGENCY:
            tell_emergency_undelivered(db, message, to.address, reason=reason, now=now)
            return
        group = next(iter(residents_groups.groups_of_chat(db, to.address)), None)
        tell_failed_later(db, message, whom=group.name if group else "", reason=reason, now=now)

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """Make the task; it then waits for the owner."""
        body = {
            "chat_type": "group",
            "sender": _sender(message),
            "chat_id_list": [destination.address],
            "text": {"content": content_of(message)},
        }
        answer = await self._contact().post("/cgi-bin/externalcontact/add_msg_template", body)
        failed = answer.get("fail_list")
        if isinstance(failed, list) and destination.address in failed:
            raise Refused("平台不认这个居民群或它的群主")
        return Sent(DeliveryStatus.AWAITING_OWNER, str(answer.get("msgid") or ""))

    async def find(
        self, destination: Destination, message: OutgoingMessage, *, known: frozenset[str]
    ) -> Sent | None:
        """The task with these words for this group that was made of no other message."""
        begun = message.attempted_at
        if begun is None:
            return None
        async for msgid in task_list.tasks_saying(self._contact(), content_of(message), around=begun):
            if msgid not in known and await self._is_for(destination, message, msgid):
                return Sent(DeliveryStatus.AWAITING_OWNER, msgid)
        return None

    async def remind(self, destination: Destination, message: OutgoingMessage) -> None:
        """The owner's phone tells of the task again."""
        await self._about("remind_groupmsg_send", message)

    async def recall(self, destination: Destination, message: OutgoingMessage) -> None:
        """The owner can confirm it no more."""
        await self._about("cancel_groupmsg_send", message)

    async def look_up(self, destination: Destination, message: OutgoingMessage) -> Sent | None:
        """Whether the owner has tapped."""
        result = _result(await self._results(message, message.platform_id), destination.address)
        status = result.get("status", NOT_YET)
        if status == NOT_REACHED:
            raise Refused("群主与群成员不是客户关系，没有送达")
        if status == OVER:
            raise OverShare
        if status not in (NOT_YET, DONE):
            logger.warning("unknown state %s of a group task", status, extra={"message_id": message.id})
        return Sent(platform_id=message.platform_id, at=_sent_at(result)) if status == DONE else None

    async def _is_for(self, destination: Destination, message: OutgoingMessage, msgid: str) -> bool:
        """Whether the task goes to this group; one of another sender has no results for ours."""
        try:
            answer = await self._results(message, msgid)
        except Refused:
            return False
        if not answer.get("send_list"):
            raise TryAgain("平台没有说明这个群发任务是给哪个群的")
        return bool(_result(answer, destination.address))

    async def _results(self, message: OutgoingMessage, msgid: str) -> Answer:
        body = {"msgid": msgid, "userid": _sender(message), "limit": PAGE}
        return await self._contact().post("/cgi-bin/externalcontact/get_groupmsg_send_result", body)

    async def _about(self, verb: str, message: OutgoingMessage) -> None:
        await self._contact().post(f"/cgi-bin/externalcontact/{verb}", {"msgid": message.platform_id})

    def _contact(self) -> AccountApi:
        if self._api is None:
            raise Refused(NO_CONTACT)
        return self._api


def _gathered(
    db: Connection, message: OutgoingMessage, share: Share, *, now: datetime, least: Priority
) -> OutgoingMessage:
    """The message with all that would otherwise have to wait; what does not fit waits on."""
    others = gathering.waiting_beside(db, message, now=now, least=least)
    if share.free > len(others):
        return message
    return gathering.gather(db, message, fitting(message, others), now=now)


def _result(answer: Answer, chat_id: str) -> Answer:
    """How the task stands in this group; empty when the answer does not name it."""
    results = answer.get("send_list")
    if not isinstance(results, list):
        raise TryAgain("平台的回答无法识别")
    mine = (each for each in results if isinstance(each, dict) and each.get("chat_id") == chat_id)
    return next(mine, {})


def _sent_at(result: Answer) -> datetime | None:
    seconds = result.get("send_time")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds < LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _sender(message: OutgoingMessage) -> str:
    sender = message.body.get("sender")
    return sender if isinstance(sender, str) else ""
