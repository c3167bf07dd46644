"""Listening days (民意听取日): a recurring call for opinions, and each day that came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Date, Integer, Table, Text, UniqueConstraint

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText, Json


class OnHoliday(StrEnum):
    """What becomes of a day that is a holiday."""

    KEEP = "keep"
    SHIFT = "shift"  # to the next working day
    SKIP = "skip"


listening_series = Table(  # When a community listens.
    "listening_series",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("number", Integer, nullable=False),
    Column("rule", Json, nullable=False),
    Column("on_holiday", EnumText(OnHoliday), nullable=False),
    Column("call", Text, nullable=False, default=""),
    reference("made_by_id", "people"),
    moment("made_at"),
    moment("ended_at", optional=True),
    UniqueConstraint("community_id", "number"),
)

listening_days = Table(  # One such day.
    "listening_days",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("series_id", "listening_series"),
    Column("day", Date, nullable=False),
    moment("starts_at"),
    moment("ends_at"),
    moment("called_at", optional=True),
    moment("summarised_at", optional=True),
    UniqueConstraint("series_id", "day"),
)


@dataclass(frozen=True, slots=True)
class ListeningSeries:
    """A row of `listening_series`; `rule` has the days, `starts` and `ends` of the day in Asia/Shanghai.

    `call` is what is posted, empty for the usual words.
    """

    id: int
    community_id: int
    number: int
    rule: dict[str, Any]
    on_holiday: OnHoliday
    call: str
    made_by_id: int
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListeningDay:
    """A row of `listening_days`; what came in between `starts_at` and `ends_at` belongs to it."""

    id: int
    community_id: int
    series_id: int
    day: date
    starts_at: datetime
    ends_at: datetime
    called_at: datetime | None
    summarised_at: datetime | None
