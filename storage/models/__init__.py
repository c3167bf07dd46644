"""Every table, gathered so that the metadata is complete wherever it is imported from."""

from storage.models import cases, conversations, meetings, organization, outbox, people
from storage.models.base import metadata

__all__ = ["cases", "conversations", "meetings", "metadata", "organization", "outbox", "people"]
