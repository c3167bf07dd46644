"""Which company or department is meant by what people call it."""

from sqlalchemy import Connection

from handlers.errors.units import SeveralUnits, UnitNotHere, UnknownUnit
from storage import assignments
from storage.models.cases import Case
from storage.models.organization import Unit, UnitKind


def unit_meant(db: Connection, case: Case, word: str) -> Unit:
    """The unit of this name or alias in the case's community; of several the one that serves its estate.

    A property company named by an alias (物业) is only meant where it serves. Raises `UnknownUnit` with the
    list of units, `SeveralUnits`.
    """
    units = assignments.units_of_community(db, case.community_id)
    served = assignments.estates_served(db, case.community_id)
    exact = [unit for unit in units if word == unit.name]
    if len(exact) == 1:
        return exact[0]
    called = [unit for unit in units if word in unit.aliases] or [
        unit for unit in units if _is_like(word, unit)
    ]
    here = [unit for unit in called if _may_serve(unit, case, served)]
    nearest = [unit for unit in here if case.estate_id in served.get(unit.id, ())] or here
    if len(nearest) > 1:
        raise SeveralUnits(word, "或".join(unit.name for unit in nearest))
    if called and not nearest:
        raise UnitNotHere(word, "、".join(unit.name for unit in units), case.number)
    if not nearest:
        raise UnknownUnit(word, "、".join(unit.name for unit in units), case.number)
    return nearest[0]


def units_named(db: Connection, community_id: int, text: str) -> list[str]:
    """The names and aliases of the community's units that stand in the text, each once, in that order."""
    found: list[tuple[int, str]] = []
    for unit in assignments.units_of_community(db, community_id):
        words = sorted([unit.name, *unit.aliases], key=len, reverse=True)
        there = next((word for word in words if word and word in text), None)
        found += [(text.index(there), there)] if there else []
    return list(dict.fromkeys(word for _, word in sorted(found)))


def _is_like(word: str, unit: Unit) -> bool:
    """执法队 for 执法, 自来水公司 for 自来水, 枫桥 for 枫桥物业."""
    if len(word) < 2:
        return False
    return word in unit.name or any(len(alias) > 1 and alias in word for alias in [unit.name, *unit.aliases])


def _may_serve(unit: Unit, case: Case, served: dict[int, set[int]]) -> bool:
    if unit.kind is not UnitKind.PROPERTY or case.estate_id is None or unit.id not in served:
        return True
    return case.estate_id in served[unit.id]
