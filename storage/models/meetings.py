"""Consultation meetings (议事会), who is invited to them, and joint meetings (联席会) that recur."""

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
    UniqueConstraint,
    false,
    text,
)

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText, Json


class MeetingStatus(StrEnum):
    """Where a consultation meeting stands."""

    DRAFT = "draft"  # nobody is invited yet
    INVITED = "invited"
    POSTPONED = "postponed"  # without a new time yet
    HELD = "held"
    MINUTED = "minuted"  # 已有纪要: what was agreed is being done
    FOLLOWED_UP = "followed_up"  # every decision is done or dropped
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Party(StrEnum):
    """As what somebody sits at the table."""

    REPORTER = "reporter"  # 反映人
    REPRESENTATIVE = "representative"  # 居民代表
    RESIDENT = "resident"  # 居民, who signed up
    PROPERTY = "property"  # 物业
    DEPARTMENT = "department"  # 部门
    WORKER = "worker"  # 网格员
    STAFF = "staff"  # 社区
    GROUP = "group"  # a group chat that reads the invitation


class InvitationAnswer(StrEnum):
    """What somebody said to an invitation."""

    OPEN = "open"
    COMING = "coming"
    WAITING = "waiting"  # 候补: the room is full
    DECLINED = "declined"  # 请假


meetings = Table(  # A consultation meeting.
    "meetings",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("number", Integer, nullable=False),
    Column("title", String(128), nullable=False),
    moment("starts_at", optional=True),
    Column("minutes_long", Integer, nullable=False, default=90),
    Column("place", String(128), nullable=False),
    Column("online", String(256), nullable=False, default=""),
    Column("capacity", Integer, nullable=True),
    reference("chair_id", "people", optional=True),
    Column("status", EnumText(MeetingStatus), nullable=False),
    reference("called_by_id", "people"),
    moment("called_at"),
    Column("is_public", Boolean, nullable=False, default=False, server_default=false()),
    Column("code", String(8), nullable=False, default=""),
    Column("token", String(64), nullable=False, default=""),
    Column("desk_token", String(64), nullable=False, default=""),
    Column("version", Integer, nullable=False, default=0),
    Column("reason", Text, nullable=False, default=""),
    Column("record", Text, nullable=False, default=""),
    moment("held_at", optional=True),
    moment("minuted_at", optional=True),
    moment("closed_at", optional=True),
    reference("joint_meeting_id", "joint_meetings", optional=True, indexed=True),
    UniqueConstraint("community_id", "number"),
)
_TOKEN, _DESK_TOKEN = text("token <> ''"), text("desk_token <> ''")
Index("ix_meetings_token", meetings.c.token, unique=True, sqlite_where=_TOKEN, postgresql_where=_TOKEN)
Index(
    "ix_meetings_desk_token",
    meetings.c.desk_token,
    unique=True,
    sqlite_where=_DESK_TOKEN,
    postgresql_where=_DESK_TOKEN,
)
_AHEAD = text("status IN ('invited','held','minuted')")
Index(
    "ix_meetings_ahead",
    meetings.c.community_id,
    meetings.c.starts_at,
    sqlite_where=_AHEAD,
    postgresql_where=_AHEAD,
)

meeting_topics = Table(  # The agenda, in order.
    "meeting_topics",
    metadata,
    reference("meeting_id", "meetings"),
    reference("topic_id", "topics", indexed=True),
    Column("position", Integer, nullable=False),
    Column("is_carried_over", Boolean, nullable=False, default=False),
    UniqueConstraint("meeting_id", "topic_id"),
)

invitations = Table(  # One person, unit or group that is invited; of a unit whoever of it answers.
    "invitations",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("meeting_id", "meetings"),
    Column("party", EnumText(Party), nullable=False),
    reference("person_id", "people", optional=True),
    reference("unit_id", "units", optional=True),
    reference("group_id", "groups", optional=True),
    Column("is_required", Boolean, nullable=False, default=False),
    moment("invited_at"),
    Column("answer", EnumText(InvitationAnswer), nullable=False),
    Column("people", Integer, nullable=False, default=1),
    reference("answered_by_id", "people", optional=True),
    moment("answered_at", optional=True),
    Column("reason", Text, nullable=False, default=""),
    moment("promoted_at", optional=True),
    moment("checked_in_at", optional=True),
    reference("checked_in_by_id", "people", optional=True),
    UniqueConstraint("meeting_id", "person_id"),
    UniqueConstraint("meeting_id", "unit_id"),
    UniqueConstraint("meeting_id", "group_id"),
    Index("ix_invitations_person", "person_id", "meeting_id"),
)

opinions = Table(  # What somebody wants said at the table; the chair reads it.
    "opinions",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("meeting_id", "meetings", indexed=True),
    reference("person_id", "people"),
    Column("words", Text, nullable=False),
    moment("said_at"),
)

joint_meetings = Table(  # A meeting that recurs, with a standing roster.
    "joint_meetings",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("number", Integer, nullable=False),
    Column("title", String(128), nullable=False),
    Column("place", String(128), nullable=False),
    Column("rule", Json, nullable=False),
    moment("next_at", optional=True),
    reference("made_by_id", "people"),
    moment("made_at"),
    moment("ended_at", optional=True),
    UniqueConstraint("community_id", "number"),
)

joint_members = Table(  # Who belongs to a joint meeting.
    "joint_members",
    metadata,
    identity(),
    reference("joint_meeting_id", "joint_meetings", indexed=True),
    Column("party", EnumText(Party), nullable=False),
    reference("person_id", "people", optional=True),
    reference("unit_id", "units", optional=True),
    reference("group_id", "groups", optional=True),
    Column("is_required", Boolean, nullable=False, default=False),
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A row of `meetings`; times are UTC.

    `starts_at` is empty while it is a draft without a time, or postponed. `online` is an address or the name
    of a channel, empty for a meeting in a room alone. `capacity` counts people, `None` without a limit.
    `is_public`: residents' groups may read of it. `code` is what is said at the door (签到 4821); `token` is
    in the address of its page and calendar file, `desk_token` in that of the page where staff write the
    minutes (`record`). `version` counts the changes of time and place. `reason`: why it was postponed or
    cancelled.
    """

    id: int
    community_id: int
    number: int
    title: str
    starts_at: datetime | None
    minutes_long: int
    place: str
    online: str
    capacity: int | None
    chair_id: int | None
    status: MeetingStatus
    called_by_id: int
    called_at: datetime
    is_public: bool = False
    code: str = ""
    token: str = ""
    desk_token: str = ""
    version: int = 0
    reason: str = ""
    record: str = ""
    held_at: datetime | None = None
    minuted_at: datetime | None = None
    closed_at: datetime | None = None
    joint_meeting_id: int | None = None


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A row of `meeting_topics`."""

    meeting_id: int
    topic_id: int
    position: int
    is_carried_over: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """A row of `invitations`; exactly one of person, unit and group is set.

    `people` is how many come with this answer. `promoted_at`: a place became free for who waited.
    """

    id: int
    community_id: int
    meeting_id: int
    party: Party
    person_id: int | None
    unit_id: int | None
    group_id: int | None
    is_required: bool
    invited_at: datetime
    answer: InvitationAnswer
    people: int
    answered_by_id: int | None
    answered_at: datetime | None
    reason: str
    promoted_at: datetime | None
    checked_in_at: datetime | None
    checked_in_by_id: int | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """A row of `opinions`."""

    id: int
    community_id: int
    meeting_id: int
    person_id: int
    words: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class JointMeeting:
    """A row of `joint_meetings`; `rule` has the days and `at_time`, in Asia/Shanghai."""

    id: int
    community_id: int
    number: int
    title: str
    place: str
    rule: dict[str, Any]
    next_at: datetime | None
    made_by_id: int
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class JointMember:
    """A row of `joint_members`; exactly one of person, unit and group is set."""

    id: int
    joint_meeting_id: int
    party: Party
    person_id: int | None
    unit_id: int | None
    group_id: int | None
    is_required: bool
