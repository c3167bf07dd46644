"""Cases, the reports that joined them, and their append-only history."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText, Json


class CaseStatus(StrEnum):
    """Where a case stands (design, section 6)."""

    REGISTERED = "registered"
    CLAIMED = "claimed"
    IN_PROGRESS = "in_progress"
    DISPATCHED = "dispatched"
    CONSULTING = "consulting"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Urgency(StrEnum):
    """How soon somebody must act."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    EMERGENCY = "emergency"


class EventKind(StrEnum):
    """What happened to a case; the history is made of these."""

    OPENED = "opened"
    SUPPLEMENTED = "supplemented"
    CLAIMED = "claimed"
    PROGRESSED = "progressed"
    CONSULTATION_CALLED = "consultation_called"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class AttachmentKind(StrEnum):
    """What was sent beside the words."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"


OPEN_STATUSES = (
    CaseStatus.REGISTERED,
    CaseStatus.CLAIMED,
    CaseStatus.IN_PROGRESS,
    CaseStatus.DISPATCHED,
    CaseStatus.CONSULTING,
    CaseStatus.WAITING,
)

case_counters = Table(  # The last case number given, per community and year.
    "case_counters",
    metadata,
    reference("community_id", "communities"),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    UniqueConstraint("community_id", "year"),
)

cases = Table(  # One problem, with its place, its owner and its deadlines.
    "cases",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("category", String(32), nullable=False),
    Column("subcategory", String(32), nullable=False),
    Column("urgency", EnumText(Urgency), nullable=False),
    Column("status", EnumText(CaseStatus), nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("is_confidential", Boolean, nullable=False),
    Column("summary", Text, nullable=False),
    reference("estate_id", "estates", optional=True),
    Column("building", String(16), nullable=True),
    Column("unit", String(16), nullable=True),
    Column("room", String(16), nullable=True),
    Column("spot", String(64), nullable=True),
    reference("grid_id", "grids", optional=True),
    reference("handler_id", "people", optional=True),
    moment("opened_at"),
    moment("respond_by"),
    moment("resolve_by"),
    moment("responded_at", optional=True),
    moment("resolved_at", optional=True),
    Column("resolution", Text, nullable=False, default=""),
    UniqueConstraint("community_id", "year", "number"),
)
OPEN = text("status IN ('registered','claimed','in_progress','dispatched','consulting','waiting')")
Index("ix_cases_open_grid", cases.c.grid_id, cases.c.id, sqlite_where=OPEN, postgresql_where=OPEN)
Index(
    "ix_cases_open_place",
    cases.c.community_id,
    cases.c.category,
    cases.c.estate_id,
    cases.c.building,
    cases.c.id,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)

reports = Table(  # One person's message about a case; a case has one or more.
    "reports",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("case_id", "cases", indexed=True),
    reference("person_id", "people", indexed=True),
    Column("text", Text, nullable=False),
    moment("reported_at"),
)

attachments = Table(  # A photo, voice, video or location beside the words, by the platform's media id.
    "attachments",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("case_id", "cases", indexed=True),
    reference("person_id", "people"),
    Column("kind", EnumText(AttachmentKind), nullable=False),
    Column("media_id", String(256), nullable=False, default=""),
    Column("data", Json, nullable=True),
    moment("received_at"),
)

case_events = Table(  # What happened to a case, in order, never changed.
    "case_events",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("case_id", "cases", indexed=True),
    Column("kind", EnumText(EventKind), nullable=False),
    reference("person_id", "people", optional=True),
    moment("happened_at"),
    Column("data", Json, nullable=True),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A row of `cases`; times are UTC; `handler_id` is empty until somebody claims it.

    `is_public`: residents' groups may be told. `is_confidential`: only staff may read what was said.
    """

    id: int
    community_id: int
    year: int
    number: int
    category: str
    subcategory: str
    urgency: Urgency
    status: CaseStatus
    is_public: bool
    is_confidential: bool
    summary: str
    estate_id: int | None
    building: str | None
    unit: str | None
    room: str | None
    spot: str | None
    grid_id: int | None
    handler_id: int | None
    opened_at: datetime
    respond_by: datetime
    resolve_by: datetime
    responded_at: datetime | None
    resolved_at: datetime | None
    resolution: str

    @property
    def label(self) -> str:
        """The number as people write it: the year, a hyphen, at least four digits."""
        return f"{self.year}-{self.number:04d}"
