"""Topics (议题): what is to be talked over at one table."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText


class TopicStatus(StrEnum):
    """Where a topic stands."""

    SUGGESTED = "suggested"  # it keeps coming back: staff are asked whether to take it up
    PROPOSED = "proposed"  # 待审
    ACCEPTED = "accepted"  # 已采纳, waits for a meeting
    SCHEDULED = "scheduled"  # 已列入议事会
    SETTLED = "settled"  # 已议定
    JOINED = "joined"  # 已并入 another
    DECLINED = "declined"  # 不采纳, with a reason


WAITING = frozenset({TopicStatus.SUGGESTED, TopicStatus.PROPOSED, TopicStatus.ACCEPTED})


class TopicSource(StrEnum):
    """Where a topic comes from."""

    CASE = "case"  # 需要议事: from one case, or from several
    PROPOSAL = "proposal"  # a resident's 提议
    TABLE = "table"  # raised at a meeting
    RECURRING = "recurring"  # the same trouble keeps coming back


topics = Table(  # What is to be talked over, once, however many propose it.
    "topics",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("number", Integer, nullable=False),
    Column("title", String(128), nullable=False),
    Column("words", Text, nullable=False, default=""),
    Column("status", EnumText(TopicStatus), nullable=False),
    Column("source", EnumText(TopicSource), nullable=False),
    Column("is_public", Boolean, nullable=False),
    reference("estate_id", "estates", optional=True),
    Column("building", String(16), nullable=True),
    reference("proposed_by_id", "people", optional=True, indexed=True),
    moment("proposed_at"),
    reference("decided_by_id", "people", optional=True),
    moment("decided_at", optional=True),
    Column("reason", Text, nullable=False, default=""),
    reference("joined_into_id", "topics", optional=True),
    Column("recurs", String(128), nullable=False, default=""),
    UniqueConstraint("community_id", "number"),
)
WAITS = text("status IN ('suggested','proposed','accepted')")  # SQLite uses the index where it is said so
Index("ix_topics_waiting", topics.c.community_id, topics.c.id, sqlite_where=WAITS, postgresql_where=WAITS)
RECURS = text("recurs <> ''")
Index(
    "ix_topics_recurs", topics.c.community_id, topics.c.recurs, sqlite_where=RECURS, postgresql_where=RECURS
)

topic_cases = Table(  # The cases a topic is about.
    "topic_cases",
    metadata,
    reference("topic_id", "topics"),
    reference("case_id", "cases", indexed=True),
    UniqueConstraint("topic_id", "case_id"),
)

topic_seconds = Table(  # 附议: one resident supports a topic, once.
    "topic_seconds",
    metadata,
    reference("topic_id", "topics"),
    reference("person_id", "people", indexed=True),
    moment("seconded_at"),
    UniqueConstraint("topic_id", "person_id"),
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A row of `topics`.

    `words` are the proposer's own. `is_public`: residents' groups may read of it. `recurs` names the trouble
    that keeps coming back (estate and subcategory), empty for others.
    """

    id: int
    community_id: int
    number: int
    title: str
    words: str
    status: TopicStatus
    source: TopicSource
    is_public: bool
    estate_id: int | None
    building: str | None
    proposed_by_id: int | None
    proposed_at: datetime
    decided_by_id: int | None
    decided_at: datetime | None
    reason: str
    joined_into_id: int | None
    recurs: str
