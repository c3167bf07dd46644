"""Somebody else agrees, perhaps so late that the time it was ordered for is over."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.broadcasts import approving, confirming
from handlers.broadcasts.orders import EVERYBODY, Order
from handlers.broadcasts.previewing import preview_broadcast
from handlers.errors.broadcasts import BroadcastTimePassed
from handlers.rules import BroadcastRules, Rules
from storage.broadcasts import rows
from storage.engine import Database
from storage.models.broadcasts import Broadcast, BroadcastAudience, BroadcastStatus
from tests.handlers.broadcasts.crowd import crowd
from tests.handlers.cases.scene import named, settle_in

TWO_AGREE = Rules(broadcasts=BroadcastRules(approval_above=1))
HOUR = timedelta(hours=1)


@pytest.fixture
def db_(database: Database, now: datetime) -> Database:
    database.write_now(settle_in, now=now)
    return database


def awaiting(db: Connection, *, at: datetime | None, now: datetime) -> int:
    """A broadcast whose code was given and that awaits a second person."""
    crowd(db, 3, now=now)
    order = Order("今天停水", BroadcastAudience.RESIDENTS, (EVERYBODY,), at=at)
    staff = named(db, "李强")
    number = preview_broadcast(db, staff, order, code="1", now=now, rules=TWO_AGREE).broadcast.id
    made = confirming.confirm_broadcast(db, staff, number, "1", now=now, rules=TWO_AGREE)
    assert made.status is BroadcastStatus.AWAITING_APPROVAL
    return number


def agreed(db: Connection, *, now: datetime) -> Broadcast:
    return approving.approve_broadcast(db, named(db, "陈静"), 1, now=now, rules=TWO_AGREE)


def test_agreeing_long_after_its_time_is_refused(db_: Database, now: datetime) -> None:
    number = db_.write_now(awaiting, at=now + HOUR, now=now)

    with pytest.raises(BroadcastTimePassed) as refusal:
        db_.write_now(agreed, now=now + 3 * HOUR)

    assert "原定11月20日 11:00 发送，时间已经过了" in str(refusal.value)
    assert db_.write_now(rows.lock_broadcast, number).status is BroadcastStatus.AWAITING_APPROVAL


@pytest.mark.parametrize("hours", [1, 2])
def test_agreeing_before_or_soon_after_its_time_sends_it(db_: Database, now: datetime, hours: int) -> None:
    db_.write_now(awaiting, at=now + HOUR, now=now)

    assert db_.write_now(agreed, now=now + hours * HOUR).status is BroadcastStatus.SCHEDULED


def test_what_was_to_go_at_once_goes_however_late_somebody_agrees(db_: Database, now: datetime) -> None:
    db_.write_now(awaiting, at=None, now=now)

    made = db_.write_now(agreed, now=now + 5 * HOUR)

    assert (made.status, made.starts_at) == (BroadcastStatus.SCHEDULED, now + 5 * HOUR)
