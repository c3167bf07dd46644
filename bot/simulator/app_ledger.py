"""What the platform keeps of each app: quotas, what it dropped, cards that can be changed, whose media."""

import hashlib
import json
import secrets
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator.allowances import Rolling
from bot.simulator.wire import ApiError, Json, text_field
from bot.simulator.world import App

PER_MEMBER = ((30, timedelta(minutes=1)), (1000, timedelta(hours=1)))  # app messages, WECHAT 3.3
PER_CHAT_MEMBER = ((200, timedelta(minutes=1)), (10_000, timedelta(days=1)))  # appchat, WECHAT 3.4
CHATS_PER_DAY = 1000
CODE_LIFE = timedelta(hours=72)  # of a response_code, WW/94888
KEPT = 500  # dropped messages
KEPT_CARDS = 5000

Place = tuple[str, int]  # chat and message id


@dataclass
class CardCode:
    """A response_code: one change of the card, within 72 hours."""

    app: str
    task_id: str
    expires_at: datetime
    is_used: bool = False


class AppLedger:
    def __init__(self) -> None:
        self.sends = Rolling(*PER_MEMBER)  # by app and member
        self.chat_sends = Rolling(*PER_CHAT_MEMBER)  # by member
        self.creations = Rolling((CHATS_PER_DAY, timedelta(days=1)))
        self.dropped: deque[Json] = deque(maxlen=KEPT)
        self.media: set[str] = set()  # ids of files that belong to the corporation
        self._answers: dict[tuple[str, str], tuple[datetime, Json]] = {}
        self._cards: OrderedDict[tuple[str, str], list[Place]] = OrderedDict()
        self._codes: dict[str, CardCode] = {}

    def earlier_answer(self, app: App, body: Json, *, now: datetime) -> Json | None:
        """What the same request was answered within its duplicate_check_interval."""
        self._answers = {key: held for key, held in self._answers.items() if held[0] > now}
        held = self._answers.get((app.name, _digest(body)))
        return dict(held[1]) if held else None

    def remember_answer(self, app: App, body: Json, *, answer: Json, until: datetime) -> None:
        self._answers[(app.name, _digest(body))] = (until, answer)

    def drop(self, app: App, person: str, text: str, *, now: datetime) -> None:
        """Above the member's limit: nobody is told, but here it can be read."""
        self.dropped.append({"app": app.name, "person": person, "text": text, "at": now.isoformat()})

    def note_card(self, app: App, card: Json, places: Iterable[Place]) -> None:
        """A new card is on these screens."""
        self._cards[(app.name, text_field(card, "task_id"))] = list(places)
        while len(self._cards) > KEPT_CARDS:
            self._cards.popitem(last=False)

    def places_of(self, app: App, task_id: str) -> list[Place]:
        """Where the card of that task is shown."""
        return self._cards.get((app.name, task_id), [])

    def new_code(self, app: App, task_id: str, *, now: datetime) -> str:
        """A response_code for the card of that task."""
        for code in [code for code, held in self._codes.items() if held.expires_at <= now]:
            del self._codes[code]
        code = secrets.token_urlsafe(32)
        self._codes[code] = CardCode(app.name, task_id, now + CODE_LIFE)
        return code

    def use_code(self, app: App, code: str, *, now: datetime) -> str:
        """The task it is for; ApiError when it is unknown, another app's, used or too old."""
        held = self._codes.get(code)
        if held is None or held.app != app.name or held.is_used or held.expires_at <= now:
            raise ApiError(40058, "response_code is unknown, used or expired")  # unverified errcode
        held.is_used = True
        return held.task_id


def _digest(body: Json) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
