"""Deputies (代班): who stands in for whom, in which grid, from which day to which."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.cases.assigning import MAY_HAVE_CASES, worker_called
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import NotAllowed
from handlers.errors.deputies import (
    DaysOver,
    DeputyOfFile,
    GridNotSaid,
    NotADeputy,
    OwnGrid,
    WhoIsAway,
)
from handlers.notices.deputies import tell_deputy
from handlers.rules import Rules
from handlers.working_days import local
from storage import deputies, organization, people
from storage.deputies import GridWorker
from storage.models.organization import Grid
from storage.models.people import Person


@dataclass(frozen=True, slots=True)
class DeputyOrder:
    """Who is to stand in; days are those of Asia/Shanghai, without `last` until further notice."""

    name: str
    first: date
    last: date | None = None
    grid: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Deputised:
    """A deputy in one grid, with the names that are told of them; `away` is nobody when nobody is."""

    row: GridWorker
    person: Person
    grid: Grid
    away: Person | None


def appoint_deputy(
    db: Connection, staff: Person, order: DeputyOrder, *, now: datetime, rules: Rules
) -> list[Deputised]:
    """This person may act in the grid on these days, and has the new cases of who is away.

    Without a grid every grid is meant that the person who is away serves, or the community's only one. The
    group and the deputy are told when the days begin. Raises `NotAllowed`, `NobodyOfThatName`, `GridNotSaid`,
    `OwnGrid`, `WhoIsAway`, `DaysOver`.
    """
    _ensure_staff(staff)
    community_id, today = staff.community_id or 0, local(now).date()
    if order.last is not None and order.last < max(order.first, today):
        raise DaysOver(order.last)
    person = worker_called(db, community_id, order.name)
    away = worker_called(db, community_id, order.instead_of) if order.instead_of else None
    appointed = [
        _appoint(db, person, grid, order, away=away, today=today)
        for grid in _grids_meant(db, community_id, order, away)
    ]
    for each in appointed:
        data = {"grid": each.grid.id, "person": person.id, "until": str(order.last)}
        record(db, staff, Audited.DEPUTY_APPOINTED, now=now, data=data)
        if each.row.covers(today):
            tell_deputy(db, each.grid, person, each.row, away=each.away, begins=True, now=now, rules=rules)
    return appointed


def end_deputy(
    db: Connection, staff: Person, name: str, grid: str = "", *, now: datetime, rules: Rules
) -> list[Deputised]:
    """This person stands in no more, in this grid or in any; the group is told.

    Only what was said in chat ends in chat: raises `DeputyOfFile`, and `NotADeputy` when there is nothing.
    """
    _ensure_staff(staff)
    community_id, today = staff.community_id or 0, local(now).date()
    person = worker_called(db, community_id, name)
    rows = [each for each in _all_of(db, community_id) if each.person.id == person.id]
    rows = [each for each in rows if not grid or each.grid.name == grid]
    by_hand = [each for each in rows if each.row.is_by_hand]
    if not by_hand:
        raise DeputyOfFile(person.name) if rows else NotADeputy(person.name)
    for each in by_hand:
        deputies.end(db, each.row)
        record(db, staff, Audited.DEPUTY_ENDED, now=now, data={"grid": each.grid.id, "person": person.id})
        if each.row.covers(today):
            tell_deputy(db, each.grid, person, each.row, away=each.away, begins=False, now=now, rules=rules)
    return by_hand


def deputies_listed(db: Connection, community_id: int) -> list[Deputised]:
    """Every deputy of the community, by grid."""
    return _all_of(db, community_id)


def deputies_to_switch(db: Connection, *, now: datetime) -> list[GridWorker]:
    """Deputies whose days have begun or are over by today, and who do not stand so yet."""
    return deputies.to_switch(db, local(now).date())


def switch_deputy(db: Connection, row: GridWorker, *, now: datetime, rules: Rules) -> bool:
    """A deputy whose days have begun acts, one whose days are over does not; the group and they are told.

    Once, however many look: false when another process was first.
    """
    begins = row.covers(local(now).date())
    if not (deputies.begin(db, row) if begins else deputies.end(db, row)):
        return False
    told = _deputised(db, row)
    tell_deputy(db, told.grid, told.person, row, away=told.away, begins=begins, now=now, rules=rules)
    return True


def _ensure_staff(staff: Person) -> None:
    if staff.role not in COMMUNITY_ROLES:
        raise NotAllowed("安排代班")


def _grids_meant(db: Connection, community_id: int, order: DeputyOrder, away: Person | None) -> list[Grid]:
    grids = organization.grids_of_community(db, community_id)
    if order.grid:
        named = [each for each in grids if each.name == order.grid]
    elif away is not None:
        regular = set(_regular_grids(db, grids, away))
        named = [each for each in grids if each.id in regular]
    else:
        named = grids if len(grids) == 1 else []
    if not named:
        raise GridNotSaid(order.name, [each.name for each in grids])
    return named


def _regular_grids(db: Connection, grids: list[Grid], person: Person) -> list[int]:
    return [
        each.id
        for each in grids
        if person.id in {worker.id for worker in organization.regular_workers_of_grid(db, each.id)}
    ]


def _appoint(
    db: Connection, person: Person, grid: Grid, order: DeputyOrder, *, away: Person | None, today: date
) -> Deputised:
    """One row; of a grid with one worker it is that one who is away."""
    everybody = deputies.serving(db, grid.id)
    regular = [each.person_id for each in everybody if not each.is_deputy]
    if person.id in regular or person.role not in MAY_HAVE_CASES:
        raise OwnGrid(person.name, grid.name)
    if away is not None and away.id not in regular:
        raise WhoIsAway(away.name, grid.name)
    away_id = away.id if away else (regular[0] if len(regular) == 1 else None)
    known = next((each for each in everybody if each.person_id == person.id), None)
    is_standing = known is not None and known.is_listed and known.starts_on is None and known.ends_on is None
    row = GridWorker(
        grid.id,
        person.id,
        known.position if known else max((each.position for each in everybody), default=-1) + 1,
        is_deputy=True,
        starts_on=order.first,
        ends_on=order.last,
        is_acting=is_standing or (order.first <= today and (order.last is None or today <= order.last)),
        is_listed=known is not None and known.is_listed,
        is_by_hand=True,
        instead_of_id=away_id,
    )
    deputies.put(db, row)
    return _deputised(db, row)


def _all_of(db: Connection, community_id: int) -> list[Deputised]:
    return [_deputised(db, row) for row in deputies.deputies_of_community(db, community_id)]


def _deputised(db: Connection, row: GridWorker) -> Deputised:
    away = people.person_by_id(db, row.instead_of_id) if row.instead_of_id else None
    grid = organization.grid_by_id(db, row.grid_id)
    return Deputised(row, people.person_by_id(db, row.person_id), grid, away)
