"""Into an internal group by its webhook (消息推送): twenty a minute, and the key is the only secret."""

import base64
import hashlib
from datetime import timedelta
from typing import Any, ClassVar

from bot.channels.client import PlatformClient
from bot.channels.errors import Refused
from bot.channels.group_texts import EVERYBODY, is_markdown, markdown_messages, mentions_of, text_messages
from bot.channels.transport import Quota, Sent, Transport, text_of
from bot.channels.verdicts import GROUP_WEBHOOK, judge
from storage import attachments
from storage.engine import Database
from storage.models.outbox import Channel, Destination, OutgoingMessage

MARKDOWN_LIMIT = 4096  # bytes (WW/99110)
PER_MINUTE = 20  # messages per key, in a rolling minute
PHOTO_BYTES = 2 * 1024 * 1024  # of a picture before base64 (WW/99110)


class GroupWebhookTransport(Transport):
    """Groups by the key of their webhook; body: text, format (markdown or text), mentions (userids, @all).

    Or a photo alone: the number of an attachment whose file the house keeps.
    """

    channel: ClassVar[Channel] = Channel.GROUP_WEBHOOK
    quotas: ClassVar[tuple[Quota, ...]] = (Quota(PER_MINUTE, timedelta(minutes=1)),)
    repeats_lost: ClassVar[bool] = True  # workers who read a card twice are better off than without it

    def __init__(self, client: PlatformClient, base: str, database: Database | None = None) -> None:
        """`database`: where the photos lie."""
        self._client = client
        self._database = database
        self._url = f"{base.rstrip('/')}/cgi-bin/webhook/send"

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """One part of it."""
        parts = [await self._photo(message)] if "photo" in message.body else group_messages(message)
        if message.parts_sent >= len(parts):
            raise Refused("消息没有内容")
        answer = await self._client.post(
            self._url, parts[message.parts_sent], query={"key": destination.address}
        )
        judge(answer, GROUP_WEBHOOK)
        return Sent(has_more=message.parts_sent + 1 < len(parts))

    async def _photo(self, message: OutgoingMessage) -> dict[str, Any]:
        """The picture as the platform takes it; `Refused` when it is gone or too large."""
        number = message.body["photo"]
        file = None
        if self._database is not None and isinstance(number, int):
            file = await self._database.read(attachments.file_of, number)
        if file is None:
            raise Refused("照片已经不在了")
        if len(file.content) > PHOTO_BYTES:
            raise Refused("照片超过2MB，群里收不了")
        encoded = base64.b64encode(file.content).decode()
        digest = hashlib.md5(file.content, usedforsecurity=False).hexdigest()
        return {"msgtype": "image", "image": {"base64": encoded, "md5": digest}}


def group_messages(message: OutgoingMessage) -> list[dict[str, Any]]:
    """What is posted, one after the other.

    Markdown can mention single people but not everybody: then it goes as text.
    """
    text, mentions = text_of(message), mentions_of(message)
    if not is_markdown(message) or EVERYBODY in mentions:
        return text_messages(message)
    called = "".join(f"<@{userid}>" for userid in mentions)
    return markdown_messages(message, f"{called}\n{text}" if called and text else text, limit=MARKDOWN_LIMIT)
