"""A report finds its case: it joins the open one, brings the settled one back, or opens a new one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from handlers.cases.alike import Read, open_case_alike, settled_case_alike
from handlers.cases.attaching import attach_recent
from handlers.cases.opening import add_report, keep_confidence, open_case
from handlers.cases.recategorizing import raise_urgency
from handlers.cases.reopening import more_urgent, reopen
from handlers.cases.reports import Place, Report
from handlers.errors import AlreadySeconded, CaseAlreadyEnded, MayNotSecond
from handlers.households import raised_by_care
from handlers.notices.joining import tell_case_joined
from handlers.privacy import concerns_a_worker
from handlers.rules import Rules
from storage import cases as case_rows
from storage import organization
from storage.models.cases import OPEN_STATUSES, Case, EventKind
from storage.models.organization import Estate, Grid
from storage.models.people import Person


class How(StrEnum):
    """What a report did."""

    OPENED = "opened"
    JOINED = "joined"  # somebody else had reported it
    REPEATED = "repeated"  # the speaker had reported it
    REOPENED = "reopened"  # it was settled once


@dataclass(frozen=True, slots=True)
class Registered:
    """The case a report belongs to, what the report did, and how many people report it by now."""

    case: Case
    grid: Grid | None
    estate: Estate | None
    how: How
    reporters: int


def report_problem(
    db: Connection, reporter: Person, report: Report, *, now: datetime, rules: Rules, read: Read
) -> Registered:
    """The trouble is in exactly one open case, which its reporters, workers and deadline know of.

    `read` reads any words as this report was read. What complains of a worker always has a case of its own.
    Two neighbours who report at the same moment come one after the other.
    """
    estate = report.place.estate
    report = raised_by_care(db, report, reporter)
    if estate is not None:
        case_rows.lock_place(db, report.community_id, estate.id)
    if concerns_a_worker(db, report.community_id, report.text):
        return _opened(db, reporter, report, now=now, rules=rules)
    standing = open_case_alike(db, report, read)
    if standing is not None and _is_open_now(db, standing):
        return join_case(db, reporter, standing.id, report, now=now, rules=rules)
    settled = settled_case_alike(db, report, read, now=now, rules=rules)
    if settled is not None and _is_open_now(db, settled):
        return join_case(db, reporter, settled.id, report, now=now, rules=rules)
    if settled is not None:
        return _brought_back(db, reporter, settled, report, now=now, rules=rules)
    return _opened(db, reporter, report, now=now, rules=rules)


def _is_open_now(db: Connection, case: Case) -> bool:
    """Whether the case is open once it is held: another message may have ended it, or brought it back."""
    return case_rows.lock_case(db, case.id).status in OPEN_STATUSES


def join_case(
    db: Connection, reporter: Person, case_id: int, report: Report, *, now: datetime, rules: Rules
) -> Registered:
    """One more person reports the case and hears of it from now on; those who have it read the new words."""
    case = case_rows.lock_case(db, case_id)
    is_known = case_rows.is_reporter(db, case.id, reporter.id)
    how = How.REPEATED if is_known else How.JOINED
    add_report(db, case, reporter, report, now=now)
    case = keep_confidence(db, case, report)
    attach_recent(db, reporter, case, now=now)
    count = case_rows.number_of_reporters(db, case.id)
    event_id = case_rows.add_event(
        db,
        case,
        EventKind.SUPPLEMENTED if how is How.REPEATED else EventKind.JOINED,
        person_id=reporter.id,
        now=now,
        data={"text": report.text, "reporters": count},
    )
    if more_urgent(case.urgency, report.urgency) is not case.urgency:
        case = raise_urgency(db, case, report.urgency, now=now, rules=rules)
    tell_case_joined(db, case, report.text, event_id, reporters=count, is_new=how is How.JOINED, now=now)
    return _registered(db, case, how, count)


def second_case(
    db: Connection, person: Person, case_id: int, *, now: datetime, rules: Rules, text: str = "附议"
) -> Registered:
    """附议: one more person reports the case, in nobody's words but its own.

    Raises `CaseAlreadyEnded` when it is no longer open, `AlreadySeconded` when the person reports it already,
    `MayNotSecond` when it is no public matter.
    """
    case = case_rows.standing_for(db, case_rows.lock_case(db, case_id))
    if not case.is_public:
        raise MayNotSecond(case.label)
    if case.status not in OPEN_STATUSES:
        raise CaseAlreadyEnded(case.label)
    if case_rows.is_reporter(db, case.id, person.id):
        raise AlreadySeconded(case.label)
    report = _report_of(case, text)
    return join_case(db, person, case.id, report, now=now, rules=rules)


def _report_of(case: Case, text: str) -> Report:
    return Report(
        community_id=case.community_id,
        category=case.category,
        subcategory=case.subcategory,
        urgency=case.urgency,
        text=text,
        place=Place(),
    )


def _opened(db: Connection, reporter: Person, report: Report, *, now: datetime, rules: Rules) -> Registered:
    opened = open_case(db, reporter, report, now=now, rules=rules)
    attach_recent(db, reporter, opened.case, now=now)
    return Registered(opened.case, opened.grid, opened.estate, How.OPENED, 1)


def _brought_back(
    db: Connection, reporter: Person, settled: Case, report: Report, *, now: datetime, rules: Rules
) -> Registered:
    """Whoever reports it now belongs to it; those who did before hear that it is dealt with again."""
    is_known = case_rows.is_reporter(db, settled.id, reporter.id)
    case = case_rows.lock_case(db, settled.id)
    add_report(db, case, reporter, report, now=now)
    case = keep_confidence(db, case, report)
    attach_recent(db, reporter, case, now=now)
    case = reopen(
        db,
        reporter,
        case,
        report.text,
        urgency=report.urgency,
        is_recurrence=not is_known,
        now=now,
        rules=rules,
    )
    return _registered(db, case, How.REOPENED, case_rows.number_of_reporters(db, case.id))


def _registered(db: Connection, case: Case, how: How, reporters: int) -> Registered:
    grid = organization.grid_by_id(db, case.grid_id) if case.grid_id else None
    estate = organization.estate_by_id(db, case.estate_id) if case.estate_id else None
    return Registered(case, grid, estate, how, reporters)
