"""WeCom app callbacks in: what one member wrote to the app, always encrypted XML (WECHAT 3.2)."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from bot.channels.cards import SETTLED, template_card
from bot.channels.door import Received
from bot.channels.envelope import Envelope, Unreadable
from bot.channels.texts import NAME_LENGTH, clean, fitting_key
from bot.channels.xml import element, encrypted_part, fields_of, in_cdata, moment, render, seal
from handlers.messages import IncomingMessage, MessageKind
from storage.models.outbox import Channel

__all__ = ["check", "open_callback", "parse", "render", "render_card", "seal"]

KINDS: Mapping[str, MessageKind] = {
    "text": MessageKind.TEXT,
    "image": MessageKind.IMAGE,
    "voice": MessageKind.VOICE,
    "video": MessageKind.VIDEO,
    "location": MessageKind.LOCATION,
    "link": MessageKind.LINK,
    "file": MessageKind.FILE,
}
EVENTS: Mapping[str, MessageKind] = {
    "enter_agent": MessageKind.ENTER_CHAT,
    "template_card_event": MessageKind.CARD,
    "change_external_chat": MessageKind.GROUP_CHANGED,
}
PAYLOAD = {  # what is kept beside the text, by the platform's field name
    "PicUrl": "url",
    "MediaId": "media_id",
    "ThumbMediaId": "thumb_media_id",
    "Format": "format",
    "Location_X": "latitude",
    "Location_Y": "longitude",
    "Scale": "scale",
    "Label": "label",
    "Title": "title",
    "Description": "description",
    "Url": "url",
    "Event": "event",
    "EventKey": "event_key",
    "TaskId": "task_id",
    "ResponseCode": "response_code",
    "ChatId": "chat_id",
    "ChangeType": "change",  # create, update, dismiss
    "UpdateDetail": "detail",  # add_member, del_member, change_owner, change_name, change_notice
    "JoinScene": "join_scene",
    "QuitScene": "quit_scene",
    "MemChangeCnt": "members_changed",
}
NEEDED = {MessageKind.CARD: ("TaskId", "EventKey"), MessageKind.GROUP_CHANGED: ("ChatId", "ChangeType")}
KEY = (  # two events may share a second
    "FromUserName", "CreateTime", "Event", "EventKey", "TaskId", "ChatId", "ChangeType", "UpdateDetail",
    "CurMemVer",
)  # fmt: skip
ELEMENTS = {"keyname": "KeyName"}  # the others are spelt as their words are: main_title, MainTitle


def open_callback(
    envelope: Envelope, query: Mapping[str, str], body: bytes, *, account: str, now: float
) -> Received:
    """The message of a POST to the app of this name; raises `Forged` or `Unreadable`."""
    encrypted = encrypted_part(body)
    check(envelope, query, encrypted, now=now)
    opened = envelope.open(encrypted)
    return Received(parse(element(opened.text.encode()), account), opened.key_index)


def check(envelope: Envelope, query: Mapping[str, str], encrypted: str, *, now: float) -> None:
    """The request is signed and fresh, or `Forged`."""
    signature = query.get("msg_signature", "")
    envelope.check(signature, query.get("timestamp", ""), query.get("nonce", ""), encrypted, now=now)


def parse(root: Element, account: str) -> IncomingMessage:
    """Our message of the platform's fields; what is missing makes it `Unreadable`.

    A card's payload has `selected`, the chosen options by their question. Changes of a residents' group come
    from nobody in particular: the sender is `sys`.
    """
    fields = fields_of(root)
    sender, kind = fields.get("FromUserName", ""), fields.get("MsgType", "").lower()
    created = fields.get("CreateTime", "")
    if not sender or not kind or not created.isdecimal() or len(sender) > NAME_LENGTH:
        raise Unreadable("FromUserName, CreateTime or MsgType is missing")
    ours = _kind(kind, fields.get("Event", ""))
    if not all(fields.get(name) for name in NEEDED.get(ours, ())):
        raise Unreadable(f"a field of {ours} is missing")
    payload: dict[str, Any] = {to: fields[name] for name, to in PAYLOAD.items() if fields.get(name)}
    payload |= {"selected": _selected(root)} if ours is MessageKind.CARD else {}
    return IncomingMessage(
        channel=Channel.WECOM_APP,
        account=account,
        key=fitting_key(fields.get("MsgId") or _key(fields)),
        sender=sender,
        receiver=fields.get("ToUserName", ""),
        kind=ours,
        text=fields.get("Content") or fields.get("Label", ""),
        sent_at=moment(created),
        payload={"type": kind, **payload},
    )


def render_card(message: IncomingMessage, card: Mapping[str, Any], *, now: float) -> str:
    """The passive reply that puts this card in place of the tapped one; empty when it cannot be one."""
    shown = template_card(card)
    if not shown:
        return ""
    button = shown["button_list"][0]
    if button["key"] == SETTLED:
        shown["replace_text"] = button["text"]  # shows it grey, and not to be tapped
    return (
        f"<xml><ToUserName><![CDATA[{in_cdata(message.sender)}]]></ToUserName>"
        f"<FromUserName><![CDATA[{in_cdata(message.receiver)}]]></FromUserName>"
        f"<CreateTime>{int(now)}</CreateTime><MsgType><![CDATA[update_template_card]]></MsgType>"
        f"{_as_xml('template_card', shown)}</xml>"
    )


def _kind(kind: str, event: str) -> MessageKind:
    if kind == "event":
        return EVENTS.get(event.lower(), MessageKind.SILENT)
    return KINDS.get(kind, MessageKind.UNKNOWN)


def _key(fields: Mapping[str, str]) -> str:
    """What a redelivery of an event has in common with the first: who, when and what."""
    return ":".join(fields.get(name, "") for name in KEY).rstrip(":")


def _selected(root: Element) -> dict[str, list[str]]:
    """The options chosen, by their question."""
    items = root.findall("SelectedItems/SelectedItem")
    questions = [(clean(item.findtext("QuestionKey") or "").strip(), item) for item in items]
    return {key: _options(item) for key, item in questions if key}


def _options(item: Element) -> list[str]:
    options = [clean(option.text or "").strip() for option in item.findall("OptionIds/OptionId")]
    return [option for option in options if option]


def _as_xml(name: str, value: Any) -> str:
    """A card's JSON as the elements of the same names; a list is its element repeated."""
    if isinstance(value, list):
        return "".join(_as_xml(name, each) for each in value)
    spelt = ELEMENTS.get(name) or "".join(word.capitalize() for word in name.split("_"))
    if isinstance(value, dict):
        inner = "".join(_as_xml(part, each) for part, each in value.items())
    else:
        inner = str(value) if isinstance(value, int) else f"<![CDATA[{in_cdata(value)}]]>"
    return f"<{spelt}>{inner}</{spelt}>"
