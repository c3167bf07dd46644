"""A clock that stands still until it is moved."""

from datetime import datetime, timedelta


class Watch:
    """Give it where a `now` function is asked for."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        """Forward by hours=…, minutes=…, seconds=…."""
        self.time += timedelta(**by)
