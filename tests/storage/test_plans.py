"""How SQLite finds the rows of daily questions: by the index made for each, never by reading them all.

With a million cases a question that reads them all takes a third of a second; with a hundred nobody notices.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from storage import alike, cases, judgements, listening, people, timers
from storage.engine import Database
from storage.models.people import Role
from storage.models.timers import Timer, TimerKind

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=180)
LARGE = ("cases", "reports", "case_events", "timers", "people", "joined")
NUMBERS = "sqlite_autoindex_cases_1"  # the unique community, year and number
TIMER = Timer(id=1, community_id=1, case_id=1, kind=TimerKind.RESPONSE, due_at=NOW, step="")
Ask = Callable[[Connection], object]


@contextmanager
def plans(db: Connection) -> Iterator[list[str]]:
    """The plans of the statements that are run meanwhile, a line for each table or subquery."""
    found: list[str] = []

    def explain(_c: object, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found.extend(row[-1] for row in cursor.fetchall())

    event.listen(db, "before_cursor_execute", explain)
    yield found
    event.remove(db, "before_cursor_execute", explain)


def places(*, building: str | None, wide: str | None = None, since: datetime | None = None) -> Ask:
    return lambda db: alike.cases_alike(
        db,
        1,
        categories=["water"],
        estate_id=1,
        building=building,
        wide=wide,
        limit=20,
        settled_since=since,
    )


QUESTIONS: dict[str, tuple[Ask, set[str]]] = {
    "open in a building": (places(building="3"), {"ix_cases_open_place"}),
    "open, building unknown": (places(building=None), {"ix_cases_open_place"}),
    "open in an estate": (places(building="3", wide="outage"), {"ix_cases_open_place", "ix_cases_open_wide"}),
    "settled in a building": (places(building="3", since=SINCE), {"ix_cases_settled_place"}),
    "settled, building unknown": (places(building=None, since=SINCE), {"ix_cases_settled_place"}),
    "settled in an estate": (
        places(building="3", wide="outage", since=SINCE),
        {"ix_cases_settled_place", "ix_cases_settled_wide"},
    ),
    "own cases": (
        lambda db: cases.cases_of_person(db, 1, limit=6),
        {"ix_reports_person_id", "ix_reports_entered_by_id"},
    ),
    "own cases by number": (
        lambda db: cases.own_cases_numbered(db, 1, 3),
        {"ix_reports_person_id", "ix_reports_entered_by_id"},
    ),
    "said in the same words": (
        lambda db: cases.case_with_words(db, 1, "漏水", since=SINCE),
        {"ix_reports_person_id"},
    ),
    "joined last": (lambda db: cases.last_joined(db, 1, since=SINCE), {"ix_reports_person_id"}),
    "open in grids": (
        lambda db: cases.open_cases_of_grids(db, [1, 2], limit=20),
        {"ix_cases_open_grid_due"},
    ),
    "open in a community": (
        lambda db: cases.open_cases_of_community(db, 1, limit=20),
        {"ix_cases_open_due"},
    ),
    "by number": (lambda db: cases.case_numbered(db, community_id=1, number=3), {NUMBERS}),
    "by year and number": (
        lambda db: cases.case_numbered(db, community_id=1, number=3, year=2026),
        {NUMBERS},
    ),
    "reporters": (lambda db: cases.reporters_of(db, 1), {"ix_reports_case_id", "ix_cases_merged_into_id"}),
    "how many reporters": (
        lambda db: cases.number_of_reporters(db, 1),
        {"ix_reports_case_id", "ix_cases_merged_into_id"},
    ),
    "reports": (lambda db: cases.reports_of(db, 1), {"ix_reports_case_id", "ix_cases_merged_into_id"}),
    "history": (lambda db: cases.events_of(db, 1), {"ix_case_events_case_id", "ix_cases_merged_into_id"}),
    "who leaves": (lambda db: cases.leave_case(db, 1, 1, now=NOW), {"ix_cases_merged_into_id"}),
    "timers due": (lambda db: timers.due_timers(db, now=NOW, limit=100), {"ix_timers_due_at"}),
    "timers of a case": (lambda db: timers.timers_of(db, 1), {"sqlite_autoindex_timers_1"}),
    "timers stopped": (lambda db: timers.stop_timers(db, 1), {"sqlite_autoindex_timers_1"}),
    "timer taken": (lambda db: timers.take_timer(db, TIMER), {"INTEGER PRIMARY KEY"}),
    "judged lately": (
        lambda db: judgements.cases_to_judge(db, 1, closed_since=SINCE),
        {"ix_reports_person_id", "ix_reports_entered_by_id"},
    ),
    "what came in on a day": (
        lambda db: listening.voices_between(db, 1, SINCE, NOW),
        {"ix_reports_reported_at"},
    ),
    "those with a role": (
        lambda db: people.people_with_roles(db, 1, [Role.HEAD]),
        {"ix_people_community_id_role"},
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_index_answers(sqlite_url: str, question: str) -> None:
    ask, indexes = QUESTIONS[question]
    database = Database(sqlite_url, encryption_key="x")

    def story(db: Connection) -> list[str]:
        with plans(db) as found:
            ask(db)
        return found

    lines = database.write_now(story)
    database.close()

    assert [line for line in lines if line.split()[0] == "SCAN" and line.split()[1] in LARGE] == []
    assert {index for index in indexes if not any(index in line for line in lines)} == set()


@pytest.mark.parametrize(
    "question", ["open in grids", "open in a community", "open in a building", "timers due"]
)
def test_the_first_rows_are_not_sorted_out_of_all(sqlite_url: str, question: str) -> None:
    ask, _ = QUESTIONS[question]
    database = Database(sqlite_url, encryption_key="x")

    def story(db: Connection) -> list[str]:
        with plans(db) as found:
            ask(db)
        return found

    lines = database.write_now(story)
    database.close()

    assert lines
    assert [line for line in lines if "TEMP B-TREE" in line] == []


def test_a_question_without_an_index_would_be_found_out(sqlite_url: str) -> None:
    database = Database(sqlite_url, encryption_key="x")

    def story(db: Connection) -> list[str]:
        with plans(db) as found:
            db.exec_driver_sql("SELECT id FROM cases WHERE spot = '东门'")
        return found

    lines = database.write_now(story)
    database.close()

    assert lines == ["SCAN cases"]
