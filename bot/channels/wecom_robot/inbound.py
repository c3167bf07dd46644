"""WeCom robot callbacks in webhook mode: encrypted JSON both ways (WECHAT 3.6)."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.envelope import Envelope, Forged, Opened, Unreadable
from bot.channels.texts import NAME_LENGTH, clean, fitting_key, is_clean
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
    data = _object(text)
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
        payload={
            "type": kind,
            "event": clean(_string(_part(data, "event"), "eventtype")),
            **_files(data, kind),
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
        return MessageKind.ENTER_CHAT if is_visit else MessageKind.SILENT
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
        pictures = [_string(_part(item, "image"), "url") for item in _items(data)]
        urls = [url for url in pictures if url and is_clean(url)]
        return {"urls": urls} if urls else {}
    url = _string(_part(data, kind), "url")
    return {"url": url} if url and is_clean(url) else {}


def _items(data: dict[str, Any]) -> list[dict[str, Any]]:
    items = _part(data, "mixed").get("msg_item")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


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
