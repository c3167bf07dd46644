"""Reports made for others: whom somebody spoke for before, and which case an outside number has."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.cases import OUTSIDE, Case, cases, reports
from storage.models.people import NAMED, Person, Role, people
from storage.people import person_by_id

STAFF = (Role.STAFF, Role.HEAD, Role.ADMIN)

_entering = people.alias("entering")
_NAMED = (
    people.c.community_id == bindparam("community_id"),
    people.c.name == bindparam("name"),
    people.c.role == Role.RESIDENT,
    NAMED,
)
_SPOKEN_FOR = (
    select(*people.c)
    .where(
        *_NAMED,
        people.c.id.in_(
            select(reports.c.person_id).where(reports.c.entered_by_id == bindparam("entered_by_id"))
        ),
    )
    .order_by(people.c.id)
    .limit(1)
)
_ENTERED_BY_STAFF = (
    select(*people.c)
    .where(
        *_NAMED,
        people.c.id.in_(
            select(reports.c.person_id)
            .join(_entering, _entering.c.id == reports.c.entered_by_id)
            .where(reports.c.person_id == people.c.id, _entering.c.role.in_(STAFF))
        ),
    )
    .order_by(people.c.id)
    .limit(bindparam("limit"))
)
_BY_OUTSIDE_NUMBER = (
    select(*cases.c)
    .join(reports, reports.c.case_id == cases.c.id)
    .where(
        reports.c.community_id == bindparam("community_id"),
        reports.c.outside_number == bindparam("outside_number"),
        OUTSIDE,
    )
    .order_by(cases.c.id.desc())
    .limit(1)
)
_ADD = insert(people)


def spoken_for(db: Connection, entered_by_id: int, *, community_id: int, name: str) -> Person | None:
    """Whom this person reported for under this name before; `None` at the first time."""
    key = {"entered_by_id": entered_by_id, "community_id": community_id, "name": name}
    return one(Person, db.execute(_SPOKEN_FOR, key).first())


def entered_by_staff(db: Connection, community_id: int, name: str, *, limit: int) -> list[Person]:
    """The residents of this name for whom staff reported before, the first known first."""
    key = {"community_id": community_id, "name": name, "limit": limit}
    return many(Person, db.execute(_ENTERED_BY_STAFF, key))


def add_stand_in(db: Connection, *, community_id: int, name: str, phone: str | None, now: datetime) -> Person:
    """A resident who has no account here, known by what somebody else said of them."""
    row = {"community_id": community_id, "name": name, "role": Role.RESIDENT, "phone": phone}
    return person_by_id(db, insert_row(db, _ADD, row | {"created_at": now}))


def case_with_outside_number(db: Connection, community_id: int, outside_number: str) -> Case | None:
    """The case that was entered under this number of another office, the newest if there are several."""
    key = {"community_id": community_id, "outside_number": outside_number}
    return one(Case, db.execute(_BY_OUTSIDE_NUMBER, key).first())
