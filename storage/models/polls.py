"""Polls: surveys (征询), votes by household (表决), the rooms that may vote; three surveys of a measure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
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
from storage.types import EnumText, Json


class PollKind(StrEnum):
    """What a poll is for."""

    SURVEY = "survey"  # 征询: opinions are gathered
    VOTE = "vote"  # 表决: households decide


class PollStatus(StrEnum):
    """Where a poll stands."""

    DRAFT = "draft"  # shown to staff, not yet begun
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Basis(StrEnum):
    """What is counted against quorum and threshold."""

    HOUSEHOLDS = "households"
    AREA = "area"
    BOTH = "both"  # 双达标: each alone must reach them


class Phase(StrEnum):
    """When a survey of a measure is held."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class BallotStatus(StrEnum):
    """What a ballot counts for."""

    COUNTED = "counted"
    REPLACED = "replaced"  # the household changed its word
    CONTESTED = "contested"  # somebody else had spoken for the household: staff see it, it does not count


class VisitOutcome(StrEnum):
    """What a knock at a door led to, where no answer was given."""

    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    LATER = "later"


rooms = Table(  # 户: a room that may vote, with its area where it is known.
    "rooms",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("estate_id", "estates"),
    Column("building", String(16), nullable=False),
    Column("unit", String(16), nullable=False, default=""),
    Column("room", String(16), nullable=False),
    Column("area", BigInteger, nullable=True),
    UniqueConstraint("estate_id", "building", "unit", "room"),
)

measures = Table(  # A renovation or another measure, surveyed before, during and after.
    "measures",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("number", Integer, nullable=False),
    Column("title", String(128), nullable=False),
    reference("estate_id", "estates", optional=True),
    Column("building", String(16), nullable=True),
    Column("token", String(64), nullable=False),
    reference("made_by_id", "people"),
    moment("made_at"),
    UniqueConstraint("community_id", "number"),
)

polls = Table(  # A survey or a vote.
    "polls",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("number", Integer, nullable=False),
    Column("kind", EnumText(PollKind), nullable=False),
    Column("title", String(128), nullable=False),
    Column("options", Json, nullable=False),
    reference("estate_id", "estates", optional=True),
    Column("building", String(16), nullable=True),
    Column("unit", String(16), nullable=True),
    Column("households", Integer, nullable=True),
    Column("area", BigInteger, nullable=True),
    Column("is_listed", Boolean, nullable=False, default=False),
    Column("basis", EnumText(Basis), nullable=False),
    Column("quorum", String(16), nullable=False, default=""),
    Column("threshold", String(16), nullable=False, default=""),
    Column("is_of_cast", Boolean, nullable=False, default=False),
    Column("is_secret", Boolean, nullable=False, default=False),
    Column("status", EnumText(PollStatus), nullable=False),
    moment("opened_at", optional=True),
    moment("closes_at"),
    moment("closed_at", optional=True),
    Column("result", Json, nullable=True),
    reference("made_by_id", "people"),
    moment("made_at"),
    reference("topic_id", "topics", optional=True),
    reference("meeting_id", "meetings", optional=True, indexed=True),
    reference("measure_id", "measures", optional=True, indexed=True),
    Column("phase", EnumText(Phase), nullable=True),
    UniqueConstraint("community_id", "number"),
)
_RUNS = text("status = 'open'")
Index("ix_polls_open", polls.c.community_id, polls.c.estate_id, sqlite_where=_RUNS, postgresql_where=_RUNS)

ballots = Table(  # One word of one household (of one person in a survey); never changed but for its status.
    "ballots",
    metadata,
    identity(),
    reference("poll_id", "polls"),
    Column("door", String(64), nullable=False),
    reference("person_id", "people", optional=True),
    Column("choice", Integer, nullable=True),
    Column("words", Text, nullable=False, default=""),
    Column("people", Integer, nullable=True),
    Column("area", BigInteger, nullable=True),
    reference("entered_by_id", "people", optional=True),
    moment("cast_at"),
    Column("status", EnumText(BallotStatus), nullable=False),
)
_COUNTED = text("status = 'counted'")
Index(
    "ix_ballots_counted",
    ballots.c.poll_id,
    ballots.c.door,
    unique=True,
    sqlite_where=_COUNTED,
    postgresql_where=_COUNTED,
)
Index("ix_ballots_poll", ballots.c.poll_id, ballots.c.id)
Index("ix_ballots_person", ballots.c.person_id, ballots.c.poll_id)

visits = Table(  # A grid worker knocked and got no answer to enter.
    "visits",
    metadata,
    identity(),
    reference("poll_id", "polls", indexed=True),
    Column("door", String(64), nullable=False),
    reference("worker_id", "people"),
    Column("outcome", EnumText(VisitOutcome), nullable=False),
    moment("visited_at"),
)


@dataclass(frozen=True, slots=True)
class Room:
    """A row of `rooms`; `area` in hundredths of a square metre, `None` when it is not known."""

    id: int
    community_id: int
    estate_id: int
    building: str
    unit: str
    room: str
    area: int | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of `measures`; `token` is in the address of the page that compares its surveys."""

    id: int
    community_id: int
    number: int
    title: str
    estate_id: int | None
    building: str | None
    token: str
    made_by_id: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Poll:
    """A row of `polls`.

    Who may answer: the households of the estate, building or unit; without an estate everybody of the
    community. `households` and `area` (hundredths of a square metre) are what counts as all, fixed when it
    opened; `is_listed`: only rooms of the list may vote. `quorum` and `threshold` are exact fractions as
    text, empty without one: "2/3" at least, ">1/2" more than that; the threshold is of all, or with
    `is_of_cast` of those who took part. The first option must reach it where it is 同意, else whichever
    leads. `result` is what the rows gave when it was closed. Times are UTC.
    """

    id: int
    community_id: int
    number: int
    kind: PollKind
    title: str
    options: list[str]
    estate_id: int | None
    building: str | None
    unit: str | None
    households: int | None
    area: int | None
    is_listed: bool
    basis: Basis
    quorum: str
    threshold: str
    is_of_cast: bool
    is_secret: bool
    status: PollStatus
    opened_at: datetime | None
    closes_at: datetime
    closed_at: datetime | None
    result: dict[str, object] | None
    made_by_id: int
    made_at: datetime
    topic_id: int | None
    meeting_id: int | None
    measure_id: int | None
    phase: Phase | None


@dataclass(frozen=True, slots=True)
class Ballot:
    """A row of `ballots`.

    `door` is estate, building, unit and room with bars between them; of a survey that asks persons
    `person:ID`. `choice` is the option's place in the list, from 0; `None` for words alone. `people` is how
    many are affected. `entered_by_id`: the worker who entered it for the household.
    """

    id: int
    poll_id: int
    door: str
    person_id: int | None
    choice: int | None
    words: str
    people: int | None
    area: int | None
    entered_by_id: int | None
    cast_at: datetime
    status: BallotStatus
