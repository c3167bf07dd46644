"""What community staff can say beyond what grid workers can."""

from handlers.staff import (
    answers,
    broadcasts,
    deputies,
    groups,
    households,
    joint,
    listening,
    measures,
    naming,
    polls,
    reporters,
    reports,
    surveys,
    talks,
    templates,
    topics,
)
from handlers.staff.router import router

__all__ = [
    "answers",
    "broadcasts",
    "deputies",
    "groups",
    "households",
    "joint",
    "listening",
    "measures",
    "naming",
    "polls",
    "reporters",
    "reports",
    "router",
    "surveys",
    "talks",
    "templates",
    "topics",
]
