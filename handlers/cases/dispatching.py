"""Work handed to companies and departments: the sheet, the whistle, and what ends both."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from handlers.cases.overdue_sheets import watch_sheets
from handlers.cases.rights import ensure_may_act
from handlers.cases.states import CaseAction, next_status
from handlers.cases.timers import reset_clock
from handlers.cases.units import unit_meant
from handlers.errors.units import AlreadyWhistled, DueInThePast, NoLiveLink, UnknownUnit
from handlers.notices.assignments import (
    SheetGiven,
    tell_cancelled,
    tell_dispatched,
    tell_link_cancelled,
    tell_whistled,
)
from handlers.notices.reaching import address_of_group
from handlers.replies.formats import moment_text
from handlers.rules import Rules
from handlers.working_days import after_working_days
from storage import assignments
from storage import cases as case_rows
from storage.models.assignments import Assignment, AssignmentKind, AssignmentStatus
from storage.models.cases import Case, EventKind
from storage.models.organization import Unit
from storage.models.people import Person

K = AssignmentKind


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be handed over: to whom, by the words people use for units; what to do; by when.

    Without `due_at` the case's own deadline counts. `lead` is the one marked 牵头. `secret` is fresh and
    random: the tokens of the links are made of it, and it is kept nowhere.
    """

    to: tuple[str, ...]
    task: str
    secret: str
    due_at: datetime | None = None
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class CaseDispatched:
    """The case, and the sheets that were given now."""

    case: Case
    sheets: tuple[SheetGiven, ...]
    lead: Unit


def dispatch_case(
    db: Connection, worker: Person, case_id: int, order: Order, *, now: datetime, rules: Rules
) -> CaseDispatched:
    """One unit has an assignment sheet (交办单), and its reporters hear who has the case now.

    A unit whose sheet is still open gets it anew, with a new link. The worker keeps the case. Raises
    `NotYourGrid`, `MoveNotAllowed`, `UnknownUnit`, `SeveralUnits`, `DueInThePast`.
    """
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    status = next_status(case, CaseAction.DISPATCH)
    unit = unit_meant(db, case, order.to[0]) if order.to else _no_unit(db, case)
    due_at = _due(case, order, now=now)
    known = assignments.open_assignment_of_unit(db, case.id, unit.id)
    sheet = _give(
        db,
        worker,
        case,
        unit,
        order=order,
        kind=K.DISPATCH,
        due_at=due_at,
        now=now,
        rules=rules,
        is_lead=known is not None and known.is_lead,
    )
    given = _take_responsibility(db, worker, case, now=now) | {"status": status}
    case_rows.change_case(db, case.id, **given)
    event_id = case_rows.add_event(
        db, case, EventKind.DISPATCHED, person_id=worker.id, now=now, data=_facts(sheet)
    )
    dispatched = case_rows.lock_case(db, case.id)
    reset_clock(db, dispatched, rules, now)
    watch_sheets(db, dispatched)
    tell_dispatched(db, dispatched, sheet, event_id, rules=rules, is_new=known is None, now=now)
    return CaseDispatched(dispatched, (sheet,), unit)


def whistle_units(
    db: Connection, worker: Person, case_id: int, order: Order, *, now: datetime, rules: Rules
) -> CaseDispatched:
    """Several units have a sheet at once (吹哨); one leads, each is to report in. Reporters hear who comes.

    A unit that was whistled for and has not answered is not asked twice; the lead stays unless one is
    marked. Raises `AlreadyWhistled` when that is so of all, and what `dispatch_case` raises.
    """
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    status = next_status(case, CaseAction.WHISTLE)
    units = _units_meant(db, case, order)
    due_at = _due(case, order, now=now)
    there = {each.unit_id: each for each in assignments.open_assignments_of(db, case.id)}
    lead = _lead(db, case, order, units=units, there=there)
    called = {
        each.unit_id
        for each in there.values()
        if each.kind is K.WHISTLE and each.is_lead is (each.unit_id == lead.id)
    }
    new = [unit for unit in units if unit.id not in called]
    if not new:
        raise AlreadyWhistled(case.label, "、".join(unit.name for unit in units), case.number)
    sheets = tuple(
        _give(
            db,
            worker,
            case,
            unit,
            order=order,
            kind=K.WHISTLE,
            is_lead=unit == lead,
            due_at=due_at,
            now=now,
            rules=rules,
        )
        for unit in new
    )
    _let_lead(db, case, lead)
    case_rows.change_case(db, case.id, **_take_responsibility(db, worker, case, now=now), status=status)
    data = {"sheets": [_facts(sheet) for sheet in sheets], "lead": lead.name}
    event_id = case_rows.add_event(db, case, EventKind.WHISTLED, person_id=worker.id, now=now, data=data)
    whistled = case_rows.lock_case(db, case.id)
    reset_clock(db, whistled, rules, now)
    watch_sheets(db, whistled)
    tell_whistled(db, whistled, sheets, event_id, lead=lead, rules=rules, now=now)
    return CaseDispatched(whistled, sheets, lead)


def cancel_links(db: Connection, worker: Person, case_id: int, *, now: datetime) -> Case:
    """The links of the case's open sheets lead nowhere any more; the sheets stay. `NoLiveLink`: none did."""
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    live = [
        each
        for each in assignments.open_assignments_of(db, case.id)
        if each.token_hash and each.link_ended_at is None and each.link_until and each.link_until > now
    ]
    if not live:
        raise NoLiveLink(case.label)
    for each in live:
        assignments.change_assignment(db, each.id, link_ended_at=now)
    units = [assignments.unit_by_id(db, each.unit_id).name for each in live]
    event_id = case_rows.add_event(
        db, case, EventKind.LINK_CANCELLED, person_id=worker.id, now=now, data={"units": units}
    )
    tell_link_cancelled(db, case, live, event_id, now=now)
    return case


def cancel_assignments(
    db: Connection, case: Case, *, now: datetime, by: Person | None = None, answer: str = ""
) -> None:
    """The case has ended: what its units still had to do is cancelled, and they are told.

    The unit of `by`, who ended it, has done its part: `answer` is its feedback.
    """
    for each in assignments.open_assignments_of(db, case.id):
        if by is not None and by.unit_id == each.unit_id:
            assignments.change_assignment(
                db,
                each.id,
                status=AssignmentStatus.FED_BACK,
                answer=answer,
                answered_at=now,
                answered_by_id=by.id,
                link_ended_at=now,
            )
        else:
            assignments.change_assignment(
                db, each.id, status=AssignmentStatus.CANCELLED, answered_at=now, link_ended_at=now
            )
            tell_cancelled(db, case, each, now=now)


def hash_of(token: str) -> str:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def _token(secret: str, unit: Unit) -> str:
    """The token of one unit's link; whoever knows it can make no other's of it."""
    return hashlib.sha256(f"{secret}:{unit.id}".encode()).hexdigest()[:43]  # 172 bits


def _give(
    db: Connection,
    worker: Person,
    case: Case,
    unit: Unit,
    *,
    order: Order,
    kind: AssignmentKind,
    is_lead: bool,
    due_at: datetime,
    now: datetime,
    rules: Rules,
) -> SheetGiven:
    """The unit's sheet; one that is open already is given anew. A link only where the group cannot answer."""
    group = assignments.group_of_unit(db, unit.id)
    group = group if group and address_of_group(group) else None
    token = "" if group and assignments.members_of_unit(db, unit.id) else _token(order.secret, unit)
    terms: dict[str, Any] = {
        "kind": kind,
        "is_lead": is_lead,
        "due_at": due_at,
        "token_hash": hash_of(token) if token else "",
        "link_until": now + rules.supervision.link_lifetime if token else None,
        "link_ended_at": None,
    }
    known = assignments.open_assignment_of_unit(db, case.id, unit.id)
    if known is None:
        values = _blank(worker, case, now=now) | terms | {"unit_id": unit.id, "task": order.task}
        return SheetGiven(assignments.add_assignment(db, values), unit, token, group)
    terms["task"] = order.task or known.task
    assignments.change_assignment(db, known.id, **terms)
    return SheetGiven(replace(known, **terms), unit, token, group)


def _blank(worker: Person, case: Case, *, now: datetime) -> dict[str, Any]:
    """The columns of a sheet that nobody has answered."""
    return {
        "community_id": case.community_id,
        "case_id": case.id,
        "assigned_by_id": worker.id,
        "assigned_at": now,
        "status": AssignmentStatus.OPEN,
        "checked_in_at": None,
        "checked_in_by_id": None,
        "answered_at": None,
        "answered_by_id": None,
        "answered_by_name": "",
        "answer": "",
    }


def _take_responsibility(db: Connection, worker: Person, case: Case, *, now: datetime) -> dict[str, object]:
    """Whoever hands work out has the case when nobody had it, and has answered the reporters."""
    return {"handler_id": case.handler_id or worker.id, "responded_at": case.responded_at or now}


def _units_meant(db: Connection, case: Case, order: Order) -> list[Unit]:
    """The units named, each once; the one marked as lead is among them."""
    words = ([order.lead] if order.lead and order.lead not in order.to else []) + list(order.to)
    return list({unit.id: unit for unit in (unit_meant(db, case, word) for word in words)}.values()) or [
        _no_unit(db, case)
    ]


def _due(case: Case, order: Order, *, now: datetime) -> datetime:
    """By the command's time, else the case's deadline; for an overdue case the next working day."""
    if order.due_at is None:
        return case.resolve_by if case.resolve_by > now else after_working_days(now, 1)
    if order.due_at <= now:
        raise DueInThePast(moment_text(order.due_at))
    return order.due_at


def _lead(
    db: Connection, case: Case, order: Order, *, units: Sequence[Unit], there: dict[int, Assignment]
) -> Unit:
    """The one marked; else who leads already; else the first named."""
    if order.lead:
        return unit_meant(db, case, order.lead)
    leading = next((each.unit_id for each in there.values() if each.is_lead), None)
    return units[0] if leading is None else assignments.unit_by_id(db, leading)


def _let_lead(db: Connection, case: Case, lead: Unit) -> None:
    for each in assignments.open_assignments_of(db, case.id):
        if each.is_lead is not (each.unit_id == lead.id):
            assignments.change_assignment(db, each.id, is_lead=each.unit_id == lead.id)


def _facts(sheet: SheetGiven) -> dict[str, Any]:
    """What the history says of a sheet."""
    given = sheet.assignment
    return {
        "assignment": given.id,
        "unit": sheet.unit.name,
        "task": given.task,
        "due": given.due_at.isoformat(),
    }


def _no_unit(db: Connection, case: Case) -> Unit:
    names = [unit.name for unit in assignments.units_of_community(db, case.community_id)]
    raise UnknownUnit("", "、".join(names), case.number)
