"""What everything of consultation shares: numbers, an append-only history, and what falls due by itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText, Json


class Subject(StrEnum):
    """What a line of the history, a number or a wake is about."""

    TOPIC = "topic"  # 议题
    MEETING = "meeting"  # 议事会
    DECISION = "decision"  # 决议事项
    POLL = "poll"  # 征询, 表决
    JOINT_MEETING = "joint_meeting"  # 联席会
    LISTENING_DAYS = "listening_days"  # 民意听取日, the recurring call
    LISTENING_DAY = "listening_day"  # one such day
    MEASURE = "measure"  # 改造: a renovation or a measure, with its three surveys


class WakeKind(StrEnum):
    """What falls due; a subject has at most one wake of each."""

    DAY_BEFORE = "day_before"  # a meeting: those who come are reminded
    HOUR_BEFORE = "hour_before"  # the same, an hour before
    OPINIONS = "opinions"  # a meeting: opinions that came in are told to the desk, gathered
    MEETING_END = "meeting_end"  # a meeting's time is over: it was held, or the desk is asked
    CASES_OVER = "cases_over"  # a meeting followed up: whether its cases are over too, once a day
    ASK_MINUTES = "ask_minutes"  # a meeting was held, and no minutes came
    SUPERVISION = "supervision"  # a decision: the next step of the ladder
    CONFIRMATION = "confirmation"  # a decision reported done: the watcher has not said a word
    REMIND_VOTERS = "remind_voters"  # a poll: those who have not voted
    TELL_VOTERS = "tell_voters"  # a poll: everybody it concerns is told, a portion at a time
    CLOSE = "close"  # a poll's time is over
    NEXT_MEETING = "next_meeting"  # a joint meeting comes near: it is called
    CALL = "call"  # a listening day begins
    SUMMARY = "summary"  # a listening day's evening
    GROUP_NEWS = "group_news"  # a meeting: what moved since is told in residents' groups, gathered


class Happening(StrEnum):
    """What happened; the histories are made of these."""

    PROPOSED = "proposed"
    SECONDED = "seconded"
    ACCEPTED = "accepted"
    JOINED = "joined"
    DECLINED = "declined"
    SUGGESTED = "suggested"
    SCHEDULED = "scheduled"
    SETTLED = "settled"
    CARRIED_OVER = "carried_over"
    DRAFTED = "drafted"
    CALLED = "called"
    INVITED = "invited"
    ANSWERED = "answered"
    PROMOTED = "promoted"
    OPINED = "opined"
    OPINIONS_TOLD = "opinions_told"
    CHANGED = "changed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    REMINDED = "reminded"
    STARTED = "started"
    CHECKED_IN = "checked_in"
    CHECK_IN_MISSED = "check_in_missed"  # somebody gave a wrong code
    HELD = "held"
    RAISED = "raised"  # at the table: cases, topics, decisions
    ASKED_WHETHER_HELD = "asked_whether_held"
    MINUTES_ASKED = "minutes_asked"
    MINUTED = "minuted"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"
    DECIDED = "decided"
    CLAIMED = "claimed"
    PROGRESSED = "progressed"
    REPORTED_DONE = "reported_done"
    CONFIRMED = "confirmed"
    DOUBTED = "doubted"
    EXTENDED = "extended"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_REFUSED = "extension_refused"
    SUPERVISED = "supervised"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"  # its owner asks that somebody else does it
    DROPPED = "dropped"
    EVIDENCE_ADDED = "evidence_added"
    COST_RECORDED = "cost_recorded"
    CONSENTED = "consented"
    PAID = "paid"
    OPENED = "opened"
    VOTED = "voted"
    CONTESTED = "contested"
    RULED = "ruled"
    COUNTED = "counted"
    SUMMARISED = "summarised"
    PUBLISHED = "published"  # residents' groups were told what moved


numbers = Table(  # The last number given, per community and kind of thing.
    "numbers",
    metadata,
    reference("community_id", "communities"),
    Column("subject", EnumText(Subject), nullable=False),
    Column("last", Integer, nullable=False),
    UniqueConstraint("community_id", "subject"),
)

happenings = Table(  # What happened to a topic, a meeting, a decision, a poll: in order, never changed.
    "happenings",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("subject", EnumText(Subject), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("kind", EnumText(Happening), nullable=False),
    reference("person_id", "people", optional=True),
    moment("happened_at"),
    Column("data", Json, nullable=True),
    Index("ix_happenings_subject", "subject", "subject_id", "id"),
)

wakes = Table(  # One thing that falls due; the row goes in the transaction that does it.
    "wakes",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("subject", EnumText(Subject), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("kind", EnumText(WakeKind), nullable=False),
    moment("due_at"),
    Column("step", String(32), nullable=False, default=""),
    UniqueConstraint("subject", "subject_id", "kind"),
    Index("ix_wakes_due_at", "due_at"),
)


@dataclass(frozen=True, slots=True)
class HappeningRow:
    """A row of `happenings`: one line of a history."""

    id: int
    community_id: int
    subject: Subject
    subject_id: int
    kind: Happening
    person_id: int | None
    happened_at: datetime
    data: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Wake:
    """A row of `wakes`; `step` says which of several things of its kind comes next."""

    id: int
    community_id: int
    subject: Subject
    subject_id: int
    kind: WakeKind
    due_at: datetime
    step: str
