"""Cases by number, by grid and by reporter; their numbers, events and reports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Connection,
    bindparam,
    func,
    insert,
    select,
    union,
    update,
)

from storage.dialects import PerDialect, insert_row
from storage.hiding import hide_topics_of_case
from storage.models.base import many, one
from storage.models.cases import (
    OPEN,
    OPEN_STATUSES,
    Case,
    CaseEvent,
    EventKind,
    Report,
    Source,
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
_LOCK = select(*cases.c).where(cases.c.id == bindparam("case_id")).with_for_update()
_BY_NUMBER = (
    select(*cases.c)
    .where(
        cases.c.community_id == bindparam("community_id"),
        cases.c.year.in_(  # one look for each year the community has had
            select(case_counters.c.year).where(case_counters.c.community_id == bindparam("community_id"))
        ),
        cases.c.number == bindparam("number"),
    )
    .order_by(cases.c.status.in_(OPEN_STATUSES).desc(), cases.c.year.desc())
    .limit(1)
)
_BY_YEAR_AND_NUMBER = select(*cases.c).where(
    cases.c.community_id == bindparam("community_id"),
    cases.c.year == bindparam("year"),
    cases.c.number == bindparam("number"),
)
_STILL = reports.c.left_at.is_(None)
_OWN = union(  # of their own, and for somebody else: each side has its index
    select(reports.c.case_id).where(reports.c.person_id == bindparam("person_id"), _STILL),
    select(reports.c.case_id).where(reports.c.entered_by_id == bindparam("person_id"), _STILL),
).subquery("own")
_OF_PERSON = (
    select(*cases.c)
    .where(cases.c.id.in_(select(_OWN.c.case_id).order_by(_OWN.c.case_id.desc()).limit(bindparam("limit"))))
    .order_by(cases.c.id.desc())
)
_OF_PERSON_NUMBERED = (
    select(*cases.c)
    .join(_OWN, _OWN.c.case_id == cases.c.id)
    .where(cases.c.number == bindparam("number"))
    .order_by(cases.c.id.desc())
    .limit(bindparam("limit"))
)
_BY_DEADLINE = select(*cases.c).order_by(cases.c.resolve_by, cases.c.id).limit(bindparam("limit"))
_OPEN_OF_GRID = _BY_DEADLINE.where(cases.c.grid_id == bindparam("grid_id"), OPEN)
_OPEN_OF_COMMUNITY = _BY_DEADLINE.where(cases.c.community_id == bindparam("community_id"), OPEN)
_JOINED = reports.alias("joined")
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
_BY_ID = select(*cases.c).where(cases.c.id == bindparam("case_id"))


def _family(root: str = "case_id") -> CTE:
    """The case bound under this name, and every case merged into it, and into those."""
    family = select(bindparam(root, type_=cases.c.id.type).label("id")).cte("family", recursive=True)
    return family.union_all(select(cases.c.id).where(cases.c.merged_into_id == family.c.id))


_FAMILY = _family()
_FAMILY_IDS = select(_FAMILY.c.id)
_STILL_REPORTED = (reports.c.case_id.in_(_FAMILY_IDS), reports.c.left_at.is_(None))
_REPORTERS = (
    select(*people.c)
    .where(people.c.id.in_(select(reports.c.person_id).where(*_STILL_REPORTED)))
    .order_by(people.c.id)
)
_REPORTER_COUNT = select(func.count(reports.c.person_id.distinct())).where(*_STILL_REPORTED)
_REPORTS = select(*reports.c).where(reports.c.case_id.in_(_FAMILY_IDS)).order_by(reports.c.id)
_HELPERS = (
    select(*people.c)
    .join(reports, reports.c.entered_by_id == people.c.id)
    .where(*_STILL_REPORTED, reports.c.person_id == bindparam("person_id"))
    .distinct()
    .order_by(people.c.id)
)
_EVENTS = select(*case_events.c).where(case_events.c.case_id.in_(_FAMILY_IDS)).order_by(case_events.c.id)
_LEAVE = (
    update(reports)
    .where(
        reports.c.case_id.in_(select(_family("left_case").c.id)), reports.c.person_id == bindparam("leaver")
    )
    .values(left_at=bindparam("left"))
)


def next_number(db: Connection, *, community_id: int, year: int) -> int:
    """The next case number of a community in a year, given once; the row stays locked till commit."""
    row = {"community_id": community_id, "year": year, "last": 1}
    number: int = db.execute(_NEXT_NUMBER.on(db), row).scalar_one()
    return number


def add_case(db: Connection, values: dict[str, Any]) -> Case:
    """A new row of `cases`, whole: `values` has every column but the id."""
    return Case(insert_row(db, _ADD_CASE, values), **values)


def add_report(
    db: Connection,
    case: Case,
    *,
    person_id: int,
    text: str,
    now: datetime,
    source: Source = Source.ACCOUNT,
    outside_number: str = "",
    entered_by_id: int | None = None,
    is_whisper: bool = False,
) -> int:
    """This person's words belong to the case; gives the report's number."""
    row = {
        "community_id": case.community_id,
        "case_id": case.id,
        "person_id": person_id,
        "text": text,
        "reported_at": now,
        "source": source,
        "outside_number": outside_number,
        "entered_by_id": entered_by_id,
        "is_whisper": is_whisper,
        "left_at": None,
    }
    return insert_row(db, _ADD_REPORT, row)


def leave_case(db: Connection, case_id: int, person_id: int, *, now: datetime) -> None:
    """The person no longer reports this case; their words stay in it."""
    db.execute(_LEAVE, {"left_case": case_id, "leaver": person_id, "left": now})


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


def change_case(db: Connection, case_id: int, **values: object) -> None:
    """These columns of the case have new values; the caller holds its lock and writes the event.

    The topics and meetings about a case that is public no more are not either.
    """
    db.execute(update(cases).where(cases.c.id == case_id).values(**values))
    if values.get("is_public") is False:
        hide_topics_of_case(db, case_id)


def case_by_id(db: Connection, case_id: int) -> Case:
    """The case of this number of row, as it stands."""
    return Case(*db.execute(_BY_ID, {"case_id": case_id}).one())


def case_with_event(db: Connection, case_id: int, event_id: int) -> Case | None:
    """The case of this number of row, if this event is of its history; `None` otherwise."""
    query = (
        select(*cases.c)
        .join(case_events, case_events.c.case_id == cases.c.id)
        .where(cases.c.id == case_id, case_events.c.id == event_id)
    )
    return one(Case, db.execute(query).first())


def standing_for(db: Connection, case: Case) -> Case:
    """The case that a merged one is dealt with under; any other stands for itself."""
    while case.merged_into_id is not None:
        case = case_by_id(db, case.merged_into_id)
    return case


def lock_place(db: Connection, community_id: int, estate_id: int) -> None:
    """Whoever else reports something of this estate waits until the transaction ends.

    Else two neighbours who report one trouble at the same moment would open two cases. SQLite has one writer.
    """
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(community_id, estate_id)))


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
    """The cases a person reported or joined, also for others, newest first; for a merged one its root."""
    own = many(Case, db.execute(_OF_PERSON, {"person_id": person_id, "limit": limit}))
    if any(case.merged_into_id is not None for case in own):
        stand = {case.id: case for case in (standing_for(db, each) for each in own)}
        return [stand[key] for key in sorted(stand, reverse=True)]
    return own


def own_cases_numbered(db: Connection, person_id: int, number: int) -> list[Case]:
    """The cases of this number that a person reported, newest first, merged ones as they are."""
    asked = {"person_id": person_id, "number": number, "limit": 10}
    return many(Case, db.execute(_OF_PERSON_NUMBERED, asked))


def last_joined(db: Connection, person_id: int, *, since: datetime) -> Report | None:
    """The last words of this person since then that joined a case somebody else had opened."""
    first = select(func.min(reports.c.id)).where(reports.c.case_id == _JOINED.c.case_id).scalar_subquery()
    query = (
        select(*_JOINED.c)
        .where(
            _JOINED.c.person_id == person_id,
            _JOINED.c.reported_at >= since,
            _JOINED.c.left_at.is_(None),
            _JOINED.c.id > first,
        )
        .order_by(_JOINED.c.id.desc())
        .limit(1)
    )
    return one(Report, db.execute(query).first())


def case_with_words(db: Connection, person_id: int, text: str, *, since: datetime) -> Case | None:
    """The case this person reported last in just these words since then, if it is still open."""
    case_id = db.execute(_WITH_WORDS, {"person_id": person_id, "words": text, "since": since}).scalar()
    case = None if case_id is None else lock_case(db, case_id)
    return case if case is not None and case.status in OPEN_STATUSES else None


def open_cases_of_grids(db: Connection, grid_ids: Sequence[int], *, limit: int) -> list[Case]:
    """What is open in these grids, the earliest deadline first."""
    found = [
        case
        for grid_id in dict.fromkeys(grid_ids)  # a look for each: together they would all be sorted
        for case in many(Case, db.execute(_OPEN_OF_GRID, {"grid_id": grid_id, "limit": limit}))
    ]
    return sorted(found, key=lambda case: (case.resolve_by, case.id))[:limit]


def open_cases_of_community(db: Connection, community_id: int, *, limit: int) -> list[Case]:
    """What is open in the community, the earliest deadline first."""
    asked = {"community_id": community_id, "limit": limit}
    return many(Case, db.execute(_OPEN_OF_COMMUNITY, asked))


def reporters_of(db: Connection, case_id: int) -> list[Person]:
    """Everybody who reports the case, or one merged into it, each once."""
    return many(Person, db.execute(_REPORTERS, {"case_id": case_id}))


def is_reporter(db: Connection, case_id: int, person_id: int) -> bool:
    """Whether this person reports the case, or one merged into it."""
    query = select(reports.c.id).where(*_STILL_REPORTED, reports.c.person_id == person_id).limit(1)
    return db.execute(query, {"case_id": case_id}).first() is not None


def number_of_reporters(db: Connection, case_id: int) -> int:
    """登记人数: how many people report the case, or one merged into it."""
    count: int = db.execute(_REPORTER_COUNT, {"case_id": case_id}).scalar_one()
    return count


def reports_of(db: Connection, case_id: int) -> list[Report]:
    """Everything that was reported of the case, those who left included, oldest first."""
    return many(Report, db.execute(_REPORTS, {"case_id": case_id}))


def entered_for(db: Connection, case_id: int, person_id: int) -> list[Person]:
    """Those who reported the case for this person."""
    return many(Person, db.execute(_HELPERS, {"case_id": case_id, "person_id": person_id}))


def entered_by(db: Connection, case_id: int, helper_id: int) -> list[int]:
    """The people for whom this person reported the case."""
    query = _REPORTS.with_only_columns(reports.c.person_id).where(reports.c.entered_by_id == helper_id)
    return list(db.execute(query, {"case_id": case_id}).scalars())


def events_of(db: Connection, case_id: int, *, kinds: Sequence[EventKind] = ()) -> list[CaseEvent]:
    """The history of the case and of those merged into it, oldest first; only of these kinds, if any."""
    query = _EVENTS.where(case_events.c.kind.in_(list(kinds))) if kinds else _EVENTS
    return many(CaseEvent, db.execute(query, {"case_id": case_id}))
