"""The only clock of the process; everything else is told the time."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Gives the present moment, shifted by as much as the simulator was told to move it."""

    def __init__(self) -> None:
        self.shift = timedelta(0)

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self.shift

    def move(self, by: timedelta) -> None:
        """Move this process's time forward (or back) by so much."""
        self.shift += by

    @staticmethod
    def monotonic() -> float:
        """Seconds that only grow, for measuring how long something took; never shifted."""
        return time.monotonic()
