"""How often one may speak: the customer-message windows of a resident, rolling minutes, calendar months."""

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.simulator.wire import ApiError, Json

LOCAL = ZoneInfo("Asia/Shanghai")  # whose calendar days, weeks and months the limits follow

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


class Rolling:
    """So many per key in any window of that length, for every window there is; refused ones do not count."""

    def __init__(self, *limits: tuple[int, timedelta]) -> None:
        self._limits = limits
        self._longest = max(window for _, window in limits)
        self._sent: dict[str, deque[datetime]] = {}

    def take(self, key: str, *, now: datetime) -> bool:
        """Whether one more was allowed; it is counted then."""
        if self.left(key, now=now) <= 0:
            return False
        self._sent[key].append(now)
        return True

    def spend(self, key: str, *, now: datetime) -> None:
        """Count one; ApiError 45009 above a limit."""
        if not self.take(key, now=now):
            raise ApiError(45009, "api freq out of limit")

    def left(self, key: str, *, now: datetime) -> int:
        """How many more are allowed now."""
        sent = self._sent.setdefault(key, deque())
        while sent and sent[0] <= now - self._longest:
            sent.popleft()
        return min(limit - sum(1 for at in sent if at > now - window) for limit, window in self._limits)


class RollingMinute(Rolling):
    """So many per key in any sixty seconds."""

    def __init__(self, limit: int = PUSHES_PER_MINUTE) -> None:
        super().__init__((limit, timedelta(minutes=1)))


class Monthly:
    """So many per key in a calendar month of the platform's country."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken: Counter[tuple[str, str]] = Counter()

    def take(self, key: str, *, now: datetime) -> bool:
        """Whether one more was allowed; it is counted then."""
        if self.left(key, now=now) <= 0:
            return False
        self._taken[(key, month_of(now))] += 1
        return True

    def left(self, key: str, *, now: datetime) -> int:
        return self._limit - self._taken[(key, month_of(now))]


def month_of(now: datetime) -> str:
    """The calendar month in the platform's country."""
    return now.astimezone(LOCAL).strftime("%Y-%m")
