"""What holds no more is not sent, if it is not out; what else there is of the same meeting stays."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Connection, select, update

from handlers.consultation.lapsing import let_lapse
from storage import consultation, outbox
from storage.engine import Database
from storage.models.consultation import Happening, Subject
from storage.models.outbox import Channel, DeliveryStatus, Priority
from storage.models.outbox import outbox as rows
from storage.outbox import Address, Posting
from tests.handlers.cases.scene import settle_in
from tests.handlers.meetings.gathering import community

S = DeliveryStatus
MEETING = 7


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def told(db: Connection, kind: Happening, status: DeliveryStatus, *, now: datetime) -> str:
    """Somebody was to read of this, and the message stands so; gives its key."""
    event_id = consultation.add_happening(
        db, Subject.MEETING, MEETING, kind, community_id=community(db).id, person_id=None, now=now
    )
    key = f"meeting:{MEETING}:{event_id}:person:1:main"
    to = Address(Channel.OFFICIAL_ACCOUNT, "main", f"oReader{event_id}")
    posting = Posting(to, key, {"text": kind.value}, Priority.NOTICE, community(db).id)
    outbox.post(db, [posting], now=now)
    db.execute(update(rows).where(rows.c.key == key).values(status=status))
    return key


def status_of(db: Connection, key: str) -> DeliveryStatus:
    return S(db.execute(select(rows.c.status).where(rows.c.key == key)).scalar_one())


@pytest.mark.parametrize("status", [S.HELD, S.WAITING])
def test_what_was_not_read_is_not_sent(db: Connection, now: datetime, status: DeliveryStatus) -> None:
    key = told(db, Happening.REMINDED, status, now=now)

    assert let_lapse(db, Subject.MEETING, MEETING, [Happening.REMINDED], now=now) == 1

    assert status_of(db, key) is S.CANCELLED


@pytest.mark.parametrize("status", [S.SENT, S.DEAD, S.UNCERTAIN])
def test_what_is_out_or_failed_stays_as_it_is(db: Connection, now: datetime, status: DeliveryStatus) -> None:
    key = told(db, Happening.REMINDED, status, now=now)

    assert let_lapse(db, Subject.MEETING, MEETING, [Happening.REMINDED], now=now) == 0

    assert status_of(db, key) is status


def test_other_happenings_and_other_numbers_that_begin_alike_stay(db: Connection, now: datetime) -> None:
    lines = [told(db, Happening.REMINDED, S.HELD, now=now)]
    others = [told(db, Happening.MINUTED, S.HELD, now=now) for _ in range(12)]  # 1 and 12 begin alike

    assert let_lapse(db, Subject.MEETING, MEETING, [Happening.REMINDED], now=now) == 1

    assert {status_of(db, key) for key in lines} == {S.CANCELLED}
    assert {status_of(db, key) for key in others} == {S.HELD}


def test_where_nothing_was_told_nothing_lapses(db: Connection, now: datetime) -> None:
    assert let_lapse(db, Subject.MEETING, MEETING, [Happening.REMINDED], now=now) == 0
