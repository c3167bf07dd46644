"""The residents a vote concerns, as far as they have said where they live."""

from sqlalchemy import Connection, or_, select

from storage.models.base import many
from storage.models.people import Person, Role, people


def voters_after(
    db: Connection,
    estate_id: int,
    building: str | None,
    unit: str | None,
    *,
    after_id: int,
    limit: int,
) -> list[Person]:
    """Residents whose home is there, or may be there, with a number above this one, by number.

    Who has not said the building or the entrance may live there.
    """
    query = select(*people.c).where(
        people.c.estate_id == estate_id,
        people.c.id > after_id,
        people.c.role.in_([Role.RESIDENT, Role.BUILDING_LEAD]),
    )
    for column, wanted in ((people.c.building, building), (people.c.unit, unit)):
        if wanted is not None:
            query = query.where(or_(column == wanted, column.is_(None)))
    return many(Person, db.execute(query.order_by(people.c.id).limit(limit)))


def homes_in(
    db: Connection, estate_id: int, building: str | None, unit: str | None
) -> list[tuple[str, str, str]]:
    """The homes residents have named there, with building, unit (or empty) and room, each once."""
    query = (
        select(people.c.building, people.c.unit, people.c.room)
        .distinct()
        .where(
            people.c.estate_id == estate_id,
            people.c.building.is_not(None),
            people.c.room.is_not(None),
            people.c.role.in_([Role.RESIDENT, Role.BUILDING_LEAD]),
        )
    )
    if building is not None:
        query = query.where(people.c.building == building)
    if unit is not None:
        query = query.where(or_(people.c.unit == unit, people.c.unit.is_(None)))
    return [(row[0], row[1] or "", row[2]) for row in db.execute(query)]
