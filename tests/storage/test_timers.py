"""Timers are taken once as they were found, and moved; urges are kept once a day."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from storage import timers, urges
from storage.engine import Database
from storage.models.cases import Case
from storage.models.timers import Timer, TimerKind
from tests.media_rows import make_case, make_person

K = TimerKind
HOUR = timedelta(hours=1)


@pytest.fixture
def case(database: Database, now: datetime) -> Case:
    return database.write_now(make_case, now=now)


def set_at(db: Connection, case: Case, kind: TimerKind, due: datetime, *, step: str = "") -> Timer:
    timers.set_timer(db, case.id, kind, community_id=case.community_id, due_at=due, step=step)
    return next(each for each in timers.timers_of(db, case.id) if each.kind is kind)


def test_a_timer_is_taken_once(database: Database, case: Case, now: datetime) -> None:
    timer = database.write_now(set_at, case, K.ALARM, now)

    taken = [database.write_now(timers.take_timer, timer) for _ in range(2)]

    assert taken == [True, False]
    assert database.read_now(timers.timers_of, case.id) == []


def test_a_timer_that_moved_meanwhile_is_not_taken(database: Database, case: Case, now: datetime) -> None:
    found = database.write_now(set_at, case, K.SUPERVISION, now, step="remind")
    moved = database.write_now(set_at, case, K.SUPERVISION, now + HOUR, step="overdue")

    assert database.write_now(timers.take_timer, found) is False
    database.write_now(timers.move_timer, found, now + 9 * HOUR)  # nor is it moved by who saw the old one
    assert database.read_now(timers.timers_of, case.id) == [moved]


def test_what_is_due_comes_longest_overdue_first_and_not_more_than_asked(
    database: Database, case: Case, now: datetime
) -> None:
    for hours, kind in ((-1, K.RESPONSE), (-3, K.ALARM), (0, K.ANSWER), (1, K.SUPERVISION)):
        database.write_now(set_at, case, kind, now + hours * HOUR)

    due = database.read_now(timers.due_timers, now=now, limit=100)

    assert [timer.kind for timer in due] == [K.ALARM, K.RESPONSE, K.ANSWER]
    assert database.read_now(timers.due_timers, now=now, limit=2) == due[:2]


def test_a_postponed_timer_is_due_later_and_keeps_its_step(
    database: Database, case: Case, now: datetime
) -> None:
    timer = database.write_now(set_at, case, K.SUPERVISION, now, step="head")

    database.write_now(timers.move_timer, timer, now + HOUR)

    [later] = database.read_now(timers.timers_of, case.id)
    assert (later.due_at, later.step) == (now + HOUR, "head")


def test_only_the_named_kinds_are_stopped(database: Database, case: Case, now: datetime) -> None:
    for kind in (K.RESPONSE, K.ALARM, K.SUPERVISION):
        database.write_now(set_at, case, kind, now)

    database.write_now(timers.stop_timers, case.id, [K.RESPONSE, K.ALARM])
    assert [each.kind for each in database.read_now(timers.timers_of, case.id)] == [K.SUPERVISION]
    database.write_now(timers.stop_timers, case.id)
    assert database.read_now(timers.timers_of, case.id) == []


def test_an_urge_is_kept_once_a_day_for_each_person(database: Database, case: Case, now: datetime) -> None:
    li = database.write_now(make_person, "李秀英", now=now)
    wu = database.write_now(make_person, "吴桂兰", now=now)

    def urge(person_id: int, day: str, at: datetime) -> datetime | None:
        return database.write_now(urges.add_urge, case, person_id, day=day, now=at)

    assert urge(li.id, "2026-11-20", now) is None
    assert urge(li.id, "2026-11-20", now + HOUR) == now
    assert urge(wu.id, "2026-11-20", now + HOUR) is None
    assert urge(li.id, "2026-11-21", now + 24 * HOUR) is None
    assert database.read_now(urges.number_of_urges, case.id) == 3
