"""Broadcasts to residents one-to-one: the month they count in, how long they take, stopped and sent again."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from bot.channels.errors import TryAgain
from bot.delivery import QuietHours
from bot.delivery.phases import Desk, Passed, Taken, settle, take
from handlers.broadcasts import confirming, stopping
from handlers.broadcasts.mass_results import note_mass_result
from handlers.messages import IncomingMessage, MessageKind
from storage.engine import Database
from storage.models.broadcasts import BroadcastStatus, Way, broadcast_recipients, broadcasts
from storage.models.outbox import Channel, DeliveryStatus, outbox
from tests.bot.delivery.fake_channel import FakeChannel
from tests.handlers.broadcasts.crowd import RULES, begun, crowd, had_mass_sends, previewed
from tests.handlers.cases.scene import named, settle_in


@pytest.fixture
def db_(database: Database, now: datetime) -> Database:
    database.write_now(settle_in, now=now)
    return database


def mass_sends(db: Connection, person_id: int) -> int:
    table = broadcast_recipients.c
    mine = select(func.count()).where(table.person_id == person_id, table.way == Way.MASS)
    return int(db.execute(mine).scalar_one())


def test_a_mass_send_counts_in_the_month_in_which_it_starts(db_: Database) -> None:
    late = datetime(2026, 1, 31, 13, 58, tzinfo=UTC)  # 21:58 of the last day in Shanghai

    def story(db: Connection) -> int:
        first, *_ = crowd(db, 125, now=late)
        had_mass_sends(db, [first], 4, at=late - timedelta(days=20))
        begun(db, now=late)
        return mass_sends(db, first)

    assert db_.write_now(story) == 4


def test_a_mass_send_takes_one_turn_however_many_read_it(db_: Database, now: datetime) -> None:
    def story(db: Connection) -> int:
        crowd(db, 300, now=now)
        return len(previewed(db, now=now).plan.turns)

    assert db_.write_now(story) == 1


def test_the_code_is_answered_before_the_messages_are_made(db_: Database, now: datetime) -> None:
    def story(db: Connection) -> tuple[BroadcastStatus, int]:
        crowd(db, 3, now=now)
        number = previewed(db, now=now).broadcast.id
        made = confirming.confirm_broadcast(db, named(db, "李强"), number, "1234", now=now, rules=RULES)
        assert made.starts_at == now
        return made.status, db.execute(select(func.count()).select_from(outbox)).scalar_one()

    assert db_.write_now(story) == (BroadcastStatus.SCHEDULED, 0)


def test_an_attempt_that_fails_after_the_stop_is_not_made_again(db_: Database, now: datetime) -> None:
    desk = Desk({"mass_send": FakeChannel(Channel.MASS_SEND)}, QuietHours(time(0), time(0)))

    def story(db: Connection) -> object:
        crowd(db, 3, now=now)
        begun(db, now=now)
        taken = take(db, desk, now=now, pauses={})
        assert isinstance(taken, Taken)
        stopping.stop_broadcast(db, named(db, "李强"), 1, now=now, rules=RULES)
        settle(db, taken, TryAgain("平台繁忙"), desk=desk, now=now, chance=0.5)
        return take(db, desk, now=now + timedelta(minutes=1), pauses={})

    again = db_.write_now(story)

    assert again is None or isinstance(again, Passed)
    assert db_.read_now(lambda db: db.execute(select(outbox.c.status)).scalar_one()) in (
        DeliveryStatus.CANCELLED,
    )


def failed_job(now: datetime) -> IncomingMessage:
    payload = {"event": "MASSSENDJOBFINISH", "sent_message_id": "77", "status": "err(10001)"}
    return IncomingMessage(
        channel=Channel.OFFICIAL_ACCOUNT,
        account="main",
        key="job:77",
        sender="oHelper",
        kind=MessageKind.SILENT,
        sent_at=now,
        payload=payload,
    )


def mass_send_failed(db: Connection, *, now: datetime) -> None:
    """It was handed in and done; minutes later the platform reports that it sent nothing."""
    crowd(db, 3, now=now)
    number = begun(db, now=now)
    sent = {"status": DeliveryStatus.SENT, "platform_id": "77", "finished_at": now}
    db.execute(update(outbox).values(sent))
    done = {"status": BroadcastStatus.DONE, "finished_at": now}
    db.execute(update(broadcasts).where(broadcasts.c.id == number).values(done))
    assert note_mass_result(db, failed_job(now), now=now)


def clientmsgid(db: Connection) -> str:
    sends = select(outbox.c.body).where(outbox.c.broadcast_id.is_not(None))
    return str(db.execute(sends).scalar_one()["clientmsgid"])


def test_a_failed_mass_send_sent_again_is_a_new_one_to_the_platform(db_: Database, now: datetime) -> None:
    def story(db: Connection) -> tuple[str, str]:
        mass_send_failed(db, now=now)
        before = clientmsgid(db)
        stopping.resend_broadcast(db, named(db, "李强"), 1, with_uncertain=False, now=now)
        return before, clientmsgid(db)

    before, after = db_.write_now(story)

    assert after != before
    assert len(after) <= 64


def test_one_that_was_refused_before_the_platform_took_it_keeps_its_name(
    db_: Database, now: datetime
) -> None:
    def story(db: Connection) -> tuple[str, str]:
        crowd(db, 3, now=now)
        begun(db, now=now)
        db.execute(update(outbox).values(status=DeliveryStatus.DEAD, finished_at=now))
        before = clientmsgid(db)
        stopping.resend_broadcast(db, named(db, "李强"), 1, with_uncertain=False, now=now)
        return before, clientmsgid(db)

    before, after = db_.write_now(story)

    assert after == before


def test_the_desk_reads_once_of_what_failed_after_it_was_done(db_: Database, now: datetime) -> None:
    def story(db: Connection) -> list[str]:
        mass_send_failed(db, now=now)
        note_mass_result(db, failed_job(now), now=now)
        told = select(outbox.c.body).where(outbox.c.key.like("broadcast:%:failed:%"))
        return [each["text"] for each in db.execute(told).scalars()]

    [text] = db_.write_now(story)

    assert "群发 1（全部居民）有没送达的：公众号群发没有成功" in text
    assert "重发群发 1" in text
