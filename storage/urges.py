"""Who asked for speed, once a day for each case."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from storage.dialects import PerDialect
from storage.models.cases import Case
from storage.models.judgements import urges

_ADD = PerDialect(
    urges,
    lambda statement: statement.on_conflict_do_nothing(
        index_elements=["case_id", "person_id", "day"]
    ).returning(urges.c.id),
)
_OF_DAY = select(urges.c.urged_at).where(
    urges.c.case_id == bindparam("case_id"),
    urges.c.person_id == bindparam("person_id"),
    urges.c.day == bindparam("day"),
)
_COUNT = select(func.count()).where(urges.c.case_id == bindparam("case_id"))


def add_urge(db: Connection, case: Case, person_id: int, *, day: str, now: datetime) -> datetime | None:
    """When the person urged the case that day already; `None` when this is the first time, which is kept."""
    key = {"case_id": case.id, "person_id": person_id, "day": day}
    row = key | {"community_id": case.community_id, "urged_at": now}
    if db.execute(_ADD.on(db), row).first() is not None:
        return None
    before: datetime = db.execute(_OF_DAY, key).scalar_one()
    return before


def number_of_urges(db: Connection, case_id: int) -> int:
    """How often the case was urged by now, by anybody."""
    count: int = db.execute(_COUNT, {"case_id": case_id}).scalar_one()
    return count
