"""Importing an organization: what is there afterwards, and what a second time changes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update

from handlers.organization import (
    OrganizationImported,
    OrganizationRefused,
    TableImported,
    described,
    import_organization,
)
from storage import organization as stored
from storage.engine import Database
from storage.models.organization import communities, grid_covers, grid_workers, groups, unit_estates
from storage.models.people import Role, identities, people
from tests.handlers.organization.sample import Table, entry, heping, organization, pingan

Import = Callable[..., OrganizationImported]
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def importing(database: Database) -> Import:
    """Imports these communities in one transaction."""

    def run(*tables: Table) -> OrganizationImported:
        return database.write_now(import_organization, organization(*tables), now=NOW)

    return run


def of(imported: OrganizationImported, table: str, community: str = "平安社区") -> TableImported:
    return next(each for each in imported.tables if (each.table, each.community) == (table, community))


def rows(database: Database, *columns: Any) -> list[tuple[Any, ...]]:
    return database.read_now(lambda db: [tuple(row) for row in db.execute(select(*columns))])


def community_id(db: Connection, code: str = "pingan") -> int:
    found: int = db.execute(select(communities.c.id).where(communities.c.code == code)).scalar_one()
    return found


def test_a_first_import_adds_everything(importing: Import) -> None:
    imported = importing()

    added = {table.table: table.added for table in imported.tables}
    assert added["estates"] == ("松园", "竹园")
    assert added["people"] == ("田甜", "石磊", "白经理", "方主任")
    assert added["contacts"] == ("物业 松园", "燃气")
    assert all(not (table.changed or table.unchanged or table.absent) for table in imported.tables)


def test_a_grid_covers_a_row_for_each_span_and_its_deputies_come_last(
    importing: Import, database: Database
) -> None:
    importing()

    covers = rows(database, grid_covers.c.first_building, grid_covers.c.last_building)
    workers = rows(database, grid_workers.c.position, grid_workers.c.is_deputy)
    assert sorted(covers, key=str) == [(1, 12), (15, 15), (None, None)]
    assert sorted(workers) == [(0, False), (0, False), (1, True)]


def test_people_have_their_wecom_account_and_an_encrypted_phone(
    importing: Import, database: Database
) -> None:
    importing()

    accounts = rows(database, identities.c.channel, identities.c.account, identities.c.external_id)
    raw = database.read_now(lambda db: db.exec_driver_sql("SELECT phone FROM people").scalars().all())
    assert sorted(accounts) == [("wecom", "", "shilei"), ("wecom", "", "tiantian")]
    assert not any("13900000101" in (phone or "") for phone in raw)
    assert rows(database, people.c.name, people.c.phone)[0] == ("田甜", "13900000101")


def test_the_group_that_a_unit_names_is_the_units(importing: Import, database: Database) -> None:
    importing()

    assert dict(rows(database, groups.c.name, groups.c.unit_id))["物业群"] is not None
    assert len(rows(database, unit_estates.c.unit_id)) == 1


def test_importing_the_same_again_changes_nothing(importing: Import, database: Database) -> None:
    importing(pingan(), heping())
    before = rows(database, people), rows(database, identities)

    imported = importing(pingan(), heping())

    assert all(not (table.added or table.changed or table.absent) for table in imported.tables)
    assert of(imported, "groups").unchanged == ("值班群", "松园网格群", "物业群", "松园居民群")
    assert (rows(database, people), rows(database, identities)) == before


def test_changes_are_reported_by_column(importing: Import) -> None:
    importing()
    changed = pingan(phone="0900-1999999")
    entry(changed["estates"], "松园")["aliases"] = []
    entry(changed["people"], "田甜")["phone"] = "13900000199"
    entry(changed["grids"], "松园网格").update(workers=["石磊"], deputies=[], covers=[{"estate": "松园"}])
    entry(changed["units"], "松园物业")["estates"] = ["松园", "竹园"]
    entry(changed["contacts"], "燃气")["phone"] = "0900-1000009"

    imported = importing(changed)

    assert {table.table: table.changed for table in imported.tables if table.changed} == {
        "communities": (("pingan", ("phone",)),),
        "estates": (("松园", ("aliases",)),),
        "units": (("松园物业", ("estates",)),),
        "people": (("田甜", ("phone",)),),
        "grids": (("松园网格", ("covers", "workers")),),
        "contacts": (("燃气", ("phone",)),),
    }


def test_what_the_file_leaves_out_is_kept_and_told(importing: Import, database: Database) -> None:
    importing()
    smaller = pingan(contacts=[], groups=[])
    smaller["people"] = [each for each in smaller["people"] if each["name"] != "方主任"]
    entry(smaller["units"], "松园物业").pop("group")

    imported = importing(smaller)

    assert of(imported, "people").absent == ("方主任",)
    assert len(of(imported, "groups").absent) == 4
    assert ("方主任",) in rows(database, people.c.name)


def test_other_communities_are_none_of_the_files_business(importing: Import) -> None:
    importing(pingan(), heping())

    imported = importing(heping())

    assert {table.community for table in imported.tables} == {"和平社区"}


def test_a_learned_chat_and_a_known_phone_stay_when_the_file_leaves_them_empty(
    importing: Import, database: Database
) -> None:
    importing()
    group_id = dict(rows(database, groups.c.name, groups.c.id))["松园网格群"]
    database.write_now(stored.learn_chat, group_id, "wrLearned")
    again = pingan()
    entry(again["people"], "田甜").pop("phone")

    importing(again)

    assert dict(rows(database, groups.c.name, groups.c.chat_id))["松园网格群"] == "wrLearned"
    assert dict(rows(database, people.c.name, people.c.phone))["田甜"] == "13900000101"


def test_a_chat_in_the_file_stands_above_the_learned_one(importing: Import, database: Database) -> None:
    importing()
    group_id = dict(rows(database, groups.c.name, groups.c.id))["松园网格群"]
    database.write_now(stored.learn_chat, group_id, "wrLearned")
    again = pingan()
    entry(again["groups"], "松园网格群")["chat_id"] = "wrWritten"

    importing(again)

    assert dict(rows(database, groups.c.name, groups.c.chat_id))["松园网格群"] == "wrWritten"


def rename(table: Table, old: str, new: str) -> Table:
    entry(table["people"], old)["name"] = new
    for grid in table["grids"]:
        for key in ("workers", "deputies"):
            grid[key] = [new if name == old else name for name in grid.get(key, [])]
    for group in table["groups"]:
        if group.get("owner") == old:
            group["owner"] = new
    return table


def test_someone_renamed_is_the_same_person_by_userid(importing: Import, database: Database) -> None:
    importing()

    imported = importing(rename(pingan(), "田甜", "田小甜"))

    assert of(imported, "people").changed == (("田小甜", ("name",)),)
    assert of(imported, "people").absent == ()
    assert len(rows(database, people.c.id)) == 4


def test_a_newcomer_with_a_former_name_is_somebody_else(importing: Import, database: Database) -> None:
    importing()
    renamed = rename(pingan(), "田甜", "田小甜")
    renamed["people"].append({"name": "田甜", "role": "staff", "wecom_userid": "tian3"})

    imported = importing(renamed)

    assert of(imported, "people").added == ("田甜",)
    assert of(imported, "people").changed == (("田小甜", ("name",)),)
    assert len(rows(database, people.c.id)) == 5


def test_someone_with_a_new_userid_is_the_same_person_by_name(importing: Import, database: Database) -> None:
    importing()
    again = pingan()
    entry(again["people"], "田甜")["wecom_userid"] = "tian.tian"

    imported = importing(again)

    assert of(imported, "people").changed == (("田甜", ("wecom_userid",)),)
    assert sorted(rows(database, identities.c.external_id)) == [("shilei",), ("tian.tian",)]


def test_two_people_may_exchange_their_accounts(importing: Import, database: Database) -> None:
    importing()
    again = pingan()
    entry(again["people"], "田甜")["wecom_userid"] = "shilei"
    entry(again["people"], "石磊")["wecom_userid"] = "tiantian"

    importing(again)

    query = select(people.c.name, identities.c.external_id).join(
        identities, identities.c.person_id == people.c.id
    )
    found = database.read_now(lambda db: sorted(tuple(row) for row in db.execute(query)))
    assert found == [("田甜", "shilei"), ("石磊", "tiantian")]


def test_a_resident_of_the_same_name_is_somebody_else(importing: Import, database: Database) -> None:
    importing()
    resident = {"name": "方主任二", "role": Role.RESIDENT, "created_at": NOW}
    here = database.read_now(community_id)
    database.write_now(lambda db: db.execute(insert(people), [{**resident, "community_id": here}]))
    more = pingan()
    more["people"].append({"name": "方主任二", "role": "staff"})

    imported = importing(more)

    assert of(imported, "people").added == ("方主任二",)


def test_someone_may_move_to_another_community_of_the_file(importing: Import, database: Database) -> None:
    importing(pingan(), heping())
    left = pingan()
    left["people"] = [each for each in left["people"] if each["name"] != "方主任"]
    moved = heping()
    moved["people"].append({"name": "石磊", "role": "grid_worker", "wecom_userid": "shilei"})
    left["people"] = [each for each in left["people"] if each["name"] != "石磊"]
    entry(left["grids"], "松园网格")["deputies"] = []
    entry(left["grids"], "竹园网格")["workers"] = ["田甜"]

    imported = importing(left, moved)

    assert of(imported, "people", "和平社区").changed == (("石磊", ("community_id",)),)
    assert of(imported, "people").absent == ("方主任",)


def test_an_account_of_a_community_outside_the_file_is_refused(importing: Import, database: Database) -> None:
    importing(pingan(), heping())
    thief = heping(people=[{"name": "石磊", "role": "staff", "wecom_userid": "shilei"}])

    with pytest.raises(OrganizationRefused) as caught:
        importing(thief)

    assert caught.value.mistakes == (
        "和平社区 · people · 石磊 · wecom_userid：“shilei”是另一社区的“石磊”，请核对账号。",
    )
    moved = database.read_now(
        lambda db: db.execute(select(func.count(people.c.community_id.distinct()))).scalar()
    )
    assert moved == 2  # nothing was taken over


def test_buildings_that_an_absent_grid_still_covers_are_refused(importing: Import) -> None:
    importing()
    renamed = pingan()
    entry(renamed["grids"], "竹园网格")["name"] = "新竹园网格"

    with pytest.raises(OrganizationRefused) as caught:
        importing(renamed)

    assert "在竹园与“竹园网格”的楼号重叠" in str(caught.value)


def test_a_webhook_that_an_absent_group_still_has_is_refused(importing: Import) -> None:
    importing()
    renamed = pingan()
    entry(renamed["groups"], "值班群")["name"] = "新值班群"

    with pytest.raises(OrganizationRefused) as caught:
        importing(renamed)

    assert "同一个 webhook 属于几个群：平安社区“值班群”、平安社区“新值班群”" in str(caught.value)


def test_a_refused_import_leaves_everything_as_it_was(importing: Import, database: Database) -> None:
    importing()
    before = rows(database, groups)
    wrong = pingan(phone="changed")
    entry(wrong["groups"], "值班群")["name"] = "新值班群"

    with pytest.raises(OrganizationRefused):
        importing(wrong)

    assert rows(database, groups) == before
    assert rows(database, communities.c.phone) == [("0900-1000000",)]


def test_a_phone_under_a_lost_key_is_written_anew(importing: Import, database: Database) -> None:
    importing()
    database.write_now(
        lambda db: db.exec_driver_sql("UPDATE people SET phone = 'unreadable' WHERE phone IS NOT NULL")
    )

    imported = importing()

    assert of(imported, "people").changed == (("田甜", ("phone",)),)


def test_an_emptied_key_is_emptied(importing: Import, database: Database) -> None:
    importing()
    again = pingan()
    entry(again["groups"], "值班群").pop("webhook")

    imported = importing(again)

    assert of(imported, "groups").changed == (("值班群", ("webhook",)),)


def test_a_robot_that_the_file_does_not_name_is_kept_for_it_may_have_been_learned(importing: Import) -> None:
    importing()
    again = pingan()
    entry(again["groups"], "值班群").pop("robot")

    assert of(importing(again), "groups").changed == ()


def test_the_report_names_what_was_done(importing: Import) -> None:
    importing()
    again = pingan(contacts=[{"label": "燃气", "phone": "0900-1000009"}, {"label": "水", "phone": "1"}])

    lines = described(importing(again))

    assert lines[0] == "平安社区 社区：未变 1"
    assert lines[-1] == (
        "平安社区 联系方式：新增 1（水），修改 1（燃气：电话），文件中没有、已保留 1（物业 松园）"
    )


def test_a_community_moved_by_hand_is_put_right(importing: Import, database: Database) -> None:
    importing()
    database.write_now(lambda db: db.execute(update(communities).values(official_account="other")))

    imported = importing()

    assert of(imported, "communities").changed == (("pingan", ("official_account",)),)
