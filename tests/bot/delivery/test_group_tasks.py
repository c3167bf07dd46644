"""Tasks for residents' groups: found again when their answer was lost, owners reminded, called back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.phases import Taken, take
from bot.delivery.reminding import reminder_at
from handlers.residents_groups.shares import GroupLimit
from storage import outbox
from storage.engine import Database
from storage.gathering import Recall, hand_over
from storage.models.outbox import DeliveryStatus, Priority
from tests.bot.channels.rows import make_message
from tests.bot.delivery.contact import ADD, BUSY, CANCEL, LIST, LOST, NEVER_CAME, REMIND, RESULT, Contact
from tests.bot.delivery.tasks_office import CHAT, TasksOffice, steps_of
from tests.bot.watch import Watch
from tests.conftest import KEY

S = DeliveryStatus


@pytest.fixture
def tasks(sqlite_url: str, now: datetime) -> Iterator[TasksOffice]:
    """Friday the 20th of November, 10:00, nothing sent yet."""
    database, watch = Database(sqlite_url, encryption_key=KEY), Watch(now)
    contact = Contact(watch)
    yield TasksOffice(database, contact, watch, steps_of(database, contact, watch))
    database.close()


# ------------------------------------------------------------------ in doubt


async def test_a_task_whose_answer_was_lost_is_found_again(tasks: TasksOffice) -> None:
    tasks.contact.trouble(ADD, LOST)
    tasks.post("a")
    await tasks.work()
    assert (tasks.status("a"), tasks.message("a").attempted_at) == (S.WAITING, tasks.watch())

    tasks.watch.move(seconds=61)
    await tasks.work()

    [task] = tasks.contact.tasks.all()
    assert (tasks.status("a"), tasks.message("a").platform_id) == (S.AWAITING_OWNER, task.msgid)
    assert tasks.message("a").is_doubtful is False


async def test_a_task_the_platform_never_made_is_made_again(tasks: TasksOffice) -> None:
    tasks.contact.trouble(ADD, NEVER_CAME)
    tasks.post("a")
    await tasks.work()
    tasks.watch.move(seconds=59)
    await tasks.work()
    assert len(tasks.contact.called(ADD)) == 1

    tasks.watch.move(seconds=2)
    await tasks.work()

    assert (tasks.status("a"), len(tasks.contact.tasks.all())) == (S.AWAITING_OWNER, 1)
    assert len(tasks.contact.called(ADD)) == 2


@pytest.mark.parametrize("is_made", [True, False])
async def test_an_attempt_a_crash_cut_short_is_settled_by_asking(tasks: TasksOffice, is_made: bool) -> None:
    tasks.post("a")
    taken = tasks.database.write_now(take, tasks.steps.desk, now=tasks.watch(), pauses={})
    assert isinstance(taken, Taken)
    if is_made:
        await tasks.steps.desk.transports[taken.destination.channel].send(taken.destination, taken.message)
    tasks.die()

    await tasks.work()
    assert tasks.status("a") is S.WAITING
    tasks.watch.move(seconds=61)
    await tasks.work()

    assert (tasks.status("a"), len(tasks.contact.tasks.all())) == (S.AWAITING_OWNER, 1)


async def test_the_same_words_sent_before_are_not_taken_for_the_lost_task(tasks: TasksOffice) -> None:
    tasks.post("before", text="明天停水")
    tasks.post("elsewhere", text="明天停水", to="wrMingyuan")
    await tasks.work()
    tasks.contact.trouble(ADD, NEVER_CAME)
    tasks.post("a", text="明天停水")
    await tasks.work()
    tasks.watch.move(seconds=61)

    await tasks.work()

    assert len(tasks.contact.tasks.all()) == 3
    assert len({tasks.message(key).platform_id for key in ("before", "elsewhere", "a")}) == 3


async def test_nothing_overtakes_a_task_in_doubt_but_an_emergency(tasks: TasksOffice) -> None:
    tasks.contact.trouble(ADD, LOST)
    tasks.post("a")
    tasks.post("b")
    await tasks.work()
    tasks.post("fire", priority=Priority.EMERGENCY)
    await tasks.work()
    assert tasks.statuses("a", "b", "fire") == [S.WAITING, S.WAITING, S.AWAITING_OWNER]

    tasks.watch.move(seconds=61)
    await tasks.work()

    assert tasks.contact.texts() == ["通知：a", "通知：fire", "通知：b"]


async def test_what_cannot_be_known_is_uncertain_and_not_made_again(tasks: TasksOffice) -> None:
    tasks.contact.trouble(ADD, LOST)
    tasks.contact.trouble(LIST, *[BUSY] * 1000)
    tasks.post("a")

    for _ in range(62):
        await tasks.work()
        tasks.watch.move(minutes=1)

    assert (tasks.status("a"), len(tasks.contact.called(ADD))) == (S.UNCERTAIN, 1)


async def test_a_search_that_fails_is_made_again(tasks: TasksOffice) -> None:
    tasks.contact.trouble(ADD, LOST)
    tasks.contact.trouble(LIST, BUSY, LOST)
    tasks.post("a")

    for _ in range(4):
        await tasks.work()
        tasks.watch.move(seconds=61)

    assert (tasks.status("a"), len(tasks.contact.tasks.all())) == (S.AWAITING_OWNER, 1)


# ------------------------------------------------------------------ reminded


async def test_the_owner_is_reminded_three_times_and_then_no_more(tasks: TasksOffice) -> None:
    tasks.post("a")
    await tasks.work()
    made, reminded = tasks.watch(), list[timedelta]()

    for _ in range(6 * 24 * 4):
        tasks.watch.move(minutes=15)
        before = len(tasks.contact.called(REMIND))
        await tasks.work()
        reminded += [tasks.watch() - made] * (len(tasks.contact.called(REMIND)) - before)

    assert reminded == [timedelta(hours=2), timedelta(hours=24), timedelta(hours=48)]
    assert len(tasks.message("a").reminders) == 3


async def test_a_reminder_that_fails_is_no_drama(tasks: TasksOffice) -> None:
    tasks.contact.trouble(REMIND, LOST)
    tasks.post("a")
    await tasks.work()

    tasks.watch.move(hours=2)
    await tasks.work()

    assert (tasks.status("a"), len(tasks.message("a").reminders)) == (S.AWAITING_OWNER, 1)
    assert len(tasks.contact.called(REMIND)) == 1


@pytest.mark.parametrize(
    ("made", "reminded", "priority", "expected"),
    [
        ("11-20 10:00", [], Priority.NOTICE, "11-20 12:00"),
        ("11-20 19:00", [], Priority.NOTICE, "11-21 08:00"),
        ("11-20 05:00", [], Priority.NOTICE, "11-20 08:00"),
        ("11-20 10:00", ["11-21 09:30"], Priority.NOTICE, "11-21 11:30"),
        ("11-20 10:00", ["11-20 12:00", "11-21 10:00"], Priority.BROADCAST, "11-22 10:00"),
        ("11-20 10:00", ["11-20 12:00", "11-21 10:00", "11-22 10:00"], Priority.NOTICE, None),
        ("11-20 23:00", [], Priority.EMERGENCY, "11-20 23:10"),
        ("11-20 23:00", ["11-20 23:10"], Priority.EMERGENCY, "11-20 23:30"),
        ("11-20 23:00", ["11-20 23:55"], Priority.EMERGENCY, "11-21 00:05"),
    ],
)
def test_owners_are_reminded_by_day_but_of_emergencies_at_once(
    made: str, reminded: list[str], priority: Priority, expected: str | None
) -> None:
    message = make_message(
        made_at=local(made), reminders=[local(each).timestamp() for each in reminded], priority=int(priority)
    )

    assert reminder_at(message) == (local(expected) if expected else None)


def local(text: str) -> datetime:
    """A moment of 2026 in Shanghai, where it is eight hours later."""
    return datetime.strptime(f"2026-{text} +0800", "%Y-%m-%d %H:%M %z").astimezone(UTC)


# ------------------------------------------------------------------ called back


async def test_what_was_not_begun_is_never_sent(tasks: TasksOffice) -> None:
    tasks.post("a", at=tasks.watch() + timedelta(hours=1))

    assert tasks.cancel("a") is Recall.STOPPED
    tasks.watch.move(hours=2)
    await tasks.work()

    assert (tasks.status("a"), tasks.contact.calls) == (S.CANCELLED, [])


async def test_a_task_nobody_confirmed_is_called_back(tasks: TasksOffice) -> None:
    tasks.post("a")
    await tasks.work()

    assert tasks.cancel("a") is Recall.ASKED
    await tasks.work()

    assert (tasks.status("a"), tasks.contact.waiting()) == (S.CANCELLED, [])
    assert tasks.cancel("a") is Recall.OVER


async def test_a_tap_that_came_first_stands(tasks: TasksOffice) -> None:
    tasks.post("a")
    await tasks.work()
    tasks.contact.tap(tasks.contact.waiting()[0])

    assert tasks.cancel("a") is Recall.ASKED
    await tasks.work()

    assert tasks.status("a") is S.SENT


async def test_calling_back_goes_on_until_the_platform_has_heard_of_it(tasks: TasksOffice) -> None:
    tasks.post("a")
    await tasks.work()
    tasks.contact.trouble(CANCEL, BUSY, LOST)
    tasks.cancel("a")

    for _ in range(4):
        await tasks.work()
        tasks.watch.move(seconds=61)

    assert (tasks.status("a"), tasks.contact.waiting()) == (S.CANCELLED, [])


async def test_a_task_in_doubt_is_called_back_once_it_is_found(tasks: TasksOffice) -> None:
    tasks.contact.trouble(ADD, LOST)
    tasks.post("a")
    await tasks.work()

    assert tasks.cancel("a") is Recall.ASKED
    tasks.watch.move(seconds=61)
    await tasks.work()
    tasks.watch.move(seconds=6)
    await tasks.work()

    assert (tasks.status("a"), tasks.contact.waiting()) == (S.CANCELLED, [])


async def test_a_task_of_an_owner_before_is_called_back_and_made_anew(tasks: TasksOffice) -> None:
    tasks.post("a")
    await tasks.work()

    before = tasks.message("a").platform_id
    moved = tasks.database.write_now(hand_over, CHAT, owner="liqiang", now=tasks.watch())
    unmoved = tasks.database.write_now(hand_over, "wrOther", owner="liqiang", now=tasks.watch())
    await tasks.work()

    assert (moved, unmoved) == (1, 0)
    message = tasks.message("a")
    assert message.status is S.AWAITING_OWNER
    assert message.platform_id != before
    assert "moved" not in message.body
    assert tasks.contact.texts() == ["通知：a"]  # the one before is gone, this one waits


async def test_an_owner_who_never_taps_can_do_so_no_more(tasks: TasksOffice) -> None:
    tasks.post("a")
    await tasks.work()

    tasks.watch.move(days=7, hours=2)
    await tasks.work()

    assert (tasks.status("a"), tasks.message("a").error) == (S.DEAD, "群主7天没有确认")
    assert tasks.contact.waiting() == []


async def test_an_operator_who_cancels_it_on_the_platform_leaves_it_dead(tasks: TasksOffice) -> None:
    tasks.post("a")
    await tasks.work()
    tasks.contact.tasks.cancel(tasks.contact.waiting()[0])

    tasks.watch.move(minutes=5)
    await tasks.work()

    assert tasks.status("a") is S.DEAD


# ------------------------------------------------------------------ the group's share


async def test_while_much_is_left_everything_goes_by_itself(tasks: TasksOffice) -> None:
    for key in "abc":
        tasks.post(key)

    await tasks.work()

    assert tasks.contact.texts() == ["通知：a", "通知：b", "通知：c"]


async def test_with_as_few_left_as_days_one_goes_a_day_and_carries_the_others(tasks: TasksOffice) -> None:
    await tasks.spend(20)  # the 21st: 10 left, 10 days
    tasks.post("a")
    await tasks.work()
    tasks.post("b")
    tasks.post("c", priority=Priority.BROADCAST)
    await tasks.work()
    tasks.watch.move(hours=21, minutes=59)  # 7:59 on the 22nd
    await tasks.work()
    assert tasks.statuses("a", "b", "c") == [S.AWAITING_OWNER, S.WAITING, S.WAITING]

    tasks.watch.move(minutes=1)
    await tasks.work()

    assert tasks.contact.texts() == ["通知：a", "1. 通知：b\n\n2. 通知：c"]
    assert tasks.statuses("b", "c") == [S.AWAITING_OWNER, S.GATHERED]
    assert tasks.message("c").gathered_into_id == tasks.message("b").id


async def test_three_are_kept_for_emergencies(tasks: TasksOffice) -> None:
    await tasks.spend(27)
    tasks.post("notice")
    tasks.post("fire", priority=Priority.EMERGENCY)
    await tasks.work()
    assert tasks.statuses("notice", "fire") == [S.WAITING, S.AWAITING_OWNER]

    tasks.watch.time = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)  # 7:59 on the first of December
    await tasks.work()
    assert tasks.status("notice") is S.WAITING
    tasks.watch.move(minutes=1)
    await tasks.work()
    assert tasks.status("notice") is S.AWAITING_OWNER


async def test_an_emergency_with_nothing_left_is_dead_and_says_why(tasks: TasksOffice) -> None:
    await tasks.spend(30)
    tasks.post("fire", priority=Priority.EMERGENCY)

    await tasks.work()

    assert (tasks.status("fire"), "用完" in tasks.message("fire").error) == (S.DEAD, True)
    assert len(tasks.contact.called(ADD)) == 30


async def test_what_the_platform_would_not_send_is_made_again_next_month(tasks: TasksOffice) -> None:
    tasks.post("a")
    tasks.post("fire", priority=Priority.EMERGENCY)
    await tasks.work()
    tasks.contact.tasks.period = "day"
    others = tasks.contact.tasks.add(
        "liqiang", "别的应用发的", ["wrFengqiao"], attachments=[], now=tasks.watch()
    )
    assert tasks.contact.tap(others)
    assert not any(tasks.contact.tap(task) for task in tasks.contact.waiting())

    tasks.watch.move(seconds=6)
    await tasks.work()
    assert tasks.statuses("a", "fire") == [S.WAITING, S.DEAD]
    assert tasks.message("a").next_at == datetime(2026, 12, 1, tzinfo=UTC)

    tasks.watch.time = datetime(2026, 12, 1, tzinfo=UTC)
    await tasks.work()
    assert (tasks.status("a"), tasks.contact.texts()) == (S.AWAITING_OWNER, ["通知：a"])


@pytest.mark.parametrize("limit", [GroupLimit.WEEK, GroupLimit.DAY])
async def test_the_administrator_may_have_set_another_share(tasks: TasksOffice, limit: GroupLimit) -> None:
    tasks.steps = steps_of(tasks.database, tasks.contact, tasks.watch, limit=limit)
    tasks.contact.tasks.period = limit.value
    read = 0
    for day in range(21):
        tasks.post(f"a{day}")
        tasks.post(f"b{day}")
        await tasks.work()
        read += sum(tasks.contact.tap(task) for task in tasks.contact.waiting())
        tasks.watch.move(days=1)
        await tasks.work()

    statuses = [task.status["wrFengqiao"] for task in tasks.contact.tasks.all()]
    assert (3 in statuses, statuses.count(1)) == (False, read)
    assert read >= 18


# ------------------------------------------------------------------ carried by another


async def tight(tasks: TasksOffice, *keys: str) -> None:
    """These go in one task, now."""
    await tasks.spend(20)
    for key in keys:
        tasks.post(key)
    await tasks.work()


async def test_the_first_of_a_day_carries_what_came_with_it(tasks: TasksOffice) -> None:
    await tight(tasks, "a", "b", "c")

    assert tasks.contact.texts() == ["1. 通知：a\n\n2. 通知：b\n\n3. 通知：c"]


async def test_what_does_not_fit_whole_waits_on(tasks: TasksOffice) -> None:
    await tasks.spend(20)
    for key in "abc":
        tasks.post(key, text=key * 1900)

    await tasks.work()
    assert tasks.statuses("a", "b", "c") == [S.AWAITING_OWNER, S.GATHERED, S.WAITING]
    tasks.watch.move(days=1)
    await tasks.work()

    assert tasks.contact.texts()[1] == "c" * 1900


async def test_calling_back_one_sends_the_others_anew(tasks: TasksOffice) -> None:
    await tight(tasks, "a", "b", "c")

    assert tasks.cancel("b") is Recall.ASKED
    for _ in range(3):
        await tasks.work()
        tasks.watch.move(days=1)

    assert tasks.contact.texts() == ["1. 通知：a\n\n2. 通知：c"]
    assert tasks.statuses("a", "b", "c") == [S.AWAITING_OWNER, S.CANCELLED, S.GATHERED]


async def test_calling_back_the_one_that_carries_leaves_the_others(tasks: TasksOffice) -> None:
    await tight(tasks, "a", "b", "c")

    assert tasks.cancel("a") is Recall.ASKED
    for _ in range(3):
        await tasks.work()
        tasks.watch.move(days=1)

    assert tasks.contact.texts() == ["1. 通知：b\n\n2. 通知：c"]
    assert tasks.statuses("a", "b", "c") == [S.CANCELLED, S.AWAITING_OWNER, S.GATHERED]


async def test_what_is_sent_anew_goes_in_one_task_at_once_with_the_one_that_carried_it(
    tasks: TasksOffice,
) -> None:
    await tight(tasks, "a", "b", "c")
    tasks.watch.move(minutes=30)  # by now the carrier is to be looked at only later

    assert tasks.cancel("b") is Recall.ASKED
    await tasks.work()

    assert tasks.contact.texts() == ["1. 通知：a\n\n2. 通知：c"]
    assert tasks.statuses("a", "b", "c") == [S.AWAITING_OWNER, S.CANCELLED, S.GATHERED]


async def test_what_is_called_back_between_two_tries_is_left_out(tasks: TasksOffice) -> None:
    tasks.contact.trouble(ADD, *[""] * 20, BUSY)
    await tight(tasks, "a", "b", "c")
    assert tasks.statuses("a", "b") == [S.WAITING, S.GATHERED]

    assert tasks.cancel("b") is Recall.STOPPED
    tasks.watch.move(seconds=7)
    await tasks.work()

    assert tasks.contact.texts() == ["1. 通知：a\n\n2. 通知：c"]
    assert tasks.statuses("a", "b", "c") == [S.AWAITING_OWNER, S.CANCELLED, S.GATHERED]


async def test_what_failed_together_is_sent_again_together(tasks: TasksOffice) -> None:
    await tight(tasks, "a", "b")
    tasks.watch.move(days=7, hours=2)
    await tasks.work()
    assert tasks.statuses("a", "b") == [S.DEAD, S.GATHERED]

    tasks.database.write_now(outbox.send_again, tasks.message("a").id, now=tasks.watch())
    await tasks.work()

    assert tasks.contact.texts() == ["1. 通知：a\n\n2. 通知：b"]


async def test_a_lost_task_of_several_is_found_by_all_its_words(tasks: TasksOffice) -> None:
    tasks.contact.trouble(ADD, *[""] * 20, LOST)
    await tight(tasks, "a", "b")
    tasks.post("c")  # may not be added to words that may be on the phone already
    tasks.watch.move(seconds=61)

    await tasks.work()

    assert tasks.contact.texts() == ["1. 通知：a\n\n2. 通知：b"]
    assert tasks.statuses("a", "b", "c") == [S.AWAITING_OWNER, S.GATHERED, S.WAITING]


def test_the_verbs_are_those_of_the_platform() -> None:
    assert {ADD, CANCEL, LIST, REMIND, RESULT} == {
        "add_msg_template",
        "cancel_groupmsg_send",
        "get_groupmsg_list_v2",
        "remind_groupmsg_send",
        "get_groupmsg_send_result",
    }
