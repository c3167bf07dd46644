"""To one worker or member of staff by an app (应用消息): text, or a card with buttons (WECHAT 3.3)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from bot.channels.api import AccountApi
from bot.channels.cards import card_of
from bot.channels.errors import BackOff, Refused
from bot.channels.parts import split_text
from bot.channels.transport import Permit, Quota, Sent, Stop, Transport, text_of
from bot.channels.verdicts import CONFIGURATION
from storage.models.outbox import Channel, Destination, OutgoingMessage

logger = logging.getLogger(__name__)

PATH = "/cgi-bin/message/send"
LIMIT = 2048  # bytes of text and of markdown (WW/90236)
DUPLICATES = 1800  # seconds within which the same request is not delivered twice, as the page has it
SPREAD = 1000  # seconds above, by which the requests of different messages differ
PER_MINUTE, PER_HOUR = 30, 1000  # messages of one app to one member; more are dropped silently (WW/90236)


@dataclass(frozen=True, slots=True)
class App:
    """One self-built app as a sender."""

    api: AccountApi
    agent_id: int


class WecomAppTransport(Transport):
    """Members by userid; body: text, format (markdown or text), card.

    `destination.account` is the app's name in the configuration, empty for the only one. What may have
    arrived is sent again: the platform compares whole requests and keeps the second from the member.
    """

    channel: ClassVar[Channel] = Channel.WECOM_APP
    quotas: ClassVar[tuple[Quota, ...]] = (
        Quota(PER_MINUTE, timedelta(minutes=1)),
        Quota(PER_HOUR, timedelta(hours=1)),
    )
    repeats_lost: ClassVar[bool] = True

    def __init__(self, apps: Mapping[str, App]) -> None:
        self._apps = apps

    def permit(self, destination: Destination, message: OutgoingMessage, *, now: datetime) -> Permit:
        """Refused beforehand when there is nothing to say."""
        if not app_messages(message):
            return Stop("消息没有内容")
        return super().permit(destination, message, now=now)

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """The card, or one part of the text."""
        parts = app_messages(message)
        if message.parts_sent >= len(parts):
            raise Refused("消息没有内容")
        app = self._app(destination)
        head = {"touser": destination.address, "agentid": app.agent_id}
        body = head | parts[message.parts_sent] | _once(message)
        answer = await app.api.post(PATH, body)
        if answer.get("invaliduser"):
            raise Refused("应用的可见范围里没有这位成员")
        if answer.get("unlicenseduser"):
            raise Refused("这位成员没有接口许可，应用发不到")
        sent_as = answer.get("msgid")
        return Sent(
            platform_id=sent_as if isinstance(sent_as, str) else "",
            has_more=message.parts_sent + 1 < len(parts),
        )

    def _app(self, destination: Destination) -> App:
        app = self._apps.get(destination.account)
        if not destination.account and len(self._apps) == 1:
            app = next(iter(self._apps.values()))
        if app is None:
            logger.error("WeCom app %s is not configured", destination.account)
            raise BackOff("配置里没有这个应用", retry_after=CONFIGURATION, pauses_account=True)
        return app


def app_messages(message: OutgoingMessage) -> list[dict[str, Any]]:
    """What is sent, one after the other: the card where there is one, which says what the text says."""
    card = card_of(message.body)
    if card:
        return [{"msgtype": "template_card", "template_card": card}]
    style = "markdown" if message.body.get("format") == "markdown" else "text"
    return [{"msgtype": style, style: {"content": part}} for part in split_text(text_of(message), LIMIT)]


def _once(message: OutgoingMessage) -> dict[str, int]:
    """Has a repetition of this request dropped, but neither an equal message nor an equal part of it."""
    own = (message.id * 10 + message.parts_sent) % SPREAD
    return {"enable_duplicate_check": 1, "duplicate_check_interval": DUPLICATES + own}
