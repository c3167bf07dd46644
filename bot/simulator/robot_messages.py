"""The JSON that the platform sends to a robot: messages, polls of a stream, events.

Over a long connection it is the same, without response_url, and each file comes with a key of its own.
"""

import secrets
from datetime import timedelta
from urllib.parse import quote

from bot.simulator.chats import Message
from bot.simulator.media import MediaFile, new_aes_key
from bot.simulator.platform import Callback, Platform, ResponseCode
from bot.simulator.postman import Parcel
from bot.simulator.robot_answers import envelope_of
from bot.simulator.socket_lines import SOCKET_PATH
from bot.simulator.speech import Utterance
from bot.simulator.wire import Json, json_text
from bot.simulator.world import Group, Person, Robot

RESPONSE_LIFE = timedelta(hours=1)


def head(platform: Platform, robot: Robot, person: Person, *, group: Group | None, chat: str) -> Json:
    """The fields that every callback to a robot has; with a fresh response_url in webhook mode."""
    where = {"chatid": group.chat_id, "chattype": "group"} if group else {"chattype": "single"}
    is_webhook = robot.mode == "webhook"
    return {
        "msgid": secrets.token_hex(16),
        "aibotid": robot.bot_id,
        **where,
        "from": {"userid": person.id},
        **({"response_url": _response_url(platform, robot, chat)} if is_webhook else {}),
    }


def content(platform: Platform, robot: Robot, utterance: Utterance, *, text: str) -> Json:
    """The fields of what was said; `text` is as typed, with its @."""
    if utterance.kind == "voice":
        return {"msgtype": "voice", "voice": {"content": utterance.data["transcript"]}}
    files = [_lent(platform, robot, file) for file in utterance.files]
    if utterance.kind in {"text", "image"}:
        return _words_and_pictures(text, files)
    return {"msgtype": utterance.kind, utterance.kind: files[0]}


def quoted(message: Message, *, platform: Platform, robot: Robot) -> Json:
    """What a quoted message looks like to the robot: its content, no id; files under a new address."""
    paths = message.data.get("urls") or [message.data.get("url") or ""]
    found = (platform.media.get(str(path).rsplit("/", 1)[-1], now=platform.now()) for path in paths)
    files = [_lent(platform, robot, file) for file in found if file]
    if message.kind in {"file", "video"} and files:
        return {"msgtype": message.kind, message.kind: files[0]}
    return _words_and_pictures(message.text, files if message.kind == "image" else [])


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
    if robot.mode == "socket":
        return SOCKET_PATH
    return "/" + robot.callback.split("/", 3)[3]


def occasion_of(callback: Callback) -> str:
    """Which replies are allowed: to a message, or to which event."""
    event = callback.fields.get("event") or {}
    return str(event.get("eventtype") or "message")


def _words_and_pictures(text: str, files: list[Json]) -> Json:
    words: list[Json] = [{"msgtype": "text", "text": {"content": text}}] if text else []
    items = [*words, *({"msgtype": "image", "image": file} for file in files)]
    if len(items) > 1:
        return {"msgtype": "mixed", "mixed": {"msg_item": items}}
    return items[0] if items else {"msgtype": "text", "text": {"content": ""}}


def _lent(platform: Platform, robot: Robot, file: MediaFile) -> Json:
    key = new_aes_key() if robot.mode == "socket" else ""
    code = platform.robot_files.lend(robot.name, file, now=platform.now(), aes_key=key)
    url = f"{platform.address}/simulator/api/robots/{quote(robot.name)}/media/{code}"
    return {"url": url, "aeskey": key} if key else {"url": url}


def _response_url(platform: Platform, robot: Robot, chat: str) -> str:
    now = platform.now()
    codes = platform.response_codes
    for code in [code for code, held in codes.items() if held.expires_at < now]:
        del codes[code]
    code = secrets.token_urlsafe(32)
    codes[code] = ResponseCode(robot.name, chat, now + RESPONSE_LIFE)
    return f"{platform.address}/cgi-bin/aibot/response?response_code={code}"
