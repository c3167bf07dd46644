"""Communities and what belongs to them: estates, units, grids, groups, contacts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, UniqueConstraint, false, true

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText, Json


class UnitKind(StrEnum):
    """What kind of body receives assignments."""

    PROPERTY = "property"
    DEPARTMENT = "department"


class GridMode(StrEnum):
    """How a grid's cases find their worker: always the first one, whoever claims, or in turn."""

    FIXED = "fixed"
    CLAIM = "claim"
    TURN = "turn"


class Audience(StrEnum):
    """Who sits in a group chat."""

    WORKERS = "workers"
    RESIDENTS = "residents"


communities = Table(  # One neighbourhood committee; every other row belongs to one.
    "communities",
    metadata,
    identity(),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("phone", String(32), nullable=False, default=""),
    Column("official_account", String(32), nullable=False, default="", index=True),
)

estates = Table(  # A residential compound; `buildings` is the range as written in the organization file.
    "estates",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("name", String(64), nullable=False),
    Column("aliases", Json, nullable=False),
    Column("buildings", String(128), nullable=False, default=""),
    Column("households", Integer, nullable=True),
    UniqueConstraint("community_id", "name"),
)

units = Table(  # A property company or department that receives assignments.
    "units",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("name", String(64), nullable=False),
    Column("kind", EnumText(UnitKind), nullable=False),
    Column("aliases", Json, nullable=False),
    UniqueConstraint("community_id", "name"),
)

unit_estates = Table(  # Which estates a property company looks after.
    "unit_estates",
    metadata,
    reference("unit_id", "units"),
    reference("estate_id", "estates"),
    UniqueConstraint("unit_id", "estate_id"),
)

grids = Table(  # The part of a community that one grid worker serves.
    "grids",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("name", String(64), nullable=False),
    Column("mode", EnumText(GridMode), nullable=False),
    Column("turns", Integer, nullable=False, default=0),
    UniqueConstraint("community_id", "name"),
)

grid_covers = Table(  # The buildings a grid covers in an estate; both bounds empty means the whole estate.
    "grid_covers",
    metadata,
    identity(),
    reference("grid_id", "grids", indexed=True),
    reference("estate_id", "estates", indexed=True),
    Column("first_building", Integer, nullable=True),
    Column("last_building", Integer, nullable=True),
)

grid_workers = Table(  # Who serves a grid, in order; deputies act, always or between two days.
    "grid_workers",
    metadata,
    reference("grid_id", "grids"),
    reference("person_id", "people", indexed=True),
    Column("position", Integer, nullable=False),
    Column("is_deputy", Boolean, nullable=False),
    Column("starts_on", Date, nullable=True),
    Column("ends_on", Date, nullable=True),
    Column("is_acting", Boolean, nullable=False, default=True, server_default=true()),
    Column("is_listed", Boolean, nullable=False, default=True, server_default=true()),  # in the file
    Column("is_by_hand", Boolean, nullable=False, default=False, server_default=false()),  # days said in chat
    reference("instead_of_id", "people", optional=True),
    UniqueConstraint("grid_id", "person_id"),
)

groups = Table(  # A group chat and every way it can be reached.
    "groups",
    metadata,
    identity(),
    reference("community_id", "communities"),
    Column("name", String(64), nullable=False),
    Column("audience", EnumText(Audience), nullable=False),
    reference("grid_id", "grids", optional=True, indexed=True),
    reference("unit_id", "units", optional=True),
    reference("estate_id", "estates", optional=True, indexed=True),
    Column("robot", String(32), nullable=False, default=""),
    Column("chat_id", String(128), nullable=False, default="", index=True),
    Column("webhook", String(128), nullable=False, default=""),
    Column("customer_group", String(128), nullable=False, default=""),
    Column("appchat", String(64), nullable=False, default=""),
    reference("owner_id", "people", optional=True),
    Column("is_connected", Boolean, nullable=False, default=False, server_default=false()),
    Column("members", Integer, nullable=True),
    moment("dismissed_at", optional=True),
    Column("listed_on", Date, nullable=True),
    UniqueConstraint("community_id", "name"),
)

group_changes = Table(  # A residents' group the platform says has changed; gone once it was looked at.
    "group_changes",
    metadata,
    identity(),
    Column("chat_id", String(128), nullable=False, unique=True),
    moment("noted_at"),
)

contacts = Table(  # One line of the contact card: whom to call.
    "contacts",
    metadata,
    identity(),
    reference("community_id", "communities", indexed=True),
    Column("label", String(64), nullable=False),
    reference("estate_id", "estates", optional=True),
    Column("phone", String(32), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Community:
    """A row of `communities`."""

    id: int
    code: str
    name: str
    phone: str
    official_account: str


@dataclass(frozen=True, slots=True)
class Estate:
    """A row of `estates`."""

    id: int
    community_id: int
    name: str
    aliases: list[str]
    buildings: str
    households: int | None


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of `units`."""

    id: int
    community_id: int
    name: str
    kind: UnitKind
    aliases: list[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A row of `grids`; `turns` counts the cases its workers were given in turn."""

    id: int
    community_id: int
    name: str
    mode: GridMode
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A row of `groups`; an empty text means the group cannot be reached that way.

    `is_connected`: the robot has been addressed there over its long connection and may push. `members` counts
    the residents of a customer group as the platform last told it, `dismissed_at` when it was gone;
    `listed_on` is the day of the last daily list, in Asia/Shanghai.
    """

    id: int
    community_id: int
    name: str
    audience: Audience
    grid_id: int | None
    unit_id: int | None
    estate_id: int | None
    robot: str
    chat_id: str
    webhook: str
    customer_group: str
    appchat: str
    owner_id: int | None
    is_connected: bool = False
    members: int | None = None
    dismissed_at: datetime | None = None
    listed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A row of `contacts`; without an estate it holds for the whole community."""

    id: int
    community_id: int
    label: str
    estate_id: int | None
    phone: str
