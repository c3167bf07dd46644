"""The callback address of an app: `/wecom/app/{name}`."""

from typing import ClassVar

from bot.channels.answers import Answer
from bot.channels.door import Door, Query, Received
from bot.channels.envelope import Envelope
from bot.channels.wecom_app import inbound
from storage.models.outbox import Channel


class AppDoor(Door):
    """Encrypted XML in and out."""

    channel: ClassVar[Channel] = Channel.WECOM_APP
    path: ClassVar[str] = "/wecom/app/{name}"
    accepted: ClassVar[str] = ""
    content_type: ClassVar[str] = "application/xml"

    def verify(self, envelope: Envelope, query: Query, *, now: float) -> str:
        """The challenge is encrypted and goes back in clear."""
        echo = query.get("echostr", "")
        inbound.check(envelope, query, echo, now=now)
        return envelope.open(echo).text

    def open(self, envelope: Envelope, query: Query, body: bytes, *, name: str, now: float) -> Received:
        """One message or event."""
        return inbound.open_callback(envelope, query, body, account=name, now=now)

    def answer(
        self, envelope: Envelope, received: Received, answer: Answer, *, nonce: str, now: float
    ) -> str:
        """A passive reply: the card that replaces the one tapped, else the text."""
        xml = inbound.render_card(received.message, answer.card or {}, now=now)
        xml = xml or inbound.render(received.message, answer.text, now=now)
        timestamp, key_index = str(int(now)), received.key_index or 0
        return inbound.seal(envelope, xml, key_index=key_index, timestamp=timestamp, nonce=nonce)
