"""Who has to do a decision item: a unit, a person, or only a name; and what each reader sees of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from handlers.errors.decisions import SeveralOwners, UnknownOwner
from handlers.privacy import public_wording
from storage import assignments, decisions, people
from storage import cases as case_rows
from storage.models.decisions import Decision
from storage.models.organization import Unit
from storage.models.people import Person, Role

WORKING: Final = (Role.GRID_WORKER, Role.STAFF, Role.HEAD, Role.ADMIN, Role.UNIT_MEMBER, Role.BUILDING_LEAD)
ROLE_LABELS: Final[Mapping[Role, str]] = {
    Role.GRID_WORKER: "网格员",
    Role.STAFF: "社区工作人员",
    Role.HEAD: "社区负责人",
    Role.ADMIN: "社区工作人员",
    Role.RESIDENT: "居民代表",
    Role.BUILDING_LEAD: "楼长",
    Role.UNIT_MEMBER: "承办单位",
    Role.STREET: "街道",
}
NOBODY_YET: Final = "责任方（待定）"
SOMEBODY: Final = "相关责任人"  # where the name may not be told
SOMETHING: Final = "一件议定事项"  # where its words may not be told
NEAR: Final = 5  # names that are offered


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner as columns of a decision; exactly one is set."""

    unit_id: int | None = None
    owner_id: int | None = None
    owner: str = ""


def owner_name(db: Connection, decision: Decision) -> str:
    """Who has to do it, in words for those who sat at the table."""
    if decision.unit_id is not None:
        return assignments.unit_by_id(db, decision.unit_id).name
    if decision.owner_id is not None:
        owner = people.person_by_id(db, decision.owner_id)
        return owner.name or ROLE_LABELS[owner.role]
    return decision.owner or NOBODY_YET


def public_owner(db: Connection, decision: Decision) -> str:
    """Who has to do it as everybody may read it: a unit by its name, a person by what they are."""
    if decision.unit_id is not None:
        return assignments.unit_by_id(db, decision.unit_id).name
    if decision.owner_id is not None:
        return ROLE_LABELS[people.person_by_id(db, decision.owner_id).role]
    return public_name(decision.owner)


def public_what(decision: Decision) -> str:
    """What was agreed as everybody may read it: nothing that may point to a person or a door."""
    return public_wording(decision.what) or SOMETHING


def public_name(name: str) -> str:
    """A mere name as everybody may read it: 业委会 stays, a person's does not."""
    if not name:
        return NOBODY_YET
    return public_wording(name) or SOMEBODY


def is_owner(decision: Decision, who: Person) -> bool:
    """Whether the speaker, or the unit they belong to, has to do it."""
    if decision.unit_id is not None:
        return who.unit_id == decision.unit_id
    return decision.owner_id == who.id


def owner_called(db: Connection, decision: Decision, word: str) -> Owner:
    """The unit, or the person who works here, of this name; of several units the one that serves the estate.

    Raises `UnknownOwner` with near names, `SeveralOwners`.
    """
    units = assignments.units_of_community(db, decision.community_id)
    meant = _units_called(db, decision, word, units)
    if len(meant) > 1:
        raise SeveralOwners(word, [unit.name for unit in meant])
    if meant:
        return Owner(unit_id=meant[0].id)
    persons = people.people_named(db, decision.community_id, word, WORKING)
    if len(persons) > 1:
        raise SeveralOwners(word, [f"{each.name}（{ROLE_LABELS[each.role]}）" for each in persons])
    if not persons:
        near = [unit.name for unit in units if len(set(word) & set(unit.name)) > 1]
        raise UnknownOwner(word, near[:NEAR], decision.number)
    return Owner(owner_id=persons[0].id)


def _units_called(db: Connection, decision: Decision, word: str, units: list[Unit]) -> list[Unit]:
    exact = [unit for unit in units if word == unit.name]
    called = exact or [unit for unit in units if word in unit.aliases]
    called = called or [unit for unit in units if len(word) > 1 and word in unit.name]
    if len(called) < 2:
        return called
    served = assignments.estates_served(db, decision.community_id)
    here = {case_rows.case_by_id(db, each).estate_id for each in decisions.cases_of_decision(db, decision.id)}
    return [unit for unit in called if served.get(unit.id, set()) & here] or called
