"""To whom a case falls: by the mode of its grid, by hand, or back to the grid."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES, ensure_may_act
from handlers.cases.states import CaseAction, next_status
from handlers.cases.timers import reset_clock
from handlers.cases.waiting import unpaused_columns
from handlers.errors import NotAllowed, ReasonMissing
from handlers.errors.desk import AlreadyTheirs, CannotTake, NobodyOfThatName, NotInYourHands, SeveralNamed
from handlers.notices.assigning import tell_case_assigned, tell_case_declined
from handlers.rules import Rules
from handlers.working_days import local
from storage import cases as case_rows
from storage import deputies, organization, people, timers
from storage.models.cases import Case, EventKind, Urgency
from storage.models.organization import Grid, GridMode
from storage.models.people import Person, Role
from storage.models.timers import TimerKind

MAY_HAVE_CASES: Final = COMMUNITY_ROLES | {Role.GRID_WORKER}
FAMILIAR: Final = ("老", "小")
USUAL: Final = Rules()
TITLES: Final = ("师傅", "主任", "书记", "同志", "老师", "大姐", "大哥", "姐", "哥")


def designated_worker(db: Connection, grid: Grid, *, now: datetime) -> Person | None:
    """Whom a new case of this grid falls to; `None` where whoever claims it has it.

    In turn: one of its workers after the other, deputies left out; a turn is given once. Of who is away today
    the case falls to who stands in.
    """
    if grid.mode is GridMode.CLAIM:
        return None
    chosen = _next_in_turn(db, grid) if grid.mode is GridMode.TURN else _first(db, grid)
    if chosen is None:
        return None
    return deputies.stand_ins(db, grid.id, local(now).date()).get(chosen.id, chosen)


def _first(db: Connection, grid: Grid) -> Person | None:
    workers = organization.workers_of_grid(db, grid.id)
    return workers[0] if workers else None


def _next_in_turn(db: Connection, grid: Grid) -> Person | None:
    regular = organization.regular_workers_of_grid(db, grid.id)
    return regular[(organization.take_turn(db, grid.id) - 1) % len(regular)] if regular else None


def worker_called(db: Connection, community_id: int, name: str) -> Person:
    """Who is meant by a name, or by 赵师傅 when only one is called so.

    Raises `NobodyOfThatName` or `SeveralNamed`.
    """
    found = people.people_named(db, community_id, name, MAY_HAVE_CASES)
    surname = _surname(name)
    if not found and surname:
        everybody = people.people_with_roles(db, community_id, MAY_HAVE_CASES)
        found = [each for each in everybody if each.name.startswith(surname)]
    if not found:
        raise NobodyOfThatName(name)
    if len(found) > 1:
        raise SeveralNamed(name)
    return found[0]


def hand_over(
    db: Connection,
    worker: Person,
    case_id: int,
    to: Person,
    *,
    now: datetime,
    reason: str = "",
    rules: Rules = USUAL,
) -> Case:
    """The case is the other's, who is called; those who reported it hear the new name.

    By whoever has it, or by staff. `CannotTake` when the other may not have it, `AlreadyTheirs` when they do.
    """
    case = case_rows.lock_case(db, case_id)
    if worker.role not in COMMUNITY_ROLES:
        _ensure_in_hand(db, worker, case)
    _ensure_can_take(case, to)
    assigned, event_id = _passed_on(db, worker, case, to, now=now, reason=reason, rules=rules)
    tell_case_assigned(db, assigned, worker, to, event_id=event_id, now=now, reason=reason, rules=rules)
    return assigned


def assign_case(
    db: Connection,
    staff: Person,
    case_id: int,
    to: Person,
    *,
    now: datetime,
    reason: str = "",
    rules: Rules = USUAL,
) -> Case:
    """Staff say who has the case from now on."""
    if staff.role not in COMMUNITY_ROLES:
        raise NotAllowed("指派")
    return hand_over(db, staff, case_id, to, now=now, reason=reason, rules=rules)


def decline_case(
    db: Connection, worker: Person, case_id: int, reason: str, *, now: datetime, rules: Rules = USUAL
) -> Case:
    """Whoever had the case does not have it any more; its group and the desk know that somebody must take it.

    By who has it, or by staff. The reason is required. An emergency is alarmed again until it is claimed.
    """
    case = case_rows.lock_case(db, case_id)
    if worker.role not in COMMUNITY_ROLES:
        _ensure_in_hand(db, worker, case)
    if not reason:
        raise ReasonMissing(f"不接 {case.number} 不在我的网格")
    status = next_status(case, CaseAction.DECLINE)
    _move(db, case, {"status": status, "handler_id": None}, now=now, rules=rules)
    if case.urgency is Urgency.EMERGENCY:
        alarm = now + rules.supervision.alarm_interval
        community_id = case.community_id
        timers.set_timer(db, case.id, TimerKind.ALARM, community_id=community_id, due_at=alarm)
    event_id = case_rows.add_event(
        db, case, EventKind.DECLINED, person_id=worker.id, now=now, data={"reason": reason}
    )
    declined = case_rows.lock_case(db, case.id)
    tell_case_declined(db, declined, worker, reason, event_id=event_id, now=now)
    return declined


def _passed_on(
    db: Connection, worker: Person, case: Case, to: Person, *, now: datetime, reason: str, rules: Rules
) -> tuple[Case, int]:
    columns = {
        "status": next_status(case, CaseAction.ASSIGN),
        "handler_id": to.id,
        "grid_id": _grid_of(db, case, to),
        "responded_at": case.responded_at or now,
    }
    _move(db, case, columns, now=now, rules=rules)
    data = {"from": case.handler_id, "to": to.id, "reason": reason}
    event_id = case_rows.add_event(db, case, EventKind.ASSIGNED, person_id=worker.id, now=now, data=data)
    return case_rows.lock_case(db, case.id), event_id


def _move(db: Connection, case: Case, columns: dict[str, object], *, now: datetime, rules: Rules) -> None:
    """The case stands so; if it waited for the reporter, its clock runs again."""
    case_rows.change_case(db, case.id, **columns, **unpaused_columns(case, rules, now))
    if case.paused_at is not None:
        timers.stop_timers(db, case.id, [TimerKind.ANSWER])
        reset_clock(db, case_rows.lock_case(db, case.id), rules, now)


def _grid_of(db: Connection, case: Case, to: Person) -> int | None:
    """The case goes along to a grid its new worker serves, so that their group hears of it.

    Best to the one that covers its place: from there it was handed out.
    """
    if to.role is not Role.GRID_WORKER:
        return case.grid_id
    served = organization.grids_of_worker(db, to.id)
    covering = _grid_covering(db, case)
    near = [each for each in (covering, case.grid_id, *served) if each in served]
    return near[0] if near else case.grid_id


def _grid_covering(db: Connection, case: Case) -> int | None:
    if case.estate_id is None:
        return None
    is_number = case.building is not None and case.building.isdecimal()
    grid = organization.grid_covering(db, case.estate_id, int(case.building or 0) if is_number else None)
    return grid.id if grid else None


def _ensure_in_hand(db: Connection, worker: Person, case: Case) -> None:
    """Only who has the case, or is designated, may pass it on."""
    ensure_may_act(db, worker, case)
    if case.handler_id != worker.id:
        raise NotInYourHands(case.label, case.number)


def _ensure_can_take(case: Case, to: Person) -> None:
    """Somebody who works for this community; what complains of a worker stays with staff."""
    may_take = COMMUNITY_ROLES if case.is_confidential else MAY_HAVE_CASES
    if to.community_id != case.community_id or to.role not in may_take:
        raise CannotTake(case.label, to.name)
    if to.id == case.handler_id:
        raise AlreadyTheirs(case.label, to.name)


def _surname(name: str) -> str:
    """赵 of 老赵 and 赵师傅; empty when it is a whole name."""
    if name[:1] in FAMILIAR and len(name) == 2:
        return name[1]
    return next((name.removesuffix(title) for title in TITLES if name.endswith(title)), "")
