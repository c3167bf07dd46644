"""The questions asked of the organization while messages are handled."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from sqlalchemy import Connection, Table, select, update

from handlers.organization import import_organization
from storage import organization as asked
from storage.engine import Database
from storage.models.organization import communities, estates, grids, groups, units
from storage.models.people import people
from tests.handlers.organization.sample import entry, heping, organization, pingan

T = TypeVar("T")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def db(database: Database) -> Iterator[Connection]:
    """Both communities stand in the database; what a test changes is rolled back."""
    first = pingan()
    entry(first["grids"], "竹园网格")["covers"] = [
        {"estate": "竹园"},
        {"estate": "松园", "buildings": "16-20"},
    ]
    first["groups"].append({"name": "全体居民群", "audience": "residents"})
    database.write_now(import_organization, organization(first, heping()), now=NOW)
    with database.engine.connect() as connection:
        yield connection


def number(db: Connection, table: Table, name: str, community: str = "pingan") -> int:
    query = select(table.c.id).where(table.c.name == name)
    if table is not communities:
        home = select(communities.c.id).where(communities.c.code == community).scalar_subquery()
        query = query.where(table.c.community_id == home)
    found: int = db.execute(query).scalar_one()
    return found


def names(rows: list[T], of: Callable[[T], str]) -> list[str]:
    return [of(row) for row in rows]


def test_an_account_serves_its_communities(db: Connection) -> None:
    assert names(asked.communities_of_account(db, "main"), lambda c: c.code) == ["pingan", "heping"]
    assert asked.communities_of_account(db, "other") == []


def test_a_community_is_found_by_number(db: Connection) -> None:
    here = number(db, communities, "和平社区")

    assert asked.community_by_id(db, here).code == "heping"


def test_estates_come_by_community(db: Connection) -> None:
    ids = [number(db, communities, "平安社区"), number(db, communities, "和平社区")]

    assert names(asked.estates_of_communities(db, ids), lambda e: e.name) == ["松园", "竹园", "梅园"]
    assert names(asked.estates_of_communities(db, ids[1:]), lambda e: e.name) == ["梅园"]
    assert asked.estates_of_communities(db, []) == []


def test_an_estate_is_found_by_number(db: Connection) -> None:
    found = asked.estate_by_id(db, number(db, estates, "松园"))

    assert (found.name, found.aliases, found.buildings, found.households) == (
        "松园",
        ["松园小区"],
        "1-20",
        600,
    )


@pytest.mark.parametrize(
    ("estate", "building", "grid"),
    [
        ("松园", 1, "松园网格"),
        ("松园", 12, "松园网格"),
        ("松园", 15, "松园网格"),
        ("松园", 16, "竹园网格"),
        ("松园", 13, None),  # between the spans
        ("松园", None, None),  # two grids, neither for the whole
        ("竹园", 3, "竹园网格"),
        ("竹园", None, "竹园网格"),
    ],
)
def test_the_grid_of_a_building(db: Connection, estate: str, building: int | None, grid: str | None) -> None:
    found = asked.grid_covering(db, number(db, estates, estate), building)

    assert (found.name if found else None) == grid


def test_the_only_grid_of_an_estate_serves_it_when_the_building_is_unknown(database: Database) -> None:
    database.write_now(import_organization, organization(), now=NOW)

    def grid(db: Connection) -> str:
        found = asked.grid_covering(db, number(db, estates, "松园"), None)
        return found.name if found else ""

    assert database.read_now(grid) == "松园网格"


def test_a_named_building_comes_before_the_whole_estate(database: Database) -> None:
    table = pingan()
    entry(table["grids"], "竹园网格")["covers"] = [{"estate": "松园"}]
    database.write_now(import_organization, organization(table), now=NOW)

    def grid(db: Connection, building: int | None) -> str:
        found = asked.grid_covering(db, number(db, estates, "松园"), building)
        return found.name if found else ""

    given: list[int | None] = [5, 14, None]
    assert [database.read_now(grid, building) for building in given] == ["松园网格", "竹园网格", "竹园网格"]


def test_an_estate_without_grid_has_none(db: Connection) -> None:
    assert asked.grid_covering(db, number(db, estates, "梅园", "heping"), 1) is None


def test_a_grid_is_found_by_number(db: Connection) -> None:
    assert asked.grid_by_id(db, number(db, grids, "竹园网格")).name == "竹园网格"


def test_workers_come_in_order_and_deputies_last(db: Connection) -> None:
    workers = asked.workers_of_grid(db, number(db, grids, "松园网格"))

    assert names(workers, lambda person: person.name) == ["田甜", "石磊"]
    assert workers[0].phone == "13900000101"


def test_the_grids_of_a_worker_and_those_they_only_stand_in_for_last(db: Connection) -> None:
    served = asked.grids_of_worker(db, number(db, people, "石磊"))

    assert served == [number(db, grids, "竹园网格"), number(db, grids, "松园网格")]
    assert asked.grids_of_worker(db, number(db, people, "方主任")) == []


def test_the_group_of_a_grid(db: Connection) -> None:
    group = asked.workers_group_of_grid(db, number(db, grids, "松园网格"))

    assert group is not None
    assert group.name == "松园网格群"
    assert asked.workers_group_of_grid(db, number(db, grids, "竹园网格")) is None


def test_the_desk_is_the_group_of_neither_grid_nor_unit(db: Connection) -> None:
    group = asked.desk_group(db, number(db, communities, "平安社区"))

    assert group is not None
    assert group.name == "值班群"


def test_without_a_desk_the_first_workers_group_stands_in(database: Database) -> None:
    table = pingan()
    table["groups"] = table["groups"][1:]
    database.write_now(import_organization, organization(table), now=NOW)

    def desk(db: Connection) -> str:
        group = asked.desk_group(db, number(db, communities, "平安社区"))
        return group.name if group else ""

    assert database.read_now(desk) == "松园网格群"


def test_a_community_without_groups_has_no_desk(database: Database) -> None:
    database.write_now(import_organization, organization(heping(groups=[])), now=NOW)

    assert database.read_now(lambda db: asked.desk_group(db, number(db, communities, "和平社区"))) is None


def test_residents_groups_of_an_estate_and_of_the_community(db: Connection) -> None:
    estate = asked.residents_groups_of_estate(db, number(db, estates, "松园"))
    community = asked.residents_groups_of_community(db, number(db, communities, "平安社区"))

    assert names(estate, lambda group: group.name) == ["松园居民群"]
    assert names(community, lambda group: group.name) == ["松园居民群", "全体居民群"]


def test_groups_come_by_number_and_unknown_ones_are_absent(db: Connection) -> None:
    ids = [number(db, groups, "物业群"), number(db, groups, "值班群"), 10**6]

    assert names(asked.groups_by_ids(db, ids), lambda group: group.name) == ["值班群", "物业群"]
    assert asked.groups_by_ids(db, []) == []


def test_unlearned_groups_are_the_robots_workers_groups_without_chat(db: Connection) -> None:
    here = number(db, communities, "平安社区")
    asked.learn_chat(db, number(db, groups, "值班群"), "wrDesk")

    unlearned = asked.unlearned_groups(db, here, "main")

    assert names(unlearned, lambda group: group.name) == ["松园网格群", "物业群"]
    assert asked.unlearned_groups(db, here, "other") == []


def test_a_chat_is_learned_once(db: Connection) -> None:
    desk = number(db, groups, "值班群")

    asked.learn_chat(db, desk, "wrFirst")
    asked.learn_chat(db, desk, "wrSecond")

    found = asked.group_by_chat(db, "wrFirst")
    assert found is not None
    assert found.id == desk
    assert asked.group_by_chat(db, "wrSecond") is None


def test_an_empty_chat_is_no_group(db: Connection) -> None:
    assert asked.group_by_chat(db, "") is None


def test_a_persons_userid(db: Connection) -> None:
    assert asked.wecom_userid_of(db, number(db, people, "田甜")) == "tiantian"
    assert asked.wecom_userid_of(db, number(db, people, "田甜", "heping")) == "tiantian2"
    assert asked.wecom_userid_of(db, number(db, people, "方主任")) is None


def test_the_contact_card_has_the_estates_own_lines_first(db: Connection) -> None:
    here = number(db, communities, "平安社区")

    at_home = asked.contacts_of(db, here, number(db, estates, "松园"))
    elsewhere = asked.contacts_of(db, here, number(db, estates, "竹园"))
    unknown = asked.contacts_of(db, here, None)

    assert names(at_home, lambda contact: contact.label) == ["物业", "燃气"]
    assert names(elsewhere, lambda contact: contact.label) == ["燃气"]
    assert names(unknown, lambda contact: contact.label) == ["燃气"]


def test_every_community_is_listed(db: Connection) -> None:
    assert names(asked.all_communities(db), lambda community: community.code) == ["pingan", "heping"]


def test_a_unit_s_group_is_never_the_desk(database: Database) -> None:
    table = pingan()
    database.write_now(import_organization, organization(table), now=NOW)

    def desk(db: Connection) -> object:
        unit = db.execute(select(units.c.id).limit(1)).scalar_one()
        db.execute(update(groups).values(unit_id=unit, grid_id=None))
        return asked.desk_group(db, number(db, communities, "平安社区"))

    assert database.write_now(desk) is None
