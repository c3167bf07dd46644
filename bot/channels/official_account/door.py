"""The callback address of an Official Account: `/wechat/{account}`."""

from typing import ClassVar

from bot.channels.answers import Answer
from bot.channels.door import Door, Query, Received
from bot.channels.envelope import Envelope
from bot.channels.official_account import inbound
from storage.models.outbox import Channel


class AccountDoor(Door):
    """XML in and out, plain or sealed as the message was."""

    channel: ClassVar[Channel] = Channel.OFFICIAL_ACCOUNT
    path: ClassVar[str] = "/wechat/{name}"
    accepted: ClassVar[str] = "success"
    content_type: ClassVar[str] = "application/xml"

    def verify(self, envelope: Envelope, query: Query, *, now: float) -> str:
        """The challenge goes back as it came, never encrypted."""
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        envelope.check(query.get("signature", ""), timestamp, nonce, now=now)
        return query.get("echostr", "")

    def open(self, envelope: Envelope, query: Query, body: bytes, *, name: str, now: float) -> Received:
        """One message or event."""
        return inbound.open_callback(envelope, query, body, account=name, now=now)

    def answer(
        self, envelope: Envelope, received: Received, answer: Answer, *, nonce: str, now: float
    ) -> str:
        """A passive reply, under the key that opened the message."""
        xml = inbound.render(received.message, answer.text, now=now)
        if received.key_index is None:
            return xml
        timestamp = str(int(now))
        return inbound.seal(envelope, xml, key_index=received.key_index, timestamp=timestamp, nonce=nonce)
