"""What came in, once each, and where the talk with each person stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText, Json


class AnswerRoute(StrEnum):
    """How the answer to a message goes out, decided once."""

    PASSIVE = "passive"  # in the HTTP response; every redelivery gets the same
    OUTBOX = "outbox"  # it was late: filed for delivery, redeliveries get `success`
    NONE = "none"  # nothing is to be said


class Outcome(StrEnum):
    """What became of a message."""

    HANDLED = "handled"
    REFUSED = "refused"
    UNHANDLED = "unhandled"  # a program bug: staff must look at it
    DEFERRED = "deferred"  # too many at once: handled a little later


class Step(StrEnum):
    """Where a dialogue stands; `IDLE` when nothing is awaited."""

    IDLE = "idle"
    AWAITING_PLACE = "awaiting_place"
    CONFIRMING_REPORT = "confirming_report"
    CONFIRMING_BROADCAST = "confirming_broadcast"
    CHOOSING_CATEGORY = "choosing_category"
    CONFIRMING_SEVERAL = "confirming_several"
    CHOOSING_CASE = "choosing_case"
    AWAITING_ANSWER = "awaiting_answer"
    AWAITING_REASON = "awaiting_reason"
    AWAITING_HOME = "awaiting_home"
    CONFIRMING_DELETION = "confirming_deletion"
    AWAITING_PROPOSAL = "awaiting_proposal"
    WITH_STAFF = "with_staff"
    NAMING_CASE = "naming_case"
    ARRANGING_MEETING = "arranging_meeting"


receipts = Table(  # One inbound message; its key makes a second delivery find the first.
    "receipts",
    metadata,
    identity(),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("message_key", String(160), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("payload", Json, nullable=True),
    reference("person_id", "people", optional=True),
    reference("community_id", "communities", optional=True),
    moment("received_at"),
    Column("outcome", EnumText(Outcome), nullable=True),
    Column("answer_route", EnumText(AnswerRoute), nullable=True),
    Column("answer", Text, nullable=False, default=""),
    moment("deferred_until", optional=True),
    UniqueConstraint("channel", "account", "message_key"),
)
Index(
    "ix_receipts_unhandled",
    receipts.c.id,
    sqlite_where=text("outcome = 'unhandled'"),
    postgresql_where=text("outcome = 'unhandled'"),
)

_DEFERRED = text("deferred_until IS NOT NULL")
Index(
    "ix_receipts_deferred",
    receipts.c.deferred_until,
    receipts.c.id,
    sqlite_where=_DEFERRED,
    postgresql_where=_DEFERRED,
)

conversations = Table(  # A person in one chat; locked while a message of that person is at work.
    "conversations",
    metadata,
    identity(),
    reference("person_id", "people"),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("chat", String(128), nullable=False, default=""),
    Column("step", EnumText(Step), nullable=False),
    Column("draft", Json, nullable=True),
    moment("expires_at", optional=True),
    moment("burst_since", optional=True),
    Column("burst_count", Integer, nullable=False, default=0),
    UniqueConstraint("person_id", "channel", "account", "chat"),
)
Index("ix_conversations_expires_at", conversations.c.expires_at)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A row of `receipts`."""

    id: int
    channel: str
    account: str
    message_key: str
    kind: str
    text: str
    payload: dict[str, Any] | None
    person_id: int | None
    community_id: int | None
    received_at: datetime
    outcome: Outcome | None
    answer_route: AnswerRoute | None
    answer: str
    deferred_until: datetime | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A row of `conversations`; `chat` is empty in a one-to-one talk.

    `burst_count` messages came since `burst_since`: who writes very fast is answered more slowly.
    """

    id: int
    person_id: int
    channel: str
    account: str
    chat: str
    step: Step
    draft: dict[str, Any] | None
    expires_at: datetime | None
    burst_since: datetime | None
    burst_count: int
