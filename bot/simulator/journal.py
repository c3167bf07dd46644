"""What went over the wire: the product's requests to the platform, the platform's callbacks to it."""

import itertools
import json
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.simulator.feed import Feed
from bot.simulator.wire import Json

KEPT = 500  # entries of each kind
BODY_SHOWN = 4000  # characters of a body
SECRET_FIELDS = frozenset({"secret", "corpsecret", "access_token"})


@dataclass(frozen=True)
class Attempt:
    """One request of the platform to the product, and what came of it."""

    number: int
    status: int | None  # None: no answer
    seconds: float
    answer: str  # the body as text
    trouble: str = ""  # timeout, connection, or why the answer is not accepted

    def as_json(self) -> Json:
        return {
            "number": self.number,
            "status": self.status,
            "seconds": round(self.seconds, 4),
            "answer": self.answer[:BODY_SHOWN],
            "trouble": self.trouble,
        }


class Journal:
    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._numbers = itertools.count(1)
        self.counts: Counter[str] = Counter()
        self.requests: deque[Json] = deque(maxlen=KEPT)
        self.callbacks: deque[Json] = deque(maxlen=KEPT)

    def request(self, path: str, *, query: Mapping[str, str], raw: bytes, answer: str, at: datetime) -> None:
        """A request of the product was answered with this errcode, fault or file."""
        self.counts[path] += 1
        entry: Json = {
            "number": next(self._numbers),
            "path": path,
            "query": {k: v for k, v in query.items() if k not in SECRET_FIELDS},
            "body": _shown(raw),
            "answer": answer,
            "at": at.isoformat(),
        }
        self.requests.append(entry)
        self._feed.publish("request", entry)

    def callback(self, entry: Json) -> None:
        """A callback came to its end."""
        entry["number"] = next(self._numbers)
        self.callbacks.append(entry)
        self._feed.publish("callback", entry)


def _shown(raw: bytes) -> Any:
    if len(raw) > 100_000:
        return f"{len(raw)} bytes"
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return raw[:BODY_SHOWN].decode("utf-8", "replace")
    if isinstance(body, dict):
        return {key: "…" if key in SECRET_FIELDS else value for key, value in body.items()}
    return body
