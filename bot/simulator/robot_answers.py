"""Reads the product's answer to a robot callback as strictly as the platform does, in either mode."""

import json
from dataclasses import dataclass

from bot.simulator import cards
from bot.simulator.envelope import Envelope, EnvelopeError
from bot.simulator.wire import Json, byte_length, table_field, text_field
from bot.simulator.world import Robot

LONGEST_STREAM = 20_480  # bytes of UTF-8, WECHAT 3.6
MOST_IMAGES = 10
REPLIES = {
    "message": {"stream", "template_card", "stream_with_template_card"},
    "stream": {"stream", "template_card", "stream_with_template_card"},
    "enter_chat": {"text", "template_card"},
    "template_card_event": {"update_template_card"},
}


class BadRobotAnswer(Exception):
    """An answer the platform drops; the message says why."""


class WrongKind(BadRobotAnswer):
    """Its msgtype cannot answer that callback."""


@dataclass(frozen=True)
class Stream:
    id: str
    content: str
    is_finished: bool


@dataclass(frozen=True)
class RobotReply:
    """What is to be shown: a stream, a text, a card, or a stream with a card."""

    stream: Stream | None = None
    text: str = ""
    card: Json | None = None
    is_update: bool = False
    userids: tuple[str, ...] = ()  # who sees the update; empty: everybody


def envelope_of(robot: Robot) -> Envelope:
    return Envelope(robot.token, robot.aes_key, robot.receive_id)


def read_answer(body: str, robot: Robot, *, occasion: str) -> RobotReply | None:
    """The reply, None for an empty body; BadRobotAnswer for anything malformed.

    `occasion`: message, stream (a look at an unfinished one), enter_chat or template_card_event.
    """
    if not body.strip():
        return None
    answer = _json(_opened(body, robot))
    return read_reply(answer, occasion=occasion) if answer else None


def read_reply(answer: Json, *, occasion: str) -> RobotReply:
    """The reply; WrongKind when such a thing cannot be answered, BadRobotAnswer for anything malformed."""
    kind = text_field(answer, "msgtype") or text_field(answer, "response_type")
    if kind not in REPLIES.get(occasion, set()):
        raise WrongKind(f"msgtype {kind!r} cannot answer a {occasion}")
    if kind == "text":
        return RobotReply(text=_content(table_field(answer, "text")))
    if kind == "update_template_card":
        card = read_card(table_field(answer, "template_card"), is_update=True)
        return RobotReply(card=card, is_update=True, userids=_userids(answer.get("userids")))
    stream = _stream(table_field(answer, "stream")) if kind.startswith("stream") else None
    has_card = kind == "template_card" or (kind != "stream" and "template_card" in answer)
    return RobotReply(
        stream=stream, card=read_card(table_field(answer, "template_card")) if has_card else None
    )


def read_card(card: Json, *, is_update: bool = False) -> Json:
    """A robot's template card; BadRobotAnswer when it breaks the limits."""
    try:
        return cards.read_card(card, is_update=is_update)
    except cards.BadCard as bad:
        raise BadRobotAnswer(str(bad)) from None


def _opened(body: str, robot: Robot) -> str:
    sealed = {key.lower(): value for key, value in _json(body).items()}
    missing = [k for k in ("encrypt", "msgsignature", "timestamp", "nonce") if k not in sealed]
    if missing:
        raise BadRobotAnswer(f"the encrypted answer has no {', '.join(missing)}")
    timestamp = str(sealed["timestamp"])
    if not timestamp.isdigit():
        raise BadRobotAnswer("timestamp of the encrypted answer is no number")
    try:
        return envelope_of(robot).open(
            str(sealed["encrypt"]),
            signature=str(sealed["msgsignature"]),
            timestamp=timestamp,
            nonce=str(sealed["nonce"]),
        )
    except EnvelopeError as error:
        raise BadRobotAnswer(str(error)) from None


def _json(text: str) -> Json:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRobotAnswer("the answer is not JSON") from None
    if not isinstance(value, dict):
        raise BadRobotAnswer("the answer is no JSON object")
    return value


def _userids(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadRobotAnswer("userids is no list of strings")
    return tuple(value)


def _content(table: Json) -> str:
    content = text_field(table, "content")
    if not content.strip():
        raise BadRobotAnswer("content is empty")
    return content


def _stream(table: Json) -> Stream:
    stream_id, content, finish = text_field(table, "id"), table.get("content", ""), table.get("finish", False)
    if not stream_id:
        raise BadRobotAnswer("stream has no id")
    if not isinstance(finish, bool) or not isinstance(content, str):
        raise BadRobotAnswer("stream.finish is no boolean or stream.content no string")
    if finish and not content.strip() and not table.get("msg_item"):
        raise BadRobotAnswer("the finished stream is empty")
    if byte_length(content) > LONGEST_STREAM:
        raise BadRobotAnswer(f"stream.content has {byte_length(content)} bytes, more than {LONGEST_STREAM}")
    images = table.get("msg_item") or []
    if images and (not finish or not isinstance(images, list) or len(images) > MOST_IMAGES):
        raise BadRobotAnswer("stream.msg_item only with finish, and at most 10")
    return Stream(stream_id, content, finish)
