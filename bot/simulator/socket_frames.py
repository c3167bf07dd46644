"""The frames of the long connection as they go over the wire, WECHAT 3.7."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.simulator.wire import ApiError, Json, json_text, table_field, text_field
from bot.simulator.world import Robot

SUBSCRIBE, PING = "aibot_subscribe", "ping"
MESSAGE, EVENT = "aibot_msg_callback", "aibot_event_callback"
RESPOND, WELCOME, UPDATE = "aibot_respond_msg", "aibot_respond_welcome_msg", "aibot_respond_update_msg"
SEND = "aibot_send_msg"
LARGEST_FRAME = 1 << 20  # bytes; a guess

# Unverified: no page lists the codes of the long connection. 846605, 846608 and 846609 are what clients in
# the field have logged ("invalid req_id", "stream message update expired", "aibot websocket not subscribed").
BAD_SECRET = 40001  # in the field: 853000
MALFORMED = 40058
BAD_KIND = 40008
UNKNOWN_CALL = 846604
NOT_PERMITTED = 846605
TOO_LATE = 846608
NOT_SUBSCRIBED = 846609
NEVER_ADDRESSED = 93006


@dataclass(frozen=True)
class Frame:
    """One frame of the product's."""

    cmd: str
    req_id: str
    body: Json

    def shown(self) -> bytes:
        """What may be kept of it: everything but a secret."""
        body = {key: "…" if key == "secret" else value for key, value in self.body.items()}
        return json_text({"cmd": self.cmd, "headers": {"req_id": self.req_id}, "body": body}).encode()


def read_frame(text: str) -> Frame:
    """The frame; ApiError 40058 when it is none."""
    try:
        value = json.loads(text)
        json_text(value).encode("utf-8")  # half of a surrogate pair is no character
    except (ValueError, RecursionError):
        raise ApiError(MALFORMED, "the frame is not JSON in UTF-8") from None
    table = value if isinstance(value, dict) else {}
    cmd, req_id = text_field(table, "cmd"), text_field(table_field(table, "headers"), "req_id")
    if not cmd or not req_id:
        raise ApiError(MALFORMED, "the frame has no cmd or no headers.req_id")
    return Frame(cmd, req_id, table_field(table, "body"))


def acknowledgement(req_id: str, errcode: int = 0, errmsg: str = "ok") -> Json:
    return {"headers": {"req_id": req_id}, "errcode": errcode, "errmsg": errmsg}


def callback_frame(req_id: str, body: Json) -> Json:
    """What the platform sends of its own accord."""
    cmd = EVENT if body.get("msgtype") == "event" else MESSAGE
    return {"cmd": cmd, "headers": {"req_id": req_id}, "body": body}


def disconnected(robot: Robot, *, now: datetime) -> Json:
    """The last word to a connection whose place another took."""
    body = {
        "msgid": secrets.token_hex(16),
        "create_time": int(now.timestamp()),
        "aibotid": robot.bot_id,
        "msgtype": "event",
        "event": {"eventtype": "disconnected_event"},
    }
    return callback_frame(secrets.token_hex(16), body)
