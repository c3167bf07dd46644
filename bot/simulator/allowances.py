"""How often one may speak: the customer-message windows of a resident, and rolling minutes."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator.wire import ApiError, Json

# occasion: (messages, window); WECHAT 2.2, the platform's rules of today
GRANTS = {
    "message": (5, timedelta(hours=48)),
    "CLICK": (3, timedelta(minutes=1)),
    "subscribe": (3, timedelta(minutes=1)),
    "SCAN": (3, timedelta(minutes=1)),
}
PUSHES_PER_MINUTE = 20  # per webhook key, rolling


@dataclass
class Grant:
    occasion: str
    until: datetime
    left: int

    def as_json(self) -> Json:
        return {"occasion": self.occasion, "until": self.until.isoformat(), "left": self.left}


class Allowances:
    """Per resident: what each of their acts lets the account send unasked."""

    def __init__(self) -> None:
        self._grants: dict[str, dict[str, Grant]] = {}

    def open(self, openid: str, occasion: str, *, now: datetime) -> None:
        """A message or event of theirs opens its window anew, with the full allowance."""
        if occasion in GRANTS:
            allowance, window = GRANTS[occasion]
            self._grants.setdefault(openid, {})[occasion] = Grant(occasion, now + window, allowance)

    def close(self, openid: str) -> None:
        """They unfollowed: every window is shut."""
        self._grants.pop(openid, None)

    def spend(self, openid: str, *, now: datetime) -> None:
        """Use one message of the window that ends first; ApiError 45015 or 45047 when there is none."""
        grants = self.of(openid, now=now)
        if not grants:
            raise ApiError(45015, "response out of time limit or subscription is canceled")
        usable = sorted((g for g in grants if g.left > 0), key=lambda g: g.until)
        if not usable:
            raise ApiError(45047, "out of response count limit")
        usable[0].left -= 1

    def of(self, openid: str, *, now: datetime) -> list[Grant]:
        """The windows that are open."""
        return [g for g in self._grants.get(openid, {}).values() if g.until > now]


class RollingMinute:
    """So many per key in any sixty seconds; refused ones do not count."""

    def __init__(self, limit: int = PUSHES_PER_MINUTE) -> None:
        self._limit = limit
        self._sent: dict[str, deque[datetime]] = {}

    def spend(self, key: str, *, now: datetime) -> None:
        """Count one; ApiError 45009 above the limit."""
        sent = self._recent(key, now)
        if len(sent) >= self._limit:
            raise ApiError(45009, "api freq out of limit")
        sent.append(now)

    def left(self, key: str, *, now: datetime) -> int:
        return self._limit - len(self._recent(key, now))

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        sent = self._sent.setdefault(key, deque())
        while sent and sent[0] <= now - timedelta(minutes=1):
            sent.popleft()
        return sent
