"""The list of rooms is taken over from a spreadsheet: exact, again and again, every wrong row named."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Connection

from bot.organization_file import OrganizationFileUnreadable
from bot.rooms_file import load_rooms
from handlers.organization.rooms_import import (
    Cells,
    RoomsImported,
    RoomsRefused,
    described_rooms,
    import_rooms,
)
from storage.engine import Database
from storage.polls import rooms
from tests.handlers.cases.scene import estate, settle_in
from tests.handlers.polls.vote import opened

HEAD = ("小区", "楼", "单元", "室", "面积")


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def listed(db: Connection, name: str = "枫桥苑") -> list[tuple[str, str, str, int | None]]:
    found = rooms.rooms_in(db, estate(db, name).id)
    return [(each.building, each.unit, each.room, each.area) for each in found]


def test_rooms_are_written_as_people_name_them(db: Connection) -> None:
    cells: Cells = [
        HEAD,
        ("枫桥苑", "33号楼", "5单元", "0201室", "89.5平方米"),
        ("枫桥", 33.0, 5.0, 202.0, 89.35),
        ("枫桥苑", "３３栋", "五单元", "３０１", None),
        ("枫桥苑", "a3", None, "4楼西户", "1,024.08"),
        (None, None, None, None, None),
    ]

    imported = import_rooms(db, cells)

    assert imported == [RoomsImported("枫桥苑", 4, 0, 0, 0)]
    assert listed(db) == [
        ("33", "5", "201", 8950),
        ("33", "5", "202", 8935),
        ("33", "5", "301", None),
        ("A3", "", "4楼西户", 102408),
    ]


def test_importing_again_updates_and_deletes_nothing(db: Connection) -> None:
    first: Cells = [HEAD[1:], (33, 5, 101, 89), (33, 5, 102, 90), (33, 5, 201, 91)]
    import_rooms(db, first, estate="枫桥苑")
    again: Cells = [HEAD[1:], (33, 5, 101, ""), (33, 5, 102, "90.5"), (33, 6, 101, 70)]

    imported = import_rooms(db, again, estate="枫桥苑")

    assert imported == [RoomsImported("枫桥苑", 1, 1, 1, 1)]
    assert described_rooms(imported) == [
        "枫桥苑：新增 1 户，改面积 1 户，不变 1 户；户册里另有 1 户这次没有，保留不动。"
    ]
    assert listed(db) == [
        ("33", "5", "101", 8900),
        ("33", "5", "102", 9050),
        ("33", "5", "201", 9100),
        ("33", "6", "101", 7000),
    ]


def test_every_wrong_row_is_named_and_nothing_is_kept(db: Connection) -> None:
    cells: Cells = [
        HEAD,
        ("枫桥苑", 33, 5, 101, 89),
        ("枫叶苑", 33, 5, 102, 89),
        ("", 33, 5, 103, 89),
        ("枫桥苑", "", 5, "", "很大"),
        ("枫桥苑", 33, 5, 104, -1),
        ("枫桥苑", 33, 5, 105, "89.555"),
        ("枫桥苑", "33号楼", "5单元", "101室", 90),
        ("枫桥苑", "1" * 17, 5, 106, 89),
        ("枫桥苑", "3|3", 5, 107, "nan"),
        ("枫桥苑", 33, 5, "1\x0008", 89),
    ]

    with pytest.raises(RoomsRefused) as refused:
        import_rooms(db, cells)

    lines = refused.value.mistakes
    assert [line[: line.index("：")] for line in lines] == [f"第 {row} 行" for row in range(3, 12)]
    for words, line in zip(
        (
            "没有小区“枫叶苑”",
            "--estate",
            "没有楼号；没有室号；面积“很大”不是数字",
            "不合理",
            "两位小数",
            "和第 2 行是同一户",
        ),
        lines,
        strict=False,
    ):
        assert words in line
    assert listed(db) == []


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [("小区", "面积")],
        [("楼", "楼号", "室")],
        [HEAD],
        [HEAD, ("", "", "", "", "")],
    ],
)
def test_a_file_without_rooms_is_refused(db: Connection, cells: Cells) -> None:
    with pytest.raises(RoomsRefused):
        import_rooms(db, cells, estate="枫桥苑")


def test_an_estate_is_looked_for_in_the_community_named(db: Connection) -> None:
    cells: Cells = [HEAD, ("银杏里", 1, 1, 101, 60)]

    with pytest.raises(RoomsRefused, match="没有小区“银杏里”"):
        import_rooms(db, cells, community="chenguang")
    with pytest.raises(RoomsRefused, match="没有社区“某社区”"):
        import_rooms(db, cells, community="某社区")
    import_rooms(db, cells, community="湖畔社区")

    assert listed(db, "银杏里") == [("1", "1", "101", 6000)]


def test_files_of_both_kinds_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(("枫桥苑", 33, 5, 101, 89.5))
    book.save(tmp_path / "rooms.xlsx")
    text = "小区,楼,单元,室,面积\n枫桥苑,33,5,101,89.5\n"
    (tmp_path / "rooms.csv").write_text(text, encoding="utf-8-sig")
    (tmp_path / "old.csv").write_text(text, encoding="gb18030")
    (tmp_path / "quote.csv").write_text(f'{text}枫桥苑,33,5,"{"102" * 50_000}', encoding="utf-8")

    assert load_rooms(tmp_path / "rooms.xlsx")[1] == ("枫桥苑", 33, 5, 101, 89.5)
    for name in ("rooms.csv", "old.csv"):
        assert load_rooms(tmp_path / name)[1] == ("枫桥苑", "33", "5", "101", "89.5")
    for name in ("rooms.pdf", "missing.csv", "quote.csv"):
        with pytest.raises(OrganizationFileUnreadable):
            load_rooms(tmp_path / name)


def test_ten_thousand_rooms_are_taken_over_in_one_go(db: Connection) -> None:
    rows = [
        (building, unit, room, 80) for building in range(1, 41) for unit in (1, 2) for room in range(101, 226)
    ]
    cells: Cells = [HEAD[1:], *rows]

    assert import_rooms(db, cells, estate="枫桥苑") == [RoomsImported("枫桥苑", 10_000, 0, 0, 0)]
    assert import_rooms(db, cells, estate="枫桥苑") == [RoomsImported("枫桥苑", 0, 0, 10_000, 0)]


def test_rooms_that_a_running_vote_is_counted_by_stay_as_they_are(db: Connection, now: datetime) -> None:
    first: Cells = [HEAD[1:], (33, 5, 101, 89), (33, 5, 102, 90)]
    import_rooms(db, first, estate="枫桥苑")
    number = opened(db, now=now).number
    here = listed(db)

    for row in ((33, 5, 201, 91), (33, 5, 101, 99)):
        with pytest.raises(RoomsRefused, match=f"正在进行表决{number}"):
            import_rooms(db, [HEAD[1:], row], estate="枫桥苑")

    assert listed(db) == here
    assert import_rooms(db, first, estate="枫桥苑") == [RoomsImported("枫桥苑", 0, 0, 2, 0)]
    assert import_rooms(db, [HEAD[1:], (34, 1, 101, 80)], estate="枫桥苑")[0].added == 1
