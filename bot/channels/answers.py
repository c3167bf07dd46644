"""What the process says to one message, and who is asked for it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from handlers.messages import IncomingMessage
from storage.models.conversations import AnswerRoute


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say, and whether in the response itself; `card` replaces the one that was tapped."""

    route: AnswerRoute
    text: str
    receipt_id: int = 0
    card: dict[str, Any] | None = None  # as handlers.turn.Reply has it


Receive = Callable[[IncomingMessage], Awaitable[Answer]]
