"""An answer of the robot to the chat it was addressed in, by the response_url of that message."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from yarl import URL

from bot.channels.client import PlatformClient
from bot.channels.errors import Refused
from bot.channels.parts import shorten
from bot.channels.transport import Go, Permit, Sent, Stop, Transport, text_of
from bot.channels.verdicts import COMMON, judge
from storage.models.outbox import Channel, Destination, OutgoingMessage

LIFE = timedelta(hours=1)  # of a response_url (WW/101138), counted from the message it came with
CONTENT_LIMIT = 20480  # bytes of markdown, as of the robot's stream replies (WW/101031)


class RobotResponseTransport(Transport):
    """Chats by response_url: one use within an hour, no token; only addresses of the platform are called."""

    channel: ClassVar[Channel] = Channel.ROBOT_RESPONSE

    def __init__(self, client: PlatformClient, allowed: Iterable[str]) -> None:
        """`allowed`: the bases that a response_url may begin with."""
        self._client = client
        self._allowed = [URL(base) for base in allowed]

    def permit(self, destination: Destination, message: OutgoingMessage, *, now: datetime) -> Permit:
        """Refused beforehand when the address is not the platform's or has run out."""
        if not any(_is_within(destination.address, base) for base in self._allowed):
            return Stop("回复地址不是平台的地址")
        if now >= message.created_at + LIFE:
            return Stop("回复地址已过期")
        return Go() if text_of(message) else Stop("消息没有内容")

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """The whole text in one; a used address answers with an error, so that nothing can arrive twice."""
        content = shorten(text_of(message), CONTENT_LIMIT)
        body = {"msgtype": "markdown", "markdown": {"content": content}}
        answer = await self._client.post(destination.address, body)
        judge(answer, COMMON, otherwise=Refused)
        return Sent()


def _is_within(address: str, base: URL) -> bool:
    """Whether the address is at the base's origin and below its path, with nobody's name in it."""
    try:
        url = URL(address)
        is_same = url.origin() == base.origin()
    except ValueError:
        return False
    path = base.path.rstrip("/") + "/"
    return is_same and url.user is None and ".." not in url.path and url.path.startswith(path)
