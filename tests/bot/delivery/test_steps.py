"""One step: claim, send, record; and what happens when it breaks in between."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.channels.errors import AnswerLost, BackOff, OnHold, Refused, TryAgain
from bot.channels.transport import Hold, Quota, Sent, Stop
from bot.delivery import QuietHours
from storage import outbox
from storage.broadcasts import rows
from storage.models.broadcasts import BroadcastStatus
from storage.models.outbox import DeliveryStatus, Priority
from storage.outbox import Posting
from tests.bot.delivery.conftest import Office
from tests.handlers.cases.scene import named, settle_in

S = DeliveryStatus


async def test_nothing_posted_nothing_to_do(office: Office) -> None:
    assert await office.steps.deliver_one() is False


async def test_a_posted_message_is_sent_once(office: Office) -> None:
    office.post("one")
    office.post("one")

    assert await office.deliver_all() == 1
    assert office.channel.sent == [("a", "one")]
    row = office.message("one")
    assert (row.status, row.attempts, row.finished_at, row.attempted_at) == (S.SENT, 1, office.watch(), None)


async def test_the_most_urgent_goes_first_and_order_holds_within_a_priority(office: Office) -> None:
    office.post("b1", priority=Priority.BROADCAST)
    office.post("n1", to="b")
    office.post("n2", to="b")
    office.post("e1", to="c", priority=Priority.EMERGENCY)
    office.post("a1", to="b", priority=Priority.ANSWER)

    await office.deliver_all()

    assert office.channel.keys() == ["e1", "a1", "n1", "n2", "b1"]


async def test_a_message_that_waits_for_its_retry_holds_back_its_like_but_not_the_urgent(
    office: Office,
) -> None:
    office.channel.answers += [TryAgain()]
    office.post("first")
    office.post("second")
    await office.deliver_all()

    office.post("urgent", priority=Priority.ANSWER)
    await office.deliver_all()
    assert office.channel.keys() == ["first", "urgent"]
    office.watch.move(seconds=7)
    await office.deliver_all()
    assert office.channel.keys() == ["first", "urgent", "first", "second"]


async def test_twelve_failures_are_the_end_and_the_next_goes_on(office: Office) -> None:
    office.channel.answers += [TryAgain("平台繁忙（-1）")] * 12
    office.post("doomed")
    office.post("next")

    for _ in range(12):
        await office.deliver_all()
        office.watch.move(minutes=73)

    row = office.message("doomed")
    assert (row.status, row.attempts, row.error) == (S.DEAD, 12, "试了12次：平台繁忙（-1）")
    assert office.message("next").status is S.SENT


@pytest.mark.parametrize(
    ("error", "status"), [(Refused("没有这个用户（46004）"), S.DEAD), (AnswerLost(), S.UNCERTAIN)]
)
async def test_a_final_outcome_is_recorded_and_the_next_goes_on(
    office: Office, error: Exception, status: DeliveryStatus
) -> None:
    office.channel.answers += [error]
    office.post("first")
    office.post("second")

    await office.deliver_all()

    assert (office.message("first").status, office.message("first").error) == (status, str(error))
    assert office.message("second").status is S.SENT


async def test_what_was_uncertain_and_is_sent_again_is_doubtful(office: Office) -> None:
    office.channel.answers += [AnswerLost()]
    office.post("one")
    await office.deliver_all()

    office.database.write_now(outbox.send_again, office.message("one").id, now=office.watch())
    await office.deliver_all()

    row = office.message("one")
    assert (row.status, row.is_doubtful, row.error) == (S.SENT, True, "")


async def test_what_was_lost_is_sent_again_where_the_channel_repeats_it(office: Office) -> None:
    office.channel.repeats_lost = True  # type: ignore[misc]
    office.channel.answers += [AnswerLost(), TryAgain(), Sent()]
    office.post("card")
    office.post("next")

    await office.deliver_all()
    row = office.message("card")
    assert (row.status, row.attempts, row.is_doubtful, row.error) == (S.WAITING, 1, True, str(AnswerLost()))
    for _ in range(2):
        office.watch.move(seconds=13)
        await office.deliver_all()

    row = office.message("card")
    assert (row.status, row.attempts, row.is_doubtful, row.error) == (S.SENT, 3, True, "")
    assert office.channel.keys() == ["card", "card", "card", "next"]
    assert office.message("next").is_doubtful is False


async def test_a_long_message_resumes_at_the_part_that_failed(office: Office) -> None:
    office.channel.answers += [Sent(has_more=True), TryAgain(), Sent(has_more=True), Sent()]
    office.post("long")

    await office.deliver_all()
    assert (office.message("long").parts_sent, office.message("long").attempts) == (1, 1)
    office.watch.move(seconds=7)
    await office.deliver_all()

    assert (office.message("long").status, office.message("long").parts_sent) == (S.SENT, 3)
    assert len(office.channel.sent) == 4


# ------------------------------------------------------------------ quotas


@pytest.fixture
def limited(office: Office) -> Office:
    """A channel that takes three in a rolling minute."""
    office.channel.quotas = (Quota(3, timedelta(minutes=1)),)  # type: ignore[misc]
    return office


async def test_a_quota_is_kept_by_waiting_not_by_being_refused(limited: Office) -> None:
    for number in range(7):
        limited.post(f"m{number}")

    sent = []
    for _ in range(4):
        await limited.deliver_all()
        sent.append(len(limited.channel.sent))
        limited.watch.move(seconds=30)

    assert sent == [3, 3, 6, 6]
    assert all(limited.message(f"m{number}").attempts <= 1 for number in range(7))


async def test_failed_attempts_do_not_use_up_the_quota(limited: Office) -> None:
    limited.channel.answers += [TryAgain()] * 5
    limited.post("one")
    for _ in range(5):
        await limited.deliver_all()
        limited.watch.move(seconds=100)

    assert limited.place().recent == []


async def test_a_back_off_blocks_every_priority_and_is_not_counted(office: Office) -> None:
    office.channel.answers += [BackOff("太频繁", retry_after=timedelta(minutes=1))]
    office.post("one")
    await office.deliver_all()

    office.watch.move(seconds=59)
    office.post("urgent", priority=Priority.EMERGENCY)
    await office.deliver_all()
    assert office.channel.keys() == ["one"]
    assert (office.message("one").attempts, office.message("one").error) == (0, "太频繁")
    office.watch.move(seconds=1)
    await office.deliver_all()
    assert office.channel.keys() == ["one", "urgent", "one"]


async def test_an_account_s_pause_stops_its_other_addresses_without_a_call(office: Office) -> None:
    office.channel.answers += [BackOff(retry_after=timedelta(minutes=5), pauses_account=True)]
    office.post("one", to="a")
    await office.deliver_all()

    office.post("two", to="b")
    await office.deliver_all()
    assert office.channel.keys() == ["one"]
    office.watch.move(minutes=5)
    await office.deliver_all()
    assert sorted(office.channel.keys()) == ["one", "one", "two"]


# ------------------------------------------------------------------ the resident's window


@pytest.mark.parametrize("is_foreseen", [True, False])
async def test_what_is_held_goes_out_when_the_resident_writes(office: Office, is_foreseen: bool) -> None:
    office.channel.quotas = (Quota(5, timedelta(hours=48)),)  # type: ignore[misc]
    if is_foreseen:
        office.channel.permits += [Hold("窗口已关闭"), Hold("窗口已关闭")]
    else:
        office.channel.answers += [OnHold("窗口已关闭"), OnHold("窗口已关闭")]
    office.post("one")
    office.post("two")
    await office.deliver_all()
    assert (office.message("one").status, office.message("one").error) == (S.HELD, "窗口已关闭")
    assert office.place().has_held
    office.channel.sent.clear()
    office.channel.answers.clear()

    office.watch.move(days=3)
    office.database.write_now(outbox.open_window, office.address(), now=office.watch())
    await office.deliver_all()

    assert office.channel.keys() == ["one", "two"]
    assert (office.place().has_held, office.message("two").status) == (False, S.SENT)


async def test_one_knock_tells_of_all_that_is_held(office: Office) -> None:
    office.channel.permits += [Hold("窗口已关闭")] * 3
    for key in ("one", "two", "three"):
        office.post(key)

    await office.deliver_all()

    assert office.channel.knocked == ["a"]


async def test_a_resident_who_writes_while_the_platform_says_no_gets_it_at_once(office: Office) -> None:
    office.channel.gate = asyncio.Event()
    office.channel.answers += [OnHold()]
    office.post("one")
    step = asyncio.create_task(office.steps.deliver_one())
    await office.channel.is_sending.wait()
    office.watch.move(seconds=1)
    await office.database.write(outbox.open_window, office.address(), now=office.watch())

    office.channel.gate.set()
    await step
    await office.deliver_all()

    assert office.channel.keys() == ["one", "one"]
    assert office.message("one").status is S.SENT


async def test_what_can_never_be_sent_is_dead_without_an_attempt(office: Office) -> None:
    office.channel.permits += [Stop("回复地址已过期")]
    office.post("one")

    await office.deliver_all()

    row = office.message("one")
    assert (row.status, row.attempts, row.error, office.channel.sent) == (S.DEAD, 0, "回复地址已过期", [])


# ------------------------------------------------------------------ the night


async def test_at_night_only_emergencies_and_answers_go(office: Office) -> None:
    steps = office.again(quiet_hours=QuietHours())
    office.watch.time = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    for priority in reversed(Priority):
        office.post(priority.name, priority=priority)

    while await steps.deliver_one():
        pass
    assert office.channel.keys() == ["EMERGENCY", "ANSWER"]
    assert office.place().ready_at == datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    office.watch.time = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    while await steps.deliver_one():
        pass
    assert office.channel.keys() == ["EMERGENCY", "ANSWER", "NOTICE", "BROADCAST"]


async def test_an_answer_s_retry_does_not_wait_for_the_morning(office: Office) -> None:
    steps = office.again(quiet_hours=QuietHours())
    office.watch.time = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    office.channel.answers += [TryAgain()]
    office.post("notice")
    office.post("answer", priority=Priority.ANSWER)
    while await steps.deliver_one():
        pass

    office.watch.move(seconds=7)
    while await steps.deliver_one():
        pass

    assert office.channel.keys() == ["answer", "answer"]


async def test_every_broadcast_that_is_held_knocks(office: Office, now: datetime) -> None:
    def broadcast(db: Connection) -> int:
        settle_in(db, now=now)
        values = {"text": "x", "target": "x", "group_ids": [], "code": "", "plan": {}, "created_at": now}
        of = {"community_id": 1, "person_id": named(db, "李强").id, "status": BroadcastStatus.SENDING}
        return rows.add_broadcast(db, values | of | {"number": 1}).id

    number = office.database.write_now(broadcast)
    office.post("case")
    office.channel.answers += [OnHold(), OnHold()]
    await office.deliver_all()
    posting = Posting(
        office.address(), "broadcast", {"text": "x"}, Priority.BROADCAST, 1, broadcast_id=number
    )
    office.database.write_now(outbox.post, [posting], now=office.watch())
    await office.deliver_all()

    assert office.channel.knocked == ["a", "a"]
