"""Which groups a broadcast is for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from handlers.broadcasts.orders import Order
from handlers.errors import NobodyToReach
from nlp.broadcasts.targets import Target, TargetKind
from storage import organization
from storage.broadcasts import places
from storage.models.broadcasts import BroadcastAudience
from storage.models.organization import Audience, Estate, Grid, Group

HOUSES = re.compile(r"(\d{1,3})(?:\s?[-~～至到]\s?(\d{1,3}))?\s?(?:号楼|号|栋|幢|#)")
QUOTES = ' “”"「」『』'
GROUP_WORD = re.compile(r"(?:的?(?:工作|网格|微信|居民|业主|住户|大|总)*群)+$")
AUDIENCES = {
    BroadcastAudience.RESIDENTS_GROUPS: Audience.RESIDENTS,
    BroadcastAudience.WORKERS_GROUPS: Audience.WORKERS,
}


@dataclass(frozen=True, slots=True)
class Meant:
    """The groups that are meant, each once, and what staff should know of the choice."""

    groups: tuple[Group, ...]
    remarks: tuple[str, ...]


@dataclass(slots=True)
class _Choice:
    """What is chosen so far, of everything a community has."""

    db: Connection
    estates: Sequence[Estate]
    grids: Sequence[Grid]
    groups: Sequence[Group]
    is_for_workers: bool
    remarks: list[str] = field(default_factory=list)

    def of(self, target: Target) -> list[Group]:
        """The groups of one name; raises `NobodyToReach` when it is nobody's."""
        chosen = {
            TargetKind.ALL: self._all,
            TargetKind.ESTATE: self._estate,
            TargetKind.BUILDING: self._building,
            TargetKind.GRID: self._grid,
            TargetKind.GROUP: self._group,
        }.get(target.kind)
        found = self._called(target.said) or (chosen(target) if chosen else [])
        if not found:
            raise NobodyToReach(target.said or target.name)
        return found

    def _called(self, said: str) -> list[Group]:
        """The group of exactly this name: 枫桥苑居民群 is not every group of 枫桥苑."""
        name = said.strip(QUOTES)
        return [group for group in self.groups if group.name == name and group.dismissed_at is None]

    def _all(self, target: Target) -> list[Group]:
        is_of_grids = self.is_for_workers and "网格" in target.said
        return [group for group in self.groups if group.grid_id is not None or not is_of_grids]

    def _estate(self, target: Target) -> list[Group]:
        estate = estate_named(self.estates, target.name)
        return self._group(target) if estate is None else self._groups_of(estate)

    def _groups_of(self, estate: Estate) -> list[Group]:
        if self.is_for_workers:
            grids = places.grids_of_estate(self.db, estate.id)
            return [group for group in self.groups if group.grid_id in grids]
        return [
            group
            for group in self.groups
            if group.estate_id == estate.id or (group.estate_id is None and estate.name in group.name)
        ]

    def _building(self, target: Target) -> list[Group]:
        """The groups named for these houses; when some house has none, every group of the estate."""
        estate = estate_named(self.estates, target.name)
        groups = self._groups_of(estate) if estate else []
        if estate is None or target.buildings is None or not groups or self.is_for_workers:
            return groups
        first, last = target.buildings
        named = {group.id: houses_named(group, estate) & set(range(first, last + 1)) for group in groups}
        if set().union(*named.values()) == set(range(first, last + 1)):
            return [group for group in groups if named[group.id]]
        self.remarks.append(
            f"{estate.name}没有{target.label.removeprefix(estate.name)}单独的群，整个小区的群都会看到"
        )
        return [group for group in groups if named[group.id] or not houses_named(group, estate)]

    def _grid(self, target: Target) -> list[Group]:
        grid = grid_named(self.grids, target.name)
        if grid is None:
            return []
        if self.is_for_workers:
            return [group for group in self.groups if group.grid_id == grid.id]
        estates = set(organization.estates_of_grid(self.db, grid.id))
        for each in places.shared_estates(self.db, estates):
            name = next(estate.name for estate in self.estates if estate.id == each)
            self.remarks.append(f"{grid.name}只管{name}的一部分，整个小区的群都会看到")
        return [group for group in self.groups if group.grid_id == grid.id or group.estate_id in estates]

    def _group(self, target: Target) -> list[Group]:
        exact = [group for group in self.groups if group.name == target.name]
        if exact:
            return exact
        stem = GROUP_WORD.sub("", target.name)
        estate = estate_named(self.estates, stem)
        if estate is not None:  # 枫桥苑居民群, where no group has this name: those of the estate
            return self._groups_of(estate)
        near = [group for group in self.groups if stem and stem in group.name]
        units = places.units_called(self.db, [group.unit_id for group in self.groups], stem)
        return near[:1] if len(near) == 1 else [group for group in self.groups if group.unit_id in units]


def groups_meant(db: Connection, community_id: int, order: Order) -> Meant:
    """The groups of the community that the order names, each once, in the order of their names there.

    Raises `NobodyToReach` with the name that is nobody's. Whether a group can be reached is not asked here.
    """
    wanted = AUDIENCES[order.audience]
    choice = _Choice(
        db,
        organization.estates_of_communities(db, [community_id]),
        organization.grids_of_community(db, community_id),
        places.groups_for(db, community_id, wanted),
        is_for_workers=wanted is Audience.WORKERS,
    )
    chosen = {group.id: group for target in order.targets for group in choice.of(target)}
    return Meant(tuple(chosen.values()), tuple(dict.fromkeys(choice.remarks)))


def estate_named(estates: Sequence[Estate], name: str) -> Estate | None:
    """The estate of this name or alias; `None` when there is none."""
    return next((each for each in estates if name in (each.name, *each.aliases)), None)


def grid_named(grids: Sequence[Grid], name: str) -> Grid | None:
    """The grid of this name; without a name the only one there is."""
    if not name:
        return grids[0] if len(grids) == 1 else None
    return next((each for each in grids if each.name == name), None)


def houses_named(group: Group, estate: Estate) -> set[int]:
    """The houses in the name of a group: 枫桥苑1-3号楼群; empty when it is the whole estate's."""
    name = group.name.replace(estate.name, " ")
    houses: set[int] = set()
    for found in HOUSES.finditer(name):
        first = int(found[1])
        houses.update(range(first, int(found[2] or first) + 1))
    return houses
