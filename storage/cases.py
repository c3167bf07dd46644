"""Cases by number, by grid and by reporter; their numbers, events and reports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, insert, select, update

from storage.dialects import PerDialect, insert_row
from storage.models.base import many, one
from storage.models.cases import (
    OPEN,
    OPEN_STATUSES,
    AttachmentKind,
    Case,
    EventKind,
    attachments,
    case_counters,
    case_events,
    cases,
    reports,
)
from storage.models.people import Person, people

_NEXT_NUMBER = PerDialect(
    case_counters,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["community_id", "year"], set_={"last": case_counters.c.last + 1}
    ).returning(case_counters.c.last),
)
_ADD_CASE = insert(cases)
_ADD_REPORT = insert(reports)
_ADD_EVENT = insert(case_events)
_ADD_ATTACHMENT = insert(attachments)
_LOCK = select(*cases.c).where(cases.c.id == bindparam("case_id")).with_for_update()
_BY_NUMBER = (
    select(*cases.c)
    .where(cases.c.community_id == bindparam("community_id"), cases.c.number == bindparam("number"))
    .order_by(cases.c.status.in_(OPEN_STATUSES).desc(), cases.c.year.desc())
    .limit(1)
)
_BY_YEAR_AND_NUMBER = select(*cases.c).where(
    cases.c.community_id == bindparam("community_id"),
    cases.c.year == bindparam("year"),
    cases.c.number == bindparam("number"),
)
_OF_PERSON = (
    select(*cases.c)
    .join(reports, reports.c.case_id == cases.c.id)
    .where(reports.c.person_id == bindparam("person_id"))
    .distinct()
    .order_by(cases.c.id.desc())
    .limit(bindparam("limit"))
)
_WITH_WORDS = (
    select(reports.c.case_id)
    .where(
        reports.c.person_id == bindparam("person_id"),
        reports.c.reported_at >= bindparam("since"),
        reports.c.text == bindparam("words"),
    )
    .order_by(reports.c.id.desc())
    .limit(1)
)
_REPORTERS = (
    select(*people.c)
    .join(reports, reports.c.person_id == people.c.id)
    .where(reports.c.case_id == bindparam("case_id"))
    .distinct()
    .order_by(people.c.id)
)


def next_number(db: Connection, *, community_id: int, year: int) -> int:
    """The next case number of a community in a year, given once; the row stays locked till commit."""
    row = {"community_id": community_id, "year": year, "last": 1}
    number: int = db.execute(_NEXT_NUMBER.on(db), row).scalar_one()
    return number


def add_case(db: Connection, values: dict[str, Any]) -> Case:
    """A new row of `cases`, whole: `values` has every column but the id."""
    return Case(insert_row(db, _ADD_CASE, values), **values)


def add_report(db: Connection, case: Case, *, person_id: int, text: str, now: datetime) -> None:
    """This person's words belong to the case."""
    row = {"community_id": case.community_id, "case_id": case.id, "person_id": person_id}
    db.execute(_ADD_REPORT, row | {"text": text, "reported_at": now})


def add_event(
    db: Connection,
    case: Case,
    kind: EventKind,
    *,
    person_id: int | None,
    now: datetime,
    data: dict[str, Any] | None = None,
) -> int:
    """The history of the case has one more line; gives its number."""
    row = {"community_id": case.community_id, "case_id": case.id, "kind": kind, "person_id": person_id}
    return insert_row(db, _ADD_EVENT, row | {"happened_at": now, "data": data})


def add_attachment(
    db: Connection,
    case: Case,
    *,
    person_id: int,
    kind: AttachmentKind,
    media_id: str,
    data: dict[str, Any] | None,
    now: datetime,
) -> None:
    """What was sent beside the words belongs to the case."""
    row = {"community_id": case.community_id, "case_id": case.id, "person_id": person_id, "kind": kind}
    db.execute(_ADD_ATTACHMENT, row | {"media_id": media_id, "data": data, "received_at": now})


def change_case(db: Connection, case_id: int, **values: object) -> None:
    """These columns of the case have new values; the caller holds its lock and writes the event."""
    db.execute(update(cases).where(cases.c.id == case_id).values(**values))


def lock_case(db: Connection, case_id: int) -> Case:
    """The case as it stands now, held until the transaction ends."""
    return Case(*db.execute(_LOCK, {"case_id": case_id}).one())


def case_numbered(db: Connection, *, community_id: int, number: int, year: int | None = None) -> Case | None:
    """The case people mean by a number: without a year an open one first, then the newest."""
    if year is None:
        row = db.execute(_BY_NUMBER, {"community_id": community_id, "number": number}).first()
    else:
        key = {"community_id": community_id, "number": number, "year": year}
        row = db.execute(_BY_YEAR_AND_NUMBER, key).first()
    return one(Case, row)


def cases_of_person(db: Connection, person_id: int, *, limit: int) -> list[Case]:
    """The cases a person reported or joined, newest first."""
    return many(Case, db.execute(_OF_PERSON, {"person_id": person_id, "limit": limit}))


def case_with_words(db: Connection, person_id: int, text: str, *, since: datetime) -> Case | None:
    """The case this person reported last in just these words since then, if it is still open."""
    case_id = db.execute(_WITH_WORDS, {"person_id": person_id, "words": text, "since": since}).scalar()
    case = None if case_id is None else lock_case(db, case_id)
    return case if case is not None and case.status in OPEN_STATUSES else None


def open_cases_of_grids(db: Connection, grid_ids: Sequence[int], *, limit: int) -> list[Case]:
    """What is open in these grids, the earliest deadline first."""
    query = select(*cases.c).where(cases.c.grid_id.in_(list(grid_ids)), cases.c.status.in_(OPEN_STATUSES))
    return many(Case, db.execute(query.order_by(cases.c.resolve_by, cases.c.id).limit(limit)))


def open_cases_of_community(db: Connection, community_id: int, *, limit: int) -> list[Case]:
    """What is open in the community, the earliest deadline first."""
    query = select(*cases.c).where(cases.c.community_id == community_id, cases.c.status.in_(OPEN_STATUSES))
    return many(Case, db.execute(query.order_by(cases.c.resolve_by, cases.c.id).limit(limit)))


def open_cases_alike(
    db: Connection,
    community_id: int,
    *,
    categories: Sequence[str],
    estate_id: int | None,
    building: str | None,
    limit: int,
) -> list[Case]:
    """Open cases that may be about the same, newest first: of these categories, at a place that may be this.

    A case whose estate or building is unknown may be anywhere; so may a message that does not name them.
    One look into the index for each category and place keeps it fast, however many cases are open.
    """
    found: dict[int, Row[Any]] = {}
    for category in categories:
        for place in _places_that_may_be(estate_id, building):
            query = select(*cases.c).where(
                cases.c.community_id == community_id, cases.c.category == category, OPEN, *place
            )
            rows = db.execute(query.order_by(cases.c.id.desc()).limit(limit))
            found.update((row.id, row) for row in rows)
    return many(Case, [found[key] for key in sorted(found, reverse=True)[:limit]])


def _places_that_may_be(estate_id: int | None, building: str | None) -> list[list[ColumnElement[bool]]]:
    """The conditions on the place, one list for each look into the index."""
    if estate_id is None:
        return [[]]
    here, nowhere = cases.c.estate_id == estate_id, cases.c.estate_id.is_(None)
    if building is None:
        return [[here], [nowhere]]
    return [[here, cases.c.building == building], [here, cases.c.building.is_(None)], [nowhere]]


def reporters_of(db: Connection, case_id: int) -> list[Person]:
    """Everybody who reported the case, each once."""
    return many(Person, db.execute(_REPORTERS, {"case_id": case_id}))
