"""Consultation meetings and staff broadcasts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Integer, String, Table, Text

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText, Json


class MeetingStatus(StrEnum):
    """Where a consultation meeting stands."""

    INVITED = "invited"
    CANCELLED = "cancelled"


class BroadcastStatus(StrEnum):
    """Where a broadcast stands: shown and awaiting its code, sent off, or dropped."""

    PREVIEWED = "previewed"
    CONFIRMED = "confirmed"
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

broadcasts = Table(  # A message from staff to many groups, sent only once its code was given back.
    "broadcasts",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("person_id", "people"),
    Column("text", Text, nullable=False),
    Column("target", String(64), nullable=False),
    Column("group_ids", Json, nullable=False),
    Column("code", String(8), nullable=False),
    Column("wrong_codes", Integer, nullable=False, default=0),
    Column("status", EnumText(BroadcastStatus), nullable=False),
    moment("created_at"),
    moment("confirmed_at", optional=True),
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


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A row of `broadcasts`; `group_ids` are the groups it was previewed for."""

    id: int
    community_id: int
    person_id: int
    text: str
    target: str
    group_ids: list[Any]
    code: str
    wrong_codes: int
    status: BroadcastStatus
    created_at: datetime
    confirmed_at: datetime | None
