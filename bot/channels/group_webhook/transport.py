"""Into an internal group by its webhook (消息推送): twenty a minute, and the key is the only secret."""

import re
from datetime import timedelta
from typing import Any, ClassVar

from bot.channels.client import PlatformClient
from bot.channels.errors import Refused
from bot.channels.parts import split_text
from bot.channels.transport import Quota, Sent, Transport, text_of
from bot.channels.verdicts import GROUP_WEBHOOK, judge
from storage.models.outbox import Channel, Destination, OutgoingMessage

MARKDOWN_LIMIT = 4096  # bytes (WW/99110)
TEXT_LIMIT = 2048  # bytes (WW/99110)
DOUBTFUL = "（可能重复）\n"  # above what the group may have already
ROOM = len(DOUBTFUL.encode())  # kept free in every part
PER_MINUTE = 20  # messages per key, in a rolling minute
EVERYBODY = "@all"
MARKS = re.compile(r"(?m)^(?:#{1,6} |> ?)|\*\*|</?font[^>]*>")  # markdown that text would show as it stands


class GroupWebhookTransport(Transport):
    """Groups by the key of their webhook; body: text, format (markdown or text), mentions (userids, @all)."""

    channel: ClassVar[Channel] = Channel.GROUP_WEBHOOK
    quota: ClassVar[Quota | None] = Quota(PER_MINUTE, timedelta(minutes=1))
    repeats_lost: ClassVar[bool] = True  # workers who read a card twice are better off than without it

    def __init__(self, client: PlatformClient, base: str) -> None:
        self._client = client
        self._url = f"{base.rstrip('/')}/cgi-bin/webhook/send"

    async def send(self, destination: Destination, message: OutgoingMessage) -> Sent:
        """One part of it."""
        parts = group_messages(message)
        if message.parts_sent >= len(parts):
            raise Refused("消息没有内容")
        answer = await self._client.post(
            self._url, parts[message.parts_sent], query={"key": destination.address}
        )
        judge(answer, GROUP_WEBHOOK)
        return Sent(has_more=message.parts_sent + 1 < len(parts))


def group_messages(message: OutgoingMessage) -> list[dict[str, Any]]:
    """What is posted, one after the other; only the first part mentions people.

    Markdown can mention single people but not everybody: then it goes as text. What may be there already
    says so; the parts are cut alike with and without that line, so that a later part fits the earlier.
    """
    remark = DOUBTFUL if message.is_doubtful else ""
    text, mentions = text_of(message), _mentions(message)
    is_markdown = message.body.get("format") == "markdown"
    if is_markdown and EVERYBODY not in mentions:
        called = "".join(f"<@{userid}>" for userid in mentions)
        text = f"{called}\n{text}" if called and text else text
        return [
            {"msgtype": "markdown", "markdown": {"content": remark + part}}
            for part in split_text(text, MARKDOWN_LIMIT - ROOM)
        ]
    parts = split_text(MARKS.sub("", text) if is_markdown else text, TEXT_LIMIT - ROOM)
    return [
        {"msgtype": "text", "text": _text(remark + part, mentions if number == 0 else [])}
        for number, part in enumerate(parts)
    ]


def _text(content: str, mentions: list[str]) -> dict[str, Any]:
    return {"content": content} | ({"mentioned_list": mentions} if mentions else {})


def _mentions(message: OutgoingMessage) -> list[str]:
    mentions = message.body.get("mentions")
    return [each for each in mentions if isinstance(each, str)] if isinstance(mentions, list) else []
