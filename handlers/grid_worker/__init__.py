"""What grid workers (and staff, in the same words) can say in their group or one-to-one."""

from handlers.grid_worker import (
    assigning,
    cards,
    cases,
    deadlines,
    desk,
    lists,
    mediations,
    meetings,
    merging,
    patrol,
    photos,
    protected,
    sheets,
    stats,
    talk,
    transfers,
)
from handlers.grid_worker.router import router

__all__ = [
    "assigning",
    "cards",
    "cases",
    "deadlines",
    "desk",
    "lists",
    "mediations",
    "meetings",
    "merging",
    "patrol",
    "photos",
    "protected",
    "router",
    "sheets",
    "stats",
    "talk",
    "transfers",
]
