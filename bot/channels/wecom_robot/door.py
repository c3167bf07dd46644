"""The callback address of a robot in webhook mode: `/wecom/robot/{name}`."""

from typing import ClassVar

from bot.channels.answers import Answer
from bot.channels.door import Door, Query, Received
from bot.channels.envelope import Envelope
from bot.channels.wecom_robot import inbound, replies
from storage.models.outbox import Channel


class RobotDoor(Door):
    """Encrypted JSON in and out."""

    channel: ClassVar[Channel] = Channel.WECOM_ROBOT
    path: ClassVar[str] = "/wecom/robot/{name}"
    accepted: ClassVar[str] = ""
    content_type: ClassVar[str] = "application/json"

    def verify(self, envelope: Envelope, query: Query, *, now: float) -> str:
        """The challenge is encrypted and goes back in clear."""
        echo = query.get("echostr", "")
        inbound.check(envelope, query, echo, now=now)
        return envelope.open(echo).text

    def open(self, envelope: Envelope, query: Query, body: bytes, *, name: str, now: float) -> Received:
        """One @-message, one-to-one message or event."""
        opened = inbound.open_callback(envelope, query, body, now=now)
        return Received(inbound.parse(opened.text, name), opened.key_index)

    def answer(
        self, envelope: Envelope, received: Received, answer: Answer, *, nonce: str, now: float
    ) -> str:
        """A stream that is finished at once, a greeting, or the card that replaces the one tapped."""
        text = replies.render(received.message, answer)
        timestamp, key_index = str(int(now)), received.key_index or 0
        return inbound.seal(envelope, text, key_index=key_index, timestamp=timestamp, nonce=nonce)
