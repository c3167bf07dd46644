"""One message as it came in, whatever the channel: what the process hands to the conversation."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class MessageKind(StrEnum):
    """What was sent; everything the platforms may add later is `UNKNOWN` and answered politely."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    FILE = "file"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    SCAN = "scan"
    CLICK = "click"
    ENTER_CHAT = "enter_chat"
    CARD = "card"  # a button of a card was tapped
    GROUP_CHANGED = "group_changed"  # a residents' group was made, changed or dismissed
    SILENT = "silent"  # events nobody awaits an answer to: VIEW, LOCATION, job results
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A verified, decrypted message.

    `key` tells redeliveries: the platform's message id, for events sender, time, event and key. `chat` is
    the group it was said in, empty one-to-one. `sent_at` is the platform's time, when it gives one.
    `is_connected`: it came over the robot's long connection, which may push into that chat from now on.
    `payload` keeps what a kind has beside its text (media id, coordinates, event key).
    """

    channel: str
    account: str
    key: str
    sender: str
    kind: MessageKind
    text: str = ""
    quoted: str = ""
    chat: str = ""
    receiver: str = ""
    sent_at: datetime | None = None
    response_url: str = ""
    is_connected: bool = False
    payload: dict[str, Any] = field(default_factory=dict)
