"""Which cases may be about the same as a report: by category and building, or by subcategory and estate.

Each question is one look into an index, which ends after a few rows however many cases the place has had.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select, union_all

from storage.models.base import many
from storage.models.cases import OPEN, SETTLED, Case, cases

_CATEGORY = (
    cases.c.community_id == bindparam("community_id"),
    cases.c.category == bindparam("category"),
    cases.c.estate_id == bindparam("estate_id"),
)
_BUILDING = (*_CATEGORY, cases.c.building == bindparam("building"))
_NO_BUILDING = (*_CATEGORY, cases.c.building.is_(None))
_ESTATE = (  # an estate is of one community; with more conditions PostgreSQL takes the index of buildings
    cases.c.estate_id == bindparam("estate_id"),
    cases.c.subcategory == bindparam("subcategory"),
)


def _open(place: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The newest open cases of a place."""
    return select(*cases.c).where(*place, OPEN).order_by(cases.c.id.desc()).limit(bindparam("limit"))


def _settled(place: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The last settled cases of a place, and those that wait to be judged; a merged one is neither."""
    settled = select(cases.c.id).where(*place, SETTLED)
    ended = settled.where(cases.c.closed_at >= bindparam("since"))
    waiting = settled.where(cases.c.closed_at.is_(None), cases.c.resolved_at >= bindparam("since"))
    halves = [
        half.order_by(moment.desc()).limit(bindparam("limit")).subquery()
        for half, moment in ((ended, cases.c.closed_at), (waiting, cases.c.resolved_at))
    ]
    return select(*cases.c).where(cases.c.id.in_(union_all(*(select(half.c.id) for half in halves))))


_OPEN_IN = {"building": _open(_BUILDING), "no building": _open(_NO_BUILDING), "estate": _open(_ESTATE)}
_SETTLED_IN = {
    "building": _settled(_BUILDING),
    "no building": _settled(_NO_BUILDING),
    "estate": _settled(_ESTATE),
}


def cases_alike(
    db: Connection,
    community_id: int,
    *,
    categories: Sequence[str],
    estate_id: int,
    building: str | None,
    limit: int,
    wide: str | None = None,
    settled_since: datetime | None = None,
) -> list[Case]:
    """Cases that may be about the same, newest first: of these categories, in this building of the estate.

    Without a building those of which none is known either. With `wide`, a subcategory, also those of it
    anywhere in the estate. Open ones; with `settled_since` those settled since then instead
    (resolved, closed, rejected, withdrawn), the last settled first. So many of each category at most.
    """
    statements = _OPEN_IN if settled_since is None else _SETTLED_IN
    asked: dict[str, object] = {"community_id": community_id, "estate_id": estate_id, "limit": limit}
    if settled_since is not None:
        asked |= {"since": settled_since}
    place = {"building": building} if building else {}
    at = statements["building" if building else "no building"]
    looks = [(at, place | {"category": category}) for category in categories]
    if wide is not None:
        looks.append((statements["estate"], {"subcategory": wide}))
    found: dict[int, Case] = {}
    for statement, where in looks:
        found |= {case.id: case for case in many(Case, db.execute(statement, asked | where))}
    return sorted(found.values(), key=_newest, reverse=True)[:limit]


def _newest(case: Case) -> tuple[datetime, int]:
    return case.closed_at or case.resolved_at or case.opened_at, case.id
