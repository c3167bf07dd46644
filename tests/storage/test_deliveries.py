"""Claims, leases and turns; on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from storage import deliveries, follow_ups, outbox
from storage.deliveries import Verdict
from storage.engine import Database
from storage.models.outbox import Channel, DeliveryStatus, Destination, Priority
from storage.outbox import Address, Posting

CHANNEL = Channel.GROUP_WEBHOOK
SERVED = deliveries.Reach(frozenset({str(CHANNEL)}))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def post(
    db: Connection, key: str, *, now: datetime, to: str = "a", priority: Priority = Priority.NOTICE
) -> None:
    outbox.post(db, [Posting(Address(CHANNEL, "", to), key, {"text": key}, priority, None)], now=now)


def claim(db: Connection, *, now: datetime) -> Destination | None:
    return deliveries.claim_destination(db, now=now, reach=SERVED)


def claimed(db: Connection, *, now: datetime) -> Destination:
    destination = claim(db, now=now)
    assert destination is not None
    return destination


async def test_many_who_claim_at_once_get_one_destination_each(database: Database, now: datetime) -> None:
    for number in range(5):
        database.write_now(post, f"m{number}", to=f"to{number}", now=now)

    got = await asyncio.gather(*(database.write(claim, now=now) for _ in range(20)))

    addresses = [each.address for each in got if each is not None]
    assert sorted(addresses) == [f"to{number}" for number in range(5)]


def test_a_lease_that_ran_out_is_claimed_by_the_next(database: Database, now: datetime) -> None:
    database.write_now(post, "one", now=now)
    first = database.write_now(claimed, now=now)
    assert database.write_now(claim, now=now) is None

    database.write_now(
        lambda db: db.execute(text("UPDATE destinations SET claimed_until = '2020-01-01 00:00:00.000000'"))
    )

    second = database.write_now(claimed, now=now)
    assert second.claimed_until != first.claimed_until
    assert database.write_now(deliveries.lock_claimed, first) is None
    assert database.write_now(deliveries.lock_claimed, second) == second


def test_the_future_the_unserved_and_the_empty_are_not_claimed(database: Database, now: datetime) -> None:
    database.write_now(post, "later", now=now + timedelta(seconds=1))

    assert database.write_now(claim, now=now) is None
    later = now + timedelta(minutes=1)
    nothing = deliveries.claim_destination
    assert database.write_now(nothing, now=later, reach=deliveries.Reach(frozenset({"other"}))) is None
    assert database.write_now(nothing, now=later, reach=deliveries.Reach(frozenset())) is None
    absent = deliveries.Reach(SERVED.channels, frozenset({f"{CHANNEL}:"}))
    assert database.write_now(nothing, now=later, reach=absent) is None


def test_the_heads_are_the_first_of_each_priority(database: Database, now: datetime) -> None:
    for key, priority in (("b1", 3), ("n1", 2), ("n2", 2), ("e1", 0), ("e2", 0)):
        database.write_now(post, key, priority=Priority(priority), now=now)

    destination = database.write_now(claimed, now=now)

    heads = database.read_now(deliveries.heads, destination.id)
    assert [head.key for head in heads] == ["e1", "n1", "b1"]


@pytest.mark.parametrize(
    ("blocked", "quiet", "expected"),
    [
        (None, None, (0, Priority.ANSWER)),
        (10, None, (10, Priority.ANSWER)),
        (None, 60, (0, Priority.ANSWER)),
        (90, 60, (90, Priority.ANSWER)),
    ],
)
def test_a_released_destination_is_ready_when_its_first_turn_comes(
    database: Database, now: datetime, blocked: int | None, quiet: int | None, expected: tuple[int, Priority]
) -> None:
    database.write_now(post, "answer", priority=Priority.ANSWER, now=now)
    database.write_now(post, "notice", priority=Priority.NOTICE, now=now)

    def act(db: Connection) -> datetime | None:
        destination = claimed(db, now=now)
        until = None if blocked is None else now + timedelta(minutes=blocked)
        quiet_until = None if quiet is None else now + timedelta(minutes=quiet)
        deliveries.release_destination(db, replace(destination, blocked_until=until), quiet_until=quiet_until)
        return deliveries.next_ready_at(db, SERVED)

    assert database.write_now(act) == now + timedelta(minutes=expected[0])
    again = database.write_now(claimed, now=now + timedelta(minutes=expected[0]))
    assert again.urgency == expected[1]


def test_a_patient_message_waits_for_the_morning(database: Database, now: datetime) -> None:
    database.write_now(post, "notice", now=now)
    morning = now + timedelta(hours=8)

    def act(db: Connection) -> datetime | None:
        deliveries.release_destination(db, claimed(db, now=now), quiet_until=morning)
        return deliveries.next_ready_at(db, SERVED)

    assert database.write_now(act) == morning


def test_nobody_looks_at_a_destination_where_nothing_waits(database: Database, now: datetime) -> None:
    database.write_now(post, "one", now=now)

    def act(db: Connection) -> datetime | None:
        destination = claimed(db, now=now)
        [head] = deliveries.heads(db, destination.id)
        started = deliveries.start_attempt(db, head, now=now, recent=[1.0])
        sent = Verdict(DeliveryStatus.SENT, attempts=1, parts_sent=1)
        assert deliveries.record(db, started, sent, now=now)
        deliveries.release_destination(db, destination)
        return deliveries.next_ready_at(db, SERVED)

    assert database.write_now(act) is None


def test_a_destination_in_somebody_s_hands_is_not_waited_for(database: Database, now: datetime) -> None:
    database.write_now(post, "one", now=now)
    database.write_now(claimed, now=now)

    assert database.read_now(deliveries.next_ready_at, SERVED) is None


def test_an_outcome_counts_only_for_the_attempt_it_belongs_to(database: Database, now: datetime) -> None:
    database.write_now(post, "one", now=now)
    sent = Verdict(DeliveryStatus.SENT, attempts=1, parts_sent=1)

    def act(db: Connection) -> list[bool]:
        [head] = deliveries.heads(db, claimed(db, now=now).id)
        first = deliveries.start_attempt(db, head, now=now, recent=None)
        second = deliveries.start_attempt(db, first, now=now + timedelta(seconds=61), recent=None)
        assert (first.is_doubtful, second.is_doubtful, second.attempts) == (False, True, 2)
        return [deliveries.record(db, each, sent, now=now) for each in (first, second, second)]

    assert database.write_now(act) == [False, True, False]


def test_no_question_a_worker_asks_reads_what_is_long_finished(sqlite_url: str, now: datetime) -> None:
    database = Database(sqlite_url, encryption_key="key")
    database.write_now(post, "one", now=now)
    asked: list[tuple[str, tuple[object, ...]]] = []

    def on_execute(_db: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        asked.append((statement, parameters))

    def ask(db: Connection) -> list[str]:
        event.listen(db, "before_cursor_execute", on_execute)
        deliveries.next_ready_at(db, SERVED)
        follow_ups.has_follow_up(db, now=now)
        follow_ups.claim_follow_up(db, now=now, lease=deliveries.LEASE)
        deliveries.heads(db, claimed(db, now=now).id)
        outbox.dead_letters(db, limit=10)
        outbox.take_held(db, Address(CHANNEL, "", "a"), now=now)
        event.remove(db, "before_cursor_execute", on_execute)
        return [
            str(step[3])
            for statement, parameters in asked
            for step in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    plan = database.write_now(ask)
    database.close()

    assert len(plan) > 8
    assert [
        step for step in plan if step in ("SCAN outbox", "SCAN destinations") or "(channel=?)" in step
    ] == []
