"""Where residents live: as they say it, or as the code they scan says it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from storage import homes, organization
from storage.models.organization import Community, Estate, Grid
from storage.models.people import Person

SCENE: Final = re.compile(  # what a code of ours holds: g12, e7, e7-33, e7-33-2
    r"g(?P<grid>[0-9]{1,18})"
    r"|e(?P<estate>[0-9]{1,18})(?:-(?P<building>[0-9A-Za-z]{1,16})(?:-(?P<unit>[0-9A-Za-z]{1,16}))?)?"
)
FOLLOWED: Final = "qrscene_"  # stands before the scene when the code also made somebody follow
WIDTH: Final = 16  # characters of the columns


@dataclass(frozen=True, slots=True)
class Home:
    """A home, as far as it is known."""

    estate: Estate
    building: str | None = None
    unit: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where somebody belongs now, and who is responsible there; without an estate only the grid is known."""

    community: Community
    home: Home | None
    grid: Grid | None
    worker: Person | None


def settle_in(db: Connection, person: Person, home: Home) -> Placed:
    """The resident lives there from now on, and belongs to that community."""
    homes.settle_home(
        db,
        person,
        community_id=home.estate.community_id,
        estate_id=home.estate.id,
        building=_fitting(home.building),
        unit=_fitting(home.unit),
        room=_fitting(home.room),
    )
    grid = _grid_of(db, home)
    community = organization.community_by_id(db, home.estate.community_id)
    return Placed(community, home, grid, worker_of(db, grid))


def move_out(db: Connection, person: Person) -> None:
    """Nobody knows any more where the resident lives; the community stays the one last used."""
    homes.settle_home(db, person, community_id=person.community_id, estate_id=None)


def settle_by_scene(
    db: Connection, person: Person, scene: str, *, communities: Sequence[Community], estates: Sequence[Estate]
) -> Placed | None:
    """Who scanned the code of a building or grid belongs there; `None` when it is no code of this account.

    What is known of the home more exactly than the code says, and fits it, is kept.
    """
    found = SCENE.fullmatch(scene.removeprefix(FOLLOWED))
    if found is None:
        return None
    if found["grid"]:
        return _settle_in_grid(db, person, int(found["grid"]), communities=communities, estates=estates)
    estate = next((each for each in estates if each.id == int(found["estate"])), None)
    if estate is None:
        return None
    return settle_in(db, person, _refined(Home(estate, found["building"], found["unit"]), person))


def scene_of_grid(grid: Grid) -> str:
    """What the code of a grid holds."""
    return f"g{grid.id}"


def scene_of_estate(estate: Estate, building: str = "", unit: str = "") -> str:
    """What the code of an estate holds, of one of its buildings, or of an entrance."""
    return "-".join(part for part in (f"e{estate.id}", building, unit if building else "") if part)


def home_of(person: Person, estates: Sequence[Estate]) -> Home | None:
    """Where the resident lives; `None` when nobody knows, or the account no longer serves it."""
    estate = next((each for each in estates if each.id == person.estate_id), None)
    return None if estate is None else Home(estate, person.building, person.unit, person.room)


def placed(db: Connection, person: Person, home: Home | None, community: Community) -> Placed:
    """Where somebody belongs, and who is responsible there."""
    grid = _grid_of(db, home) if home else None
    return Placed(community, home, grid, worker_of(db, grid))


def worker_of(db: Connection, grid: Grid | None) -> Person | None:
    """Who serves the grid first; `None` when nobody does."""
    return next(iter(organization.workers_of_grid(db, grid.id)), None) if grid else None


def _settle_in_grid(
    db: Connection,
    person: Person,
    grid_id: int,
    *,
    communities: Sequence[Community],
    estates: Sequence[Estate],
) -> Placed | None:
    grid = organization.grid_of_number(db, grid_id)
    community = next((each for each in communities if grid and each.id == grid.community_id), None)
    if grid is None or community is None:
        return None
    covered = organization.estates_of_grid(db, grid.id)
    known = home_of(person, estates)
    if known is not None and known.estate.id in covered:
        return settle_in(db, person, known)
    only = next((each for each in estates if covered == [each.id]), None)
    if only is not None:
        settle_in(db, person, Home(only))
    else:
        homes.settle_home(db, person, community_id=community.id, estate_id=None)
    return Placed(community, Home(only) if only else None, grid, worker_of(db, grid))


def _refined(scanned: Home, person: Person) -> Home:
    """The code of the own house does not make the room unknown again."""
    if person.estate_id != scanned.estate.id:
        return scanned
    if scanned.building is not None and scanned.building != person.building:
        return scanned
    if scanned.unit is not None and scanned.unit != person.unit:
        return scanned
    return Home(scanned.estate, person.building, person.unit, person.room)


def _grid_of(db: Connection, home: Home) -> Grid | None:
    is_number = home.building is not None and home.building.isdecimal()
    return organization.grid_covering(db, home.estate.id, int(home.building or 0) if is_number else None)


def _fitting(part: str | None) -> str | None:
    return part[:WIDTH] if part else None
