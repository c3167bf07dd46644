"""The chats as their members see them on the phone."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.simulator.feed import Feed
from bot.simulator.wire import Json
from bot.simulator.world import World

KEPT = 2000  # messages kept per chat, as a phone would scroll


@dataclass(frozen=True)
class Message:
    """One bubble or line. `sequence` grows when it changes, `id` stays."""

    id: int
    sequence: int
    chat: str
    sender: str  # id of a person; account:NAME, robot:NAME, webhook; empty for a system line
    sender_name: str
    kind: str
    text: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    quote: int | None = None
    callback: str = ""
    is_final: bool = True

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "sequence": self.sequence,
            "chat": self.chat,
            "sender": self.sender,
            "sender_name": self.sender_name,
            "kind": self.kind,
            "text": self.text,
            "at": self.at.isoformat(),
            "data": dict(self.data),
            "quote": self.quote,
            "callback": self.callback,
            "final": self.is_final,
        }


@dataclass(frozen=True)
class Draft:
    """A message before it has a place in a chat."""

    sender: str
    sender_name: str
    kind: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    quote: int | None = None
    is_final: bool = True


@dataclass(frozen=True)
class Chat:
    id: str
    name: str
    kind: str  # resident, workers, residents, robot or app
    members: tuple[str, ...]
    messages: deque[Message] = field(default_factory=lambda: deque(maxlen=KEPT))

    def as_json(self) -> Json:
        last = self.messages[-1] if self.messages else None
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "members": list(self.members),
            "last": last.as_json() if last else None,
        }


def system_line(text: str) -> Draft:
    """A grey line in the middle of the chat."""
    return Draft("", "", "system", text)


class Chats:
    """All chats; adding to one is told on the feed."""

    def __init__(self, world: World, feed: Feed) -> None:
        self._feed = feed
        self._sequence = 0
        self._chats = {chat.id: chat for chat in _initial(world)}

    def all(self) -> list[Chat]:
        return list(self._chats.values())

    def get(self, chat_id: str) -> Chat | None:
        return self._chats.get(chat_id)

    def put(self, chat_id: str, *, name: str, kind: str, members: tuple[str, ...]) -> None:
        """A new chat, or a known one under another name or with other members."""
        known = self._chats.get(chat_id)
        chat = Chat(chat_id, name, kind, members)
        self._chats[chat_id] = replace(chat, messages=known.messages) if known else chat

    def add(self, chat_id: str, draft: Draft, *, at: datetime) -> Message:
        number = self._next()
        message = Message(
            id=number,
            sequence=number,
            chat=chat_id,
            sender=draft.sender,
            sender_name=draft.sender_name,
            kind=draft.kind,
            text=draft.text,
            at=at,
            data=draft.data,
            quote=draft.quote,
            is_final=draft.is_final,
        )
        self._chats[chat_id].messages.append(message)
        self._feed.publish("message", message.as_json())
        return message

    def change(self, message: Message, **changes: Any) -> Message:
        """The message as it reads from now on (a stream that grew, a card that was tapped)."""
        changed = replace(message, sequence=self._next(), **changes)
        messages = self._chats[message.chat].messages
        for index, known in enumerate(messages):
            if known.id == message.id:
                messages[index] = changed
                break
        self._feed.publish("message", changed.as_json())
        return changed

    def find(self, chat_id: str, message_id: int) -> Message | None:
        chat = self._chats.get(chat_id)
        return next((m for m in chat.messages if m.id == message_id), None) if chat else None

    def since(self, chat_id: str, after: int) -> list[Message]:
        """What was said or changed after that sequence number, in the chat's order."""
        return [m for m in self._chats[chat_id].messages if m.sequence > after]

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence


def resident_chat(account: str, person: str) -> str:
    return f"account:{account}:{person}"


def robot_chat(robot: str, person: str) -> str:
    return f"robot:{robot}:{person}"


def app_chat(app: str, person: str) -> str:
    return f"app:{app}:{person}"


def _initial(world: World) -> Iterable[Chat]:
    for person in world.people:
        if person.kind == "resident":
            account = world.account(person.account)
            yield Chat(resident_chat(account.name, person.id), account.display_name, "resident", (person.id,))
    for group in world.groups:
        yield Chat(group.chat_id, group.name, group.kind, group.members)
    workers = [person for person in world.people if person.kind == "worker"]
    for robot in world.robots:
        for person in workers:
            yield Chat(robot_chat(robot.name, person.id), robot.display_name, "robot", (person.id,))
    for app in world.apps:
        for person in workers:
            yield Chat(app_chat(app.name, person.id), app.display_name, "app", (person.id,))
