"""Writing the organization: rows saved by code or name, with what that added, changed and left alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, insert, or_, select, update

from storage.models.organization import communities, estates, grid_covers, grids, groups
from storage.models.people import Person, Role, identities, people
from storage.organization import WECOM

Key = tuple[object, ...]
Row = Mapping[str, object]

IMPORT_LOCK = 7241966  # any number no other advisory lock of ours has


@dataclass(slots=True)
class Saved:
    """What saving the rows of one table came to; keys in the order of the rows."""

    ids: dict[Key, int] = field(default_factory=dict)
    added: list[Key] = field(default_factory=list)
    changed: dict[Key, list[str]] = field(default_factory=dict)  # with the columns
    absent: list[Key] = field(default_factory=list)  # stands in the database only

    @property
    def unchanged(self) -> list[Key]:
        """Rows that already were as wanted."""
        return [key for key in self.ids if key not in self.changed and key not in self.added]

    def mark_changed(self, key: Key, column: str) -> None:
        """A row that is not new now differs in this column."""
        if key not in self.added:
            self.changed.setdefault(key, []).append(column)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody of the organization with their WeCom userid, if they have one."""

    person: Person
    wecom_userid: str | None


@dataclass(frozen=True, slots=True)
class StoredCover:
    """The buildings a grid covers, with names; without bounds the whole estate."""

    estate: str
    grid: str
    first: int | None
    last: int | None


def lock_organization(db: Connection) -> None:
    """Two imports take turns; SQLite's one writer does so already."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))


def save_rows(
    db: Connection, table: Table, rows: Sequence[Row], *, key: Sequence[str], community_id: int | None
) -> Saved:
    """Each row stands in the table, once for its key; columns a row does not name keep their value.

    With a community, only its rows are looked at, and each row becomes one of its own.
    """
    here = {} if community_id is None else {"community_id": community_id}
    existing = _by_key(db, table, key, here)
    saved = Saved()
    new = []
    for row in rows:
        name = tuple(row[column] for column in key)
        if name not in existing:
            saved.added.append(name)
            new.append({**row, **here})
        elif changed := _differing(existing[name], row):
            saved.changed[name] = changed
            _update(db, table, existing[name]["id"], {column: row[column] for column in changed})
    for row in new:  # one by one: each names its own columns
        db.execute(insert(table), row)
    wanted = [tuple(row[column] for column in key) for row in rows]
    standing = _by_key(db, table, key, here) if new else existing
    saved.ids = {name: standing[name]["id"] for name in wanted}
    saved.absent = [name for name in existing if name not in saved.ids]
    return saved


def replace_rows(db: Connection, table: Table, owner: Row, rows: Sequence[Row]) -> bool:
    """The owner (one column and its id) has exactly these rows; gives whether that changed anything."""
    ((column, owner_id),) = owner.items()
    mine = table.c[column] == owner_id
    columns = [each.name for each in table.c if each.name not in ("id", column)]
    wanted = {tuple(row[name] for name in columns) for row in rows}
    stored = {tuple(row) for row in db.execute(select(*(table.c[name] for name in columns)).where(mine))}
    if wanted == stored:
        return False
    db.execute(delete(table).where(mine))
    for row in rows:
        db.execute(insert(table), {**row, **owner})
    return True


def known_people(db: Connection, community_id: int, userids: Collection[str]) -> list[KnownPerson]:
    """Everybody of the community who is more than a resident, and whoever has one of these userids."""
    account = and_(
        identities.c.person_id == people.c.id, identities.c.channel == WECOM, identities.c.account == ""
    )
    here = and_(people.c.community_id == community_id, people.c.role != Role.RESIDENT)
    query = (
        select(*people.c, identities.c.external_id)
        .outerjoin(identities, account)
        .where(or_(here, identities.c.external_id.in_(sorted(userids))))
        .order_by(people.c.id, identities.c.id)
    )
    return [KnownPerson(Person(*row[:-1]), row[-1]) for row in db.execute(query)]


def add_person(db: Connection, values: Row, *, now: datetime) -> int:
    """A new person of the organization; gives their number."""
    row = {**values, "created_at": now}
    person_id: int = db.execute(insert(people).values(row).returning(people.c.id)).scalar_one()
    return person_id


def change_person(db: Connection, person: Person, values: Row) -> list[str]:
    """The person is as these values say; gives the columns that differed."""
    changed = [column for column, value in values.items() if getattr(person, column) != value]
    if changed:
        _update(db, people, person.id, {column: values[column] for column in changed})
    return changed


def set_wecom_userid(db: Connection, person_id: int, userid: str) -> None:
    """WeCom knows the person by this userid from now on, and by no other."""
    mine = {"person_id": person_id, "channel": WECOM, "account": ""}
    matches = [identities.c[column] == value for column, value in mine.items()]
    db.execute(delete(identities).where(*matches))
    db.execute(insert(identities), [{**mine, "external_id": userid}])


def covers_of_community(db: Connection, community_id: int) -> list[StoredCover]:
    """What every grid of a community covers, in the order it was written."""
    query = (
        select(estates.c.name, grids.c.name, grid_covers.c.first_building, grid_covers.c.last_building)
        .join_from(grid_covers, grids, grid_covers.c.grid_id == grids.c.id)
        .join(estates, grid_covers.c.estate_id == estates.c.id)
        .where(grids.c.community_id == community_id)
        .order_by(grid_covers.c.id)
    )
    return [StoredCover(*row) for row in db.execute(query)]


def shared_group_addresses(db: Connection) -> list[tuple[str, list[str]]]:
    """Each address (its column's name) that more than one group has, with “community group” of each."""
    return [
        (column, _groups_at(db, column, value))
        for column in ("chat_id", "webhook", "customer_group", "appchat")
        for value in db.execute(_repeated(column)).scalars()
    ]


def _repeated(column: str) -> Any:  # Any: a Select of whichever column
    value = groups.c[column]
    return select(value).where(value != "").group_by(value).having(func.count() > 1).order_by(value)


def _groups_at(db: Connection, column: str, value: str) -> list[str]:
    query = (
        select(communities.c.name, groups.c.name)
        .join(communities, groups.c.community_id == communities.c.id)
        .where(groups.c[column] == value)
        .order_by(groups.c.id)
    )
    return [f"{community}“{group}”" for community, group in db.execute(query)]


def _by_key(db: Connection, table: Table, key: Sequence[str], here: Row) -> dict[Key, Mapping[str, Any]]:
    conditions = [table.c[column] == value for column, value in here.items()]
    found: dict[Key, Mapping[str, Any]] = {}
    for row in db.execute(select(*table.c).where(*conditions).order_by(table.c.id)).mappings():
        found.setdefault(tuple(row[column] for column in key), dict(row))
    return found


def _differing(stored: Mapping[str, Any], wanted: Row) -> list[str]:
    return [column for column, value in wanted.items() if stored[column] != value]


def _update(db: Connection, table: Table, row_id: int, values: Row) -> None:
    db.execute(update(table).where(table.c.id == row_id).values(dict(values)))
