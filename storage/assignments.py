"""Sheets handed to companies and departments: by case, by unit, by the token of a link; and mediations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, literal_column, select, update

from storage.dialects import PerDialect, insert_row
from storage.models.assignments import Assignment, Mediation, assignments, mediations
from storage.models.base import many, one
from storage.models.cases import OPEN_STATUSES, Case, cases
from storage.models.organization import Audience, Group, Unit, groups, unit_estates, units
from storage.models.people import Person, Role, identities, people

WECOM = "wecom"  # the channel under which a unit's members write

_IS_OPEN = assignments.c.status == literal_column("'open'")  # literal, so that the partial index serves
_ADD = insert(assignments)
_OF_CASE = (
    select(*assignments.c)
    .where(assignments.c.case_id == bindparam("case_id"))
    .order_by(assignments.c.is_lead.desc(), assignments.c.id)
)
_OPEN_OF_CASE = _OF_CASE.where(_IS_OPEN)
_OPEN_OF_UNIT = _OPEN_OF_CASE.where(assignments.c.unit_id == bindparam("unit_id"))
_LAST_OF_UNIT = (
    select(*assignments.c)
    .where(assignments.c.case_id == bindparam("case_id"), assignments.c.unit_id == bindparam("unit_id"))
    .order_by(assignments.c.id.desc())
    .limit(1)
)
_BY_TOKEN = select(*assignments.c).where(assignments.c.token_hash == bindparam("token_hash"))
_CASES_OF_UNIT = (
    select(*cases.c)
    .where(
        cases.c.id.in_(
            select(assignments.c.case_id).where(_IS_OPEN, assignments.c.unit_id == bindparam("unit_id"))
        ),
        cases.c.status.in_(OPEN_STATUSES),
    )
    .order_by(cases.c.resolve_by, cases.c.id)
    .limit(bindparam("limit"))
)
_UNITS = select(*units.c).where(units.c.community_id == bindparam("community_id")).order_by(units.c.id)
_UNIT = select(*units.c).where(units.c.id == bindparam("unit_id"))
_SERVED = (
    select(unit_estates.c.unit_id, unit_estates.c.estate_id)
    .join(units, units.c.id == unit_estates.c.unit_id)
    .where(units.c.community_id == bindparam("community_id"))
    .order_by(unit_estates.c.unit_id, unit_estates.c.estate_id)
)
_GROUP = (
    select(*groups.c)
    .where(groups.c.unit_id == bindparam("unit_id"), groups.c.audience == Audience.WORKERS)
    .order_by(groups.c.webhook == "", groups.c.id)
    .limit(1)
)
_MEMBERS = (
    select(*people.c)
    .join(identities, identities.c.person_id == people.c.id)
    .where(
        people.c.unit_id == bindparam("unit_id"),
        people.c.role == Role.UNIT_MEMBER,
        identities.c.channel == WECOM,
    )
    .distinct()
    .order_by(people.c.id)
)
_MEDIATION = select(*mediations.c).where(mediations.c.case_id == bindparam("case_id"))
_BEGIN_MEDIATION = PerDialect(
    mediations, lambda statement: statement.on_conflict_do_nothing(index_elements=["case_id"])
)


def add_assignment(db: Connection, values: dict[str, Any]) -> Assignment:
    """A new row of `assignments`, whole: `values` has every column but the id."""
    return Assignment(insert_row(db, _ADD, values), **values)


def change_assignment(db: Connection, assignment_id: int, **values: object) -> None:
    """These columns of the sheet have new values; the caller holds its case's lock and writes the event."""
    db.execute(update(assignments).where(assignments.c.id == assignment_id).values(**values))


def assignments_of(db: Connection, case_id: int) -> list[Assignment]:
    """Every sheet the case ever had, answered and cancelled ones too; leads first, then the oldest."""
    return many(Assignment, db.execute(_OF_CASE, {"case_id": case_id}))


def open_assignments_of(db: Connection, case_id: int) -> list[Assignment]:
    """The sheets of the case that are not answered yet; leads first, then the oldest."""
    return many(Assignment, db.execute(_OPEN_OF_CASE, {"case_id": case_id}))


def open_assignment_of_unit(db: Connection, case_id: int, unit_id: int | None) -> Assignment | None:
    """What this unit still has to answer of the case; `None` when it has nothing."""
    if unit_id is None:
        return None
    return one(Assignment, db.execute(_OPEN_OF_UNIT, {"case_id": case_id, "unit_id": unit_id}).first())


def last_assignment_of_unit(db: Connection, case_id: int, unit_id: int | None) -> Assignment | None:
    """The newest sheet this unit had of the case, whatever became of it; `None` when it never had one."""
    if unit_id is None:
        return None
    return one(Assignment, db.execute(_LAST_OF_UNIT, {"case_id": case_id, "unit_id": unit_id}).first())


def assignment_behind(db: Connection, token_hash: str) -> Assignment | None:
    """The sheet whose link carries the token of this hash, used and ended links too; `None`: none does."""
    if not token_hash:
        return None  # an empty hash stands in every sheet that never had a link
    return one(Assignment, db.execute(_BY_TOKEN, {"token_hash": token_hash}).first())


def cases_assigned_to(db: Connection, unit_id: int, *, limit: int) -> list[Case]:
    """The open cases of which this unit still owes an answer, the earliest deadline first."""
    return many(Case, db.execute(_CASES_OF_UNIT, {"unit_id": unit_id, "limit": limit}))


# ------------------------------------------------------------------ units


def units_of_community(db: Connection, community_id: int) -> list[Unit]:
    """The companies and departments of a community, in the order they were registered."""
    return many(Unit, db.execute(_UNITS, {"community_id": community_id}))


def unit_by_id(db: Connection, unit_id: int) -> Unit:
    """The unit of this number; it must exist."""
    return Unit(*db.execute(_UNIT, {"unit_id": unit_id}).one())


def estates_served(db: Connection, community_id: int) -> dict[int, set[int]]:
    """Which estates each unit looks after; absent is a unit that is bound to none."""
    served: dict[int, set[int]] = {}
    for unit_id, estate_id in db.execute(_SERVED, {"community_id": community_id}):
        served.setdefault(unit_id, set()).add(estate_id)
    return served


def group_of_unit(db: Connection, unit_id: int) -> Group | None:
    """The internal group of this unit, one that can be reached before others; `None` when it has none."""
    return one(Group, db.execute(_GROUP, {"unit_id": unit_id}).first())


def members_of_unit(db: Connection, unit_id: int) -> Sequence[Person]:
    """Those of the unit who can write to the robot."""
    return many(Person, db.execute(_MEMBERS, {"unit_id": unit_id}))


# ------------------------------------------------------------------ mediations


def mediation_of(db: Connection, case_id: int) -> Mediation | None:
    """Against whom, who mediates, what was agreed; `None` while nothing of it is known."""
    return one(Mediation, db.execute(_MEDIATION, {"case_id": case_id}).first())


def change_mediation(
    db: Connection,
    case: Case,
    *,
    respondent: str | None = None,
    mediator: str | None = None,
    agreement: str | None = None,
    agreed_at: datetime | None = None,
) -> Mediation:
    """What is given stands in the mediation of the case, which begins with it; the rest stays as it was."""
    row = {"community_id": case.community_id, "case_id": case.id, "agreed_at": None}
    db.execute(_BEGIN_MEDIATION.on(db), row | {"respondent": "", "mediator": "", "agreement": ""})
    given = {"respondent": respondent, "mediator": mediator, "agreement": agreement, "agreed_at": agreed_at}
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        db.execute(update(mediations).where(mediations.c.case_id == case.id).values(**values))
    return Mediation(*db.execute(_MEDIATION, {"case_id": case.id}).one())
