"""The frames of a robot's long connection: JSON text both ways, each of ours acknowledged (WECHAT 3.7)."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from bot.channels.envelope import Unreadable

SUBSCRIBE, PING = "aibot_subscribe", "ping"
RESPOND, WELCOME, UPDATE = "aibot_respond_msg", "aibot_respond_welcome_msg", "aibot_respond_update_msg"
SEND = "aibot_send_msg"
MESSAGE_CALLBACK, EVENT_CALLBACK = "aibot_msg_callback", "aibot_event_callback"
CALLBACKS = frozenset({MESSAGE_CALLBACK, EVENT_CALLBACK})
DISCONNECTED = "disconnected_event"  # another connection has taken the robot over
LONGEST_ID = 512  # characters of a req_id that is given back as it came

Json = dict[str, Any]  # JSON enters here


@dataclass(frozen=True, slots=True)
class Frame:
    """What came in: a callback, or, without `cmd`, the acknowledgement of what we sent under `req_id`."""

    cmd: str
    req_id: str
    body: Json
    answer: Json  # errcode and errmsg of an acknowledgement

    @property
    def is_callback(self) -> bool:
        """Whether somebody said or tapped something."""
        return self.cmd in CALLBACKS

    @property
    def is_farewell(self) -> bool:
        """Whether the platform says that another connection took this one's place."""
        event = self.body.get("event")
        return self.cmd == EVENT_CALLBACK and isinstance(event, dict) and _eventtype(event) == DISCONNECTED


def new_id(cmd: str) -> str:
    """A req_id of our own."""
    return f"{cmd}_{secrets.token_hex(12)}"


def command(cmd: str, req_id: str, body: Json | None = None) -> str:
    """A frame to the platform, its Chinese unescaped."""
    frame: Json = {"cmd": cmd, "headers": {"req_id": req_id}}
    if body is not None:
        frame["body"] = body
    return json.dumps(frame, ensure_ascii=False)


def read_frame(text: object) -> Frame:
    """The frame that came in; `Unreadable` when it is none."""
    data = _object(text)
    cmd, headers, body = data.get("cmd", ""), data.get("headers"), data.get("body")
    req_id = headers.get("req_id") if isinstance(headers, dict) else None
    if not isinstance(cmd, str) or not isinstance(req_id, str) or not 0 < len(req_id) <= LONGEST_ID:
        raise Unreadable("a frame without cmd or req_id")
    if cmd in CALLBACKS and not isinstance(body, dict):
        raise Unreadable("a callback without a body")
    answer: Json = {name: data[name] for name in ("errcode", "errmsg") if name in data}
    return Frame(cmd, req_id, body if isinstance(body, dict) else {}, answer)


def _object(text: object) -> Json:
    if not isinstance(text, str):
        raise Unreadable("a frame that is no text")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    if not isinstance(data, dict):
        raise Unreadable("not a JSON object")
    return data


def _eventtype(event: Json) -> str:
    kind = event.get("eventtype")
    return kind if isinstance(kind, str) else ""
