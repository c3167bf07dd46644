"""What a resident can say to the Official Account."""

from handlers.resident import (
    again,
    answering,
    choosing_case,
    choosing_category,
    home,
    human,
    judging,
    media,
    menu,
    own_cases,
    privacy_requests,
    reports,
    several,
    talk,
    urging,
)
from handlers.resident.router import router

__all__ = [
    "again",
    "answering",
    "choosing_case",
    "choosing_category",
    "home",
    "human",
    "judging",
    "media",
    "menu",
    "own_cases",
    "privacy_requests",
    "reports",
    "router",
    "several",
    "talk",
    "urging",
]
