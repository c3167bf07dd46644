"""Cases, the reports that joined them, and their append-only history."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)

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
    JOINED = "joined"
    LEFT = "left"
    SUPPLEMENTED = "supplemented"
    LOCATED = "located"
    RECATEGORIZED = "recategorized"
    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    DECLINED = "declined"
    PROGRESSED = "progressed"
    DISPATCHED = "dispatched"
    WHISTLED = "whistled"
    CHECKED_IN = "checked_in"
    FED_BACK = "fed_back"
    RETURNED = "returned"
    SHEET_OVERDUE = "sheet_overdue"
    LINK_CANCELLED = "link_cancelled"
    CONSULTATION_CALLED = "consultation_called"
    CONSULTATION_PROPOSED = "consultation_proposed"
    CONSULTATION_CANCELLED = "consultation_cancelled"
    DECIDED = "decided"
    MEDIATED = "mediated"
    AGREED = "agreed"
    ASKED = "asked"
    RESUMED = "resumed"
    EXTENDED = "extended"
    EXTENSION_PROPOSED = "extension_proposed"
    EXTENSION_REFUSED = "extension_refused"
    URGED = "urged"
    SUPERVISED = "supervised"
    RESPONSE_MISSED = "response_missed"
    ALARMED = "alarmed"
    RESOLVED = "resolved"
    EVALUATED = "evaluated"
    EVALUATION_REMINDED = "evaluation_reminded"
    THANKED = "thanked"
    CLOSED = "closed"
    REOPENED = "reopened"
    REJECTION_PROPOSED = "rejection_proposed"
    REJECTION_REFUSED = "rejection_refused"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    UNMERGED = "unmerged"


class Source(StrEnum):
    """By which way a report came in."""

    ACCOUNT = "account"  # the reporter wrote to the Official Account
    ON_BEHALF = "on_behalf"  # 代报: somebody else wrote or told it for the reporter
    PHONE = "phone"
    VISIT = "visit"
    HOTLINE = "hotline"  # 12345
    PATROL = "patrol"  # seen by a grid worker
    TABLE = "table"  # raised at a consultation meeting


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
    moment("round_at"),
    Column("reopen_count", Integer, nullable=False, default=0),
    Column("supervision_level", Integer, nullable=False, default=0),
    Column("extension_days", Integer, nullable=False, default=0),
    moment("paused_at", optional=True),
    Column("status_before", EnumText(CaseStatus), nullable=True),
    reference("merged_into_id", "cases", optional=True),
    moment("closed_at", optional=True),
    Column("is_judged", Boolean, nullable=False, default=False),
    Column("has_whisper", Boolean, nullable=False, default=False),
    UniqueConstraint("community_id", "year", "number"),
)
OPEN = text("status IN ('registered','claimed','in_progress','dispatched','consulting','waiting')")
SETTLED = text("status IN ('resolved','closed','rejected','withdrawn')")
MERGED = text("merged_into_id IS NOT NULL")
SILENT = text("status = 'closed' AND NOT is_judged")  # nobody judged what was done
REOPENED = text("reopen_count > 1")  # it came back again and again
FORGOTTEN = "（已过保存期）"  # stands in the place of words that were kept long enough
TO_FORGET = text(f"closed_at IS NOT NULL AND summary <> '{FORGOTTEN}'")
_PLACE = (cases.c.community_id, cases.c.category, cases.c.estate_id, cases.c.building)
_WIDE = (cases.c.estate_id, cases.c.subcategory)


def _some(name: str, *columns: Column[Any], of: TextClause) -> None:
    """An index of the rows a condition names; SQLite uses it only for queries that say it literally."""
    Index(name, *columns, sqlite_where=of, postgresql_where=of)


_some("ix_cases_open_due", cases.c.community_id, cases.c.resolve_by, cases.c.id, of=OPEN)
_some("ix_cases_open_grid_due", cases.c.grid_id, cases.c.resolve_by, cases.c.id, of=OPEN)
_some("ix_cases_open_place", *_PLACE, cases.c.id, of=OPEN)
_some("ix_cases_open_wide", *_WIDE, cases.c.id, of=OPEN)
_some("ix_cases_settled_place", *_PLACE, cases.c.closed_at, of=SETTLED)
_some("ix_cases_settled_wide", *_WIDE, cases.c.closed_at, of=SETTLED)
_some("ix_cases_to_forget", cases.c.closed_at, of=TO_FORGET)
_some("ix_cases_merged_into_id", cases.c.merged_into_id, of=MERGED)
_some("ix_cases_silent", cases.c.community_id, cases.c.closed_at, of=SILENT)
_some("ix_cases_reopened", cases.c.community_id, cases.c.round_at, of=REOPENED)
Index("ix_cases_community_id_respond_by", cases.c.community_id, cases.c.respond_by)
Index("ix_cases_opened", cases.c.community_id, cases.c.opened_at)
Index("ix_cases_resolved", cases.c.community_id, cases.c.resolved_at)
Index("ix_cases_closed", cases.c.community_id, cases.c.closed_at)

reports = Table(  # One person's message about a case; a case has one or more.
    "reports",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("case_id", "cases", indexed=True),
    reference("person_id", "people", indexed=True),
    Column("text", Text, nullable=False),
    moment("reported_at"),
    Column("source", EnumText(Source), nullable=False),
    Column("outside_number", String(64), nullable=False, default=""),
    reference("entered_by_id", "people", optional=True),
    Column("is_whisper", Boolean, nullable=False, default=False),
    moment("left_at", optional=True),
)
OUTSIDE = text("outside_number <> ''")
_OUTSIDE_NUMBER = (reports.c.community_id, reports.c.outside_number)
_some("ix_reports_entered_by_id", reports.c.entered_by_id, of=text("entered_by_id IS NOT NULL"))
_some("ix_reports_outside_number", *_OUTSIDE_NUMBER, of=OUTSIDE)
Index("ix_reports_reported_at", reports.c.community_id, reports.c.reported_at)

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
    `round_at` is when the present round began: the opening, or the last reopening. `extension_days` are those
    granted in this round. While the clock is paused `paused_at` says since when. `status_before` is where a
    waiting or merged case goes back to. `is_judged`: a closed case was judged by its reporters.
    `has_whisper`: somebody reported it in confidence, so that words show nothing of who speaks.
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
    round_at: datetime
    reopen_count: int
    supervision_level: int
    extension_days: int
    paused_at: datetime | None
    status_before: CaseStatus | None
    merged_into_id: int | None
    closed_at: datetime | None
    is_judged: bool
    has_whisper: bool = False

    @property
    def label(self) -> str:
        """The number as people write it: the year, a hyphen, at least four digits."""
        return f"{self.year}-{self.number:04d}"


@dataclass(frozen=True, slots=True)
class Report:
    """A row of `reports`; `entered_by_id` is who reported for the person; `left_at`: who withdrew."""

    id: int
    community_id: int
    case_id: int
    person_id: int
    text: str
    reported_at: datetime
    source: Source
    outside_number: str
    entered_by_id: int | None
    is_whisper: bool
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """A row of `case_events`: one line of a case's history."""

    id: int
    community_id: int
    case_id: int
    kind: EventKind
    person_id: int | None
    happened_at: datetime
    data: dict[str, Any] | None
