"""To many residents at once: the platform sends to each of them, and reports later how many it reached."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from bot.channels.api import AccountApi
from bot.channels.errors import AnswerLost, BackOff, TryAgain
from bot.channels.transport import Go, Permit, Sent, Stop, Transport, text_of
from bot.channels.verdicts import CONFIGURATION
from storage.models.outbox import Channel, Destination, OutgoingMessage

logger = logging.getLogger(__name__)

FEWEST, MOST = 2, 10_000  # openids in one call (WECHAT 2.4)
SENT_ALREADY = frozenset({45065})  # the platform knows the clientmsgid: an attempt before this one arrived


class MassSendTransport(Transport):
    """`destination.account` is the account's name; body: text, openids, clientmsgid.

    The platform tells repeated calls by the clientmsgid, so that an attempt may be made again at any time.
    """

    channel: ClassVar[Channel] = Channel.MASS_SEND
    repeats_interrupted: ClassVar[bool] = True

    def __init__(self, apis: Mapping[str, AccountApi]) -> None:
        self._apis = apis

    def permit(self, destination: Destination, message: OutgoingMessage, *, now: datetime) -> Permit:
        """Refused beforehand when the platform could only say no."""
        if not text_of(message):
            return Stop("消息没有内容")
        if not FEWEST <= len(_openids(message)) <= MOST:
            return Stop(f"公众号群发一次要有 {FEWEST} 到 {MOST} 人")
        return Go()

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """All of them in one call."""
        body = {
            "touser": _openids(message),
            "msgtype": "text",
            "text": {"content": text_of(message)},
            "clientmsgid": str(message.body.get("clientmsgid") or message.key)[:64],
        }
        api = self._api(destination)
        try:
            answer = await api.post("/cgi-bin/message/mass/send", body, accepted=SENT_ALREADY)
        except AnswerLost as lost:
            raise TryAgain("没有收到平台的回答，稍后核对") from lost
        return Sent(platform_id=str(answer.get("msg_id") or ""))

    def _api(self, destination: Destination) -> AccountApi:
        api = self._apis.get(destination.account)
        if api is None:
            logger.error("official account %s is not configured", destination.account)
            raise BackOff("配置里没有这个公众号", retry_after=CONFIGURATION, pauses_account=True)
        return api


def _openids(message: OutgoingMessage) -> list[str]:
    openids = message.body.get("openids")
    return [each for each in openids if isinstance(each, str)] if isinstance(openids, list) else []
