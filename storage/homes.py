"""Where residents live, as they said or scanned it, and whether they still follow the account."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from storage.models.people import Person, people

_SETTLE = (
    update(people)
    .where(people.c.id == bindparam("person_id"))
    .values(
        community_id=bindparam("home_community"),
        estate_id=bindparam("home_estate"),
        building=bindparam("home_building"),
        unit=bindparam("home_unit"),
        room=bindparam("home_room"),
    )
)
_FOLLOWS = (
    update(people)
    .where(people.c.id == bindparam("person_id"))
    .values(unsubscribed_at=bindparam("left_at", type_=people.c.unsubscribed_at.type))
)


def settle_home(
    db: Connection,
    person: Person,
    *,
    community_id: int | None,
    estate_id: int | None,
    building: str | None = None,
    unit: str | None = None,
    room: str | None = None,
) -> None:
    """The resident lives there; without an estate nobody knows where."""
    home = {"home_community": community_id, "home_estate": estate_id, "home_building": building}
    db.execute(_SETTLE, home | {"person_id": person.id, "home_unit": unit, "home_room": room})


def set_unsubscribed(db: Connection, person_id: int, left_at: datetime | None) -> None:
    """The resident left the account then, and nothing is pushed; `None`: is back."""
    db.execute(_FOLLOWS, {"person_id": person_id, "left_at": left_at})
