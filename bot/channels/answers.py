"""What the process says to one message, and who is asked for it."""

from dataclasses import dataclass
from typing import Any, Protocol

from handlers.messages import IncomingMessage
from storage.models.conversations import AnswerRoute


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say, and whether in the response itself.

    `card` replaces the one that was tapped, or stands below the text.
    """

    route: AnswerRoute
    text: str
    receipt_id: int = 0
    card: dict[str, Any] | None = None  # as handlers.turn.Reply has it


class Unavailable(Exception):
    """There is no answer and the message may not be stored: the platform must ask again."""


class Reception(Protocol):
    """Whoever takes messages in and answers them; a line has nobody else to ask."""

    async def receive(self, message: IncomingMessage) -> Answer:
        """What to say to it; raises `Unavailable`."""

    async def undelivered(self, message: IncomingMessage, answer: Answer, *, is_doubtful: bool) -> None:
        """The answer did not get through and goes out by itself; `is_doubtful`: it may have arrived."""
