"""Who writes very fast is answered more slowly; nothing is lost, nothing happens twice."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from bot.app import DISPATCHER
from storage import bursts
from storage.models.conversations import receipts
from storage.models.outbox import outbox
from tests.conversations.conftest import HE, LI, QIANG, Town, running_town

AT_ONCE = bursts.LIMIT
MORE = 4


def waiting(db: Connection) -> int:
    query = select(func.count()).select_from(receipts).where(receipts.c.deferred_until.is_not(None))
    return db.execute(query).scalar_one()


def answers_of_waited(db: Connection) -> list[str]:
    query = select(outbox.c.body).where(outbox.c.key.like("answer:%:-1")).order_by(outbox.c.id)
    return [body["text"] for body in db.execute(query).scalars()]


def report(number: int) -> str:
    return f"枫桥苑{number}号楼电梯坏了，上不去"


async def burst(town: Town, more: int = MORE) -> list[str]:
    """Everything a resident in a hurry reads at once."""
    return [await town.say(LI, report(number)) for number in range(1, AT_ONCE + more + 1)]


async def handled_later(town: Town) -> None:
    """Time passes until nothing waits any more."""
    for _ in range(2 * MORE):
        await town.move(bursts.PACE)
        await town.app[DISPATCHER].handle_waiting()


async def buildings(town: Town) -> list[str | None]:
    return [case.building for case in await town.cases()]


async def test_the_twenty_first_message_waits_and_is_told_so_once(town: Town) -> None:
    replies = await burst(town)

    assert all("已登记" in text for text in replies[:AT_ONCE])
    assert replies[AT_ONCE] == "您发得有点快，都收到了，我按顺序慢慢办。"
    assert replies[AT_ONCE + 1 :] == [""] * (MORE - 1)
    assert await town.database.read(waiting) == MORE
    assert len(await town.cases()) == AT_ONCE


async def test_what_waited_is_handled_in_order_and_answered(town: Town) -> None:
    await burst(town)

    await handled_later(town)

    assert await buildings(town) == [str(number) for number in range(1, AT_ONCE + MORE + 1)]
    answers = await town.database.read(answers_of_waited)
    assert len(answers) == MORE
    assert all(f"枫桥苑{AT_ONCE + 1 + index}号楼" in text for index, text in enumerate(answers))
    assert await town.database.read(waiting) == 0
    assert "2026-0001" in await town.say(LI, "查 1")  # no longer slowed down


async def test_of_one_person_one_message_a_quarter_minute(town: Town) -> None:
    await burst(town)

    await town.move(bursts.PACE * 3)
    await town.app[DISPATCHER].handle_waiting()
    await town.app[DISPATCHER].handle_waiting()

    assert len(await town.cases()) == AT_ONCE + 1


async def test_a_message_after_the_burst_stays_behind_those_that_wait(town: Town) -> None:
    await burst(town, more=2)
    await town.move(timedelta(seconds=5))

    await town.say(LI, report(39))
    await handled_later(town)

    assert (await buildings(town))[-3:] == ["21", "22", "39"]


async def test_an_emergency_never_waits(town: Town) -> None:
    await burst(town)

    answer = await town.say(LI, "枫桥苑12号楼楼道里有很浓的煤气味")

    assert "119" in answer


async def test_another_resident_is_not_slowed_down(town: Town) -> None:
    await burst(town)

    assert "已登记" in await town.say(HE, "明园小区3号楼电梯坏了，上不去")


async def test_a_redelivery_of_what_waits_changes_nothing(town: Town) -> None:
    await burst(town, more=1)
    outcome = await town.simulator.say(LI, report(40))

    await town.simulator.redeliver(outcome["message"]["id"])

    assert await town.database.read(waiting) == 2
    await handled_later(town)
    assert len(await town.cases()) == AT_ONCE + 2


async def test_two_processes_handle_what_waited_once(town: Town) -> None:
    await burst(town, more=1)
    [receipt] = await town.database.read(bursts.due_receipts, now=town.clock.now() + bursts.PACE, limit=9)

    now = town.clock.now() + bursts.PACE
    first = await town.database.write(bursts.claim_deferred, receipt, now=now)
    second = await town.database.write(bursts.claim_deferred, receipt, now=now)

    assert (first, second) == (True, False)


async def test_who_writes_slowly_never_waits(town: Town) -> None:
    for number in range(1, AT_ONCE + 4):
        assert "已登记" in await town.say(LI, report(number))
        await town.move(timedelta(seconds=20))


async def test_what_waits_survives_a_restart(tmp_path: Path, town: Town) -> None:
    await burst(town, more=1)
    url = town.database.url.render_as_string(hide_password=False)

    async with running_town(url, tmp_path, town.clock.now() + timedelta(minutes=1)) as again:
        await again.app[DISPATCHER].handle_waiting()

        assert len(await again.cases()) == AT_ONCE + 1


async def test_an_answer_that_waited_calls_nobody(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    await town.say(QIANG, "议 1 明天15:00 居委会会议室", chat=town.groups["晨光社区工作群"])
    for _ in range(AT_ONCE):
        await town.say(LI, "查")
    await town.say(LI, "参加")

    await handled_later(town)

    [answer] = [each for each in await town.database.read(answers_of_waited) if "议事会1" in each]
    assert "请假 议事会1" in answer
    assert "@回音" not in answer
