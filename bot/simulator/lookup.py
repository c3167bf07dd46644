"""Finds the person, chat or message that a request to the API names."""

from bot.simulator.chats import Chat, Message, app_chat, resident_chat, robot_chat
from bot.simulator.platform import Platform
from bot.simulator.speech import Refusal
from bot.simulator.world import App, Person, Robot


def person_of(platform: Platform, value: object) -> Person:
    """By id, else by a name that only one has."""
    if not isinstance(value, str) or not value:
        raise Refusal("person 要是人的 id 或姓名。")
    person = platform.world.person(value)
    if person:
        return person
    named = [p for p in platform.world.people if p.name == value]
    if len(named) != 1:
        raise Refusal(f"没有叫“{value}”的人。" if not named else f"叫“{value}”的不止一人，请用 id。")
    return named[0]


def chat_of(platform: Platform, person: Person, value: object) -> Chat:
    """By id, by name, `robot:NAME`, `app:NAME`; when empty a resident's account or a worker's first group."""
    if value in {None, ""}:
        return _usual_chat(platform, person)
    if not isinstance(value, str):
        raise Refusal("chat 要是聊天的 id 或名称。")
    chat = platform.chats.get(value)
    if chat is None and value.startswith("robot:"):
        chat = platform.chats.get(robot_chat(robot_of(platform, value).name, person.id))
    if chat is None and value.startswith("app:"):
        chat = platform.chats.get(app_chat(app_of(platform, value).name, person.id))
    return chat or _named_chat(platform, value)


def any_chat(platform: Platform, value: str) -> Chat:
    """By id, else by a name that only one group has."""
    return platform.chats.get(value) or _named_chat(platform, value)


def robot_of(platform: Platform, value: str) -> Robot:
    """By name, with or without `robot:`; the only one when empty."""
    name = value.removeprefix("robot:")
    robots = platform.world.robots
    if not name and len(robots) == 1:
        return robots[0]
    robot = platform.world.robot(name)
    if robot is None:
        raise Refusal(f"没有叫“{name}”的机器人。")
    return robot


def app_of(platform: Platform, value: str) -> App:
    """By name, with or without `app:`; the only one when empty."""
    name = value.removeprefix("app:").partition(":")[0]
    apps = platform.world.apps
    if not name and len(apps) == 1:
        return apps[0]
    app = platform.world.app(name)
    if app is None:
        raise Refusal(f"没有叫“{name}”的应用。")
    return app


def message_of(platform: Platform, value: object) -> Message:
    number = whole_number(value, "message")
    for chat in platform.chats.all():
        message = platform.chats.find(chat.id, number) if number is not None else None
        if message:
            return message
    raise Refusal(f"没有编号 {value} 的消息。")


def whole_number(value: object, name: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(f"{name} 要是整数。")
    return value


def _usual_chat(platform: Platform, person: Person) -> Chat:
    if person.kind == "resident":
        chat = platform.chats.get(resident_chat(person.account, person.id))
    else:
        groups = (g for g in platform.world.groups if g.kind == "workers" and person.id in g.members)
        group = next(groups, None)
        chat = platform.chats.get(group.chat_id) if group else None
    if chat is None:
        raise Refusal(f"{person.name}不在任何工作群里，请写明 chat。")
    return chat


def _named_chat(platform: Platform, name: str) -> Chat:
    named = [c for c in platform.chats.all() if c.name == name and c.kind in {"workers", "residents"}]
    if len(named) != 1:
        raise Refusal(f"没有叫“{name}”的聊天。" if not named else f"叫“{name}”的聊天不止一个，请用 id。")
    return named[0]
