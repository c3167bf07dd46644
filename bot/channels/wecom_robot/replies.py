"""What a robot answers within a callback: the same JSON in both modes (WW/101031)."""

import json
from typing import Any

from bot.channels.answers import Answer
from bot.channels.cards import template_card
from bot.channels.parts import shorten
from bot.channels.texts import clean
from handlers.messages import IncomingMessage, MessageKind

MAX_CONTENT = 20480  # bytes of a stream's content


def reply_body(message: IncomingMessage, answer: Answer) -> dict[str, Any]:
    """The answer as the platform takes it for this kind of callback; empty when there is nothing to say."""
    if message.kind is MessageKind.CARD:
        card = template_card(answer.card or {})
        return {"response_type": "update_template_card", "template_card": card} if card else {}
    text = shorten(clean(answer.text), MAX_CONTENT)
    if message.kind is MessageKind.ENTER_CHAT:  # takes plain text only
        return {"msgtype": "text", "text": {"content": text}}
    stream = {"id": f"answer-{answer.receipt_id}", "finish": True, "content": text}
    card = template_card(answer.card or {})
    if card:
        return {"msgtype": "stream_with_template_card", "stream": stream, "template_card": card}
    return {"msgtype": "stream", "stream": stream}


def render(message: IncomingMessage, answer: Answer) -> str:
    """The same as JSON text."""
    return json.dumps(reply_body(message, answer), ensure_ascii=False)
