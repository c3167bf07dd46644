"""What was refused at the doors: counted here, kept in the database by a tick."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.clock import Clock
from storage import refusals as rows
from storage.engine import Database
from storage.refusals import Refused

REMEMBERED = 10_000  # digests; five minutes' worth of callbacks at 30 a second


class Kind(StrEnum):
    """Why a callback did nothing."""

    FORGED = "forged"  # not signed with our token, stale, or meant for somebody else
    REPLAYED = "replayed"  # signed, and seen before in these very bytes
    UNREADABLE = "unreadable"


@dataclass(slots=True)
class Refusals:
    """Counts by door, kind and hour, so that a flood of forged callbacks is one row."""

    database: Database
    clock: Clock
    _counted: dict[tuple[str, str, str, datetime], Refused] = field(default_factory=dict)
    _seen: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def count(self, channel: str, account: str, kind: Kind, *, reason: str) -> None:
        """One more of its kind at this door."""
        now = self.clock.now()
        key = (
            channel,
            account[: rows.NAME_LENGTH],
            kind.value,
            now.replace(minute=0, second=0, microsecond=0),
        )
        before = self._counted.get(key)
        times = before.times + 1 if before else 1
        self._counted[key] = Refused(*key, times, reason[: rows.REASON_LENGTH], now)

    def is_seen(self, request: str) -> bool:
        """Whether this very callback (its digest) came before; it is remembered."""
        if request in self._seen:
            return True
        self._seen[request] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return False

    def total(self, kind: Kind) -> int:
        """How many were counted and not kept yet."""
        return sum(each.times for each in self._counted.values() if each.kind == kind.value)

    async def keep(self) -> None:
        """What was counted since stands in the database."""
        counted, self._counted = list(self._counted.values()), {}
        if not counted:
            return
        try:
            await self.database.write(rows.add_refusals, counted)
        except Exception:
            for each in counted:  # nothing is forgotten; it is tried again at the next tick
                self._put_back(each)
            raise

    def _put_back(self, kept: Refused) -> None:
        key = (kept.channel, kept.account, kept.kind, kept.hour)
        newer = self._counted.get(key)
        times = kept.times + (newer.times if newer else 0)
        last = newer or kept
        self._counted[key] = Refused(*key, times, last.reason, last.at)
