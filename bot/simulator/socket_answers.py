"""What a robot's frames do: answers to callbacks, and messages of its own accord.

Everything is checked before anything is shown, counted or remembered, so a refused frame leaves no trace.
"""

from collections.abc import Callable

from bot.simulator.chats import robot_chat
from bot.simulator.platform import Platform
from bot.simulator.robot import place_update, show_card, show_markdown, show_stream
from bot.simulator.robot_answers import (
    LONGEST_STREAM,
    BadRobotAnswer,
    RobotReply,
    Stream,
    WrongKind,
    read_card,
    read_reply,
)
from bot.simulator.socket_frames import (
    BAD_KIND,
    MALFORMED,
    NEVER_ADDRESSED,
    NOT_PERMITTED,
    RESPOND,
    SEND,
    TOO_LATE,
    UNKNOWN_CALL,
    UPDATE,
    WELCOME,
    Frame,
)
from bot.simulator.socket_lines import STREAM_LIFE, Call
from bot.simulator.wire import ApiError, Json, byte_length, table_field, text_field
from bot.simulator.world import Robot

SINGLE, GROUP = 1, 2  # chat_type; 0: whichever the chatid is


def respond(platform: Platform, robot: Robot, frame: Frame) -> None:
    """aibot_respond_msg: a stream (again, until it is finished), a card, or both."""
    call = _call(platform, robot, frame, occasion="message")
    reply = _reply(frame, "message")
    known = call.streams.get(reply.stream.id) if reply.stream else None
    if reply.stream and known:
        _ensure_growing(platform, call, reply.stream)
    card = reply.card
    if card and any(_task_id(message.data.get("card", {})) == _task_id(card) for message in call.replies):
        card = None  # it came with an earlier part of the same stream
    _ensure_new(platform, robot, card)
    if card or (reply.stream and not known):
        platform.lines.rates.spend(call.chat, now=platform.now())
    if reply.stream:
        message = show_stream(platform, robot, call.chat, stream=reply.stream, known=known)
        call.streams[reply.stream.id] = message
        call.note(message)
    if card:
        call.note(show_card(platform, robot, call.chat, card=card))


def welcome(platform: Platform, robot: Robot, frame: Frame) -> None:
    """aibot_respond_welcome_msg: once, within five seconds of enter_chat."""
    call = _call(platform, robot, frame, occasion="enter_chat")
    reply = _reply(frame, "enter_chat")
    _ensure_first(platform, call)
    _ensure_new(platform, robot, reply.card)
    platform.lines.rates.spend(call.chat, now=platform.now())
    if reply.card:
        call.note(show_card(platform, robot, call.chat, card=reply.card))
    else:
        call.note(show_markdown(platform, robot, call.chat, text=reply.text))


def update(platform: Platform, robot: Robot, frame: Frame) -> None:
    """aibot_respond_update_msg: the card that was tapped reads otherwise; not a message that counts."""
    call = _call(platform, robot, frame, occasion="template_card_event")
    reply = _reply(frame, "template_card_event")
    _ensure_first(platform, call)
    tapped = platform.chats.find(call.chat, call.card_message)
    if tapped is None:
        raise ApiError(NOT_PERMITTED, "the tapped card is gone")
    try:
        call.note(place_update(platform, robot, tapped, reply=reply))
    except BadRobotAnswer as bad:
        raise ApiError(MALFORMED, str(bad)) from None


def send(platform: Platform, robot: Robot, frame: Frame) -> None:
    """aibot_send_msg: into a chat in which somebody has spoken to the robot before."""
    chat = _addressed_chat(platform, robot, frame.body)
    kind = text_field(frame.body, "msgtype")
    if kind not in {"markdown", "template_card"}:
        raise ApiError(BAD_KIND, "invalid message type")
    part = table_field(frame.body, kind)
    if kind == "markdown":
        text = _markdown(part)
        platform.lines.rates.spend(chat, now=platform.now())
        show_markdown(platform, robot, chat, text=text)
        return
    card = _card(part)
    _ensure_new(platform, robot, card)
    platform.lines.rates.spend(chat, now=platform.now())
    show_card(platform, robot, chat, card=card)


COMMANDS: dict[str, Callable[[Platform, Robot, Frame], None]] = {
    RESPOND: respond,
    WELCOME: welcome,
    UPDATE: update,
    SEND: send,
}


def carry_out(platform: Platform, robot: Robot, frame: Frame) -> None:
    """Do what the frame asks; ApiError when it is refused, which the callback it answers remembers."""
    command = COMMANDS.get(frame.cmd)
    if command is None:
        raise ApiError(MALFORMED, f"unknown cmd {frame.cmd[:64]!r}")
    try:
        command(platform, robot, frame)
    except ApiError as error:
        call = platform.lines.call(frame.req_id, robot.name, now=platform.now())
        if call and command is not send:
            call.refusals.append(f"{error.errcode} {error.errmsg}")
        raise


def _call(platform: Platform, robot: Robot, frame: Frame, *, occasion: str) -> Call:
    call = platform.lines.call(frame.req_id, robot.name, now=platform.now())
    if call is None:
        raise ApiError(UNKNOWN_CALL, "no callback with this req_id in the last 24 hours")
    if call.is_forgotten:
        raise ApiError(NOT_PERMITTED, "invalid req_id: of a former connection")
    if call.occasion != occasion:
        raise ApiError(NOT_PERMITTED, f"invalid req_id: {frame.cmd} cannot answer a {call.occasion}")
    return call


def _reply(frame: Frame, occasion: str) -> RobotReply:
    try:
        return read_reply(frame.body, occasion=occasion)
    except WrongKind as wrong:
        raise ApiError(BAD_KIND, str(wrong)) from None
    except BadRobotAnswer as bad:
        raise ApiError(MALFORMED, str(bad)) from None


def _ensure_growing(platform: Platform, call: Call, stream: Stream) -> None:
    message = call.streams[stream.id]
    if message.is_final and stream.is_finished and message.text == stream.content:
        return  # the same once more, as after a lost acknowledgement
    if message.is_final or platform.now() >= message.at + STREAM_LIFE:
        raise ApiError(TOO_LATE, "stream message update expired")


def _ensure_first(platform: Platform, call: Call) -> None:
    if call.replies:
        raise ApiError(NOT_PERMITTED, "invalid req_id: it has been answered")
    if call.age > platform.postman.answer_timeout:
        raise ApiError(TOO_LATE, "more than five seconds have passed")


def _ensure_new(platform: Platform, robot: Robot, card: Json | None) -> None:
    if card and platform.cards.is_used(f"robot:{robot.name}", card):
        raise ApiError(MALFORMED, f"task_id {_task_id(card)!r} has been used before")


def _task_id(card: Json) -> str:
    return text_field(card, "task_id")


def _card(part: Json) -> Json:
    try:
        return read_card(part)
    except BadRobotAnswer as bad:
        raise ApiError(MALFORMED, str(bad)) from None


def _markdown(part: Json) -> str:
    content = text_field(part, "content")
    if not content.strip():
        raise ApiError(44004, "empty content")
    if byte_length(content) > LONGEST_STREAM:
        raise ApiError(45002, "content size out of limit")
    return content


def _addressed_chat(platform: Platform, robot: Robot, body: Json) -> str:
    chat_id, kind = text_field(body, "chatid"), body.get("chat_type", 0)
    if not chat_id or isinstance(kind, bool) or kind not in (0, SINGLE, GROUP):
        raise ApiError(MALFORMED, "chatid is missing, or chat_type is not 0, 1 or 2")
    alone = robot_chat(robot.name, chat_id)
    possible = {0: (chat_id, alone), SINGLE: (alone,), GROUP: (chat_id,)}[kind]
    chat = next((each for each in possible if (robot.name, each) in platform.lines.addressed), None)
    if chat is None:
        raise ApiError(NEVER_ADDRESSED, "invalid chatid: nobody has spoken to the robot there")
    return chat
