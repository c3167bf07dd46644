"""WeCom robot callbacks: encrypted JSON in webhook mode, the same in clear on the line (WECHAT 3.6, 3.7)."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.envelope import Envelope, Forged, Opened, Unreadable
from bot.channels.texts import NAME_LENGTH, clean, fitting_key, is_clean
from bot.channels.wecom_robot.file_places import with_key
from handlers.messages import IncomingMessage, MessageKind
from storage.models.outbox import Channel

MAX_ADDRESS = 512  # characters of destinations.address

_MENTION = re.compile(r"^(?:@\S+(?:[\s\u2005]+|$))+")


def open_callback(envelope: Envelope, query: Mapping[str, str], body: bytes, *, now: float) -> Opened:
    """The decrypted JSON text of a POST; raises `Forged` or `Unreadable`."""
    try:
        data = _object(body.decode("utf-8", "replace"))
    except Unreadable as error:
        raise Forged("no envelope") from error
    encrypted = data.get("encrypt") or data.get("Encrypt")  # the case of the key is not settled (WECHAT 8)
    if not isinstance(encrypted, str):
        raise Forged("encrypt is missing")
    check(envelope, query, encrypted, now=now)
    return envelope.open(encrypted)


def check(envelope: Envelope, query: Mapping[str, str], encrypted: str, *, now: float) -> None:
    """The request is signed and fresh, or `Forged`."""
    signature = query.get("msg_signature", "")
    envelope.check(signature, query.get("timestamp", ""), query.get("nonce", ""), encrypted, now=now)


def parse(text: str, robot: str) -> IncomingMessage:
    """Our message of the robot's JSON; what is missing makes it `Unreadable`."""
    return message_of(_object(text), robot)


def message_of(data: dict[str, Any], robot: str, *, is_connected: bool = False) -> IncomingMessage:
    """The same of the object; `is_connected`: it came over the robot's own connection."""
    sender, key = _name(_part(data, "from"), "userid"), _string(data, "msgid")
    kind = clean(_string(data, "msgtype"))
    if not (key and kind and is_clean(key)):
        raise Unreadable("msgid or msgtype is missing or not plain text")
    address = _string(data, "response_url")
    return IncomingMessage(
        channel=Channel.WECOM_ROBOT,
        account=robot,
        key=fitting_key(key),
        sender=sender,
        kind=_kind(kind, data),
        text=_MENTION.sub("", clean(_text(data, kind)).strip()).strip(),
        quoted=clean(_quoted(data)),
        chat=_name(data, "chatid") if data.get("chattype") == "group" else "",
        sent_at=_moment(data.get("create_time")),
        response_url=address if len(address) <= MAX_ADDRESS and is_clean(address) else "",
        is_connected=is_connected,
        payload={
            "type": kind,
            "event": clean(_string(_part(data, "event"), "eventtype")),
            **_files(data, kind),
            **_tap(data),
        },
    )


def seal(envelope: Envelope, text: str, *, key_index: int, timestamp: str, nonce: str) -> str:
    """The JSON envelope of an answer."""
    encrypted, signature = envelope.seal(text, timestamp=timestamp, nonce=nonce, key_index=key_index)
    sealed = {"encrypt": encrypted, "msgsignature": signature, "timestamp": int(timestamp), "nonce": nonce}
    return json.dumps(sealed)


def _kind(kind: str, data: dict[str, Any]) -> MessageKind:
    if kind in ("text", "mixed"):
        return MessageKind.TEXT
    if kind == "voice":  # already transcribed
        return MessageKind.TEXT
    if kind == "event":
        is_visit = _part(data, "event").get("eventtype") == "enter_chat"
        other = MessageKind.CARD if _tap(data) else MessageKind.SILENT
        return MessageKind.ENTER_CHAT if is_visit else other
    kinds = {"image": MessageKind.IMAGE, "file": MessageKind.FILE, "video": MessageKind.VIDEO}
    return MessageKind.SILENT if kind == "stream" else kinds.get(kind, MessageKind.UNKNOWN)


def _text(data: dict[str, Any], kind: str) -> str:
    if kind == "mixed":
        parts = [_text(item, "text") for item in _items(data)]
        return " ".join(part for part in parts if part)
    return _string(_part(data, kind), "content")


def _files(data: dict[str, Any], kind: str) -> dict[str, Any]:
    """Where the files of a message lie, for five minutes: of a picture or video, of pictures in a text."""
    if kind == "mixed":
        urls = [url for url in (_place(_part(item, "image")) for item in _items(data)) if url]
        return {"urls": urls} if urls else {}
    url = _place(_part(data, kind))
    return {"url": url} if url else {}


def _place(file: dict[str, Any]) -> str:
    """The address of a file, with the key that came for this file alone; empty when there is none."""
    url, key = _string(file, "url"), _string(file, "aeskey")
    return with_key(url, key) if url and is_clean(url + key) else ""


def _tap(data: dict[str, Any]) -> dict[str, Any]:
    """Which button of which card was tapped, with the options chosen by their question; empty: no tap."""
    tapped = _part(_part(data, "event"), "template_card_event")
    task_id, event_key = clean(_string(tapped, "task_id")), clean(_string(tapped, "event_key"))
    if _part(data, "event").get("eventtype") != "template_card_event" or not (task_id and event_key):
        return {}
    chosen = _dicts(_part(tapped, "selected_items").get("selected_item"))
    questions = [(clean(_string(item, "question_key")), _part(item, "option_ids")) for item in chosen]
    selected = {key: _strings(options.get("option_id")) for key, options in questions if key}
    return {"task_id": task_id, "event_key": event_key, "selected": selected}


def _items(data: dict[str, Any]) -> list[dict[str, Any]]:
    return _dicts(_part(data, "mixed").get("msg_item"))


def _quoted(data: dict[str, Any]) -> str:
    quote = _part(data, "quote")
    return _text(quote, _string(quote, "msgtype") or "text")


def _name(data: dict[str, Any], field: str) -> str:
    """Who or where; without it, or with one that no column takes, nobody could be answered."""
    name = _string(data, field)
    if not name or len(name) > NAME_LENGTH or not is_clean(name):
        raise Unreadable(f"{field} is missing, too long, or not plain text")
    return name


def _string(data: dict[str, Any], field: str) -> str:
    """The text of a field; empty when it is missing or something else."""
    value = data.get(field)
    return value if isinstance(value, str) else ""


def _dicts(value: object) -> list[dict[str, Any]]:
    """The objects of a list; a single one, as some serialisers write a list of one, counts too."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _strings(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [clean(item) for item in items if isinstance(item, str) and clean(item)]


def _part(data: dict[str, Any], name: str) -> dict[str, Any]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _object(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    if not isinstance(data, dict):
        raise Unreadable("not a JSON object")
    return data


def _moment(created: object) -> datetime | None:
    if not isinstance(created, int):
        return None
    try:
        return datetime.fromtimestamp(created, UTC)
    except (OverflowError, OSError, ValueError):
        return None
