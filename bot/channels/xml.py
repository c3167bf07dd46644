"""The XML of callbacks, as Official Accounts and WeCom apps are sent it and answer in it."""

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser, fromstring

from wechatpy.replies import TextReply

from bot.channels.envelope import Envelope, Forged, Unreadable
from bot.channels.texts import clean
from handlers.messages import IncomingMessage


def element(body: bytes) -> Element:
    """The root element; a stray control character costs only itself, not the message."""
    try:
        text = clean(body.decode("utf-8")).strip()
        return fromstring(text, XMLParser(target=_WithoutDoctype()))  # noqa: S314 - no entities, 64 KiB
    except (ParseError, ValueError) as error:
        raise Unreadable(type(error).__name__) from error


def encrypted_part(body: bytes) -> str:
    """The encrypted part of an envelope; without it nothing can be authentic."""
    try:
        encrypted = (element(body).findtext("Encrypt") or "").strip()
    except Unreadable as error:
        raise Forged("no envelope") from error
    if not encrypted:
        raise Forged("Encrypt is missing")
    return encrypted


def fields_of(parent: Element) -> dict[str, str]:
    """The texts directly below an element, by their names."""
    return {child.tag: clean((child.text or "").strip()) for child in parent}


def moment(created: str) -> datetime:
    """The time of a CreateTime; `Unreadable` when it is none."""
    try:
        return datetime.fromtimestamp(int(created), UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise Unreadable("CreateTime") from error


def render(message: IncomingMessage, text: str, *, now: float) -> str:
    """The passive reply; `]]>` cannot end its CDATA early."""
    source, target, content = map(in_cdata, (message.receiver, message.sender, text))
    return str(TextReply(source=source, target=target, content=content, time=int(now)).render())


def in_cdata(text: str) -> str:
    """The text as it may stand between `<![CDATA[` and `]]>`."""
    return clean(text).replace("]]>", "]]]]><![CDATA[>")


def seal(envelope: Envelope, xml: str, *, key_index: int, timestamp: str, nonce: str) -> str:
    """The same in an envelope, under the key that opened the message."""
    encrypted, signature = envelope.seal(xml, timestamp=timestamp, nonce=nonce, key_index=key_index)
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )


class _WithoutDoctype(TreeBuilder):
    """A document type is refused where it begins, so that no entity is ever declared."""

    def doctype(self, *_declared: str | None) -> None:
        raise Unreadable("document types are not accepted")
