"""What happens when a step breaks in between, and to tasks that wait for their owner."""

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.channels.errors import AnswerLost, Refused, TryAgain
from bot.channels.transport import Sent
from bot.delivery import Deliveries, steps
from bot.delivery.phases import settle
from storage import deliveries
from storage.models.outbox import Channel, DeliveryStatus, Priority
from tests.bot.delivery.conftest import NEVER, Office
from tests.bot.delivery.fake_channel import FakeChannel
from tests.bot.watch import Watch

S = DeliveryStatus


async def crash_while_sending(office: Office) -> None:
    """The process dies after the attempt was counted and before the outcome was recorded."""
    office.channel.gate = asyncio.Event()
    step = asyncio.create_task(office.steps.deliver_one())
    await office.channel.is_sending.wait()
    step.cancel()
    await asyncio.gather(step, return_exceptions=True)
    office.channel.gate = None


async def test_after_a_crash_the_message_is_nobody_s_until_the_lease_ends(office: Office) -> None:
    office.post("one")
    await crash_while_sending(office)

    assert await office.again().deliver_one() is False
    office.expire_leases()
    assert await office.again().deliver_one() is True

    row = office.message("one")
    assert (row.status, row.attempts, row.is_doubtful) == (S.SENT, 2, True)


async def test_what_must_not_be_repeated_is_uncertain_after_a_crash(office: Office) -> None:
    office.channel.repeats_interrupted = False  # type: ignore[misc]
    office.post("task")
    office.post("next")
    await crash_while_sending(office)
    office.expire_leases()

    await office.deliver_all()

    assert office.message("task").status is S.UNCERTAIN
    assert office.channel.keys() == ["task", "next"]


async def test_a_message_that_kills_its_process_every_time_is_given_up(office: Office) -> None:
    office.post("poison")
    for _ in range(12):
        office.channel.is_sending.clear()
        await crash_while_sending(office)
        office.expire_leases()

    await office.deliver_all()

    assert (office.message("poison").status, len(office.channel.sent)) == (S.DEAD, 12)


async def test_a_sender_that_lost_its_lease_overwrites_nothing(office: Office) -> None:
    office.channel.gate = asyncio.Event()
    office.channel.answers += [TryAgain("too late"), Sent()]
    office.post("one")
    slow = asyncio.create_task(office.steps.deliver_one())
    await office.channel.is_sending.wait()
    office.expire_leases()
    gate, office.channel.gate = office.channel.gate, None
    office.channel.answers.rotate(1)
    office.watch.move(seconds=61)
    await office.again().deliver_one()

    gate.set()
    await slow

    row = office.message("one")
    assert (row.status, row.error, row.attempts) == (S.SENT, "", 2)
    assert office.place().claimed_until is None


@pytest.mark.parametrize("repeats_lost", [False, True])
async def test_a_bug_in_a_channel_leaves_its_message_uncertain_and_the_others_alone(
    office: Office, repeats_lost: bool
) -> None:
    office.channel.repeats_lost = repeats_lost  # type: ignore[misc]
    office.channel.answers += [KeyError("bug")]
    office.post("one")
    office.post("two")

    await office.deliver_all()

    assert [office.message(key).status for key in ("one", "two")] == [S.UNCERTAIN, S.SENT]


async def test_a_row_that_cannot_be_read_does_not_stop_the_others(office: Office) -> None:
    office.post("broken", to="a", priority=Priority.EMERGENCY)
    office.post("sound", to="b")
    spoil = text("UPDATE outbox SET body = 'no json' WHERE key = 'broken'")
    office.database.write_now(lambda db: db.execute(spoil))

    await office.deliver_all()

    assert office.channel.keys() == ["sound"]
    assert office.place("a").ready_at == office.watch() + timedelta(minutes=5)


async def test_a_row_whose_statement_always_fails_does_not_stop_the_others(office: Office) -> None:
    """SQLite calls it operational, as if the database had failed."""
    office.post("broken", to="a", priority=Priority.EMERGENCY)
    office.post("sound", to="b")
    fail = "BEFORE UPDATE ON outbox WHEN OLD.key = 'broken' BEGIN SELECT json('{'); END"
    office.database.write_now(lambda db: db.execute(text(f"CREATE TRIGGER bug {fail}")))

    await office.deliver_all()

    assert office.channel.keys() == ["sound"]
    assert office.message("broken").attempts == 0
    assert office.place("a").ready_at == office.watch() + timedelta(minutes=5)


async def test_a_database_that_fails_is_no_fault_of_the_row(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = sqlite3.OperationalError("disk I/O error")
    failure.sqlite_errorcode = sqlite3.SQLITE_IOERR
    office.post("one")

    def fail(*_args: object, **_options: object) -> None:
        raise OperationalError("", {}, failure)

    with monkeypatch.context() as broken:
        broken.setattr(deliveries, "start_attempt", fail)  # no real database fails on demand
        with pytest.raises(OperationalError):
            await office.steps.deliver_one()

    await office.deliver_all()  # it was not set aside
    assert office.message("one").status is S.SENT


async def test_an_outcome_the_database_refuses_at_first_is_recorded_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: Iterator[int] = iter(range(2))

    def settle_at_third(*args: object, **kwargs: object) -> object:
        if next(failures, None) is not None:
            raise OperationalError("", {}, Exception("disk I/O error"))
        return settle(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(steps, "settle", settle_at_third)  # no real database fails on demand
    monkeypatch.setattr(steps, "RECORD_AGAIN", (0, 0, 0))
    office.post("one")

    await office.steps.deliver_one()

    assert (office.message("one").status, len(office.channel.sent)) == (S.SENT, 1)


async def test_channels_this_process_cannot_serve_are_left_alone(office: Office, watch: Watch) -> None:
    office.post("one")
    other = FakeChannel(Channel.WECOM_ROBOT)

    mine = Deliveries(office.database, (other,), now=watch, quiet_hours=NEVER)

    assert await mine.deliver_one() is False


# ------------------------------------------------------------------ tasks that wait for their owner


async def posted_task(office: Office) -> None:
    office.channel.answers += [Sent(S.AWAITING_OWNER, "msg1")]
    office.post("task")
    await office.deliver_all()


@pytest.mark.parametrize(
    ("look", "status", "error"),
    [
        (Sent(), S.SENT, ""),
        (Refused("已达上限"), S.DEAD, "已达上限"),
        (None, S.AWAITING_OWNER, ""),
        (TryAgain(), S.AWAITING_OWNER, ""),
        (AnswerLost(), S.AWAITING_OWNER, ""),
    ],
)
async def test_the_owner_s_tap_settles_the_task(
    office: Office, look: Sent | Exception | None, status: DeliveryStatus, error: str
) -> None:
    await posted_task(office)
    assert (office.message("task").status, office.message("task").platform_id) == (S.AWAITING_OWNER, "msg1")
    assert await office.steps.follow_up_one() is False
    office.channel.looks += [look]

    office.watch.move(seconds=5)
    assert await office.steps.follow_up_one() is True

    assert (office.message("task").status, office.message("task").error) == (status, error)
    assert await office.steps.follow_up_one() is False


async def test_an_owner_who_never_taps_leaves_a_dead_task(office: Office) -> None:
    await posted_task(office)

    office.watch.move(days=7, seconds=1)
    await office.steps.follow_up_one()

    assert (office.message("task").status, office.message("task").error) == (S.DEAD, "群主7天没有确认")


async def test_two_processes_ask_about_a_task_once(office: Office) -> None:
    await posted_task(office)
    office.watch.move(seconds=5)

    asked = await asyncio.gather(office.steps.follow_up_one(), office.again().follow_up_one())

    assert sorted(asked) == [False, True]
