"""Which decision item is meant, who has to do it, and who may say something of it."""

from collections.abc import Collection

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.decisions.ownership import is_owner, owner_name
from handlers.errors.decisions import DecisionNotOpen, NoSuchDecision, NotYourDecision
from handlers.replies.decisions import STATUS_LABELS
from storage import cases as case_rows
from storage import decision_lists, decisions, meetings, organization
from storage.decision_lists import Viewer
from storage.models.decisions import Decision, DecisionStatus
from storage.models.people import Person, Role

RESIDENTS = frozenset({Role.RESIDENT, Role.BUILDING_LEAD})


def held_decision(db: Connection, community_id: int | None, number: int) -> Decision:
    """The community's item of this number, held until the transaction ends; `NoSuchDecision`.

    Its meeting is held before it, as wherever both are: what ends at one item looks at the meeting.
    """
    known = decision_lists.decision_numbered(db, community_id or 0, number)
    if known is None:
        raise NoSuchDecision(number)
    if known.meeting_id is not None:
        meetings.lock_meeting(db, known.meeting_id)
    return decisions.lock_decision(db, known.id)


def ensure_stands(decision: Decision, allowed: Collection[DecisionStatus], what: str) -> None:
    """The item stands so that this can be done with it, or `DecisionNotOpen`."""
    if decision.status not in allowed:
        raise DecisionNotOpen(decision.number, STATUS_LABELS[decision.status], what)


def ensure_may_work(db: Connection, who: Person, decision: Decision) -> None:
    """The owner and staff speak for an item; a grid worker for one of their grids, or one nobody has here.

    Others: `NotYourDecision`, or `NoSuchDecision` when they may not even look at it.
    """
    if is_owner(decision, who) or who.role in COMMUNITY_ROLES:
        return
    has_nobody = decision.unit_id is None and decision.owner_id is None
    if who.role is Role.GRID_WORKER and (has_nobody or _is_of_own_grid(db, who, decision)):
        return
    if not decision_lists.may_see(db, decision, viewer_of(db, who)):
        raise NoSuchDecision(decision.number)
    shown = "责任方" if who.role in RESIDENTS else owner_name(db, decision)
    raise NotYourDecision(decision.number, shown)


def viewer_of(db: Connection, who: Person) -> Viewer:
    """What of the decisions the person may look at."""
    if who.role in COMMUNITY_ROLES:
        return Viewer(sees_all=True)
    if who.role is Role.UNIT_MEMBER:
        return Viewer(unit_id=who.unit_id or 0)
    if who.role is Role.GRID_WORKER:
        return Viewer(person_id=who.id, grid_ids=tuple(organization.grids_of_worker(db, who.id)))
    return Viewer(person_id=who.id, is_resident=True)


def _is_of_own_grid(db: Connection, who: Person, decision: Decision) -> bool:
    grids = set(organization.grids_of_worker(db, who.id))
    case_ids = decisions.cases_of_decision(db, decision.id)
    return any(case_rows.case_by_id(db, each).grid_id in grids for each in case_ids)
