"""A report becomes a case that a grid owns."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers import notices, replies
from handlers.cases.deadlines import deadlines_for
from handlers.cases.subcategories import subcategory_of
from handlers.privacy import concerns_a_worker, is_between_neighbours
from handlers.rules import Rules
from handlers.working_days import local
from storage import cases as case_rows
from storage import organization, people
from storage.models.cases import AttachmentKind, Case, CaseStatus, EventKind, Urgency
from storage.models.organization import Estate, Grid
from storage.models.people import Person


@dataclass(frozen=True, slots=True)
class Place:
    """Where the trouble is, as far as it is known."""

    estate: Estate | None = None
    building: str | None = None
    unit: str | None = None
    room: str | None = None
    spot: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a resident says is wrong, and where."""

    community_id: int
    category: str
    subcategory: str | None
    urgency: Urgency
    text: str
    place: Place
    is_whisper: bool = False  # 悄悄话, 别说是我: no residents' group is told of it


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """The new case, and the grid that has it; without a grid it lies at the community's desk."""

    case: Case
    grid: Grid | None
    estate: Estate | None


def report_problem(
    db: Connection, reporter: Person, report: Report, *, now: datetime, rules: Rules
) -> CaseOpened:
    """The trouble has a number, a grid and a deadline, and the grid's workers are told.

    What complains of a worker lies with the community, and its words are for staff alone.
    """
    is_confidential = concerns_a_worker(db, report.community_id, report.text)
    grid = None if is_confidential else _grid_of(db, report.place)
    kind = subcategory_of(report.category, report.subcategory)
    deadlines = deadlines_for(kind, report.urgency, rules.deadlines, now=now)
    year = local(now).year
    case = case_rows.add_case(
        db,
        {
            "community_id": report.community_id,
            "year": year,
            "number": case_rows.next_number(db, community_id=report.community_id, year=year),
            "category": kind.category,
            "subcategory": kind.code,
            "urgency": report.urgency,
            "status": CaseStatus.REGISTERED,
            "is_public": kind.is_public
            and not is_confidential
            and not report.is_whisper
            and not is_between_neighbours(kind.category, report.text),
            "is_confidential": is_confidential,
            "summary": report.text,
            **_columns(report.place),
            "grid_id": grid.id if grid else None,
            "handler_id": None,
            "opened_at": now,
            "respond_by": deadlines.respond_by,
            "resolve_by": deadlines.resolve_by,
            "responded_at": None,
            "resolved_at": None,
            "resolution": "",
        },
    )
    case_rows.add_report(db, case, person_id=reporter.id, text=report.text, now=now)
    event_id = case_rows.add_event(db, case, EventKind.OPENED, person_id=reporter.id, now=now)
    if reporter.community_id != case.community_id:
        people.remember_community(db, reporter.id, case.community_id)
    estate = report.place.estate
    notices.tell_case_opened(db, case, grid, event_id, estate=estate, now=now)
    return CaseOpened(case, grid, estate)


def locate_case(
    db: Connection, reporter: Person, case_id: int, place: Place, *, now: datetime, rules: Rules
) -> CaseOpened:
    """A case has its right place; the grid that covers it gets it and is told.

    In another community it is a new case there, and the first one is withdrawn.
    """
    case = case_rows.lock_case(db, case_id)
    if place.estate is not None and place.estate.community_id != case.community_id:
        return _move_case(db, reporter, case, place, now=now, rules=rules)
    grid = None if case.is_confidential else _grid_of(db, place)
    case_rows.change_case(db, case.id, **_columns(place), grid_id=grid.id if grid else None)
    event_id = case_rows.add_event(db, case, EventKind.SUPPLEMENTED, person_id=reporter.id, now=now)
    located = case_rows.lock_case(db, case_id)
    notices.tell_case_opened(db, located, grid, event_id, estate=place.estate, now=now)
    return CaseOpened(located, grid, place.estate)


def supplement_case(db: Connection, reporter: Person, case_id: int, text: str, *, now: datetime) -> Case:
    """What else the resident says stands in the case's history, and those who have the case read it."""
    case = case_rows.lock_case(db, case_id)
    event_id = case_rows.add_event(
        db, case, EventKind.SUPPLEMENTED, person_id=reporter.id, now=now, data={"text": text}
    )
    notices.tell_supplement(db, case, text, event_id, now=now)
    return case


def _move_case(
    db: Connection, reporter: Person, case: Case, place: Place, *, now: datetime, rules: Rules
) -> CaseOpened:
    report = Report(
        place.estate.community_id if place.estate else case.community_id,
        case.category,
        case.subcategory,
        case.urgency,
        case.summary,
        place,
    )
    opened = report_problem(db, reporter, report, now=now, rules=rules)
    case_rows.change_case(db, case.id, status=CaseStatus.WITHDRAWN)
    event_id = case_rows.add_event(
        db,
        case,
        EventKind.WITHDRAWN,
        person_id=reporter.id,
        now=now,
        data={"moved_to": opened.case.id},
    )
    notices.tell_supplement(db, case, replies.MOVED_AWAY, event_id, now=now)
    return opened


def attach(
    db: Connection, reporter: Person, case: Case, *, kind: AttachmentKind, media_id: str, now: datetime
) -> Case:
    """What the resident sent beside the words stands with the case, and its history says so."""
    case_rows.add_attachment(
        db, case, person_id=reporter.id, kind=kind, media_id=media_id, data=None, now=now
    )
    case_rows.add_event(
        db, case, EventKind.SUPPLEMENTED, person_id=reporter.id, now=now, data={"attached": kind.value}
    )
    return case


def _grid_of(db: Connection, place: Place) -> Grid | None:
    if place.estate is None:
        return None
    is_number = place.building is not None and place.building.isdecimal()
    return organization.grid_covering(db, place.estate.id, int(place.building or 0) if is_number else None)


def _columns(place: Place) -> dict[str, object]:
    return {
        "estate_id": place.estate.id if place.estate else None,
        "building": place.building,
        "unit": place.unit,
        "room": place.room,
        "spot": place.spot,
    }
