"""What an organization file says, entry by entry; everything refers to everything else by name."""

from dataclasses import dataclass
from datetime import date

from handlers.organization.buildings import Span
from storage.models.organization import Audience, GridMode, UnitKind
from storage.models.people import Role


@dataclass(frozen=True, slots=True)
class EstateEntry:
    """A residential compound."""

    name: str
    aliases: tuple[str, ...]
    spans: tuple[Span, ...]  # its buildings; empty when the file does not say
    households: int | None


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A property company or department."""

    name: str
    kind: UnitKind
    aliases: tuple[str, ...]
    estates: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """Somebody who works for the community or one of its units."""

    name: str
    role: Role
    wecom_userid: str
    phone: str
    unit: str


@dataclass(frozen=True, slots=True)
class CoverEntry:
    """The part of an estate that a grid serves; without spans all of it."""

    estate: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DeputyEntry:
    """Who stands in where the workers cannot: always, or from one day to another, both included."""

    name: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class GridEntry:
    """A grid with those who serve it."""

    name: str
    mode: GridMode
    workers: tuple[str, ...]
    deputies: tuple[DeputyEntry, ...]
    covers: tuple[CoverEntry, ...]


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A group chat; an empty text means the file does not say."""

    name: str
    audience: Audience
    grid: str
    unit: str
    estate: str
    robot: str
    chat_id: str
    webhook: str
    customer_group: str
    appchat: str
    owner: str


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """A line of the contact card."""

    label: str
    estate: str
    phone: str


@dataclass(frozen=True, slots=True)
class CommunityEntry:
    """A community with everything that belongs to it."""

    code: str
    name: str
    phone: str
    official_account: str
    estates: tuple[EstateEntry, ...]
    units: tuple[UnitEntry, ...]
    people: tuple[PersonEntry, ...]
    grids: tuple[GridEntry, ...]
    groups: tuple[GroupEntry, ...]
    contacts: tuple[ContactEntry, ...]
    wording: tuple[tuple[str, str], ...] = ()  # sentences in the community's own words, by key

    def unit_of_group(self, group: GroupEntry) -> str:
        """The unit a group belongs to, whether the group or the unit says so; empty when neither does."""
        return group.unit or next((unit.name for unit in self.units if unit.group == group.name), "")


@dataclass(frozen=True, slots=True)
class Organization:
    """A whole organization file, free of mistakes."""

    communities: tuple[CommunityEntry, ...]
