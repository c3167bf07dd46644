"""Into a workers' group that one of our apps made (群聊会话): it speaks and hears nothing (WECHAT 3.4)."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from bot.channels.api import AccountApi
from bot.channels.errors import BackOff, Refused
from bot.channels.group_texts import is_markdown, markdown_messages, mentions_of, text_messages
from bot.channels.transport import Permit, Quota, Sent, Stop, Transport, text_of
from bot.channels.verdicts import CONFIGURATION
from storage.models.outbox import Channel, Destination, OutgoingMessage

logger = logging.getLogger(__name__)

PATH = "/cgi-bin/appchat/send"
MARKDOWN_LIMIT = 2048  # bytes (WW/90248)
PER_MINUTE = 200  # messages a member gets in a group; more are dropped without an error (WW/90248)


class AppchatTransport(Transport):
    """Groups by chat id; body: text, format (markdown or text), mentions (userids, @all).

    `destination.account` is the app's name in the configuration, empty when there is only one.
    """

    channel: ClassVar[Channel] = Channel.APPCHAT
    quotas: ClassVar[tuple[Quota, ...]] = (Quota(PER_MINUTE, timedelta(minutes=1)),)
    repeats_lost: ClassVar[bool] = True  # workers who read a card twice are better off than without it

    def __init__(self, apps: Mapping[str, AccountApi]) -> None:
        self._apps = apps

    def permit(self, destination: Destination, message: OutgoingMessage, *, now: datetime) -> Permit:
        """Refused beforehand when there is nothing to say."""
        if not text_of(message):
            return Stop("消息没有内容")
        return super().permit(destination, message, now=now)

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """One part of it."""
        parts = appchat_messages(message)
        if message.parts_sent >= len(parts):
            raise Refused("消息没有内容")
        body = {"chatid": destination.address, **parts[message.parts_sent]}
        await self._app(destination).post(PATH, body)
        return Sent(has_more=message.parts_sent + 1 < len(parts))

    def _app(self, destination: Destination) -> AccountApi:
        if destination.account:
            app = self._apps.get(destination.account)
        else:
            app = next(iter(self._apps.values())) if len(self._apps) == 1 else None
        if app is None:
            logger.error("the app of a group is not configured, or not named among several")
            raise BackOff("配置里没有这个群的应用", retry_after=CONFIGURATION, pauses_account=True)
        return app


def appchat_messages(message: OutgoingMessage) -> list[dict[str, Any]]:
    """What is posted, one after the other; markdown mentions nobody here, so that then it goes as text."""
    if is_markdown(message) and not mentions_of(message):
        return markdown_messages(message, text_of(message), limit=MARKDOWN_LIMIT)
    return text_messages(message)  # that the first mentions people with `mentioned_list` is unverified
