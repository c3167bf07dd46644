"""Who serves a grid besides its workers: deputies, always or from one day to another."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from storage.models.base import many
from storage.models.organization import grid_workers, grids
from storage.models.people import Person, people

_T = grid_workers.c


@dataclass(frozen=True, slots=True)
class GridWorker:
    """A row of `grid_workers`.

    `is_acting`: whether a deputy may act today; it is always so without days. `is_listed`: the organization
    file names them. `is_by_hand`: the days were said in chat, which the file does not change. `instead_of_id`
    is who is away in these days. Days are those of Asia/Shanghai, the last one included.
    """

    grid_id: int
    person_id: int
    position: int
    is_deputy: bool
    starts_on: date | None = None
    ends_on: date | None = None
    is_acting: bool = True
    is_listed: bool = True
    is_by_hand: bool = False
    instead_of_id: int | None = None

    def covers(self, day: date) -> bool:
        """Whether this day is one of theirs; without days every day is."""
        is_begun = self.starts_on is None or self.starts_on <= day
        return is_begun and (self.ends_on is None or day <= self.ends_on)


_COLUMNS = [_T[each.name] for each in fields(GridWorker)]


@dataclass(frozen=True, slots=True)
class ListSaved:
    """Whether the file changed who serves the grid, and whose days from the chat it left alone."""

    is_changed: bool
    kept: tuple[GridWorker, ...]


def serving(db: Connection, grid_id: int) -> list[GridWorker]:
    """Everybody who serves the grid at some time, regular workers first."""
    query = select(*_COLUMNS).where(_T.grid_id == grid_id).order_by(_T.is_deputy, _T.position)
    return many(GridWorker, db.execute(query))


def deputies_of_community(db: Connection, community_id: int) -> list[GridWorker]:
    """Every deputy of a community, by grid and position."""
    query = (
        select(*_COLUMNS)
        .join(grids, grids.c.id == _T.grid_id)
        .where(grids.c.community_id == community_id, _T.is_deputy)
        .order_by(_T.grid_id, _T.position)
    )
    return many(GridWorker, db.execute(query))


def stand_ins(db: Connection, grid_id: int, day: date) -> dict[int, Person]:
    """Who stands in on this day, by the number of the worker who is away."""
    query = (
        select(_T.instead_of_id, *people.c)
        .join(people, people.c.id == _T.person_id)
        .where(_T.grid_id == grid_id, _T.is_deputy, _T.instead_of_id.is_not(None), _on(day))
        .order_by(_T.position.desc())
    )
    return {row[0]: Person(*row[1:]) for row in db.execute(query)}


def save_list(db: Connection, grid_id: int, wanted: Sequence[GridWorker]) -> ListSaved:
    """The grid is served as the organization file says; days that were said in chat stay."""
    stored = {each.person_id: each for each in serving(db, grid_id)}
    kept: list[GridWorker] = []
    is_changed = False
    for listed in wanted:
        known = stored.pop(listed.person_id, None)
        stays = known is not None and known.is_by_hand and listed.is_deputy
        row = _with_days_of(listed, known) if known and stays else listed
        kept += [known] if known and stays else []
        if known != row:
            is_changed = True
            put(db, row)
    for known in stored.values():
        is_changed = is_changed or known.is_listed
        if not known.is_by_hand:
            remove(db, known)
            continue
        kept.append(known)
        _change(db, known, is_listed=False)
    return ListSaved(is_changed, tuple(kept))


def put(db: Connection, row: GridWorker) -> None:
    """This person serves the grid so, and in no other way."""
    remove(db, row)
    db.execute(
        insert(grid_workers).values(dict(zip((each.name for each in fields(row)), astuple(row), strict=True)))
    )


def remove(db: Connection, row: GridWorker) -> bool:
    """This person does not serve the grid any more; false when they did not before."""
    return db.execute(delete(grid_workers).where(_is(row))).rowcount == 1


def to_switch(db: Connection, day: date) -> list[GridWorker]:
    """Deputies whose days have begun or ended, and who do not stand so yet."""
    is_over = and_(_T.ends_on < day, or_(_T.is_acting, _T.is_by_hand))
    begins = and_(_T.starts_on <= day, or_(_T.ends_on.is_(None), _T.ends_on >= day), _T.is_acting.is_(False))
    query = select(*_COLUMNS).where(_T.is_deputy, or_(is_over, begins)).order_by(_T.grid_id, _T.position)
    return many(GridWorker, db.execute(query))


def begin(db: Connection, row: GridWorker) -> bool:
    """The deputy acts from now on; false when somebody else has switched them, or changed their days."""
    return _change(db, row, is_acting=True)


def end(db: Connection, row: GridWorker) -> bool:
    """The deputy's days are over: who stands in the file is as it says, who does not is none any more.

    Whose days the file says keeps them, for its next import; without days they act as before.
    """
    if not row.is_listed:
        return db.execute(delete(grid_workers).where(_is(row), *_as_it_was(row))).rowcount == 1
    if not row.is_by_hand:
        return _change(db, row, is_acting=False)
    return _change(
        db, row, is_acting=True, is_by_hand=False, starts_on=None, ends_on=None, instead_of_id=None
    )


def _with_days_of(listed: GridWorker, known: GridWorker) -> GridWorker:
    return GridWorker(
        listed.grid_id,
        listed.person_id,
        listed.position,
        listed.is_deputy,
        known.starts_on,
        known.ends_on,
        known.is_acting,
        is_listed=True,
        is_by_hand=True,
        instead_of_id=known.instead_of_id,
    )


def _change(db: Connection, row: GridWorker, **values: Any) -> bool:  # Any: columns of several types
    return db.execute(update(grid_workers).where(_is(row), *_as_it_was(row)).values(**values)).rowcount == 1


def _is(row: GridWorker) -> ColumnElement[bool]:
    return and_(_T.grid_id == row.grid_id, _T.person_id == row.person_id)


def _as_it_was(row: GridWorker) -> list[ColumnElement[bool]]:
    """Compare and set: two who switch at once, or a change meanwhile, make one of them come to nothing."""
    seen: Mapping[str, object] = {
        "is_acting": row.is_acting,
        "is_by_hand": row.is_by_hand,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }
    return [_T[name].is_not_distinct_from(value) for name, value in seen.items()]


def _on(day: date) -> ColumnElement[bool]:
    is_begun = or_(_T.starts_on.is_(None), _T.starts_on <= day)
    return and_(is_begun, or_(_T.ends_on.is_(None), _T.ends_on >= day))
