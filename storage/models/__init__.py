"""Every table, gathered so that the metadata is complete wherever it is imported from."""

from storage.models import (
    assignments,
    attachments,
    cases,
    conversations,
    desk,
    judgements,
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
    "cases",
    "conversations",
    "desk",
    "judgements",
    "meetings",
    "metadata",
    "organization",
    "outbox",
    "people",
    "timers",
]
