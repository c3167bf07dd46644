"""Work handed to the property company or a department: assignment sheets, whistles, mediations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Column, Index, String, Table, Text, UniqueConstraint, text

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText


class AssignmentKind(StrEnum):
    """How the work was handed over: one sheet (交办), or a whistle to several (吹哨)."""

    DISPATCH = "dispatch"
    WHISTLE = "whistle"


class AssignmentStatus(StrEnum):
    """Where an assignment stands; the case comes back to its handler when none is open."""

    OPEN = "open"
    FED_BACK = "fed_back"
    RETURNED = "returned"
    CANCELLED = "cancelled"  # the case ended another way


assignments = Table(  # One sheet to one unit; its answer, and the link by which it can be given.
    "assignments",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("case_id", "cases", indexed=True),
    reference("unit_id", "units"),
    Column("kind", EnumText(AssignmentKind), nullable=False),
    Column("is_lead", Boolean, nullable=False),
    Column("task", Text, nullable=False, default=""),
    moment("due_at"),
    reference("assigned_by_id", "people"),
    moment("assigned_at"),
    Column("status", EnumText(AssignmentStatus), nullable=False),
    moment("checked_in_at", optional=True),
    reference("checked_in_by_id", "people", optional=True),
    moment("answered_at", optional=True),
    reference("answered_by_id", "people", optional=True),
    Column("answered_by_name", String(64), nullable=False, default=""),
    Column("answer", Text, nullable=False, default=""),
    Column("token_hash", String(64), nullable=False, default="", index=True),
    moment("link_until", optional=True),
    moment("link_ended_at", optional=True),
)
_OPEN = text("status = 'open'")
Index("ix_assignments_open_unit", assignments.c.unit_id, sqlite_where=_OPEN, postgresql_where=_OPEN)

mediations = Table(  # A quarrel between neighbours: against whom, who mediates, what they agreed on.
    "mediations",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("case_id", "cases"),
    Column("respondent", Text, nullable=False, default=""),
    Column("mediator", String(64), nullable=False, default=""),
    Column("agreement", Text, nullable=False, default=""),
    moment("agreed_at", optional=True),
    UniqueConstraint("case_id"),
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A row of `assignments`; times are UTC.

    `answered_by_name` is who answered through the link, without an account. The link works until `link_until`
    unless it was used or revoked before (`link_ended_at`); only the hash of its token is kept.
    """

    id: int
    community_id: int
    case_id: int
    unit_id: int
    kind: AssignmentKind
    is_lead: bool
    task: str
    due_at: datetime
    assigned_by_id: int
    assigned_at: datetime
    status: AssignmentStatus
    checked_in_at: datetime | None
    checked_in_by_id: int | None
    answered_at: datetime | None
    answered_by_id: int | None
    answered_by_name: str
    answer: str
    token_hash: str
    link_until: datetime | None
    link_ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mediation:
    """A row of `mediations`; empty texts are not known yet."""

    id: int
    community_id: int
    case_id: int
    respondent: str
    mediator: str
    agreement: str
    agreed_at: datetime | None
