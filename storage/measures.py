"""Measures (改造) that are surveyed before, during and after; their surveys stand with the polls."""

from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from storage.consultation import take_number
from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.consultation import Subject
from storage.models.polls import Measure, measures

_ADD = insert(measures)
_BY_ID = select(*measures.c).where(measures.c.id == bindparam("measure_id"))
_NUMBERED = select(*measures.c).where(
    measures.c.community_id == bindparam("community_id"), measures.c.number == bindparam("number")
)
_TITLED = (
    select(*measures.c)
    .where(measures.c.community_id == bindparam("community_id"), measures.c.title == bindparam("title"))
    .order_by(measures.c.id)
    .limit(1)
)
_BEHIND = select(*measures.c).where(measures.c.token == bindparam("token"))


def add_measure(db: Connection, values: dict[str, Any]) -> Measure:
    """A new measure with the community's next number."""
    number = take_number(db, values["community_id"], Subject.MEASURE)
    return measure_by_id(db, insert_row(db, _ADD, values | {"number": number}))


def measure_by_id(db: Connection, measure_id: int) -> Measure:
    """The measure of this row."""
    return Measure(*db.execute(_BY_ID, {"measure_id": measure_id}).one())


def measure_numbered(db: Connection, community_id: int, number: int) -> Measure | None:
    """The community's measure of this number, not held; `None` when it has none."""
    return one(Measure, db.execute(_NUMBERED, {"community_id": community_id, "number": number}).first())


def lock_measure_numbered(db: Connection, community_id: int, number: int) -> Measure | None:
    """The community's measure of this number, held; `None` when it has none."""
    key = {"community_id": community_id, "number": number}
    return one(Measure, db.execute(_NUMBERED.with_for_update(), key).first())


def first_titled(db: Connection, community_id: int, title: str) -> Measure | None:
    """The first measure of this very name in the community."""
    return one(Measure, db.execute(_TITLED, {"community_id": community_id, "title": title}).first())


def measure_behind(db: Connection, token: str) -> Measure | None:
    """The measure whose page has this token in its address; `None`: none has."""
    return one(Measure, db.execute(_BEHIND, {"token": token}).first()) if token else None


def measures_of(db: Connection, community_id: int, *, limit: int) -> tuple[list[Measure], int]:
    """The community's measures, the newest first, at most `limit`; and how many there are."""
    here = measures.c.community_id == community_id
    query = select(*measures.c).where(here).order_by(measures.c.number.desc()).limit(limit)
    count = select(func.count()).select_from(measures).where(here)
    return many(Measure, db.execute(query)), int(db.execute(count).scalar_one())
