"""One message in its talk, and the routers that say who answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Connection

from handlers.messages import IncomingMessage
from handlers.places import home_community
from handlers.questions import AnswerTable
from handlers.replies import say
from handlers.rules import Rules
from nlp.commands import Command
from nlp.consultation import TableWord
from nlp.desk_words import DeskWord
from nlp.reading import Reading
from storage.models.conversations import Conversation
from storage.models.organization import Community, Estate
from storage.models.people import Person, Role


class Doubt(StrEnum):
    """How the reader stands to its own reading."""

    UNSURE = "unsure"
    ABUSE = "abuse"  # insults, and nothing else is said
    UNASKED = "unasked"  # 参加, 同意 and the like: nothing awaits such an answer
    ASKED = "asked"  # a word was asked for, of a decision or in a poll, and this may be it
    AGAIN = "again"  # small talk, or the trouble that was settled: 又开始了


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person reads; empty when nothing is to be said.

    `card` replaces the card whose button was tapped, or stands below the text where the robot answers: the
    description that channels draw it from.
    """

    text: str = ""
    card: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a handler may use: one message, who said it, how it was read, where the talk stands.

    `communities` are those the account serves, at least one; `estates` are theirs, by community and number.
    `code` is fresh and random, four digits, for what must be confirmed. `read` reads any other words where
    the same places are known. `desk_word` is what staff or a worker said beyond the fitted commands,
    `table_word` what anybody said of topics, meetings, decisions and polls. `secret`
    is fresh and random too, and long: links are made of it. `answers` are those to common questions, by
    community.
    """

    db: Connection
    message: IncomingMessage
    person: Person
    reading: Reading
    command: Command
    conversation: Conversation
    communities: tuple[Community, ...]
    estates: tuple[Estate, ...]
    rules: Rules
    code: str
    read: Callable[[str], Reading]
    desk_word: DeskWord | None
    secret: str
    now: datetime
    answers: Mapping[int, AnswerTable] = field(default_factory=dict)
    table_word: TableWord | None = None

    @property
    def community(self) -> Community:
        """The community the speaker belongs to: the one bound or last used, else the account's first."""
        return home_community(self.communities, self.person)

    def say(self, key: str, /, **facts: object) -> Reply:
        """A reply of one fixed sentence, in the words of the speaker's community."""
        return Reply(say(self.community.id, key, **facts))


Handler = Callable[[Turn], Reply | None]  # None: said for another purpose, the next key may have it
Key = StrEnum  # an Intent, a Kind, an Action, a MessageKind, a Doubt, or a Step
H = TypeVar("H", bound=Handler)


class AlreadyRegistered(Exception):
    """Two handlers of one router want the same intent or step."""


class Router:
    """What people of some roles can say, and which handler answers each."""

    def __init__(self, name: str, roles: frozenset[Role]) -> None:
        self.name = name
        self.roles = roles
        self._handlers: dict[tuple[type[Key], str], Handler] = {}  # equal texts of two enums stay apart

    def on(self, *keys: Key) -> Callable[[H], H]:
        """Register the decorated handler for these intents or this step."""

        def register(handler: H) -> H:
            for key in keys:
                if (type(key), key.value) in self._handlers:
                    raise AlreadyRegistered(f"{self.name}: {key!r} has a handler already")
                self._handlers[type(key), key.value] = handler
            return handler

        return register

    def find(self, key: Key) -> Handler | None:
        """The handler of this intent or step, if this router has one."""
        return self._handlers.get((type(key), key.value))


def is_expired(turn: Turn) -> bool:
    """Whether what the dialogue awaited came too late."""
    until = turn.conversation.expires_at
    return until is not None and until <= turn.now
