"""Homes where somebody needs care: kept, found by their door, listed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from storage.dialects import PerDialect
from storage.models.base import many
from storage.models.desk import Household, households

_KEEP = PerDialect(
    households,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["estate_id", "building", "unit", "room"],
        set_={name: statement.excluded[name] for name in ("kinds", "note", "entered_by_id", "entered_at")},
    ),
)
_BEHIND = (
    select(*households.c)
    .where(
        households.c.estate_id == bindparam("estate_id"),
        households.c.building == bindparam("building"),
        households.c.room == bindparam("room"),
    )
    .order_by(households.c.id)
)
_OF_COMMUNITY = (
    select(*households.c)
    .where(households.c.community_id == bindparam("community_id"))
    .order_by(households.c.estate_id, households.c.building, households.c.unit, households.c.room)
    .limit(bindparam("limit"))
)


def keep_household(
    db: Connection,
    community_id: int,
    *,
    door: tuple[int, str, str, str],
    kinds: Sequence[str],
    note: str,
    entered_by_id: int,
    now: datetime,
) -> None:
    """Behind this door (estate, building, unit or empty, room) somebody needs care; the last word counts."""
    estate_id, building, unit, room = door
    row = {"community_id": community_id, "estate_id": estate_id, "building": building, "unit": unit}
    entered = {"note": note, "entered_by_id": entered_by_id, "entered_at": now}
    db.execute(_KEEP.on(db), row | entered | {"room": room, "kinds": list(kinds)})


def households_behind(
    db: Connection, estate_id: int, *, building: str, unit: str | None, room: str
) -> list[Household]:
    """The homes this door may be: where both name the unit, it is the same one."""
    door = {"estate_id": estate_id, "building": building, "room": room}
    found = many(Household, db.execute(_BEHIND, door))
    return [each for each in found if not unit or each.unit in ("", unit)]


def remove_households(db: Connection, ids: Sequence[int]) -> None:
    """Nobody behind these doors needs care any more."""
    db.execute(delete(households).where(households.c.id.in_(list(ids))))


def households_of(db: Connection, community_id: int, *, limit: int) -> list[Household]:
    """The homes of the community where somebody needs care, by their doors."""
    return many(Household, db.execute(_OF_COMMUNITY, {"community_id": community_id, "limit": limit}))
