"""A report becomes a case that a grid owns."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.assigning import designated_worker
from handlers.cases.deadlines import deadlines_for
from handlers.cases.reports import Place, Report
from handlers.cases.subcategories import Subcategory, subcategory_of
from handlers.cases.timers import start_clock
from handlers.notices.opening import tell_case_opened
from handlers.privacy import concerns_a_worker, is_between_neighbours
from handlers.rules import Rules
from handlers.working_days import local
from storage import cases as case_rows
from storage import organization, people
from storage.models.cases import Case, CaseStatus, EventKind, Source
from storage.models.organization import Estate, Grid
from storage.models.people import Person


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """The case, and the grid that has it; without a grid it lies at the community's desk."""

    case: Case
    grid: Grid | None
    estate: Estate | None


def open_case(db: Connection, reporter: Person, report: Report, *, now: datetime, rules: Rules) -> CaseOpened:
    """The trouble has a number, a grid and a deadline, and the grid's workers are told.

    What complains of a worker lies with the community, and its words are for staff alone.
    """
    is_confidential = concerns_a_worker(db, report.community_id, report.text)
    grid = None if is_confidential else grid_of(db, report.place)
    kind = subcategory_of(report.category, report.subcategory)
    number = case_rows.next_number(db, community_id=report.community_id, year=local(now).year)
    worker = _whose(db, grid, reporter, report, now=now)  # a turn is locked after the counter, always
    case = case_rows.add_case(
        db,
        _beginning(report, kind, rules, now=now)
        | columns_of(report.place)
        | {
            "number": number,
            "is_public": not is_confidential and _may_be_told(report, kind),
            "is_confidential": is_confidential,
            "grid_id": grid.id if grid else None,
            "handler_id": worker.id if worker else None,
        },
    )
    add_report(db, case, reporter, report, now=now)
    event_id = case_rows.add_event(db, case, EventKind.OPENED, person_id=reporter.id, now=now)
    start_clock(db, case, rules)
    tell_case_opened(
        db,
        case,
        event_id,
        estate=report.place.estate,
        worker=worker,
        is_seen=report.source is Source.PATROL and worker is not None and worker.id == reporter.id,
        now=now,
        rules=rules,
    )
    return CaseOpened(case, grid, report.place.estate)


def add_report(db: Connection, case: Case, reporter: Person, report: Report, *, now: datetime) -> int:
    """The report's words stand with the case; the reporter belongs to its community from now on."""
    if reporter.community_id != case.community_id:
        people.remember_community(db, reporter.id, case.community_id)
    return case_rows.add_report(
        db,
        case,
        person_id=reporter.id,
        text=report.text,
        now=now,
        source=report.source,
        outside_number=report.outside_number,
        entered_by_id=report.entered_by_id,
        is_whisper=report.is_whisper,
    )


def keep_confidence(db: Connection, case: Case, report: Report) -> Case:
    """A case reported in confidence too shows nothing of who speaks, and no residents' group hears."""
    if not report.is_whisper or case.has_whisper:
        return case
    case_rows.change_case(db, case.id, has_whisper=True, is_public=False)
    return case_rows.lock_case(db, case.id)


def grid_of(db: Connection, place: Place) -> Grid | None:
    """The grid that covers the place; `None` when none does, or the place is not known."""
    if place.estate is None:
        return None
    is_number = place.building is not None and place.building.isdecimal()
    return organization.grid_covering(db, place.estate.id, int(place.building or 0) if is_number else None)


def columns_of(place: Place) -> dict[str, object]:
    """The place as columns of a case."""
    return {
        "estate_id": place.estate.id if place.estate else None,
        "building": place.building,
        "unit": place.unit,
        "room": place.room,
        "spot": place.spot,
    }


def _whose(
    db: Connection, grid: Grid | None, reporter: Person, report: Report, *, now: datetime
) -> Person | None:
    """To whom it falls: what one of the grid's own workers saw on patrol is theirs."""
    if grid is None:
        return None
    own = organization.regular_workers_of_grid(db, grid.id) if report.source is Source.PATROL else []
    seen_by = next((each for each in own if each.id == reporter.id), None)
    return seen_by or designated_worker(db, grid, now=now)


def _may_be_told(report: Report, kind: Subcategory) -> bool:
    """Whether residents' groups may hear of it."""
    is_private = report.is_whisper or is_between_neighbours(kind.category, report.text)
    return kind.is_public and not is_private


def _beginning(report: Report, kind: Subcategory, rules: Rules, *, now: datetime) -> dict[str, object]:
    """The columns of a case that begins now."""
    deadlines = deadlines_for(kind, report.urgency, rules.deadlines, now=now)
    return {
        "community_id": report.community_id,
        "year": local(now).year,
        "category": kind.category,
        "subcategory": kind.code,
        "urgency": report.urgency,
        "status": CaseStatus.REGISTERED,
        "summary": report.text,
        "opened_at": now,
        "respond_by": deadlines.respond_by,
        "resolve_by": deadlines.resolve_by,
        "responded_at": None,
        "resolved_at": None,
        "resolution": "",
        "round_at": now,
        "reopen_count": 0,
        "supervision_level": 0,
        "extension_days": 0,
        "paused_at": None,
        "status_before": None,
        "merged_into_id": None,
        "closed_at": None,
        "is_judged": False,
        "has_whisper": report.is_whisper,
    }
