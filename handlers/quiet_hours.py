"""The hours of the night when only emergencies and answers go out."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from handlers.working_days import SHANGHAI


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` by the clock in Shanghai, over midnight if need be; equal times: never."""

    start: time = time(22)
    end: time = time(7)

    def ends_at(self, now: datetime) -> datetime | None:
        """When the quiet hours that now reign will end; `None` when none do."""
        local = now.astimezone(SHANGHAI)
        clock = local.time()
        if self.start <= self.end:
            is_quiet = self.start <= clock < self.end
        else:
            is_quiet = clock >= self.start or clock < self.end
        if not is_quiet:
            return None
        day = local.date() if clock < self.end else local.date() + timedelta(days=1)
        return datetime.combine(day, self.end, tzinfo=SHANGHAI).astimezone(UTC)
