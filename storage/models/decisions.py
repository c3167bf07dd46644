"""Decision items (决议事项): what was agreed, who does it until when, what it costs, and the proof."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText


class DecisionStatus(StrEnum):
    """Where a decision item stands."""

    OPEN = "open"  # 办理中
    REPORTED_DONE = "reported_done"  # done, says its owner; the watcher (监督人) has the word
    DONE = "done"  # 已落实
    DROPPED = "dropped"  # 已撤销, with a reason


class CostKind(StrEnum):
    """Where the money comes from."""

    SHARED = "shared"  # 分摊: among households
    MAINTENANCE_FUND = "maintenance_fund"  # 维修资金
    SPECIAL_FUND = "special_fund"  # 专项资金
    OTHER = "other"


class Consent(StrEnum):
    """What a household said to its share."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"


decisions = Table(  # One thing that was agreed on at a meeting.
    "decisions",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("number", Integer, nullable=False),
    reference("meeting_id", "meetings", optional=True, indexed=True),
    reference("topic_id", "topics", optional=True, indexed=True),
    Column("what", Text, nullable=False),
    reference("unit_id", "units", optional=True),
    reference("owner_id", "people", optional=True),
    Column("owner", String(64), nullable=False, default=""),
    reference("watcher_id", "people", optional=True),
    moment("due_at", optional=True),
    Column("status", EnumText(DecisionStatus), nullable=False),
    Column("result", Text, nullable=False, default=""),
    moment("made_at"),
    reference("made_by_id", "people"),
    moment("claimed_at", optional=True),
    moment("done_at", optional=True),
    Column("supervision_level", Integer, nullable=False, default=0),
    Column("extension_days", Integer, nullable=False, default=0),
    UniqueConstraint("community_id", "number"),
)
_OPEN = text("status IN ('open','reported_done')")
Index(
    "ix_decisions_open",
    decisions.c.community_id,
    decisions.c.due_at,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)

decision_cases = Table(  # The cases that wait for a decision item.
    "decision_cases",
    metadata,
    reference("decision_id", "decisions"),
    reference("case_id", "cases", indexed=True),
    UniqueConstraint("decision_id", "case_id"),
)

costs = Table(  # Money for a decision item.
    "costs",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("decision_id", "decisions", indexed=True),
    Column("kind", EnumText(CostKind), nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("note", Text, nullable=False, default=""),
    reference("recorded_by_id", "people"),
    moment("recorded_at"),
)

cost_shares = Table(  # One household's part of a shared cost.
    "cost_shares",
    metadata,
    identity(),
    reference("cost_id", "costs"),
    reference("estate_id", "estates"),
    Column("building", String(16), nullable=False),
    Column("unit", String(16), nullable=False, default=""),
    Column("room", String(16), nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("consent", EnumText(Consent), nullable=False),
    reference("said_by_id", "people", optional=True),
    reference("entered_by_id", "people", optional=True),
    moment("said_at", optional=True),
    Column("reason", Text, nullable=False, default=""),
    moment("paid_at", optional=True),
    UniqueConstraint("cost_id", "estate_id", "building", "unit", "room"),
)

evidence = Table(  # A document or photo that shows something: a water test report, the work done.
    "evidence",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("decision_id", "decisions", optional=True, indexed=True),
    reference("meeting_id", "meetings", optional=True, indexed=True),
    reference("attachment_id", "attachments", optional=True),
    Column("words", Text, nullable=False, default=""),
    reference("added_by_id", "people"),
    moment("added_at"),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of `decisions`; times are UTC.

    The owner is a unit, else a person, else only a name (`owner`). `watcher_id` is the resident who watches
    over it. `result`: what was done, in the owner's words. `claimed_at`: when the owner took it on.
    """

    id: int
    community_id: int
    number: int
    meeting_id: int | None
    topic_id: int | None
    what: str
    unit_id: int | None
    owner_id: int | None
    owner: str
    watcher_id: int | None
    due_at: datetime | None
    status: DecisionStatus
    result: str
    made_at: datetime
    made_by_id: int
    claimed_at: datetime | None
    done_at: datetime | None
    supervision_level: int
    extension_days: int


@dataclass(frozen=True, slots=True)
class Cost:
    """A row of `costs`; whole cents (分)."""

    id: int
    community_id: int
    decision_id: int
    kind: CostKind
    cents: int
    note: str
    recorded_by_id: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class CostShare:
    """A row of `cost_shares`; `entered_by_id` is who entered the consent for the household."""

    id: int
    cost_id: int
    estate_id: int
    building: str
    unit: str
    room: str
    cents: int
    consent: Consent
    said_by_id: int | None
    entered_by_id: int | None
    said_at: datetime | None
    reason: str
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A row of `evidence`."""

    id: int
    community_id: int
    decision_id: int | None
    meeting_id: int | None
    attachment_id: int | None
    words: str
    added_by_id: int
    added_at: datetime
