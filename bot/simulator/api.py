"""What people on this WeChat do, as a JSON API under `/simulator/api/`.

Answers are JSON; a request that cannot be done gets 400 and `{"error": sentence}`. POST bodies are
`application/json`. People and chats are named by id, or by name where that is unambiguous.

POST say       {person, chat?, text | image | voice | video | file | location{lat,lng,label} | link | other,
               mention?=true, quote?, menu?, wait?=true}: a resident to the account, a worker in a group, to
               `robot:NAME` or to `app:NAME`. image, voice, video and file are base64. A worker may send text
               with image, and a list of images, but not to an app; a voice has its `transcript`, a file its
               `name`. Answers message, outcome (answered, silent, failed, unheard, pending), reason,
               attempts, replies, answer.
POST event     {person, event, key?, accept?=true, fields?, wait?}: subscribe and SCAN (key = scene, ticket or
               address of a code), unsubscribe, CLICK (key of the menu), VIEW (key = address), LOCATION,
               subscribe_msg_popup_event (key = template, else the account's), …; for a worker enter_chat of a
               robot, or with chat = `app:NAME` enter_agent and any other event of an app.
POST tap       {person, message, key, options?{question_key: [id]}, wait?}: a button of a robot's or app's
               card, by anyone in the chat and as often as they like; drop-downs not named in options stand at
               their preset.
POST redeliver {message | callback, wait?}: the platform sends the same MsgId again.
POST verify    {account | robot | app}: the GET that verifies a callback address.

Groups and their owners are in api_groups.py, what can be read in api_reading.py.
"""

from bot.simulator import account, apps, robot
from bot.simulator.chats import Chat, Message
from bot.simulator.lookup import app_of, chat_of, message_of, person_of, robot_of, whole_number
from bot.simulator.platform import Callback, Outcome, Platform
from bot.simulator.speech import Refusal, read_utterance
from bot.simulator.wire import Json
from bot.simulator.world import Person


async def say(platform: Platform, body: Json) -> Json:
    person = person_of(platform, body.get("person"))
    chat = chat_of(platform, person, body.get("chat"))
    if person.id not in chat.members:
        raise Refusal(f"{person.name}不在“{chat.name}”里。")
    message, callback = _speak(platform, person, chat, body=body)
    if callback is None:
        return {"message": message.as_json(), **Outcome("unheard", reason="没有机器人会收到这句话").as_json()}
    outcome = await _deliver(platform, callback, body)
    return {"message": message.as_json(), **outcome.as_json()}


async def event(platform: Platform, body: Json) -> Json:
    person = person_of(platform, body.get("person"))
    name, fields = body.get("event"), body.get("fields", {})
    if not isinstance(name, str) or not name or not isinstance(fields, dict):
        raise Refusal("event 要是事件名，fields 要是字段表。")
    if person.kind == "worker":
        callback = _worker_event(platform, person, name, body=body)
    else:
        accepts = body.get("accept", True)
        if not isinstance(accepts, bool):
            raise Refusal("accept 要是 true 或 false。")
        key = str(body.get("key") or "")
        callback = account.act(platform, person, name, key=key, accepts=accepts, fields=fields)
    return (await _deliver(platform, callback, body)).as_json()


async def tap(platform: Platform, body: Json) -> Json:
    person = person_of(platform, body.get("person"))
    message = message_of(platform, body.get("message"))
    chat = platform.chats.get(message.chat)
    if chat is None or person.id not in chat.members:
        raise Refusal(f"{person.name}看不到这条消息。")
    key, options = body.get("key"), body.get("options", {})
    if not isinstance(key, str) or not isinstance(options, dict):
        raise Refusal("key 要是按钮的 key，options 要是选项表。")
    tap_card = apps.tap_card if message.sender.startswith("app:") else robot.tap_card
    callback = tap_card(platform, person, message, key=key, options=options)
    return (await _deliver(platform, callback, body)).as_json()


async def redeliver(platform: Platform, body: Json) -> Json:
    callback_id = str(body.get("callback") or "")
    if body.get("message") is not None:
        callback_id = message_of(platform, body["message"]).callback
    callback = platform.callbacks.get(callback_id)
    if callback is None:
        raise Refusal("这条消息没有发给过服务器，不能重发。")
    return (await _deliver(platform, callback, body)).as_json()


async def verify(platform: Platform, body: Json) -> Json:
    name = str(body.get("account") or body.get("robot") or body.get("app") or "")
    try:
        if body.get("app"):
            return await apps.verify(platform, app_of(platform, name))
        if body.get("robot"):
            return await robot.verify(platform, robot_of(platform, name))
        found = next((a for a in platform.world.accounts if a.name == name), None)
        if found is None:
            raise Refusal(f"没有叫“{name}”的公众号。")
        return await account.verify(platform, found)
    except (TimeoutError, OSError):
        return {"verified": False, "status": None, "answer": ""}


def _speak(platform: Platform, person: Person, chat: Chat, *, body: Json) -> tuple[Message, Callback | None]:
    if chat.kind == "resident" and person.openid in platform.followers.unfollowed:
        raise Refusal(f"{person.name}没有关注公众号，先关注才能说话。")
    quote = whole_number(body.get("quote"), "quote")
    mention = body.get("mention", True)
    if not isinstance(mention, bool):
        raise Refusal("mention 要是 true 或 false。")
    utterance = read_utterance(platform, body)
    group = platform.world.group(chat.id)
    if group:
        return robot.speak_in_group(
            platform, person, group, utterance=utterance, mention=mention, quote=quote
        )
    if chat.kind == "robot":
        addressed = robot_of(platform, chat.id.split(":")[1])
        return robot.speak_alone(platform, person, addressed, utterance=utterance, quote=quote)
    if chat.kind == "app":
        app = app_of(platform, chat.id)
        return apps.speak(platform, person, app, utterance=utterance)
    return account.speak(platform, person, utterance)


def _worker_event(platform: Platform, person: Person, event: str, *, body: Json) -> Callback:
    chat = str(body.get("chat") or "")
    if chat.startswith("app:"):
        key = {"EventKey": str(body["key"])} if body.get("key") else {}
        fields = {**key, **body.get("fields", {})}
        return apps.act(platform, person, app_of(platform, chat), event=event, fields=fields)
    if event != "enter_chat":
        raise Refusal("工作人员对机器人只有 enter_chat 事件；应用的事件要写明 chat。")
    return robot.enter_chat(platform, person, robot_of(platform, chat))


async def _deliver(platform: Platform, callback: Callback, body: Json) -> Outcome:
    carriers = {"account": account.deliver, "app": apps.deliver, "robot": robot.deliver}
    deliver = carriers[callback.channel.partition(":")[0]]
    if body.get("wait", True):
        return await deliver(platform, callback)
    platform.spawn(deliver(platform, callback))
    return Outcome("pending", callback.id)
