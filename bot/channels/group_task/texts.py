"""The words of a task: one message as it is, several numbered, each whole."""

from collections.abc import Sequence

from bot.channels.parts import shorten
from bot.channels.texts import clean
from storage.gathering import ALSO
from storage.models.outbox import OutgoingMessage

TEXT_LIMIT = 4000  # bytes of text.content (WW/92135)


def content_of(message: OutgoingMessage) -> str:
    """What the owner is asked to send."""
    return shorten(_joined(texts_of(message)), TEXT_LIMIT)


def texts_of(message: OutgoingMessage) -> list[str]:
    """The message's own text, and those it carries."""
    also = message.body.get(ALSO)
    carried = also if isinstance(also, list) else []
    return [_clean(each) for each in (message.body.get("text"), *carried)]


def fitting(message: OutgoingMessage, others: Sequence[OutgoingMessage]) -> list[OutgoingMessage]:
    """As many of the others, in their order, as go out whole with the message."""
    texts, fit = texts_of(message), list[OutgoingMessage]()
    for other in others:
        texts = [*texts, *texts_of(other)]
        if len(_joined(texts).encode("utf-8", "replace")) > TEXT_LIMIT:
            break
        fit.append(other)
    return fit


def _joined(texts: Sequence[str]) -> str:
    shown = [each for each in texts if each]
    if len(shown) < 2:
        return "".join(shown)
    return "\n\n".join(f"{number}. {text}" for number, text in enumerate(shown, 1))


def _clean(text: object) -> str:
    return clean(text).strip() if isinstance(text, str) else ""
