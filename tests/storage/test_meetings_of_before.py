"""Meetings that were called before topics existed keep their number, their case and their place."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, select, text

from storage.engine import Database
from storage.meetings import agenda_of
from storage.migrations import migrate
from storage.models.meetings import Meeting, MeetingStatus, meetings
from storage.models.topics import TopicStatus
from storage.topics import cases_of_topic, lock_topic

BEFORE = (
    "INSERT INTO communities (id, code, name, phone, official_account)"
    " VALUES (1, 'chenguang', '晨光社区', '', 'main')",
    "INSERT INTO people (id, community_id, name, role, created_at)"
    " VALUES (1, 1, '李强', 'staff', '2026-11-01 02:00:00+00')",
    "INSERT INTO cases (id, community_id, year, number, category, subcategory, urgency, status, is_public,"
    " is_confidential, summary, opened_at, respond_by, resolve_by, resolution, round_at, reopen_count,"
    " supervision_level, extension_days, is_judged, has_whisper) VALUES (1, 1, 2026, 1, 'water', 'sewer',"
    " 'normal', 'consulting', true, false, '下水道堵了', '2026-11-01 02:00:00+00', '2026-11-02 02:00:00+00',"
    " '2026-11-09 02:00:00+00', '', '2026-11-01 02:00:00+00', 0, 0, 0, false, false)",
    "INSERT INTO meetings (id, community_id, case_id, title, starts_at, place, status, called_by_id,"
    " called_at)"
    " VALUES (7, 1, 1, '诉求 2026-0001 议事会', '2026-11-20 07:00:00+00', '居委会会议室', 'invited', 1,"
    " '2026-11-03 02:00:00+00')",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_of_before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database as it stood before consultation, with one meeting in it."""
    name = f"test_{uuid.uuid4().hex}"
    url = f"sqlite:///{tmp_path / 'before.db'}"
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    if server:
        administer(server, f"CREATE DATABASE {name}")
        url = f"{server}/{name}"
    database = Database(url, encryption_key="x")
    migrate(database, "0004")
    database.write_now(fill)
    yield database
    database.close()
    if server:
        administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def administer(server: str, statement: str) -> None:
    engine = create_engine(
        f"{server}/postgres".replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as db:
        db.execute(text(statement))
    engine.dispose()


def fill(db: Connection) -> None:
    for statement in BEFORE:
        if db.dialect.name == "sqlite":
            statement = statement.replace("+00'", "'")  # noqa: PLW2901
        db.execute(text(statement))


def all_meetings(db: Connection) -> list[Meeting]:
    return [Meeting(*row) for row in db.execute(select(*meetings.c))]


def test_a_meeting_of_before_has_its_case_as_its_topic(database_of_before: Database) -> None:
    migrate(database_of_before)

    [meeting] = database_of_before.read_now(all_meetings)
    [item] = database_of_before.read_now(agenda_of, meeting.id)
    topic = database_of_before.write_now(lock_topic, item.topic_id)
    assert (meeting.id, meeting.number, meeting.status) == (7, 1, MeetingStatus.INVITED)
    assert (meeting.place, meeting.starts_at is not None) == ("居委会会议室", True)
    assert (topic.status, topic.title) == (TopicStatus.SCHEDULED, "诉求 2026-0001 议事会")
    assert database_of_before.read_now(cases_of_topic, topic.id) == [1]
