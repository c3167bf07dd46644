"""Every table, gathered so that the metadata is complete wherever it is imported from."""

from storage.models import (
    assignments,
    attachments,
    broadcasts,
    cases,
    conversations,
    desk,
    judgements,
    leases,
    meetings,
    organization,
    outbox,
    people,
    timers,
)
from storage.models.base import metadata

__all__ = [
    "assignments",
    "attachments",
    "broadcasts",
    "cases",
    "conversations",
    "desk",
    "judgements",
    "leases",
    "meetings",
    "metadata",
    "organization",
    "outbox",
    "people",
    "timers",
]
