"""The JSON that the platform sends to a robot: messages, polls of a stream, events."""

import secrets
from datetime import timedelta

from bot.simulator.chats import Message
from bot.simulator.platform import Callback, Platform, ResponseCode
from bot.simulator.postman import Parcel
from bot.simulator.robot_answers import envelope_of
from bot.simulator.speech import Utterance
from bot.simulator.wire import Json, json_text
from bot.simulator.world import Group, Person, Robot

RESPONSE_LIFE = timedelta(hours=1)


def head(platform: Platform, robot: Robot, person: Person, *, group: Group | None, chat: str) -> Json:
    """The fields that every callback to a robot has, with a fresh response_url."""
    where = {"chatid": group.chat_id, "chattype": "group"} if group else {"chattype": "single"}
    return {
        "msgid": secrets.token_hex(16),
        "aibotid": robot.bot_id,
        **where,
        "from": {"userid": person.id},
        "response_url": _response_url(platform, robot, chat),
    }


def content(platform: Platform, robot: Robot, utterance: Utterance, *, text: str) -> Json:
    """The fields of what was said; `text` is as typed, with its @."""
    if utterance.media is None:
        return {"msgtype": "text", "text": {"content": text}}
    url = f"{platform.address}/simulator/api/robots/{robot.name}/media/{utterance.media.id}"
    if utterance.kind == "image" and text:
        words = {"msgtype": "text", "text": {"content": text}}
        picture = {"msgtype": "image", "image": {"url": url}}
        return {"msgtype": "mixed", "mixed": {"msg_item": [words, picture]}}
    return {"msgtype": utterance.kind, utterance.kind: {"url": url}}


def quoted(message: Message, *, platform: Platform, robot: Robot) -> Json:
    """What a quoted message looks like to the robot: its content, no id."""
    if message.kind == "image" and "url" in message.data:
        media_id = str(message.data["url"]).rsplit("/", 1)[-1]
        url = f"{platform.address}/simulator/api/robots/{robot.name}/media/{media_id}"
        return {"msgtype": "image", "image": {"url": url}}
    return {"msgtype": "text", "text": {"content": message.text}}


def poll_fields(fields: Json, stream_id: str) -> Json:
    """A look at how far an unfinished stream is."""
    kept: Json = {key: fields[key] for key in ("aibotid", "chatid", "chattype", "from") if key in fields}
    return {"msgid": secrets.token_hex(16), **kept, "msgtype": "stream", "stream": {"id": stream_id}}


def parcel_for(platform: Platform, robot: Robot, fields: Json) -> Parcel:
    """One request with its own timestamp, nonce and signature."""
    timestamp, nonce = platform.stamp(path_of(robot))
    sealed, signature = envelope_of(robot).seal(json_text(fields), timestamp=timestamp, nonce=nonce)
    query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}
    return Parcel(robot.callback, query, json_text({"encrypt": sealed}), "application/json")


def path_of(robot: Robot) -> str:
    return "/" + robot.callback.split("/", 3)[3]


def occasion_of(callback: Callback) -> str:
    """Which replies are allowed: to a message, or to which event."""
    event = callback.fields.get("event") or {}
    return str(event.get("eventtype") or "message")


def _response_url(platform: Platform, robot: Robot, chat: str) -> str:
    now = platform.now()
    codes = platform.response_codes
    for code in [code for code, held in codes.items() if held.expires_at < now]:
        del codes[code]
    code = secrets.token_urlsafe(32)
    codes[code] = ResponseCode(robot.name, chat, now + RESPONSE_LIFE)
    return f"{platform.address}/cgi-bin/aibot/response?response_code={code}"
