"""What community staff can say beyond what grid workers can."""

from handlers.staff import (
    answers,
    broadcasts,
    deputies,
    groups,
    households,
    naming,
    reporters,
    reports,
    talks,
    templates,
)
from handlers.staff.router import router

__all__ = [
    "answers",
    "broadcasts",
    "deputies",
    "groups",
    "households",
    "naming",
    "reporters",
    "reports",
    "router",
    "talks",
    "templates",
]
