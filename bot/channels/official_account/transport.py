"""To a resident of an Official Account: customer messages inside the window, a knock outside it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from bot.channels.api import AccountApi
from bot.channels.errors import BackOff, Refused
from bot.channels.parts import split_text
from bot.channels.transport import Go, Hold, Permit, Quota, Sent, Stop, Transport, text_of
from bot.channels.verdicts import CONFIGURATION
from storage.models.outbox import Channel, Destination, OutgoingMessage

logger = logging.getLogger(__name__)

TEXT_LIMIT = 2048  # bytes; undocumented, measured by users, errcode 45002 above it
WINDOW = timedelta(hours=48)  # after the resident's last message
TEMPLATE, SUBSCRIPTION = "/cgi-bin/message/template/send", "/cgi-bin/message/subscribe/bizsend"
ALLOWANCE = 5  # customer messages in that window
MARGIN = timedelta(seconds=30)  # the window is taken to close so much earlier: clocks differ


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """A notice that says that something waits: its template's id, and its fields filled in once for all.

    By `path` it is a template message, or a subscription notice, which reaches who agreed to it (WECHAT 2.4).
    """

    template_id: str
    data: Mapping[str, str] = field(default_factory=dict)
    path: str = TEMPLATE


@dataclass(frozen=True, slots=True)
class Account:
    """One Official Account as a sender."""

    api: AccountApi
    has_customer_messages: bool
    notice: NoticeTemplate | None = None


class OfficialAccountTransport(Transport):
    """Residents by openid; `destination.account` is the account's name in the configuration."""

    channel: ClassVar[Channel] = Channel.OFFICIAL_ACCOUNT
    quotas: ClassVar[tuple[Quota, ...]] = (Quota(ALLOWANCE, WINDOW),)

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = accounts

    def permit(self, destination: Destination, message: OutgoingMessage, *, now: datetime) -> Permit:
        """Held without asking when the window is closed or its allowance used up.

        Whoever never wrote may have an open window all the same (followed or scanned a moment ago): that is
        for the platform to say.
        """
        if not text_of(message):
            return Stop("消息没有内容")
        account = self._accounts.get(destination.account)
        if account is not None and not account.has_customer_messages:
            return Hold("公众号没有客服消息权限，随下次答复送出")
        if destination.opened_at is not None and now >= destination.opened_at + WINDOW - MARGIN:
            return Hold("对方已超过48小时没有来信，等其下次来信再送")
        if len(Quota(ALLOWANCE, WINDOW).counting(destination.recent, now=now)) >= ALLOWANCE:
            return Hold("本轮可发的条数已用完，等对方下次来信再送")
        return Go()

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """One part of the text, as a customer message."""
        parts = split_text(text_of(message), TEXT_LIMIT)
        if message.parts_sent >= len(parts):
            raise Refused("消息没有内容")
        content = parts[message.parts_sent]
        body = {"touser": destination.address, "msgtype": "text", "text": {"content": content}}
        await self._account(destination).api.post("/cgi-bin/message/custom/send", body)
        return Sent(has_more=message.parts_sent + 1 < len(parts))

    async def knock(self, destination: Destination) -> None:
        """A notice, where the account has one: it reaches people outside the window."""
        account = self._account(destination)
        if account.notice is None:
            return
        data = {name: {"value": value} for name, value in account.notice.data.items()}
        body = {"touser": destination.address, "template_id": account.notice.template_id, "data": data}
        await account.api.post(account.notice.path, body)

    def _account(self, destination: Destination) -> Account:
        account = self._accounts.get(destination.account)
        if account is None:
            logger.error("official account %s is not configured", destination.account)
            raise BackOff("配置里没有这个公众号", retry_after=CONFIGURATION, pauses_account=True)
        return account


def notice_template(setting: str, kind: str = "template") -> NoticeTemplate | None:
    """The notice whose template a setting names: `ID`, or `ID thing1=诉求有新进展 thing2=回复任意内容查看`.

    Without an id there is none; `kind` is template or subscription. Which fields a template has, and how long
    they may be (20 characters for `thing`), depends on the account.
    """
    template_id, _, rest = setting.strip().partition(" ")
    if not template_id:
        return None
    fields = [entry.partition("=") for entry in rest.split()]
    data = {name: value for name, separator, value in fields if separator}
    return NoticeTemplate(template_id, data, SUBSCRIPTION if kind == "subscription" else TEMPLATE)
