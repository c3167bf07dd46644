"""What staff keep and see: answers to common questions, wording, talks, households in need, the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table, Text, UniqueConstraint, text

from storage.models.base import identity, metadata, moment, reference
from storage.types import EncryptedText, Json

answers = Table(  # A question residents often ask, and what is answered.
    "answers",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("question", String(128), nullable=False),
    Column("answer", Text, nullable=False),
    UniqueConstraint("community_id", "question"),
)

wordings = Table(  # A sentence of the bot as this community wants it said.
    "wordings",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("key", String(64), nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("community_id", "key"),
)

talks = Table(  # A resident speaks with staff while the bot keeps quiet; its number is what staff answer to.
    "talks",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("person_id", "people"),
    reference("conversation_id", "conversations"),
    moment("opened_at"),
    moment("until"),
    moment("closed_at", optional=True),
    reference("closed_by_id", "people", optional=True),
)
_OPEN = text("closed_at IS NULL")
Index("ix_talks_open", talks.c.community_id, talks.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)

households = Table(  # A home where someone needs care; what concerns it is more urgent.
    "households",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("estate_id", "estates"),
    Column("building", String(16), nullable=False),
    Column("unit", String(16), nullable=False, default=""),
    Column("room", String(16), nullable=False),
    Column("kinds", Json, nullable=False),
    Column("note", EncryptedText, nullable=True),
    reference("entered_by_id", "people"),
    moment("entered_at"),
    UniqueConstraint("estate_id", "building", "unit", "room"),
)

audit = Table(  # Who looked at what is protected, or what was noted of a person; never changed.
    "audit",
    metadata,
    identity(),
    reference("community_id", "communities", optional=True),
    reference("person_id", "people"),
    Column("action", String(32), nullable=False),
    reference("case_id", "cases", optional=True),
    moment("happened_at"),
    Column("data", Json, nullable=True),
)
Index("ix_audit_community_id_happened_at", audit.c.community_id, audit.c.happened_at)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A row of `answers`."""

    id: int
    community_id: int
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A row of `wordings`."""

    id: int
    community_id: int
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A row of `talks`; closed by nobody when its time ran out."""

    id: int
    community_id: int
    person_id: int
    conversation_id: int
    opened_at: datetime
    until: datetime
    closed_at: datetime | None
    closed_by_id: int | None


@dataclass(frozen=True, slots=True)
class Household:
    """A row of `households`; `kinds` are names of who lives there: elderly_alone, disabled, infant, other."""

    id: int
    community_id: int
    estate_id: int
    building: str
    unit: str
    room: str
    kinds: list[str]
    note: str | None
    entered_by_id: int
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A row of `audit`."""

    id: int
    community_id: int | None
    person_id: int
    action: str
    case_id: int | None
    happened_at: datetime
    data: dict[str, Any] | None
