"""A resident and an Official Account: what they send, what comes back, what their screen shows."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.simulator.account_answers import AccountReply, BadAnswer, read_answer
from bot.simulator.account_events import CHANGE, POPUP, event_extra, note_consent, scene_of
from bot.simulator.account_messages import event_fields, message_fields, parcel_for
from bot.simulator.chats import Draft, Message, resident_chat, system_line
from bot.simulator.envelope import sign
from bot.simulator.media import MediaFile
from bot.simulator.passive_delivery import accepted, carry, note, path_of
from bot.simulator.platform import Callback, Outcome, Platform
from bot.simulator.postman import Receipt
from bot.simulator.speech import Refusal, Utterance
from bot.simulator.wire import Json
from bot.simulator.world import Account, Person

FAILURE_LINE = "该公众号提供的服务出现故障，请稍后再试"
SCREEN_LINES = {"subscribe": "你已关注该公众号", "unsubscribe": "你已取消关注该公众号"}


def speak(platform: Platform, person: Person, utterance: Utterance) -> tuple[Message, Callback]:
    """The resident's bubble, and the callback that is now to be sent."""
    if person.openid in platform.followers.unfollowed:
        raise Refusal(f"{person.name}没有关注公众号，先关注才能说话。")
    _ensure_one_thing(utterance)
    chat = resident_chat(person.account, person.id)
    fields = message_fields(platform, person, utterance)
    kind = "text" if utterance.kind == "other" else utterance.kind
    message = platform.show(chat, Draft(person.id, person.name, kind, utterance.text, utterance.data))
    platform.allowances.open(person.openid, "message", now=platform.now())
    callback = _new_callback(platform, person, str(fields["MsgId"]), fields=fields)
    return platform.chats.change(message, callback=callback.id), callback


def act(
    platform: Platform,
    person: Person,
    event: str,
    *,
    key: str = "",
    accepts: bool = True,
    fields: Mapping[str, Any] | None = None,
) -> Callback:
    """The resident follows, scans, taps a menu …: the event callback that is now to be sent.

    `accepts`: what they answer when asked for a notice. `fields` override those of the event.
    """
    is_stranger = person.openid in platform.followers.unfollowed
    if event == "SCAN" and is_stranger:
        event = "subscribe"  # whoever scans without following is asked to follow
    if is_stranger and event != "subscribe":
        raise Refusal(f"{person.name}没有关注公众号，不会有 {event} 事件。")
    extra = event_extra(platform, person, event, key=key, accepts=accepts)
    _take_effect(platform, person, event, key=key, accepts=accepts)
    all_fields = event_fields(platform, person, event, fields={**extra, **(fields or {})})
    return _new_callback(platform, person, platform.new_message_id(), fields=all_fields)


def report(platform: Platform, person: Person, event: str, *, fields: Json) -> None:
    """Tell the product what became of a notice; the resident sees nothing of it."""
    all_fields = event_fields(platform, person, event, fields=fields)
    callback = _new_callback(
        platform, person, platform.new_message_id(), fields=all_fields, shows_failure=False
    )
    platform.spawn(deliver(platform, callback))


async def deliver(platform: Platform, callback: Callback) -> Outcome:
    """Send the callback (again) and show what comes back; one answer per message is shown."""
    account = platform.world.account(callback.channel.removeprefix("account:"))
    path = path_of(account.callback)
    receipts = await carry(platform, path, lambda: parcel_for(platform, account, callback))
    outcome = _judge(platform, account, callback, receipts=receipts)
    note(platform, callback, path, outcome=outcome)
    return outcome


async def verify(platform: Platform, account: Account) -> Json:
    """The GET with which the platform verifies a callback address."""
    timestamp, nonce = platform.stamp(path_of(account.callback))
    echo = platform.new_message_id()
    signature = sign(account.token, timestamp, nonce)
    query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    status, body = await platform.postman.ask(account.callback, query)
    return {"verified": status == 200 and body == echo, "status": status, "answer": body[:200]}


def show_from_account(platform: Platform, person: Person, reply: AccountReply) -> Message:
    """What the account said, on the resident's screen."""
    account = platform.world.account(person.account)
    sender = "" if reply.kind == "system" else f"account:{account.name}"
    draft = Draft(sender, account.display_name, reply.kind, reply.text, reply.data)
    return platform.show(resident_chat(account.name, person.id), draft)


def _take_effect(platform: Platform, person: Person, event: str, *, key: str, accepts: bool) -> None:
    if event == "subscribe":
        scene = scene_of(platform, person, key)[0] if key else ""
        platform.followers.follow(person.openid, scene=scene, now=platform.now())
    if event == "unsubscribe":
        platform.followers.unfollow(person.openid)
        platform.allowances.close(person.openid)
    if event in {POPUP, CHANGE}:
        note_consent(platform, person, event, key=key, accepts=accepts)
    platform.allowances.open(person.openid, event, now=platform.now())
    if event in SCREEN_LINES:
        platform.show(resident_chat(person.account, person.id), system_line(SCREEN_LINES[event]))
        platform.feed.publish("person", {"id": person.id, "follows": event == "subscribe"})


def _judge(platform: Platform, account: Account, callback: Callback, *, receipts: list[Receipt]) -> Outcome:
    attempts = tuple(attempt for receipt in receipts for attempt in receipt.attempts)
    try:
        reply = accepted(receipts, _reader(platform, account, callback))
    except BadAnswer as bad:
        shown = _show_failure(platform, callback)
        return Outcome("failed", callback.id, str(bad), attempts, shown)
    if reply is None:
        return Outcome("silent", callback.id, "", attempts)
    replies: tuple[Message, ...] = ()
    person = platform.world.person(callback.person)
    if person and callback.id not in platform.shown and person.openid not in platform.followers.unfollowed:
        platform.shown.add(callback.id)
        replies = (show_from_account(platform, person, reply),)
    return Outcome("answered", callback.id, "", attempts, replies, reply.text)


def _reader(platform: Platform, account: Account, callback: Callback) -> Callable[[str], AccountReply | None]:
    def find_media(media_id: str) -> MediaFile | None:
        return platform.media.get(media_id, now=platform.now())

    openid = callback.fields["FromUserName"]
    return lambda body: read_answer(body, account, openid, find_media=find_media)


def _show_failure(platform: Platform, callback: Callback) -> tuple[Message, ...]:
    if not callback.shows_failure or callback.id in platform.shown:
        return ()
    return (platform.show(callback.chat, system_line(FAILURE_LINE)),)


def _new_callback(
    platform: Platform, person: Person, callback_id: str, *, fields: Json, shows_failure: bool = True
) -> Callback:
    callback = Callback(
        id=callback_id,
        channel=f"account:{person.account}",
        person=person.id,
        chat=resident_chat(person.account, person.id),
        fields=fields,
        shows_failure=shows_failure and fields.get("Event") != "unsubscribe",
    )
    platform.remember(callback)
    return callback


def _ensure_one_thing(utterance: Utterance) -> None:
    """In this chat each photo and each sentence is a message of its own, and files cannot be sent."""
    if utterance.kind == "file":
        raise Refusal("公众号里不能发文件。")
    if utterance.kind == "image" and (utterance.text or len(utterance.files) > 1):
        raise Refusal("公众号里照片要一张一张发，不能带文字。")
