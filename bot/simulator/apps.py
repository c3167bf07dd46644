"""A worker and a WeCom app: what they say to it, what it answers, what their screen shows."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.simulator.app_answers import CARD_UPDATE, read_answer
from bot.simulator.app_messages import (
    envelope_of,
    event_fields,
    message_fields,
    parcel_for,
    system_fields,
    tap_fields,
)
from bot.simulator.cards import BadCard, choices_of, seen_by
from bot.simulator.chats import Draft, Message, app_chat
from bot.simulator.media import MediaFile
from bot.simulator.passive_answers import BadAnswer, PassiveReply
from bot.simulator.passive_delivery import accepted, carry, note, path_of
from bot.simulator.platform import Callback, Outcome, Platform
from bot.simulator.postman import Receipt
from bot.simulator.speech import Refusal, Utterance
from bot.simulator.wire import Json
from bot.simulator.world import App, Person

CARD_EVENT = "template_card_event"
HEARD = frozenset({"text", "image", "voice", "video", "location", "link", "other"})  # WECHAT 3.2


def speak(
    platform: Platform, person: Person, app: App, *, utterance: Utterance
) -> tuple[Message, Callback | None]:
    """The worker's bubble, and the callback when the app has one."""
    if utterance.kind not in HEARD:
        raise Refusal("应用里不能发文件。")
    if utterance.kind == "image" and (utterance.text or len(utterance.files) > 1):
        raise Refusal("应用里照片要一张一张发，不能带文字。")
    kind = "text" if utterance.kind == "other" else utterance.kind
    chat = app_chat(app.name, person.id)
    files = [*utterance.files, *([utterance.thumb] if utterance.thumb else [])]
    platform.apps.media.update(file.id for file in files)
    message = platform.show(chat, Draft(person.id, person.name, kind, utterance.text, utterance.data))
    if not app.has_callback:
        return message, None
    fields = message_fields(platform, app, person.id, utterance=utterance)
    callback = _new_callback(platform, app, str(fields["MsgId"]), person=person.id, fields=fields)
    return platform.chats.change(message, callback=callback.id), callback


def act(platform: Platform, person: Person, app: App, *, event: str, fields: Mapping[str, Any]) -> Callback:
    """The worker opens the app's chat, or does anything else that is an event."""
    _ensure_called_back(app)
    extra = {"EventKey": "", **fields}
    all_fields = event_fields(platform, app, person.id, event=event, fields=extra)
    return _new_callback(platform, app, platform.new_message_id(), person=person.id, fields=all_fields)


def tap_card(
    platform: Platform, person: Person, message: Message, *, key: str, options: Mapping[str, Any]
) -> Callback:
    """The worker taps a button of the app's card; sent like any other callback."""
    app = platform.world.app(message.sender.removeprefix("app:"))
    card = seen_by(person.id, message.data)
    if app is None or not card:
        raise Refusal("这条消息不是应用的卡片。")
    _ensure_called_back(app)
    if not platform.cards.was_shown(message.sender, card, key):
        raise Refusal("卡片上没有这个按钮。")
    try:
        chosen = choices_of(card, options)
    except BadCard as bad:
        raise Refusal(str(bad)) from None
    code = platform.apps.new_code(app, str(card.get("task_id") or ""), now=platform.now())
    tapped = tap_fields(card, key=key, chosen=chosen, code=code)
    fields = event_fields(platform, app, person.id, event=CARD_EVENT, fields=tapped)
    return _new_callback(platform, app, platform.new_message_id(), person=person.id, fields=fields)


def announce(platform: Platform, app: App, event: str, *, fields: Json) -> Callback:
    """Something changed that is nobody's message to the app."""
    all_fields = system_fields(platform, app, event=event, fields=fields)
    return _new_callback(platform, app, platform.new_message_id(), person="", fields=all_fields)


async def deliver(platform: Platform, callback: Callback) -> Outcome:
    """Send the callback (again) and show what comes back; one answer per message is shown."""
    app = platform.world.app(callback.channel.removeprefix("app:"))
    if app is None:
        raise Refusal("没有这个应用。")
    path = path_of(app.callback)
    receipts = await carry(platform, path, lambda: parcel_for(platform, app, callback))
    outcome = _judge(platform, app, callback, receipts=receipts)
    note(platform, callback, path, outcome=outcome)
    return outcome


async def verify(platform: Platform, app: App) -> Json:
    """The GET with which the platform verifies an app's callback address: echostr is encrypted."""
    _ensure_called_back(app)
    timestamp, nonce = platform.stamp(path_of(app.callback))
    echo = platform.new_message_id()
    sealed, signature = envelope_of(app).seal(echo, timestamp=timestamp, nonce=nonce)
    query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": sealed}
    status, body = await platform.postman.ask(app.callback, query)
    return {"verified": status == 200 and body == echo, "status": status, "answer": body[:200]}


def show_from_app(platform: Platform, app: App, person: str, *, kind: str, text: str, data: Json) -> Message:
    """What the app said, on the worker's screen."""
    return platform.show(
        app_chat(app.name, person), Draft(f"app:{app.name}", app.display_name, kind, text, data)
    )


def change_card(platform: Platform, app: App, task_id: str, *, chats: set[str], card: Json) -> list[Message]:
    """The card of that task as it reads in these chats from now on."""
    platform.cards.note(f"app:{app.name}", card)
    shown = [platform.chats.find(chat, number) for chat, number in platform.apps.places_of(app, task_id)]
    return [
        platform.chats.change(message, data={"card": card})
        for message in shown
        if message and message.chat in chats
    ]


def card_of(platform: Platform, app: App, task_id: str, *, chat: str) -> Json | None:
    """The card of that task as it reads in this chat now."""
    for place, number in platform.apps.places_of(app, task_id):
        message = platform.chats.find(place, number) if place == chat else None
        if message:
            return dict(message.data["card"])
    return None


def _judge(platform: Platform, app: App, callback: Callback, *, receipts: list[Receipt]) -> Outcome:
    attempts = tuple(attempt for receipt in receipts for attempt in receipt.attempts)
    try:
        reply = accepted(receipts, _reader(platform, app, callback))
    except BadAnswer as bad:
        return Outcome("failed", callback.id, str(bad), attempts)
    if reply is None:
        return Outcome("silent", callback.id, "", attempts)
    replies: tuple[Message, ...] = ()
    if callback.person and callback.id not in platform.shown:
        platform.shown.add(callback.id)
        replies = tuple(_show(platform, app, callback, reply=reply))
    return Outcome("answered", callback.id, "", attempts, replies, reply.text)


def _reader(platform: Platform, app: App, callback: Callback) -> Callable[[str], PassiveReply | None]:
    def find_media(media_id: str) -> MediaFile | None:
        return platform.media.get(media_id, now=platform.now())

    is_tap = callback.fields.get("Event") == CARD_EVENT
    task_id = str(callback.fields.get("TaskId", ""))
    card = card_of(platform, app, task_id, chat=callback.chat) if is_tap else None
    person = str(callback.fields["FromUserName"])
    return lambda body: read_answer(body, app, person, card=card, find_media=find_media)


def _show(platform: Platform, app: App, callback: Callback, *, reply: PassiveReply) -> list[Message]:
    if reply.kind == CARD_UPDATE:
        task_id, card = str(callback.fields["TaskId"]), reply.data["card"]
        return change_card(platform, app, task_id, chats={callback.chat}, card=card)
    data = dict(reply.data)
    return [show_from_app(platform, app, callback.person, kind=reply.kind, text=reply.text, data=data)]


def _ensure_called_back(app: App) -> None:
    if not app.has_callback:
        raise Refusal(f"应用“{app.name}”没有配置 token 和 aes_key，收不到回调。")


def _new_callback(platform: Platform, app: App, callback_id: str, *, person: str, fields: Json) -> Callback:
    chat = app_chat(app.name, person) if person else ""
    callback = Callback(
        id=callback_id,
        channel=f"app:{app.name}",
        person=person,
        chat=chat,
        fields=fields,
        shows_failure=False,
    )
    platform.remember(callback)
    return callback
