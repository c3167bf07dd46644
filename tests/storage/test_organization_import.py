"""Saving the organization's rows by code or name."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from storage.engine import Database
from storage.models.organization import UnitKind, communities, estates, unit_estates, units
from storage.organization_import import lock_organization, replace_rows, save_rows


@pytest.fixture
def db(database: Database) -> Iterator[Connection]:
    """An empty database; what a test changes is rolled back."""
    with database.engine.connect() as connection:
        yield connection


def community(db: Connection, code: str) -> int:
    row = {"code": code, "name": code, "phone": "", "official_account": ""}
    return save_rows(db, communities, [row], key=("code",), community_id=None).ids[(code,)]


def estate(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "aliases": [], "buildings": "", "households": None} | more


def test_new_rows_are_added_and_old_ones_changed(db: Connection) -> None:
    here = community(db, "a")
    first = save_rows(db, estates, [estate("松园"), estate("竹园")], key=("name",), community_id=here)

    rows = [estate("松园", households=9), estate("竹园"), estate("梅园")]
    saved = save_rows(db, estates, rows, key=("name",), community_id=here)

    assert saved.added == [("梅园",)]
    assert saved.changed == {("松园",): ["households"]}
    assert saved.unchanged == [("竹园",)]
    assert saved.ids[("松园",)] == first.ids[("松园",)]


def test_rows_no_longer_given_are_kept_and_named(db: Connection) -> None:
    here = community(db, "a")
    save_rows(db, estates, [estate("松园")], key=("name",), community_id=here)

    saved = save_rows(db, estates, [], key=("name",), community_id=here)

    assert saved.absent == [("松园",)]
    assert db.execute(select(func.count()).select_from(estates)).scalar_one() == 1


def test_rows_of_another_community_are_left_alone(db: Connection) -> None:
    here, there = community(db, "a"), community(db, "b")
    save_rows(db, estates, [estate("松园", households=1)], key=("name",), community_id=there)

    saved = save_rows(db, estates, [estate("松园", households=2)], key=("name",), community_id=here)

    assert (saved.added, saved.absent) == ([("松园",)], [])
    assert sorted(db.execute(select(estates.c.households)).scalars()) == [1, 2]


def test_a_column_the_row_does_not_name_keeps_its_value(db: Connection) -> None:
    here = community(db, "a")
    save_rows(db, estates, [estate("松园", households=7)], key=("name",), community_id=here)

    save_rows(db, estates, [{"name": "松园", "buildings": "1-3"}], key=("name",), community_id=here)

    assert db.execute(select(estates.c.households, estates.c.buildings)).one() == (7, "1-3")


def test_a_list_is_replaced_only_when_it_differs(db: Connection) -> None:
    here = community(db, "a")
    ids = save_rows(db, estates, [estate("松园"), estate("竹园")], key=("name",), community_id=here).ids
    unit = {"name": "物业", "kind": UnitKind.PROPERTY, "aliases": []}
    owner = {"unit_id": save_rows(db, units, [unit], key=("name",), community_id=here).ids[("物业",)]}
    both = [{"estate_id": number} for number in ids.values()]

    changes = [
        replace_rows(db, unit_estates, owner, both),
        replace_rows(db, unit_estates, owner, both[::-1]),
        replace_rows(db, unit_estates, owner, both[:1]),
        replace_rows(db, unit_estates, owner, []),
        replace_rows(db, unit_estates, owner, []),
    ]

    assert changes == [True, False, True, True, False]


def test_imports_can_be_told_to_take_turns(db: Connection) -> None:
    lock_organization(db)
    lock_organization(db)

    assert db.execute(select(1)).scalar_one() == 1
