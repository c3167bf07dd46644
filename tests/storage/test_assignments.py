"""Sheets and mediations by what is asked of them; on both databases."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from storage import assignments as rows
from storage.engine import Database
from storage.models.assignments import Assignment, AssignmentKind, AssignmentStatus
from storage.models.cases import Case, CaseStatus, cases
from storage.models.organization import UnitKind, units
from tests.media_rows import make_case, make_community, make_person

S = AssignmentStatus


def make_unit(db: Connection, name: str) -> int:
    community_id = make_community(db)
    kind = UnitKind.DEPARTMENT
    db.execute(insert(units).values(community_id=community_id, name=name, kind=kind, aliases=[]))
    return int(db.execute(select(units.c.id).where(units.c.name == name)).scalar_one())


def make_sheet(db: Connection, case: Case, unit_id: int, *, now: datetime, **changes: Any) -> Assignment:
    values = {
        "community_id": case.community_id,
        "case_id": case.id,
        "unit_id": unit_id,
        "kind": AssignmentKind.DISPATCH,
        "is_lead": False,
        "task": "",
        "due_at": now + timedelta(days=1),
        "assigned_by_id": make_person(db, f"王芳 {case.id} {unit_id} {len(changes)}", now=now).id,
        "assigned_at": now,
        "status": S.OPEN,
        "checked_in_at": None,
        "checked_in_by_id": None,
        "answered_at": None,
        "answered_by_id": None,
        "answered_by_name": "",
        "answer": "",
        "token_hash": "",
        "link_until": None,
        "link_ended_at": None,
    }
    return rows.add_assignment(db, values | changes)


def test_the_open_sheets_of_a_case_come_lead_first_and_answered_ones_stay_known(
    database: Database, now: datetime
) -> None:
    def act(db: Connection) -> tuple[list[int], list[int], Assignment | None, Assignment | None]:
        case = make_case(db, now=now)
        water, guards, lamps = (make_unit(db, name) for name in ("自来水公司", "综合执法中队", "路灯所"))
        make_sheet(db, case, water, now=now)
        make_sheet(db, case, guards, now=now, is_lead=True)
        make_sheet(db, case, lamps, now=now, status=S.RETURNED, answer="不归我们")
        found = [each.unit_id - water for each in rows.open_assignments_of(db, case.id)]
        everything = [each.unit_id - water for each in rows.assignments_of(db, case.id)]
        return (
            found,
            everything,
            rows.open_assignment_of_unit(db, case.id, lamps),
            rows.last_assignment_of_unit(db, case.id, lamps),
        )

    found, everything, still_open, last = database.write_now(act)

    assert found == [1, 0]
    assert everything == [1, 0, 2]
    assert still_open is None
    assert last is not None
    assert last.answer == "不归我们"


def test_nobody_without_a_unit_has_a_sheet_and_an_empty_token_opens_none(
    database: Database, now: datetime
) -> None:
    def act(db: Connection) -> list[object]:
        case = make_case(db, now=now)
        sheet = make_sheet(db, case, make_unit(db, "自来水公司"), now=now)
        other = make_sheet(db, case, make_unit(db, "路灯所"), now=now, token_hash="a" * 64, is_lead=True)
        found = rows.assignment_behind(db, "a" * 64)
        return [
            rows.open_assignment_of_unit(db, case.id, None),
            rows.last_assignment_of_unit(db, case.id, None),
            rows.assignment_behind(db, sheet.token_hash),
            rows.assignment_behind(db, "b" * 64),
            found == other,
        ]

    assert database.write_now(act) == [None, None, None, None, True]


def test_a_unit_owes_answers_for_open_cases_only_the_earliest_deadline_first(
    database: Database, now: datetime
) -> None:
    def act(db: Connection) -> list[int]:
        unit = make_unit(db, "自来水公司")
        for number, status in (
            (1, CaseStatus.DISPATCHED),
            (2, CaseStatus.DISPATCHED),
            (3, CaseStatus.CLOSED),
        ):
            case = make_case(db, number, now=now)
            due = now - timedelta(days=number)
            db.execute(cases.update().where(cases.c.id == case.id).values(status=status, resolve_by=due))
            make_sheet(db, case, unit, now=now)
        answered = make_case(db, 4, now=now)
        make_sheet(db, answered, unit, now=now, status=S.FED_BACK)
        return [case.number for case in rows.cases_assigned_to(db, unit, limit=9)]

    assert database.write_now(act) == [2, 1]


def test_a_mediation_keeps_what_is_not_said_again(database: Database, now: datetime) -> None:
    def act(db: Connection) -> list[object]:
        case = make_case(db, now=now)
        before = rows.mediation_of(db, case.id)
        rows.change_mediation(db, case, respondent="楼上住户")
        rows.change_mediation(db, case, mediator="李强")
        after = rows.change_mediation(db, case, agreement="十点后不弹", agreed_at=now)
        return [before, after.respondent, after.mediator, after.agreement, after.agreed_at]

    assert database.write_now(act) == [None, "楼上住户", "李强", "十点后不弹", now]
