"""Official Account callbacks in: XML becomes our message, our answer becomes XML."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from bot.channels.door import Received
from bot.channels.envelope import Envelope, Unreadable
from bot.channels.texts import NAME_LENGTH, clean, fitting_key
from bot.channels.xml import element, encrypted_part, fields_of, moment, render, seal
from handlers.messages import IncomingMessage, MessageKind
from storage.models.outbox import Channel

__all__ = ["Received", "open_callback", "parse", "render", "seal"]

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
    "TotalCount": "total",
    "FilterCount": "ready",
    "SentCount": "sent",
    "ErrorCount": "failed",
    "MsgDataId": "article_id",
    "Idx": "article_index",
}
LISTS = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")


def open_callback(
    envelope: Envelope, query: Mapping[str, str], body: bytes, *, account: str, now: float
) -> Received:
    """The message of a POST; raises `Forged` or `Unreadable`.

    In compatible mode the plain fields are not looked at: only the encrypted copy is signed.
    """
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if query.get("encrypt_type", "raw") != "aes":
        envelope.check(query.get("signature", ""), timestamp, nonce, now=now)
        return Received(parse(element(body), account), None)
    encrypted = encrypted_part(body)
    envelope.check(query.get("msg_signature", ""), timestamp, nonce, encrypted, now=now)
    opened = envelope.open(encrypted)
    return Received(parse(element(opened.text.encode()), account), opened.key_index)


def parse(root: Element, account: str) -> IncomingMessage:
    """Our message of the platform's fields (WECHAT 1.4, 1.5); what is missing makes it `Unreadable`."""
    fields = fields_of(root)
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
        sent_at=moment(created),
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
