"""An HTTP address the platform calls: what each channel says of verifying, reading and answering there."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bot.channels.answers import Answer
from bot.channels.envelope import Envelope
from handlers.messages import IncomingMessage
from storage.models.outbox import Channel

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Received:
    """A message, and how its answer must be wrapped; `key_index` is `None` when it came in plain."""

    message: IncomingMessage
    key_index: int | None


class Door(ABC):
    """The callback addresses of one channel; `envelopes` by the names in the configuration."""

    channel: ClassVar[Channel]
    path: ClassVar[str]  # with {name}
    accepted: ClassVar[str]  # the body that takes a message over and shows the sender nothing
    content_type: ClassVar[str]

    def __init__(self, envelopes: Mapping[str, Envelope]) -> None:
        self.envelopes = envelopes

    @abstractmethod
    def verify(self, envelope: Envelope, query: Query, *, now: float) -> str:
        """What answers the platform's GET; raises `Forged` or `Unreadable`. `now` in epoch seconds."""

    @abstractmethod
    def open(self, envelope: Envelope, query: Query, body: bytes, *, name: str, now: float) -> Received:
        """The message of a POST; raises `Forged` or `Unreadable`."""

    @abstractmethod
    def answer(
        self, envelope: Envelope, received: Received, answer: Answer, *, nonce: str, now: float
    ) -> str:
        """The body that says the answer."""
