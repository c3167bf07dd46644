"""The rooms that may vote: a list per estate, with the areas that are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from storage.models.base import many
from storage.models.people import people
from storage.models.polls import Room, rooms

CHUNK = 500  # rows of one statement
_CALLED = (
    select(*rooms.c)
    .where(
        rooms.c.estate_id == bindparam("estate_id"),
        rooms.c.building == bindparam("building"),
        rooms.c.room == bindparam("room"),
    )
    .order_by(rooms.c.unit)
)
_HAS_UNITS = (
    select(people.c.id)
    .where(
        people.c.estate_id == bindparam("estate_id"),
        people.c.building == bindparam("building"),
        people.c.unit.is_not(None),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class RoomCount:
    """How many rooms there are, their areas together (hundredths of m²), how many have none."""

    rooms: int
    area: int
    without_area: int


def count_rooms(
    db: Connection, estate_id: int, building: str | None = None, unit: str | None = None
) -> RoomCount:
    """The rooms on the list in the estate, in one of its buildings, or behind one entrance."""
    query = select(
        func.count(), func.coalesce(func.sum(rooms.c.area), 0), func.count() - func.count(rooms.c.area)
    ).where(*_within(estate_id, building, unit))
    row = db.execute(query).one()
    return RoomCount(int(row[0]), int(row[1]), int(row[2]))


def rooms_called(db: Connection, estate_id: int, building: str, room: str) -> list[Room]:
    """The rooms of this number in the building, one behind each entrance that has it."""
    return many(Room, db.execute(_CALLED, {"estate_id": estate_id, "building": building, "room": room}))


def rooms_in(
    db: Connection, estate_id: int, building: str | None = None, unit: str | None = None
) -> list[Room]:
    """Every room on the list there, in no order that people would know."""
    query = select(*rooms.c).where(*_within(estate_id, building, unit))
    return many(Room, db.execute(query.order_by(rooms.c.building, rooms.c.unit, rooms.c.room)))


def rooms_per_building(
    db: Connection, estate_id: int, building: str | None = None, unit: str | None = None
) -> dict[str, int]:
    """How many rooms the list has in each building; buildings without any are absent."""
    query = select(rooms.c.building, func.count()).where(*_within(estate_id, building, unit))
    return {row[0]: int(row[1]) for row in db.execute(query.group_by(rooms.c.building))}


def add_rooms(db: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """These rooms are on the list; none of them may be there yet."""
    for start in range(0, len(rows), CHUNK):
        db.execute(insert(rooms), list(rows[start : start + CHUNK]))


def change_areas(db: Connection, areas: Sequence[tuple[int, int]]) -> None:
    """These rooms, by their row's number, have these areas."""
    for room_id, area in areas:
        db.execute(update(rooms).where(rooms.c.id == room_id).values(area=area))


def has_units(db: Connection, estate_id: int, building: str) -> bool:
    """Whether somebody who lives in the building has named an entrance of it."""
    return db.execute(_HAS_UNITS, {"estate_id": estate_id, "building": building}).first() is not None


def _within(estate_id: int, building: str | None, unit: str | None) -> list[ColumnElement[bool]]:
    where = [rooms.c.estate_id == estate_id]
    where += [rooms.c.building == building] if building is not None else []
    return where + ([rooms.c.unit == unit] if unit is not None else [])
