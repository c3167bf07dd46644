"""Faults of the platform, switched on and off at run time.

A fault applies to a path and all below it, or with * to all: the frames of a robot's long connection have the
path /simulator/socket/COMMAND.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

from bot.simulator.feed import Feed
from bot.simulator.wire import Json

ANSWER_FAULTS = {
    "slow": "answers after `seconds`",
    "reset": "drops the connection before doing anything",
    "lost": "does the work, then drops the connection instead of answering",
    "html": "answers a proxy's HTML page with status 200",
    "busy": "answers errcode -1",
    "expired": "answers errcode 42001 and forgets the access token it was shown",
    "quota": "answers errcode 45009",
    "removed": "a group's webhook answers errcode 93000, as when the robot was taken out of the group",
    "untrusted": "WeCom endpoints answer errcode 60020, as to an address that is not trusted",
}
CALLBACK_FAULTS = {
    "duplicate": "sends every callback twice at once",
    "skew": "signs callbacks with a timestamp that is `seconds` off",
    "stale": "takes no answer to what it sent over a robot's former connection, once there is a new one",
}
KINDS = {**ANSWER_FAULTS, **CALLBACK_FAULTS}


@dataclass
class Fault:
    id: int
    kind: str
    path: str  # the path it applies to, with all below it, or * for all
    seconds: float
    left: int | None  # how many times more; None until it is switched off
    every: int = 1  # it strikes each so-manieth time only
    share: float = 1.0  # and then with this chance
    seed: int = 0  # of the chance: the same seed strikes the same times
    seen: int = 0  # how often it could have struck
    chance: Random = field(default_factory=Random, repr=False)

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "kind": self.kind,
            "path": self.path,
            "seconds": self.seconds,
            "left": self.left,
            "every": self.every,
            "share": self.share,
            "seed": self.seed,
        }

    def covers(self, path: str, *, is_exact: bool = False) -> bool:
        if is_exact:
            return self.path == path
        return self.path in {"*", path} or path.startswith(self.path.rstrip("/") + "/")

    def strikes(self) -> bool:
        """Whether it is its turn; each call is one more time that it could be."""
        self.seen += 1
        return self.seen % self.every == 0 and (self.share >= 1 or self.chance.random() < self.share)


class Faults:
    """Those that are on; every change is told on the feed."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._number = 0
        self._faults: list[Fault] = []

    def all(self) -> list[Fault]:
        return list(self._faults)

    def switch_on(
        self,
        kind: str,
        path: str = "*",
        *,
        seconds: float = 0,
        count: int | None = None,
        every: int = 1,
        share: float = 1.0,
        seed: int = 0,
    ) -> Fault:
        self._number += 1
        fault = Fault(self._number, kind, path, seconds, count, every, share, seed, chance=Random(seed))
        self._faults.append(fault)
        self._tell()
        return fault

    def switch_off(self, fault_id: int | None = None) -> int:
        """How many were on; all go off when no id is given."""
        before = len(self._faults)
        self._faults = [f for f in self._faults if fault_id is not None and f.id != fault_id]
        self._tell()
        return before - len(self._faults)

    def take(self, path: str, kinds: Collection[str], *, is_exact: bool = False) -> Fault | None:
        """The oldest fault of these kinds that strikes the path now, counted down by one.

        `is_exact`: only one that was switched on for this very path.
        """
        for fault in list(self._faults):
            if fault.kind in kinds and fault.covers(path, is_exact=is_exact) and fault.strikes():
                self._count_down(fault)
                return fault
        return None

    def _count_down(self, fault: Fault) -> None:
        if fault.left is not None:
            fault.left -= 1
            if fault.left <= 0:
                self._faults.remove(fault)
            self._tell()

    def _tell(self) -> None:
        self._feed.publish("fault", {"faults": [fault.as_json() for fault in self._faults]})
