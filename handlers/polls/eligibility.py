"""Which households a vote is for, and for which one somebody speaks."""

from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.errors.polls import (
    AreasUnknown,
    HouseholdsDiffer,
    HouseholdsUnknown,
    HouseholdsWrong,
    OutsideScope,
    RoomNotListed,
    VoteHomeUnknown,
    VoteUnitUnknown,
)
from storage import organization
from storage.models.organization import Estate
from storage.models.people import Person
from storage.models.polls import Basis, Poll, Room
from storage.polls import ballots, rooms

MOST_HOUSEHOLDS = 100_000


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the households are that vote: an estate, one of its buildings, or one entrance."""

    estate: Estate
    building: str | None = None
    unit: str | None = None

    @property
    def text(self) -> str:
        """As people write it: 枫桥苑33号楼5单元."""
        return f"{self.public}{self.unit}单元" if self.unit else self.public

    @property
    def public(self) -> str:
        """As residents' groups may read it, without the entrance."""
        return f"{self.estate.name}{building_text(self.building)}"


@dataclass(frozen=True, slots=True)
class Eligible:
    """Who counts as all: so many households, their area (hundredths of m², `None` unknown), listed or not."""

    households: int
    area: int | None
    is_listed: bool


@dataclass(frozen=True, slots=True)
class Door:
    """One household's door; `area` in hundredths of a square metre, where the list knows it."""

    estate_id: int
    building: str
    unit: str
    room: str
    area: int | None = None

    @property
    def key(self) -> str:
        """As ballots name it."""
        return f"{self.estate_id}|{self.building}|{self.unit}|{self.room}"

    @property
    def text(self) -> str:
        """As people write it, without the estate: 33号楼5单元201室."""
        unit = f"{self.unit}单元" if self.unit else ""
        return f"{building_text(self.building)}{unit}{room_text(self.room)}"


def building_text(building: str | None) -> str:
    """33号楼; nothing for no building."""
    if not building:
        return ""
    return f"{building}号楼" if building.isalnum() else building


def room_text(room: str) -> str:
    """201室, or 4楼西户 as it stands."""
    return f"{room}室" if room.isalnum() and room.isascii() else room


def door_of_key(key: str) -> Door:
    """The door that a ballot names."""
    estate, building, unit, room = key.split("|")
    return Door(int(estate), building, unit, room)


def scope_of(db: Connection, poll: Poll) -> Scope:
    """Where the households of the vote are; a vote always has an estate."""
    assert poll.estate_id is not None
    return Scope(organization.estate_by_id(db, poll.estate_id), poll.building, poll.unit)


def count_eligible(db: Connection, scope: Scope, *, said: int | None, basis: Basis) -> Eligible:
    """Who counts as all, by the list of rooms where it covers the scope, else as the estate or staff say.

    `HouseholdsUnknown`, `HouseholdsDiffer` (the list has another number than was said), `HouseholdsWrong`,
    `AreasUnknown` where area counts and is not known of every room.
    """
    if said is not None and not 1 <= said <= MOST_HOUSEHOLDS:
        raise HouseholdsWrong(MOST_HOUSEHOLDS)
    listed = rooms.count_rooms(db, scope.estate.id, scope.building, scope.unit)
    known = scope.estate.households
    is_whole = scope.building is None
    is_listed = listed.rooms > 0 and not (is_whole and known is not None and listed.rooms < known)
    if is_listed and said is not None and said != listed.rooms:
        raise HouseholdsDiffer(scope.text, listed.rooms, said)
    if basis is not Basis.HOUSEHOLDS:
        _ensure_areas(scope, listed, is_listed=is_listed)
    if is_listed:
        return Eligible(listed.rooms, None if listed.without_area else listed.area, True)
    households = said or (known if is_whole else None)
    if households is None:
        raise HouseholdsUnknown(scope.text)
    return Eligible(households, None, False)


def _ensure_areas(scope: Scope, listed: rooms.RoomCount, *, is_listed: bool) -> None:
    if not is_listed:
        raise AreasUnknown(scope.text, None)
    if listed.without_area:
        raise AreasUnknown(scope.text, listed.without_area)


# ------------------------------------------------------------------ one door


def may_concern(poll: Poll, person: Person) -> bool:
    """Whether the resident's home, as far as it is known, is one of those that vote."""
    if person.estate_id is None or person.estate_id != poll.estate_id:
        return False
    is_building = poll.building is None or person.building in (None, poll.building)
    return is_building and (poll.unit is None or person.unit in (None, poll.unit))


def door_of_home(db: Connection, poll: Poll, person: Person) -> Door:
    """The door for which this resident speaks.

    `VoteHomeUnknown`, `VoteUnitUnknown` and `OutsideScope` where the home is not known or elsewhere,
    `RoomNotListed` where the list does not have it.
    """
    scope = scope_of(db, poll)
    if person.estate_id is None:
        raise VoteHomeUnknown(poll.number, scope.estate.name)
    if not may_concern(poll, person):
        raise OutsideScope(poll.number, scope.text)
    if person.building is None or person.room is None:
        raise VoteHomeUnknown(poll.number, scope.estate.name)
    return door_said(db, poll, scope, (person.building, person.unit, person.room))


def door_said(db: Connection, poll: Poll, scope: Scope, said: tuple[str, str | None, str]) -> Door:
    """The door of this building, entrance (`None` not said) and room; the same refusals."""
    building, unit, room = said
    is_here = poll.building in (None, building) and (unit is None or poll.unit in (None, unit))
    if not is_here:
        raise OutsideScope(poll.number, scope.text)
    if poll.is_listed:
        return _listed_door(db, poll, scope, said)
    return _unlisted_door(db, poll, scope, (building, unit or poll.unit, room))


def _listed_door(db: Connection, poll: Poll, scope: Scope, said: tuple[str, str | None, str]) -> Door:
    building, unit, room = said
    found = rooms.rooms_called(db, scope.estate.id, building, room)
    if poll.unit is not None:
        found = [each for each in found if each.unit == poll.unit]
    if unit is not None:
        found = [each for each in found if each.unit == unit] or [each for each in found if not each.unit]
    if not found:
        text = scope.estate.name + Door(scope.estate.id, building, unit or "", room).text
        phone = organization.community_by_id(db, poll.community_id).phone
        raise RoomNotListed(poll.number, text, phone)
    if len(found) > 1:
        raise VoteUnitUnknown(poll.number, scope.estate.name, building=building, room=room)
    return door_of_room(found[0])


def _unlisted_door(db: Connection, poll: Poll, scope: Scope, said: tuple[str, str | None, str]) -> Door:
    """Without a list the entrance must be said wherever the building is known to have several."""
    building, unit, room = said
    bare = Door(scope.estate.id, building, "", room)
    if unit is None:
        has_units = rooms.has_units(db, scope.estate.id, building)
        if has_units or ballots.has_units(db, poll.id, scope.estate.id, building=building):
            raise VoteUnitUnknown(poll.number, scope.estate.name, building=building, room=room)
        return bare
    is_bare_known = ballots.counted_ballot(db, poll.id, bare.key) is not None
    return bare if is_bare_known else Door(scope.estate.id, building, unit, room)


def door_of_room(room: Room) -> Door:
    """The door of a room on the list."""
    return Door(room.estate_id, room.building, room.unit, room.room, room.area)
