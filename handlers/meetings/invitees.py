"""Who is meant by the names of an invitation: units, groups, estates' and grids' groups, people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from sqlalchemy import Connection

from handlers.cases.assigning import TITLES
from handlers.errors.meetings import AmbiguousInvitee, NoSuchChair, UnknownInvitees
from handlers.meetings.circle import Invited
from nlp.characters import fold
from storage import assignments, organization, people
from storage.broadcasts import places
from storage.models.organization import Audience, Estate, Group, Unit
from storage.models.people import Person, Role

EVERYBODY: Final = frozenset(Role)
WORKING: Final = frozenset({Role.GRID_WORKER, Role.STAFF, Role.HEAD, Role.ADMIN, Role.UNIT_MEMBER})
CHAIRING: Final = frozenset({Role.GRID_WORKER, Role.STAFF, Role.HEAD, Role.ADMIN})
RESIDENTS_WORDS: Final = ("居民群", "业主群", "微信群", "居民", "业主", "群")
WORKERS_WORDS: Final = ("工作群", "网格员", "群")
POLITE: Final = ("的", "各位", "全体", "所有")
NEAR: Final = 0.5  # share of a name that must be right for it to be offered

Party = tuple[str, int]  # ("person", id), ("unit", id) or ("group", id)


def merged(one: Invited, other: Invited) -> Invited:
    """Everybody of both, each once."""
    return Invited(
        tuple(dict.fromkeys([*one.person_ids, *other.person_ids])),
        tuple(dict.fromkeys([*one.unit_ids, *other.unit_ids])),
        tuple(dict.fromkeys([*one.group_ids, *other.group_ids])),
        one.required | other.required,
    )


def as_json(invited: Invited) -> dict[str, Any]:
    """As the history of a draft keeps them."""
    return {
        "persons": list(invited.person_ids),
        "units": list(invited.unit_ids),
        "groups": list(invited.group_ids),
        "required": [list(each) for each in sorted(invited.required)],
    }


def invited_from(kept: Mapping[str, Any]) -> Invited:
    """What `as_json` kept."""
    required = frozenset((str(kind), int(number)) for kind, number in kept.get("required", ()))
    persons, units, groups = (tuple(kept.get(name, ())) for name in ("persons", "units", "groups"))
    return Invited(persons, units, groups, required)


def invited_named(
    db: Connection, community_id: int, names: Sequence[str], *, required: Sequence[str] = ()
) -> Invited:
    """Everybody who is named, those of `required` as parties that must come.

    Raises `UnknownInvitees` with all names that are nobody's, `AmbiguousInvitee`.
    """
    here = _Here.of(db, community_id)
    unknown: list[str] = []
    found: dict[str, list[int]] = {"person": [], "unit": [], "group": []}
    must: set[Party] = set()
    for is_required, said in ((False, names), (True, required)):
        for name in said:
            parties = _meant(db, here, name.strip())
            unknown += [] if parties else [name.strip()]
            for kind, number in parties:
                found[kind].append(number)
                must |= {(kind, number)} if is_required and kind != "group" else set()
    if unknown:
        raise UnknownInvitees([(name, here.near(name)) for name in dict.fromkeys(unknown)])
    persons, units, groups = (tuple(dict.fromkeys(found[kind])) for kind in ("person", "unit", "group"))
    return Invited(persons, units, groups, frozenset(must))


def chair_named(db: Connection, community_id: int, name: str) -> Person:
    """The one of the community's own people who is called so; `NoSuchChair`, `AmbiguousInvitee`."""
    found = people.people_named(db, community_id, name, CHAIRING) or _titled(db, community_id, name, CHAIRING)
    if not found:
        raise NoSuchChair(name)
    return _only(name, found)


@dataclass(frozen=True, slots=True)
class _Here:
    """What the community has, as names may mean it."""

    community_id: int
    units: Sequence[Unit]
    groups: Sequence[Group]
    estates: Sequence[Estate]
    workers: Sequence[str]

    @classmethod
    def of(cls, db: Connection, community_id: int) -> "_Here":
        groups = [each for kind in Audience for each in places.groups_for(db, community_id, kind)]
        return cls(
            community_id,
            assignments.units_of_community(db, community_id),
            [each for each in groups if each.dismissed_at is None],
            organization.estates_of_communities(db, [community_id]),
            people.names_of_workers(db, community_id),
        )

    def near(self, name: str) -> list[str]:
        """Names of units, groups and workers that are like this one; residents' names are not offered."""
        known = [*(each.name for each in self.units), *(each.name for each in self.groups), *self.workers]
        alike = get_close_matches(name, known, n=3, cutoff=NEAR)
        inside = [each for each in known if len(name) > 1 and (name in each or each in name)]
        return list(dict.fromkeys([*inside, *alike]))[:3]


def _meant(db: Connection, here: _Here, said: str) -> list[Party]:
    """Who is called so, from the surest reading to the least."""
    name = fold(said).strip()
    for lead in POLITE:
        name = name.removeprefix(lead)
    if not name:
        return []
    return (
        [("group", each.id) for each in here.groups if fold(each.name) == name]
        or _unit(here, name, is_exact=True)
        or _groups_of_place(db, here, name)
        or _person(db, here, name)
        or _unit(here, name, is_exact=False)
    )


def _unit(here: _Here, name: str, *, is_exact: bool) -> list[Party]:
    exact = [each for each in here.units if name == each.name] or [
        each for each in here.units if name in each.aliases
    ]
    loose = [each for each in here.units if _is_like(name, each)]
    found = exact if is_exact else loose
    if len(found) > 1:
        raise AmbiguousInvitee(name, [each.name for each in found])
    return [("unit", each.id) for each in found]


def _is_like(name: str, unit: Unit) -> bool:
    """执法队 for 执法, 枫桥 for 枫桥物业."""
    known = [unit.name, *unit.aliases]
    return len(name) > 1 and (name in unit.name or any(len(each) > 1 and each in name for each in known))


def _groups_of_place(db: Connection, here: _Here, name: str) -> list[Party]:
    """枫桥苑居民群, 枫桥苑居民, 枫桥苑, 第一网格: the groups of that place."""
    bare = _without(name, RESIDENTS_WORDS)
    estate = next((each for each in here.estates if bare in (each.name, *each.aliases)), None)
    if estate is not None:
        groups = organization.residents_groups_of_estate(db, estate.id)
        return [("group", each.id) for each in groups if each.dismissed_at is None]
    bare = _without(name, WORKERS_WORDS)
    grids = organization.grids_of_community(db, here.community_id)
    grid = next((each for each in grids if fold(each.name) == bare), None)
    group = organization.workers_group_of_grid(db, grid.id) if grid else None
    return [("group", group.id)] if group else []


def _without(name: str, endings: Iterable[str]) -> str:
    for ending in endings:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending).removesuffix("的")
    return name


def _person(db: Connection, here: _Here, name: str) -> list[Party]:
    found = people.people_named(db, here.community_id, name, EVERYBODY)
    found = found or _titled(db, here.community_id, name, WORKING)
    return [("person", _only(name, found).id)] if found else []


def _titled(db: Connection, community_id: int, name: str, roles: frozenset[Role]) -> list[Person]:
    """陈主任, 李师傅: those who work here and have this family name."""
    title = next((each for each in TITLES if name.endswith(each) and len(name) == len(each) + 1), None)
    if title is None:
        return []
    working = people.people_with_roles(db, community_id, roles)
    return [each for each in working if each.name.startswith(name[0])]


def _only(name: str, found: Sequence[Person]) -> Person:
    if len(found) > 1:
        raise AmbiguousInvitee(name, [_told_apart(each) for each in found])
    return found[0]


def _told_apart(person: Person) -> str:
    """A name with what tells namesakes apart and points to no door."""
    where = f"（{person.building}号楼）" if person.building else ""
    return f"{person.name}{where}"
