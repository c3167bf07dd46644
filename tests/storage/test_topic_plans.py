"""How SQLite finds topics and what keeps coming back among very many cases: by the index made for each."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from storage import recurrences, topics
from storage.engine import Database
from storage.models.topics import TopicStatus
from tests.storage.test_plans import Ask, plans

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OFTEN = recurrences.Often(3, 2, NOW - timedelta(days=90), "general")
SEWER = recurrences.Trouble(1, "water", "sewer")
LARGE = ("cases", "topics", "topic_cases", "topic_seconds", "people", "meetings", "meeting_topics")

QUESTIONS: dict[str, tuple[Ask, set[str]]] = {
    "what keeps coming back": (
        lambda db: recurrences.recurring_troubles(db, 1, OFTEN),
        {"ix_cases_opened", "ix_cases_reopened"},
    ),
    "its cases": (
        lambda db: recurrences.cases_of_trouble(db, 1, SEWER, OFTEN, limit=50),
        {"ix_cases_opened", "ix_cases_reopened"},
    ),
    "its last topic": (lambda db: recurrences.last_topic_of(db, 1, SEWER), {"ix_topics_recurs"}),
    "suggested today": (lambda db: recurrences.suggested_since(db, 1, NOW), set()),
    "what waits": (
        lambda db: topics.waiting_topics(db, 1, reader_id=None, limit=15),
        {"ix_topics_waiting", "sqlite_autoindex_topic_seconds_1"},
    ),
    "what waits and a resident may know": (
        lambda db: topics.waiting_topics(db, 1, reader_id=1, limit=15),
        {"ix_topics_waiting"},
    ),
    "by number": (lambda db: topics.topic_numbered(db, 1, 3), {"sqlite_autoindex_topics_1"}),
    "about these cases": (
        lambda db: topics.topics_about(db, [1, 2], [TopicStatus.PROPOSED]),
        {"ix_topic_cases_case_id"},
    ),
    "its supporters": (lambda db: topics.seconders_of(db, 1), {"sqlite_autoindex_topic_seconds_1"}),
    "its meetings": (lambda db: topics.meetings_of_topic(db, 1), {"ix_meeting_topics_topic_id"}),
    "somebody's proposals": (
        lambda db: topics.proposals_of(db, 1, since=NOW),
        {"ix_topics_proposed_by_id"},
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

    assert lines
    assert [line for line in lines if line.split()[0] == "SCAN" and line.split()[1] in LARGE] == []
    assert {index for index in indexes if not any(index in line for line in lines)} == set()
