"""What is to be sent, to where, and under whose token."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.models.base import identity, metadata, moment, reference
from storage.types import EncryptedText, EnumText, Json


class Channel(StrEnum):
    """The ways a message can leave; the column stays plain text, so that an old row never stops a reader."""

    OFFICIAL_ACCOUNT = "official_account"  # address: openid
    WECOM_ROBOT = "wecom_robot"  # account: robot; address: chat id, alone userid (long connection only)
    WECOM_APP = "wecom_app"  # account: app; address: userid
    APPCHAT = "appchat"  # account: app, empty for the only one; address: id of a group the app made
    GROUP_WEBHOOK = "group_webhook"  # address: the webhook's key, a secret
    GROUP_TASK = "group_task"  # address: chat id of a customer group; the owner's tap sends it
    ROBOT_RESPONSE = "robot_response"  # address: a response_url, one use within an hour
    MASS_SEND = "mass_send"  # account: Official Account; address: the broadcast and the part of its people


class Priority(IntEnum):
    """Which message of a destination goes first; order holds within one priority."""

    EMERGENCY = 0
    ANSWER = 1
    NOTICE = 2
    BROADCAST = 3


class DeliveryStatus(StrEnum):
    """What became of a message that is to go out."""

    WAITING = "waiting"
    SENT = "sent"
    UNCERTAIN = "uncertain"  # the platform's answer was lost
    AWAITING_OWNER = "awaiting_owner"  # 待群主确认
    HELD = "held"  # until the resident next writes
    DEAD = "dead"
    CANCELLED = "cancelled"  # stopped by staff before it was sent
    GATHERED = "gathered"  # its words went out in another message to the same group


destinations = Table(  # One address on one channel: its order, its quota window, its next time.
    "destinations",
    metadata,
    identity(),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("address", String(512), nullable=False),
    moment("ready_at", optional=True),
    moment("claimed_until", optional=True),
    moment("opened_at", optional=True),
    Column("recent", Json, nullable=False),
    Column("has_held", Boolean, nullable=False, default=False),
    moment("blocked_until", optional=True),
    Column("urgency", SmallInteger, nullable=False, default=int(Priority.BROADCAST)),
    UniqueConstraint("channel", "account", "address"),
)
_HAS_WORK = text("ready_at IS NOT NULL")
Index(
    "ix_destinations_due",
    destinations.c.urgency,
    destinations.c.ready_at,
    sqlite_where=_HAS_WORK,
    postgresql_where=_HAS_WORK,
)

outbox = Table(  # One message to one destination; its key is made of facts, so a second try collides.
    "outbox",
    metadata,
    identity(),
    reference("community_id", "communities", optional=True),
    reference("destination_id", "destinations"),
    Column("key", String(160), nullable=False, unique=True),
    Column("priority", SmallInteger, nullable=False),
    Column("status", EnumText(DeliveryStatus), nullable=False),
    Column("body", Json, nullable=False),
    reference("case_id", "cases", optional=True, indexed=True),
    Column("attempts", Integer, nullable=False, default=0),
    moment("next_at"),
    moment("created_at"),
    moment("finished_at", optional=True),
    Column("error", Text, nullable=False, default=""),
    Column("platform_id", String(128), nullable=False, default=""),
    moment("attempted_at", optional=True),
    Column("parts_sent", Integer, nullable=False, default=0),
    Column("is_doubtful", Boolean, nullable=False, default=False),
    reference("broadcast_id", "broadcasts", optional=True, indexed=True),
    reference("gathered_into_id", "outbox", optional=True),
    Column("reminders", Json, nullable=False, default=list, server_default="[]"),
    moment("made_at", optional=True),
    moment("unwanted_at", optional=True),
    moment("wanted_at", optional=True),
)


def _few(name: str, *columns: Column[Any], of: str) -> None:
    """An index of the few unfinished rows; SQLite uses it only for queries that name the status literally."""
    Index(name, *columns, sqlite_where=text(of), postgresql_where=text(of))


_WAITING = "status = 'waiting'"
_few("ix_outbox_waiting", outbox.c.destination_id, outbox.c.priority, outbox.c.id, of=_WAITING)
_few("ix_outbox_held", outbox.c.destination_id, of="status = 'held'")
_few("ix_outbox_awaiting_owner", outbox.c.next_at, of="status = 'awaiting_owner'")
_few("ix_outbox_tasks", outbox.c.destination_id, outbox.c.made_at, of="made_at IS NOT NULL")
_few("ix_outbox_gathered", outbox.c.gathered_into_id, of="gathered_into_id IS NOT NULL")
_few("ix_outbox_stuck", outbox.c.id, of="status IN ('dead', 'uncertain')")
_few("ix_outbox_uncertain", outbox.c.destination_id, of="status = 'uncertain'")
_few("ix_outbox_of_platform", outbox.c.platform_id, of="broadcast_id IS NOT NULL AND platform_id <> ''")

platform_tokens = Table(  # An access token shared by all processes; refreshed by one holder at a time.
    "platform_tokens",
    metadata,
    identity(),
    Column("name", String(128), nullable=False, unique=True),
    Column("token", EncryptedText, nullable=True),
    moment("expires_at", optional=True),
    moment("claimed_until", optional=True),
    Column("forced", Json, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Destination:
    """A row of `destinations`; `ready_at` is empty when nothing waits there.

    `opened_at` is when the resident last wrote; `recent` the attempts that count against the quota, as
    epoch seconds, oldest first. Until `blocked_until` (a quota, the platform's wish) nothing goes out.
    `urgency` is the priority of the message that `ready_at` speaks of: urgent destinations go first.
    """

    id: int
    channel: str
    account: str
    address: str
    ready_at: datetime | None
    claimed_until: datetime | None
    opened_at: datetime | None
    recent: list[float]
    has_held: bool
    blocked_until: datetime | None
    urgency: int


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A row of `outbox`.

    `attempted_at` is set while an attempt is under way; a waiting row that still has it was interrupted.
    `parts_sent` counts the parts of a long text that are out. `is_doubtful`: an earlier attempt may have
    reached the person, so they may have the message twice. `gathered_into_id` is the message that carries
    its words; `reminders` are the times, in epoch seconds, at which the group's owner was reminded.
    `made_at` is when it became a task of the group's owner; since `unwanted_at` nobody wants it sent any
    more, and it waits for being called back. From `wanted_at` on it could go: posted for then, put off till
    then, or let go then.
    """

    id: int
    community_id: int | None
    destination_id: int
    key: str
    priority: int
    status: DeliveryStatus
    body: dict[str, Any]
    case_id: int | None
    attempts: int
    next_at: datetime
    created_at: datetime
    finished_at: datetime | None
    error: str
    platform_id: str
    attempted_at: datetime | None
    parts_sent: int
    is_doubtful: bool
    broadcast_id: int | None = None
    gathered_into_id: int | None = None
    reminders: list[float] = field(default_factory=list)
    made_at: datetime | None = None
    unwanted_at: datetime | None = None
    wanted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlatformToken:
    """A row of `platform_tokens`; `forced` are the forced refreshes of the last day, in epoch seconds."""

    id: int
    name: str
    token: str | None
    expires_at: datetime | None
    claimed_until: datetime | None
    forced: list[float]
