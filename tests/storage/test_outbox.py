"""Posting, the resident's window, and what staff do; on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from storage import deliveries, outbox
from storage.deliveries import Verdict
from storage.engine import Database
from storage.models.outbox import (
    Channel,
    DeliveryStatus,
    Destination,
    OutgoingMessage,
    Priority,
    destinations,
)
from storage.models.outbox import outbox as rows
from storage.outbox import Address, Posting

CHEN = Address(Channel.OFFICIAL_ACCOUNT, "main", "openid-chen")
LIN = Address(Channel.OFFICIAL_ACCOUNT, "main", "openid-lin")
ALL = deliveries.Reach(frozenset({str(Channel.OFFICIAL_ACCOUNT)}))
S = DeliveryStatus


def posting(key: str, to: Address = CHEN, *, priority: Priority = Priority.NOTICE) -> Posting:
    return Posting(to, key, {"text": key}, priority, None)


def post(db: Connection, *keys: str, now: datetime) -> list[OutgoingMessage]:
    outbox.post(db, [posting(key) for key in keys], now=now)
    return [message(db, key) for key in keys]


def message(db: Connection, key: str) -> OutgoingMessage:
    return OutgoingMessage(*db.execute(select(*rows.c).where(rows.c.key == key)).one())


def place(db: Connection, to: Address = CHEN) -> Destination:
    return Destination(*db.execute(select(*destinations.c).where(destinations.c.address == to.address)).one())


def settle(db: Connection, key: str, status: DeliveryStatus, *, now: datetime) -> None:
    """As the worker does it."""
    found = message(db, key)
    assert deliveries.record(db, found, Verdict(status, attempts=1, parts_sent=0), now=now)
    claimed = deliveries.claim_destination(db, now=now, reach=ALL)
    if claimed is not None:
        deliveries.release_destination(db, claimed)


def test_posting_a_key_twice_does_nothing(database: Database, now: datetime) -> None:
    database.write_now(post, "fact", now=now)
    database.write_now(post, "fact", now=now + timedelta(hours=1))

    count = database.read_now(lambda db: db.execute(select(func.count()).select_from(rows)).scalar_one())
    assert (count, database.read_now(message, "fact").created_at) == (1, now)


def test_posting_nothing_is_no_error(database: Database, now: datetime) -> None:
    database.write_now(post, now=now)


def test_a_destination_becomes_as_urgent_as_its_most_urgent_message(
    database: Database, now: datetime
) -> None:
    def act(db: Connection) -> list[int]:
        seen = []
        for priority in (Priority.BROADCAST, Priority.EMERGENCY, Priority.NOTICE):
            outbox.post(db, [posting(priority.name, priority=priority)], now=now)
            seen.append(place(db).urgency)
        return seen

    assert database.write_now(act) == [3, 0, 0]


def test_a_blocked_destination_stays_blocked_when_something_is_posted(
    database: Database, now: datetime
) -> None:
    def act(db: Connection) -> datetime | None:
        post(db, "one", now=now)
        deliveries.set_aside(db, place(db).id, until=now + timedelta(minutes=5))
        post(db, "two", now=now + timedelta(minutes=1))
        return place(db).ready_at

    assert database.write_now(act) == now + timedelta(minutes=5)


def test_writing_frees_what_was_held_and_the_allowance_starts_anew(database: Database, now: datetime) -> None:
    later = now + timedelta(days=3)

    def act(db: Connection) -> tuple[Destination, OutgoingMessage]:
        [held] = post(db, "one", now=now)
        settle(db, "one", S.HELD, now=now)
        claimed = deliveries.claim_destination(db, now=now, reach=ALL)
        assert claimed is None
        _set(db, has_held=True, recent=[now.timestamp()] * 5)
        outbox.open_window(db, CHEN, now=later)
        return place(db), message(db, held.key)

    opened, freed = database.write_now(act)
    assert (opened.opened_at, opened.recent, opened.has_held) == (later, [], False)
    assert (opened.ready_at, opened.urgency) == (later, int(Priority.NOTICE))
    assert (freed.status, freed.next_at, freed.attempts) == (S.WAITING, later, 0)


def _set(db: Connection, **values: object) -> None:
    db.execute(destinations.update().values(**values))


def test_a_first_message_opens_a_window_where_nothing_waits(database: Database, now: datetime) -> None:
    database.write_now(outbox.open_window, LIN, now=now)

    opened = database.read_now(place, LIN)
    assert (opened.opened_at, opened.ready_at) == (now, None)


def test_held_texts_are_taken_for_the_answer_oldest_first_and_count_as_sent(
    database: Database, now: datetime
) -> None:
    def act(db: Connection) -> list[str]:
        post(db, "held", "released", "sending", "sent", now=now)
        settle(db, "sent", S.SENT, now=now)
        deliveries.start_attempt(db, message(db, "sending"), now=now, recent=None)
        settle(db, "held", S.HELD, now=now)
        return outbox.take_held(db, CHEN, now=now)

    assert database.write_now(act) == ["held", "released"]
    statuses = [database.read_now(message, key).status for key in ("held", "released", "sending")]
    assert statuses == [S.SENT, S.SENT, S.WAITING]
    assert database.write_now(outbox.take_held, LIN, now=now) == []


@pytest.mark.parametrize(
    ("status", "after", "is_doubtful"),
    [(S.DEAD, S.WAITING, False), (S.UNCERTAIN, S.WAITING, True), (S.SENT, S.SENT, False)],
)
def test_staff_can_send_again_what_was_given_up_or_uncertain(
    database: Database, now: datetime, status: DeliveryStatus, after: DeliveryStatus, is_doubtful: bool
) -> None:
    def act(db: Connection) -> OutgoingMessage:
        [posted] = post(db, "one", now=now)
        settle(db, "one", status, now=now)
        outbox.send_again(db, posted.id, now=now)
        return message(db, "one")

    row = database.write_now(act)
    assert (row.status, row.is_doubtful) == (after, is_doubtful)
    assert (database.read_now(place).ready_at is not None) == (after is S.WAITING)


def test_dead_and_uncertain_messages_are_shown_newest_first(database: Database, now: datetime) -> None:
    def act(db: Connection) -> list[str]:
        post(db, "dead", "uncertain", "sent", "waiting", now=now)
        for status in (S.DEAD, S.UNCERTAIN, S.SENT):
            settle(db, status.value, status, now=now)
        return [each.key for each in outbox.dead_letters(db, limit=10)]

    assert database.write_now(act) == ["uncertain", "dead"]
