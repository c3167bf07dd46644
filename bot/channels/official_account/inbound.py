"""Official Account callbacks in: XML becomes our message, our answer becomes XML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser, fromstring

from wechatpy.replies import TextReply

from bot.channels.envelope import Envelope, Forged, Unreadable
from bot.channels.texts import NAME_LENGTH, clean, fitting_key
from handlers.messages import IncomingMessage, MessageKind
from storage.models.outbox import Channel

KINDS: Mapping[str, MessageKind] = {
    "text": MessageKind.TEXT,
    "image": MessageKind.IMAGE,
    "voice": MessageKind.VOICE,
    "video": MessageKind.VIDEO,
    "shortvideo": MessageKind.VIDEO,
    "location": MessageKind.LOCATION,
    "link": MessageKind.LINK,
    "file": MessageKind.FILE,
}
EVENTS: Mapping[str, MessageKind] = {
    "subscribe": MessageKind.SUBSCRIBE,
    "unsubscribe": MessageKind.UNSUBSCRIBE,
    "scan": MessageKind.SCAN,
    "click": MessageKind.CLICK,
}
PAYLOAD = {  # what is kept beside the text, by the platform's field name
    "PicUrl": "url",
    "MediaId": "media_id",
    "MediaId16K": "media_id_16k",
    "ThumbMediaId": "thumb_media_id",
    "Format": "format",
    "Location_X": "latitude",
    "Location_Y": "longitude",
    "Latitude": "latitude",
    "Longitude": "longitude",
    "Precision": "precision",
    "Scale": "scale",
    "Label": "label",
    "Title": "title",
    "Description": "description",
    "Url": "url",
    "Event": "event",
    "EventKey": "event_key",
    "Ticket": "ticket",
    "MenuId": "menu_id",
    "Status": "status",
    "MsgID": "sent_message_id",
    "bizmsgmenuid": "menu_item",
    "MsgDataId": "article_id",
    "Idx": "article_index",
}
LISTS = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")


@dataclass(frozen=True, slots=True)
class Received:
    """A message, and how its answer must be wrapped; `key_index` is `None` when it came in plain."""

    message: IncomingMessage
    key_index: int | None


def open_callback(
    envelope: Envelope, query: Mapping[str, str], body: bytes, *, account: str, now: float
) -> Received:
    """The message of a POST; raises `Forged` or `Unreadable`.

    In compatible mode the plain fields are not looked at: only the encrypted copy is signed.
    """
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if query.get("encrypt_type", "raw") != "aes":
        envelope.check(query.get("signature", ""), timestamp, nonce, now=now)
        return Received(parse(_xml(body), account), None)
    encrypted = _encrypted(body)
    envelope.check(query.get("msg_signature", ""), timestamp, nonce, encrypted, now=now)
    opened = envelope.open(encrypted)
    return Received(parse(_xml(opened.text.encode()), account), opened.key_index)


def render(message: IncomingMessage, text: str, *, now: float) -> str:
    """The passive reply; `]]>` cannot end its CDATA early."""
    source, target, content = map(_in_cdata, (message.receiver, message.sender, text))
    return str(TextReply(source=source, target=target, content=content, time=int(now)).render())


def seal(envelope: Envelope, xml: str, *, key_index: int, timestamp: str, nonce: str) -> str:
    """The same in an envelope, under the key that opened the message."""
    encrypted, signature = envelope.seal(xml, timestamp=timestamp, nonce=nonce, key_index=key_index)
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )


def parse(root: Element, account: str) -> IncomingMessage:
    """Our message of the platform's fields (WECHAT 1.4, 1.5); what is missing makes it `Unreadable`."""
    fields = {child.tag: clean((child.text or "").strip()) for child in root}
    sender, kind = fields.get("FromUserName", ""), fields.get("MsgType", "").lower()
    created = fields.get("CreateTime", "")
    if not sender or not kind or not created.isdecimal() or len(sender) > NAME_LENGTH:
        raise Unreadable("FromUserName, CreateTime or MsgType is missing")
    payload: dict[str, object] = {
        ours: fields[theirs] for theirs, ours in PAYLOAD.items() if fields.get(theirs)
    }
    payload |= {"lists": items} if (items := _lists(root)) else {}
    recognized = fields.get("Recognition", "") if kind == "voice" else ""
    return IncomingMessage(
        channel=Channel.OFFICIAL_ACCOUNT,
        account=account,
        key=fitting_key(_key(fields, kind)),
        sender=sender,
        receiver=fields.get("ToUserName", ""),
        kind=MessageKind.TEXT if recognized else _kind(kind, fields.get("Event", "")),
        text=recognized or fields.get("Content") or fields.get("Label", ""),
        sent_at=_moment(created),
        payload={"type": kind, **payload},
    )


def _kind(kind: str, event: str) -> MessageKind:
    if kind == "event":
        return EVENTS.get(event.lower(), MessageKind.SILENT)
    return KINDS.get(kind, MessageKind.UNKNOWN)


def _key(fields: Mapping[str, str], kind: str) -> str:
    """What a redelivery has in common with the first: the message id; for events, who, when and what.

    In voice messages the documentation spells it MsgID; in events that is the id of a sent notice.
    """
    number = fields.get("MsgId") or (fields.get("MsgID") if kind != "event" else "")
    if number:
        return number
    names = ("FromUserName", "CreateTime", "Event", "EventKey", "MsgID")  # two events may share a second
    return ":".join(fields.get(name, "") for name in names).rstrip(":")


def _lists(root: Element) -> list[dict[str, str]]:
    """The items of a subscription event, whether `List` comes once, repeated, or not at all."""
    found = [root.find(name) for name in LISTS]
    return [
        {field.tag: clean(field.text or "") for field in item}
        for parent in found
        if parent is not None
        for item in parent.findall("List")
    ]


def _moment(created: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(created), UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise Unreadable("CreateTime") from error


def _encrypted(body: bytes) -> str:
    """The encrypted part; without it nothing can be authentic."""
    try:
        encrypted = (_xml(body).findtext("Encrypt") or "").strip()
    except Unreadable as error:
        raise Forged("no envelope") from error
    if not encrypted:
        raise Forged("Encrypt is missing")
    return encrypted


class _WithoutDoctype(TreeBuilder):
    """A document type is refused where it begins, so that no entity is ever declared."""

    def doctype(self, *_declared: str | None) -> None:
        raise Unreadable("document types are not accepted")


def _xml(body: bytes) -> Element:
    """The root element; a stray control character costs only itself, not the message."""
    try:
        text = clean(body.decode("utf-8")).strip()
        return fromstring(text, XMLParser(target=_WithoutDoctype()))  # noqa: S314 - no entities, 64 KiB
    except (ParseError, ValueError) as error:
        raise Unreadable(type(error).__name__) from error


def _in_cdata(text: str) -> str:
    return clean(text).replace("]]>", "]]]]><![CDATA[>")
