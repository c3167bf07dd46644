"""Minutes that are missing are asked for after three and seven days, and never once they came."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.consultation.firing import fire_wake
from handlers.meetings.ending import ask_for_minutes_later
from storage import consultation
from storage.engine import Database
from storage.models.consultation import Subject
from storage.models.meetings import Meeting
from storage.models.outbox import OutgoingMessage
from tests.handlers.cases.scene import DESK, sent_to, settle_in, userid
from tests.handlers.meetings.minutes_scene import RULES, held, write


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


@pytest.fixture
def meeting(db: Connection, now: datetime) -> Meeting:
    made = held(db, now=now)
    assert made.held_at is not None
    ask_for_minutes_later(db, made, held_at=made.held_at)
    return made


def fire(db: Connection, *, now: datetime) -> None:
    for wake in consultation.due_wakes(db, now=now, limit=100):
        if wake.subject is Subject.MEETING:
            fire_wake(db, wake, secret="s" * 43, now=now, rules=RULES)


def asked(db: Connection) -> list[OutgoingMessage]:
    return sent_to(db, DESK, having="还没有纪要")


def test_the_chair_is_asked_after_three_days_and_the_head_after_seven(
    db: Connection, now: datetime, meeting: Meeting
) -> None:
    fire(db, now=now + timedelta(days=2))
    assert asked(db) == []
    for days in (3, 4, 7, 8, 30):
        fire(db, now=now + timedelta(days=days))

    first, second = asked(db)
    assert first.body["mentions"] == [userid(db, "李强")]
    assert userid(db, "陈静") in second.body["mentions"]
    assert "/desk/meetings/" in first.body["text"]


def test_after_a_standstill_it_is_asked_once(db: Connection, now: datetime, meeting: Meeting) -> None:
    for days in (20, 21):
        fire(db, now=now + timedelta(days=days))

    [only] = asked(db)
    assert "20 天" in only.body["text"]
    assert userid(db, "陈静") in only.body["mentions"]


def test_nothing_is_asked_once_minutes_came(db: Connection, now: datetime, meeting: Meeting) -> None:
    write(db, meeting, "大家同意", now=now)

    fire(db, now=now + timedelta(days=8))

    assert asked(db) == []
