"""What a group of workers reads: a text in parts, whom it mentions, and that it may be there already."""

import re
from typing import Any

from bot.channels.parts import split_text
from bot.channels.transport import text_of
from storage.models.outbox import OutgoingMessage

TEXT_LIMIT = 2048  # bytes (WW/99110, WW/90248)
DOUBTFUL = "（可能重复）\n"  # above what the group may have already
ROOM = len(DOUBTFUL.encode())  # kept free in every part
EVERYBODY = "@all"

_MARKS = re.compile(r"(?m)^(?:#{1,6} |> ?)|\*\*|</?font[^>]*>")  # markdown that text would show as it stands


def text_messages(message: OutgoingMessage) -> list[dict[str, Any]]:
    """The message as text, one post after the other; only the first part mentions people.

    The parts are cut alike with and without the line that doubts, so that a later part fits the earlier.
    """
    text, mentions = text_of(message), mentions_of(message)
    parts = split_text(_MARKS.sub("", text) if is_markdown(message) else text, TEXT_LIMIT - ROOM)
    return [
        {"msgtype": "text", "text": _text(remark_of(message) + part, mentions if number == 0 else [])}
        for number, part in enumerate(parts)
    ]


def markdown_messages(message: OutgoingMessage, text: str, *, limit: int) -> list[dict[str, Any]]:
    """The text as markdown, one post after the other, each within so many bytes."""
    return [
        {"msgtype": "markdown", "markdown": {"content": remark_of(message) + part}}
        for part in split_text(text, limit - ROOM)
    ]


def is_markdown(message: OutgoingMessage) -> bool:
    """Whether the text is written as markdown."""
    return bool(message.body.get("format") == "markdown")


def mentions_of(message: OutgoingMessage) -> list[str]:
    """The userids the message calls, and `@all`."""
    mentions = message.body.get("mentions")
    return [each for each in mentions if isinstance(each, str)] if isinstance(mentions, list) else []


def remark_of(message: OutgoingMessage) -> str:
    """The first line of what may be there already."""
    return DOUBTFUL if message.is_doubtful else ""


def _text(content: str, mentions: list[str]) -> dict[str, Any]:
    return {"content": content} | ({"mentioned_list": mentions} if mentions else {})
