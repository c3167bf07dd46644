"""Knocking on doors: which households have not voted, in the order of a walk."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors.polls import OnlyWorkersAndStaff
from handlers.polls.eligibility import Door, Scope, door_of_key, door_of_room, scope_of
from handlers.polls.order import door_order, natural
from handlers.polls.voting import ensure_runs
from storage import organization
from storage.models.people import Person, Role
from storage.models.polls import Poll
from storage.polls import ballots, rooms
from storage.polls.doors import Visited, visits_of
from storage.polls.voters import homes_in

SHOWN: Final = 60  # households in one message


@dataclass(frozen=True, slots=True)
class Start:
    """Of which building or entrance the doors are wanted, with a room from which one on."""

    building: str | None = None
    unit: str | None = None
    room: str | None = None

    @property
    def is_from(self) -> bool:
        """Whether the walk goes on from a door, rather than through one house."""
        return self.building is not None and self.room is not None

    def leads_to(self, building: str) -> bool:
        """Whether the walk comes to this building."""
        if self.building is None or building == self.building:
            return True
        return self.is_from and natural(building) > natural(self.building)

    def includes(self, door: Door) -> bool:
        """Whether the walk comes to this door."""
        if self.is_from and door.building == self.building:
            first = Door(door.estate_id, door.building, self.unit or "", self.room or "")
            return door_order(door) >= door_order(first)
        return self.is_from or self.unit in (None, door.unit)


@dataclass(frozen=True, slots=True)
class SilentDoor:
    """A household that has not voted, and what knocking led to so far."""

    door: Door
    visited: Visited | None


@dataclass(frozen=True, slots=True)
class DoorList:
    """The households to knock at, in the order of a walk; `following` is the first one not shown."""

    poll: Poll
    scope: Scope
    doors: list[SilentDoor]
    total: int
    following: Door | None


EVERYWHERE: Final = Start()


def start_of(args: Mapping[str, Any]) -> Start:
    """Where the list is to begin, as it was read from one message."""
    return Start(args.get("building"), args.get("unit"), args.get("room"))


def list_doors(
    db: Connection, worker: Person, poll: Poll, *, now: datetime, start: Start = EVERYWHERE
) -> DoorList:
    """The households that have not voted, of the worker's own buildings, by building, entrance and floor.

    Of one building or entrance when that is named; with a room from that one on. Without a list of rooms
    those whose homes are known. `PollNotOpen`, `OnlyWorkersAndStaff`.
    """
    ensure_may_knock(worker)
    ensure_runs(poll, now=now)
    scope = scope_of(db, poll)
    here = Start(start.building or scope.building, start.unit or scope.unit, start.room)
    covers = covering(db, worker, scope)
    counts = _counts(db, poll, scope)
    houses = [each for each in sorted(counts, key=natural) if here.leads_to(each) and covers(each)]
    found, total = _walked(db, poll, scope, here, houses={each: counts[each] for each in houses})
    visited = visits_of(db, poll.id)
    shown = [SilentDoor(each, visited.get(each.key)) for each in found[:SHOWN]]
    following = found[SHOWN] if len(found) > SHOWN else None
    return DoorList(poll, scope, shown, total, following)


def ensure_may_knock(worker: Person) -> None:
    """Grid workers and staff knock on doors; `OnlyWorkersAndStaff`."""
    if worker.role is not Role.GRID_WORKER and worker.role not in COMMUNITY_ROLES:
        raise OnlyWorkersAndStaff


def covering(db: Connection, worker: Person, scope: Scope) -> Callable[[str], bool]:
    """Tells whether a building is the worker's: of the own grids, for staff every one."""
    if worker.role in COMMUNITY_ROLES:
        return lambda building: True
    mine = set(organization.grids_of_worker(db, worker.id))
    known: dict[str, bool] = {}

    def covers(building: str) -> bool:
        if building not in known:
            number = int(building) if building.isdecimal() else None
            grid = organization.grid_covering(db, scope.estate.id, number)
            known[building] = grid is not None and grid.id in mine
        return known[building]

    return covers


def _counts(db: Connection, poll: Poll, scope: Scope) -> dict[str, int]:
    """How many doors each building has that may vote."""
    if poll.is_listed:
        return rooms.rooms_per_building(db, scope.estate.id, scope.building, scope.unit)
    homes = homes_in(db, scope.estate.id, scope.building, scope.unit)
    return dict(Counter(building for building, _, _ in homes))


def _walked(
    db: Connection, poll: Poll, scope: Scope, start: Start, *, houses: Mapping[str, int]
) -> tuple[list[Door], int]:
    """The first silent doors of these buildings, one more than is shown, and how many there are in all.

    Buildings beyond what is shown are only counted: an estate may have a hundred thousand rooms.
    """
    answered = ballots.answered_doors(db, poll.id)
    spoken = Counter(door_of_key(each).building for each in answered)
    found: list[Door] = []
    total = 0
    for building, households in houses.items():
        if len(found) > SHOWN and (start.is_from or start.unit is None):
            total += max(0, households - spoken[building])
            continue
        silent = _silent(db, poll, scope, building=building, answered=answered)
        wanted = [each for each in silent if start.includes(each)]
        total += len(wanted)
        found += wanted[: SHOWN + 1]
    return found[: SHOWN + 1], total


def _silent(
    db: Connection, poll: Poll, scope: Scope, *, building: str, answered: Collection[str]
) -> list[Door]:
    if poll.is_listed:
        doors = [door_of_room(each) for each in rooms.rooms_in(db, scope.estate.id, building, scope.unit)]
    else:
        homes = homes_in(db, scope.estate.id, building, scope.unit)
        doors = [Door(scope.estate.id, *each) for each in homes]
    return sorted((each for each in doors if each.key not in answered), key=door_order)
