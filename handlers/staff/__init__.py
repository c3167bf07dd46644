"""What community staff can say beyond what grid workers can."""

from handlers.staff import answers, broadcasts, households, reporters, reports, talks
from handlers.staff.router import router

__all__ = ["answers", "broadcasts", "households", "reporters", "reports", "router", "talks"]
