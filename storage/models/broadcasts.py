"""Broadcasts of staff: what is sent to many, whom it reaches one-to-one, what recurs, templates."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText, Json


class BroadcastStatus(StrEnum):
    """Where a broadcast stands."""

    PREVIEWED = "previewed"  # shown, and awaiting its code
    AWAITING_APPROVAL = "awaiting_approval"  # 待审批: its reach asks for a second person
    SCHEDULED = "scheduled"  # confirmed, and sent at its time
    SENDING = "sending"
    DONE = "done"  # nothing of it waits to be sent any more
    STOPPED = "stopped"  # in the middle
    CANCELLED = "cancelled"  # before anything was sent


class BroadcastAudience(StrEnum):
    """Whom a broadcast is for, and so how it goes."""

    RESIDENTS_GROUPS = "residents_groups"  # 居民群, each confirmed by its owner's tap
    WORKERS_GROUPS = "workers_groups"  # 工作群
    RESIDENTS = "residents"  # 一对一, through the Official Account


class Way(StrEnum):
    """How one resident is reached one-to-one; `NONE` when there is no way."""

    MESSAGE = "message"  # the 48 hours' window is open
    NOTICE = "notice"  # a subscription notice
    MASS = "mass"  # 公众号群发, four a month
    NONE = "none"


broadcasts = Table(  # A message from staff to many, sent only once its code was given back.
    "broadcasts",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("person_id", "people"),
    Column("text", Text, nullable=False),
    Column("target", String(256), nullable=False),
    Column("group_ids", Json, nullable=False),
    Column("code", String(8), nullable=False),
    Column("wrong_codes", Integer, nullable=False, default=0),
    Column("status", EnumText(BroadcastStatus), nullable=False),
    moment("created_at"),
    moment("confirmed_at", optional=True),
    Column("number", Integer, nullable=False),
    Column("audience", EnumText(BroadcastAudience), nullable=False),
    Column("is_urgent", Boolean, nullable=False, default=False),
    Column("people", Integer, nullable=False, default=0),
    Column("plan", Json, nullable=False),
    moment("starts_at", optional=True),
    moment("ends_at", optional=True),
    moment("finished_at", optional=True),
    reference("approved_by_id", "people", optional=True),
    reference("stopped_by_id", "people", optional=True),
    reference("series_id", "broadcast_series", optional=True, indexed=True),
    Index("ix_broadcasts_number", "community_id", "number", unique=True),
)
_TO_START = text("status = 'scheduled'")
Index("ix_broadcasts_due", broadcasts.c.starts_at, sqlite_where=_TO_START, postgresql_where=_TO_START)
_UNDER_WAY = text("status = 'sending'")
Index("ix_broadcasts_sending", broadcasts.c.id, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY)
_UNAPPROVED = text("status = 'awaiting_approval'")
Index(
    "ix_broadcasts_unapproved",
    broadcasts.c.confirmed_at,
    sqlite_where=_UNAPPROVED,
    postgresql_where=_UNAPPROVED,
)
_PREVIEWED = text("status = 'previewed'")
Index(
    "ix_broadcasts_previewed", broadcasts.c.created_at, sqlite_where=_PREVIEWED, postgresql_where=_PREVIEWED
)

broadcast_recipients = Table(  # One resident of a one-to-one broadcast.
    "broadcast_recipients",
    metadata,
    identity(),
    reference("broadcast_id", "broadcasts"),
    reference("person_id", "people"),
    Column("way", EnumText(Way), nullable=False),
    Column("reason", String(64), nullable=False, default=""),
    moment("planned_at"),
    UniqueConstraint("broadcast_id", "person_id"),
    Index("ix_broadcast_recipients_person_way", "person_id", "way", "planned_at"),
)

broadcast_series = Table(  # A broadcast that recurs.
    "broadcast_series",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("person_id", "people"),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("target", String(256), nullable=False),
    Column("order", Json, nullable=False),
    Column("rule", Json, nullable=False),
    moment("next_at", optional=True),
    moment("created_at"),
    moment("ended_at", optional=True),
    UniqueConstraint("community_id", "number"),
)
_RUNS = text("next_at IS NOT NULL")
Index("ix_broadcast_series_due", broadcast_series.c.next_at, sqlite_where=_RUNS, postgresql_where=_RUNS)

broadcast_templates = Table(  # Words with variables in braces, by name.
    "broadcast_templates",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("name", String(32), nullable=False),
    Column("text", Text, nullable=False),
    reference("person_id", "people"),
    moment("changed_at"),
    UniqueConstraint("community_id", "name"),
)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A row of `broadcasts`.

    `number` is per community; `group_ids` are the groups it was previewed for, `people` how many it reaches.
    `plan` is what the preview promised: `per_minute` and `minutes` of sending; beside it what was ordered
    (`order`, and `rule` of what recurs), the residents meant (`people_ids`), whether it was for `at_once` and
    needs an `approval`, and since it began whom it did not reach (`unreached`, names by reason). It goes from
    `starts_at` on, by the plan until `ends_at`.
    """

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
    number: int = 0
    audience: BroadcastAudience = BroadcastAudience.RESIDENTS_GROUPS
    is_urgent: bool = False
    people: int = 0
    plan: dict[str, Any] = field(default_factory=dict)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    finished_at: datetime | None = None
    approved_by_id: int | None = None
    stopped_by_id: int | None = None
    series_id: int | None = None


@dataclass(frozen=True, slots=True)
class BroadcastSeries:
    """A row of `broadcast_series`.

    `order` is what staff ordered (audience, targets, urgency), resolved anew each time; `rule` the days
    (`weekdays`, `month_days` or `daily`) and the time; `next_at` is empty once it was ended.
    """

    id: int
    community_id: int
    person_id: int
    number: int
    text: str
    target: str
    order: dict[str, Any]
    rule: dict[str, Any]
    next_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class BroadcastTemplate:
    """A row of `broadcast_templates`; the variables stand in braces: {时间}."""

    id: int
    community_id: int
    name: str
    text: str
    person_id: int
    changed_at: datetime
