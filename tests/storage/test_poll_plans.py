"""How SQLite finds what a vote needs among very many rooms, residents and ballots: by the index for each."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from storage.engine import Database
from storage.polls import ballots, doors, rooms, rows, voters
from tests.storage.test_plans import Ask, plans

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DOOR = "1|33|5|201"
LARGE = ("rooms", "people", "polls", "ballots", "visits")
ROOMS = "sqlite_autoindex_rooms_1"  # the unique estate, building, unit and room

QUESTIONS: dict[str, tuple[Ask, set[str]]] = {
    "the votes of an estate": (lambda db: rows.open_votes(db, 1, 1), {"ix_polls_open"}),
    "what is asked in a community": (lambda db: rows.open_polls(db, 1), {"ix_polls_open"}),
    "a poll by number": (lambda db: rows.poll_numbered(db, 1, 2), {"sqlite_autoindex_polls_1"}),
    "a room": (lambda db: rooms.rooms_called(db, 1, "33", "201"), {ROOMS}),
    "how many rooms": (lambda db: rooms.count_rooms(db, 1, "33", "5"), {ROOMS}),
    "whether a building has entrances": (lambda db: rooms.has_units(db, 1, "33"), {"ix_people_home"}),
    "what counts at a door": (lambda db: ballots.counted_ballot(db, 1, DOOR), {"ix_ballots_counted"}),
    "what was said at a door": (lambda db: ballots.ballots_at(db, 1, DOOR), {"ix_ballots_poll"}),
    "what one person said": (lambda db: ballots.ballots_by(db, 1, 1), {"ix_ballots_person"}),
    "how many have voted": (lambda db: ballots.counted_number(db, 1), {"ix_ballots_"}),
    "who has voted": (lambda db: ballots.answered_doors(db, 1), {"ix_ballots_"}),
    "the next portion of residents": (
        lambda db: voters.voters_after(db, 1, "33", None, after_id=7, limit=200),
        {"ix_people_home"},
    ),
    "known homes": (lambda db: voters.homes_in(db, 1, "33", None), {"ix_people_home"}),
    "knocks": (lambda db: doors.visits_of(db, 1), {"ix_visits_poll_id"}),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_reads_every_row(sqlite_url: str, name: str) -> None:
    ask, indexes = QUESTIONS[name]
    database = Database(sqlite_url, encryption_key="key of the tests")
    with database.engine.begin() as db:
        found = asked(db, ask)
    database.close()

    assert {index for index in indexes if not any(index in line for line in found)} == set(), found
    assert [line for line in found if line.startswith(tuple(f"SCAN {table}" for table in LARGE))] == []


def asked(db: Connection, ask: Ask) -> list[str]:
    with plans(db) as found:
        ask(db)
    return found
