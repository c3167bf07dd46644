"""Who may do something with a case."""

from sqlalchemy import Connection

from handlers.errors import NotYourGrid
from handlers.errors.units import AlreadyFedBack, NotAssignedToYou, NotForUnits
from storage import assignments, organization
from storage.models.assignments import Assignment, AssignmentStatus
from storage.models.cases import Case
from storage.models.people import Person, Role

COMMUNITY_ROLES = frozenset({Role.STAFF, Role.HEAD, Role.ADMIN})  # may act on every case of the community


def ensure_may_act(db: Connection, worker: Person, case: Case) -> None:
    """A worker acts in the own grids, deputies included, and on what was handed to them; staff everywhere.

    Anybody else is refused with `NotYourGrid`, a unit's member with `NotForUnits`.
    """
    if worker.role in COMMUNITY_ROLES:
        return
    if worker.role is Role.GRID_WORKER and worker.id == case.handler_id:
        return
    if worker.role is Role.GRID_WORKER and case.grid_id in organization.grids_of_worker(db, worker.id):
        return
    if worker.role is Role.UNIT_MEMBER:
        raise NotForUnits(case.label, case.number)
    grid = organization.grid_by_id(db, case.grid_id).name if case.grid_id else "社区"
    raise NotYourGrid(case.label, grid)


def ensure_may_work(db: Connection, worker: Person, case: Case) -> None:
    """As `ensure_may_act`, and a unit's member where the own unit has an open assignment of the case."""
    if worker.role is Role.UNIT_MEMBER:
        own_assignment(db, worker, case)
    else:
        ensure_may_act(db, worker, case)


def own_assignment(db: Connection, member: Person, case: Case) -> Assignment:
    """What the member's unit still has to answer of the case; `NotAssignedToYou`, `AlreadyFedBack`."""
    found = assignments.open_assignment_of_unit(db, case.id, member.unit_id)
    if found is None:
        last = assignments.last_assignment_of_unit(db, case.id, member.unit_id)
        is_fed_back = last is not None and last.status is AssignmentStatus.FED_BACK
        raise AlreadyFedBack(case.label) if is_fed_back else NotAssignedToYou(case.label)
    return found
