"""Consultation meetings."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, String, Table

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText


class MeetingStatus(StrEnum):
    """Where a consultation meeting stands."""

    INVITED = "invited"
    CANCELLED = "cancelled"


meetings = Table(  # A consultation meeting, called for a case.
    "meetings",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("case_id", "cases", indexed=True),
    Column("title", String(128), nullable=False),
    moment("starts_at"),
    Column("place", String(128), nullable=False),
    Column("status", EnumText(MeetingStatus), nullable=False),
    reference("called_by_id", "people"),
    moment("called_at"),
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A row of `meetings`; `starts_at` is UTC."""

    id: int
    community_id: int
    case_id: int
    title: str
    starts_at: datetime
    place: str
    status: MeetingStatus
    called_by_id: int
    called_at: datetime
