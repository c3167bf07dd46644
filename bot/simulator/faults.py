"""Faults of the platform, switched on and off at run time."""

from collections.abc import Collection
from dataclasses import dataclass

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
}
CALLBACK_FAULTS = {
    "duplicate": "sends every callback twice at once",
    "skew": "signs callbacks with a timestamp that is `seconds` off",
}
KINDS = {**ANSWER_FAULTS, **CALLBACK_FAULTS}


@dataclass
class Fault:
    id: int
    kind: str
    path: str  # the path it applies to, or * for all
    seconds: float
    left: int | None  # how many times more; None until it is switched off

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "kind": self.kind,
            "path": self.path,
            "seconds": self.seconds,
            "left": self.left,
        }


class Faults:
    """Those that are on; every change is told on the feed."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._number = 0
        self._faults: list[Fault] = []

    def all(self) -> list[Fault]:
        return list(self._faults)

    def switch_on(self, kind: str, path: str = "*", *, seconds: float = 0, count: int | None = None) -> Fault:
        self._number += 1
        fault = Fault(self._number, kind, path, seconds, count)
        self._faults.append(fault)
        self._tell()
        return fault

    def switch_off(self, fault_id: int | None = None) -> int:
        """How many were on; all go off when no id is given."""
        before = len(self._faults)
        self._faults = [f for f in self._faults if fault_id is not None and f.id != fault_id]
        self._tell()
        return before - len(self._faults)

    def take(self, path: str, kinds: Collection[str]) -> Fault | None:
        """The oldest fault of these kinds that applies to the path, counted down by one."""
        for fault in self._faults:
            if fault.kind in kinds and fault.path in {"*", path}:
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
