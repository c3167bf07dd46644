"""A worker and the robot: what is said to it, what it answers, what the group's screens show."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.simulator import socket_delivery
from bot.simulator.cards import BadCard, choices_of, seen_by, title_of
from bot.simulator.chats import Draft, Message, robot_chat
from bot.simulator.platform import Callback, Outcome, Platform
from bot.simulator.postman import Parcel, Receipt
from bot.simulator.robot_answers import BadRobotAnswer, RobotReply, Stream, envelope_of, read_answer
from bot.simulator.robot_messages import (
    content,
    head,
    occasion_of,
    parcel_for,
    path_of,
    poll_fields,
    quoted,
)
from bot.simulator.speech import Refusal, Utterance
from bot.simulator.wire import Json
from bot.simulator.world import Group, Person, Robot

STREAM_LIFE = timedelta(minutes=6)  # from the person's message
HEARD_IN_GROUP = frozenset({"text", "image"})  # nothing else can carry an @
HEARD_ALONE = frozenset({"text", "image", "voice", "video", "file"})


def speak_in_group(
    platform: Platform,
    person: Person,
    group: Group,
    *,
    utterance: Utterance,
    mention: bool,
    quote: int | None,
) -> tuple[Message, Callback | None]:
    """The bubble in the group, and the callback when the robot was addressed."""
    robot = platform.world.robot(group.robot) if group.kind == "workers" else None
    at = f"@{robot.display_name} " if robot else ""
    text = utterance.text
    if robot and mention and at.strip() not in text and utterance.kind in HEARD_IN_GROUP:
        text = at + text
    quoted_message = _quoted(platform, group.chat_id, quote)
    draft = Draft(person.id, person.name, utterance.kind, text, utterance.data, quote)
    message = platform.show(group.chat_id, draft)
    if robot is None or at.strip() not in text or utterance.kind not in HEARD_IN_GROUP:
        return message, None
    fields = {
        **head(platform, robot, person, group=group, chat=group.chat_id),
        **content(platform, robot, utterance, text=text),
    }
    if quoted_message:
        fields["quote"] = quoted(quoted_message, platform=platform, robot=robot)
    platform.lines.addressed.add((robot.name, group.chat_id))
    callback = _new_callback(platform, robot, person, chat=group.chat_id, fields=fields)
    return platform.chats.change(message, callback=callback.id), callback


def speak_alone(
    platform: Platform, person: Person, robot: Robot, *, utterance: Utterance, quote: int | None
) -> tuple[Message, Callback]:
    """The bubble in the one-to-one chat with the robot, and its callback."""
    if utterance.kind not in HEARD_ALONE:
        raise Refusal("机器人只收文字、图片、语音、视频和文件。")
    chat = robot_chat(robot.name, person.id)
    quoted_message = _quoted(platform, chat, quote)
    draft = Draft(person.id, person.name, utterance.kind, utterance.text, utterance.data, quote)
    message = platform.show(chat, draft)
    fields = {
        **head(platform, robot, person, group=None, chat=chat),
        **content(platform, robot, utterance, text=utterance.text),
    }
    if quoted_message:
        fields["quote"] = quoted(quoted_message, platform=platform, robot=robot)
    platform.lines.addressed.add((robot.name, chat))
    callback = _new_callback(platform, robot, person, chat=chat, fields=fields)
    return platform.chats.change(message, callback=callback.id), callback


def enter_chat(platform: Platform, person: Person, robot: Robot) -> Callback:
    """The worker opens the one-to-one chat for the first time that day."""
    chat = robot_chat(robot.name, person.id)
    return _event(platform, robot, person, chat=chat, group=None, event={"eventtype": "enter_chat"})


def tap_card(
    platform: Platform, person: Person, message: Message, *, key: str, options: Mapping[str, Any] | None
) -> Callback:
    """The worker taps a button of a card as they see it; this callback is sent once only."""
    robot = platform.world.robot(message.sender.removeprefix("robot:"))
    card = seen_by(person.id, message.data)
    if robot is None or not card:
        raise Refusal("这条消息不是机器人的卡片。")
    if not platform.cards.was_shown(message.sender, card, key):
        raise Refusal(f"这张卡片上没有 key 是“{key}”的按钮。")
    try:
        chosen = choices_of(card, options or {})
    except BadCard as bad:
        raise Refusal(str(bad)) from None
    selected = [{"question_key": q, "option_ids": {"option_id": ids}} for q, ids in chosen.items()]
    body = {
        "card_type": card.get("card_type", ""),
        "event_key": key,
        "task_id": card.get("task_id", ""),
        "selected_items": {"selected_item": selected},
    }
    group = platform.world.group(message.chat)
    event = {"eventtype": "template_card_event", "template_card_event": body}
    callback = _event(platform, robot, person, chat=message.chat, group=group, event=event)
    once = replace(callback, requests=1, fields={**callback.fields, "card_message": message.id})
    platform.remember(once)
    return once


async def deliver(platform: Platform, callback: Callback) -> Outcome:
    """Send the callback (again), follow its stream to the end, show what comes back."""
    robot = platform.world.robot(callback.channel.removeprefix("robot:"))
    if robot is None:
        raise Refusal("没有这个机器人。")
    if robot.mode == "socket":
        outcome = await socket_delivery.deliver(platform, robot, callback)
    else:
        outcome = await _call_back(platform, robot, callback)
    at = platform.now().isoformat()
    entry = {"path": path_of(robot), "person": callback.person, "at": at, **outcome.as_json()}
    platform.journal.callback(entry)
    return outcome


async def _call_back(platform: Platform, robot: Robot, callback: Callback) -> Outcome:
    fields = {key: value for key, value in callback.fields.items() if key != "card_message"}
    copies = 2 if platform.faults.take(path_of(robot), ("duplicate",)) else 1
    receipts = await asyncio.gather(
        *(
            platform.postman.deliver(_maker(platform, robot, fields), requests=callback.requests)
            for _ in range(copies)
        )
    )
    return await _judge(platform, robot, callback, receipts=receipts)


async def verify(platform: Platform, robot: Robot) -> Json:
    """The GET with which the platform verifies a robot's callback address: echostr is encrypted."""
    if robot.mode == "socket":
        raise Refusal("这个机器人用长连接，没有回调地址。")
    timestamp, nonce = platform.stamp(path_of(robot))
    echo = platform.new_message_id()
    sealed, signature = envelope_of(robot).seal(echo, timestamp=timestamp, nonce=nonce)
    query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": sealed}
    status, body = await platform.postman.ask(robot.callback, query)
    return {"verified": status == 200 and body == echo, "status": status, "answer": body[:200]}


def show_card(platform: Platform, robot: Robot, chat: str, *, card: Json) -> Message:
    """A new template card in the chat; whoever calls has looked whether its task_id is new."""
    platform.cards.note(f"robot:{robot.name}", card)
    return platform.show(chat, _from_robot(robot, "card", title_of(card), data={"card": card}))


def show_markdown(platform: Platform, robot: Robot, chat: str, *, text: str) -> Message:
    return platform.show(chat, _from_robot(robot, "markdown", text))


def show_stream(
    platform: Platform, robot: Robot, chat: str, *, stream: Stream, known: Message | None
) -> Message:
    """The stream as far as it is: a new bubble, or the known one grown."""
    if known is None:
        draft = replace(_from_robot(robot, "markdown", stream.content), is_final=stream.is_finished)
        return platform.show(chat, draft)
    if (known.text, known.is_final) == (stream.content, stream.is_finished):
        return known
    return platform.chats.change(known, text=stream.content, is_final=stream.is_finished)


def place_update(platform: Platform, robot: Robot, tapped: Message, *, reply: RobotReply) -> Message:
    """The tapped card as it reads from now on, for everybody or for some; BadRobotAnswer for another card."""
    card = reply.card or {}
    if card.get("task_id") != (tapped.data.get("card") or {}).get("task_id"):
        raise BadRobotAnswer("task_id is not the one of the card that was tapped")
    platform.cards.note(f"robot:{robot.name}", card)
    if not reply.userids:
        return platform.chats.change(tapped, text=title_of(card), data={"card": card})
    for_some = {**tapped.data.get("cards_for", {}), **dict.fromkeys(reply.userids, card)}
    return platform.chats.change(tapped, data={**tapped.data, "cards_for": for_some})


async def _judge(platform: Platform, robot: Robot, callback: Callback, *, receipts: list[Receipt]) -> Outcome:
    attempts = tuple(attempt for receipt in receipts for attempt in receipt.attempts)
    try:
        found = [_answer(robot, receipt, occasion=occasion_of(callback)) for receipt in receipts]
    except BadRobotAnswer as bad:
        return Outcome("failed", callback.id, str(bad), attempts)
    reply = next((answer for answer in found if answer), None)
    if reply is None:
        return Outcome("silent", callback.id, "", attempts)
    text = reply.stream.content if reply.stream else reply.text
    if callback.id in platform.shown:
        return Outcome("answered", callback.id, "", attempts, (), text)
    base = Outcome("answered", callback.id, "", attempts)
    try:
        return await _show(platform, robot, callback, reply=reply, base=base)
    except BadRobotAnswer as bad:
        return replace(base, status="failed", reason=str(bad))


def _answer(robot: Robot, receipt: Receipt, *, occasion: str) -> RobotReply | None:
    last = receipt.last
    if last.status is None:
        raise BadRobotAnswer(f"no answer to {len(receipt.attempts)} requests ({last.trouble})")
    if last.status != 200:
        raise BadRobotAnswer(f"HTTP status {last.status}")
    return read_answer(last.answer, robot, occasion=occasion)


async def _show(
    platform: Platform, robot: Robot, callback: Callback, *, reply: RobotReply, base: Outcome
) -> Outcome:
    replies: list[Message] = []
    reason = ""
    if reply.card and not reply.is_update and platform.cards.is_used(f"robot:{robot.name}", reply.card):
        raise BadRobotAnswer(f"task_id {reply.card.get('task_id')!r} has been used before")
    platform.shown.add(callback.id)
    if reply.stream:
        message, reason = await _show_stream(platform, robot, callback, stream=reply.stream)
        replies.append(message)
    if reply.text:
        replies.append(show_markdown(platform, robot, callback.chat, text=reply.text))
    if reply.card:
        replies.append(_place_card(platform, robot, callback, reply=reply))
    return replace(base, replies=tuple(replies), reason=reason, answer=replies[0].text)


def _place_card(platform: Platform, robot: Robot, callback: Callback, *, reply: RobotReply) -> Message:
    card = reply.card or {}
    tapped = platform.chats.find(callback.chat, int(callback.fields.get("card_message") or 0))
    if reply.is_update and tapped:
        return place_update(platform, robot, tapped, reply=reply)
    return show_card(platform, robot, callback.chat, card=card)


async def _show_stream(
    platform: Platform, robot: Robot, callback: Callback, *, stream: Stream
) -> tuple[Message, str]:
    """The finished message, and why it never finished (empty when it did)."""
    deadline = platform.now() + STREAM_LIFE
    message = show_stream(platform, robot, callback.chat, stream=stream, known=None)
    while not stream.is_finished:
        await asyncio.sleep(platform.poll_interval)
        if platform.now() >= deadline:
            return platform.chats.change(message, is_final=True), "the stream did not finish within 6 minutes"
        fields = poll_fields(callback.fields, stream.id)
        receipt = await platform.postman.deliver(_maker(platform, robot, fields), requests=1)
        try:
            answer = _answer(robot, receipt, occasion="stream")
        except BadRobotAnswer:
            continue  # the next look may find it
        if answer and answer.stream and answer.stream.id == stream.id:
            stream = answer.stream
            message = show_stream(platform, robot, callback.chat, stream=stream, known=message)
    return message, ""


def _maker(platform: Platform, robot: Robot, fields: Json) -> Callable[[], Parcel]:
    return lambda: parcel_for(platform, robot, fields)


def _from_robot(robot: Robot, kind: str, text: str, *, data: Json | None = None) -> Draft:
    return Draft(f"robot:{robot.name}", robot.display_name, kind, text, data or {})


def _quoted(platform: Platform, chat: str, quote: int | None) -> Message | None:
    if quote is None:
        return None
    message = platform.chats.find(chat, quote)
    if message is None:
        raise Refusal(f"这个聊天里没有编号 {quote} 的消息，不能引用。")
    return message


def _event(
    platform: Platform, robot: Robot, person: Person, *, chat: str, group: Group | None, event: Json
) -> Callback:
    fields = {
        **head(platform, robot, person, group=group, chat=chat),
        "create_time": int(platform.now().timestamp()),
        "msgtype": "event",
        "event": event,
    }
    return _new_callback(platform, robot, person, chat=chat, fields=fields)


def _new_callback(platform: Platform, robot: Robot, person: Person, *, chat: str, fields: Json) -> Callback:
    callback = Callback(
        id=fields["msgid"], channel=f"robot:{robot.name}", person=person.id, chat=chat, fields=fields
    )
    platform.remember(callback)
    return callback
