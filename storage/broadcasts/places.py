"""What a community has, as broadcasts name it: groups, grids and what they cover, units."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from storage.models.base import many
from storage.models.organization import Audience, Group, Unit, grid_covers, groups, units


@dataclass(frozen=True, slots=True)
class Cover:
    """What a grid covers of an estate; `buildings` are the first and the last, `None` for all of them."""

    estate_id: int
    buildings: tuple[int, int] | None


def groups_for(db: Connection, community_id: int, audience: Audience) -> list[Group]:
    """Every group of the community for workers, or for residents, in the order they were registered."""
    query = select(*groups.c).where(groups.c.community_id == community_id, groups.c.audience == audience)
    return many(Group, db.execute(query.order_by(groups.c.id)))


def covers_of_grid(db: Connection, grid_id: int) -> list[Cover]:
    """What the grid covers, in the order it was registered."""
    table = grid_covers.c
    query = select(table.estate_id, table.first_building, table.last_building).where(table.grid_id == grid_id)
    return [
        Cover(row[0], None if row[1] is None else (row[1], row[2] if row[2] is not None else row[1]))
        for row in db.execute(query.order_by(table.id))
    ]


def grids_of_estate(db: Connection, estate_id: int) -> set[int]:
    """The grids that cover something in the estate."""
    query = select(grid_covers.c.grid_id).where(grid_covers.c.estate_id == estate_id)
    return set(db.execute(query).scalars())


def shared_estates(db: Connection, estate_ids: Collection[int]) -> list[int]:
    """Those of the estates that several grids share."""
    table = grid_covers.c
    query = (
        select(table.estate_id)
        .where(table.estate_id.in_(sorted(estate_ids)))
        .group_by(table.estate_id)
        .having(func.count(table.grid_id.distinct()) > 1)
    )
    return list(db.execute(query.order_by(table.estate_id)).scalars())


def units_called(db: Connection, unit_ids: Iterable[int | None], name: str) -> set[int]:
    """Those of the units that have this name or alias."""
    wanted = [each for each in unit_ids if each is not None]
    found = many(Unit, db.execute(select(*units.c).where(units.c.id.in_(wanted))))
    return {each.id for each in found if name in (each.name, *each.aliases)}
