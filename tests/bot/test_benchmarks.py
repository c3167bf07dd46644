"""The benchmarks measure what they say; how fast is not asked here."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from benchmarks import growth, history
from benchmarks.__main__ import Plan, measure
from benchmarks.messages import ESTATES, SENTENCES, report_text
from benchmarks.tables import machine, table
from nlp.lexicon import Lexicon
from nlp.places import Places
from nlp.reading import Kind, Reader
from storage.cases import cases_of_person, open_cases_of_community, reporters_of
from storage.engine import Database
from storage.models.cases import OPEN_STATUSES, CaseStatus, cases
from storage.timers import due_timers
from tests.storage.test_plans import LARGE, plans


def test_every_sentence_of_the_load_is_a_report_with_its_place() -> None:
    reader, places = Reader(Lexicon.load(None)), Places.of([(name, ()) for name in ESTATES])

    readings = [reader.read(report_text(number), places) for number in range(20 * len(SENTENCES))]

    assert {reading.kind for reading in readings} == {Kind.REPORT}
    assert {reading.location.estate for reading in readings if reading.location} == set(ESTATES)


def test_a_short_run_counts_every_message_once_and_prints_its_table() -> None:
    lines = measure("sqlite", Plan((4,), warm_up=0.1, seconds=0.3))

    assert [line.server for line in lines] == ["product", "ceiling"]
    assert all(line.load.answered > 0 for line in lines)
    assert all(line.load.refused == line.load.unanswered == 0 for line in lines)
    product, _ceiling = lines
    assert product.load.numbered == product.load.answered
    assert "of the ceiling" in table(machine(), lines)


@pytest.fixture(scope="module")
def town(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, growth.Town]]:
    """A town with 400 closed cases and 40 open ones, grown in two steps."""
    path = tmp_path_factory.mktemp("town") / "town.db"
    shutil.copyfile(sqlite_template, path)
    database, grown = (
        Database(f"sqlite:///{path}", encryption_key="x"),
        growth.Town(Reader(Lexicon.load(None))),
    )
    database.write_now(history.found_town, grown.reader)
    for size in (200, 400):
        growth.grow(database, grown, size)
    yield database, grown
    database.close()


def test_the_history_has_the_cases_it_promises(town: tuple[Database, growth.Town]) -> None:
    def story(db: Connection) -> None:
        counted = db.execute(select(cases.c.status, func.count()).group_by(cases.c.status))
        status: dict[str, int] = {row[0]: row[1] for row in counted}
        assert sum(count for name, count in status.items() if name in OPEN_STATUSES) == 40
        assert sum(count for name, count in status.items() if name not in OPEN_STATUSES) == 400
        assert status[CaseStatus.MERGED] > 0
        assert (
            len(cases_of_person(db, history.FIRST_RESIDENT, limit=1000)) >= 190
        )  # some stand under their root
        assert len(reporters_of(db, 1)) in (1, 2)
        assert len(open_cases_of_community(db, 1, limit=20)) > 0
        assert due_timers(db, now=history.NOW, limit=200) == []
        due = due_timers(db, now=history.NOW + 100 * history.BETWEEN_TIMERS, limit=200)
        assert len(due) == 100
        assert db.exec_driver_sql("PRAGMA foreign_key_check").all() == []

    town[0].read_now(story)


@pytest.mark.parametrize("operation", growth.OPERATIONS)
def test_no_operation_of_daily_work_reads_a_whole_table(
    town: tuple[Database, growth.Town], operation: str
) -> None:
    """The figures of a million cases hold because every statement of it goes through an index."""
    database, grown = town

    def story(db: Connection) -> list[str]:
        step = growth.OPERATIONS[operation](grown, db)
        with plans(db) as found:
            step(db)
        return found

    with database.engine.connect() as db:
        lines = story(db)
        db.rollback()

    assert lines
    assert [line for line in lines if line.split()[0] == "SCAN" and line.split()[1] in LARGE] == []


def test_the_growth_is_measured_and_told() -> None:
    columns = dict(growth.measure("sqlite", [20, 10], calls=2))

    lines = growth.table(columns).splitlines()

    assert list(columns) == [10, 20]
    assert lines[0].split()[-2:] == ["10", "20"]
    assert len(lines) == len(growth.OPERATIONS) + 1
    assert all(spent.median > 0 for column in columns.values() for spent in column.values())
