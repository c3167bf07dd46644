"""Staff say which estate a residents' group belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.errors.groups import GroupUnclear, NoSuchEstateHere, NoSuchResidentsGroup
from storage import organization, residents_groups
from storage.models.organization import Estate, Group
from storage.models.people import Person


@dataclass(frozen=True, slots=True)
class GroupPlaced:
    """The group, and the estate it belongs to from now on."""

    group: Group
    estate: Estate


def place_group(
    db: Connection, staff: Person, name: str, estate: Estate | None, *, place: str
) -> GroupPlaced:
    """The group of this name reads what concerns the estate from now on; `place` is what was said of it.

    Raises `NoSuchResidentsGroup`, `GroupUnclear` when several may be meant, `NoSuchEstateHere`.
    """
    group = _group_called(residents_groups.residents_groups(db, staff.community_id or 0), name)
    if estate is None:
        known = organization.estates_of_communities(db, [staff.community_id or 0])
        raise NoSuchEstateHere(place, [each.name for each in known])
    residents_groups.change_residents_group(db, group.id, estate_id=estate.id)
    return GroupPlaced(group, estate)


def _group_called(groups: Sequence[Group], name: str) -> Group:
    """The one of exactly this name, else the only one whose name holds it."""
    exact = [each for each in groups if each.name == name]
    found = exact or [each for each in groups if name in each.name]
    if not found:
        raise NoSuchResidentsGroup(name)
    if len(found) > 1:
        raise GroupUnclear(name, [each.name for each in found])
    return found[0]
