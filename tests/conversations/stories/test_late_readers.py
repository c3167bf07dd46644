"""Who reads late reads what still holds: no reminder of a meeting that is over, no call to a closed poll."""

import asyncio
from datetime import timedelta

from bot.demo.stage import Stage, spoken
from bot.demo.stories.people import DESK, FENGQIAO, LI, QIANG, ZHANG
from bot.demo.stories.steps import call_meeting, hold_meeting, meets_at
from bot.demo.story import open_case
from tests.conversations.stories.world import PATIENCE, StoryWorld, with_words


async def called(world: StoryWorld) -> Stage:
    """A meeting is called, and 李秀英 has said that she comes."""
    stage = await world.stage()
    await open_case(stage, LI, "{}5单元下水道堵了，污水往外冒")
    await call_meeting(stage, f"诉求{stage['case']}")
    await stage.alone(LI, "邀请您参加议事会")
    await stage.say(LI, f"参加 议事会{stage['meeting']}")
    return stage


async def test_of_two_reminders_that_were_held_the_last_is_read(world: StoryWorld) -> None:
    stage = await called(world)
    await stage.until(meets_at(stage) - timedelta(hours=20))  # she was silent for 48 hours by then
    await stage.until(meets_at(stage) - timedelta(minutes=30))

    await stage.say(LI, "收到，谢谢")
    await world.calm()

    assert len(with_words(await world.texts(LI), "提醒：")) == 1


async def test_after_the_meeting_nobody_is_reminded_of_it(world: StoryWorld) -> None:
    stage = await called(world)
    await stage.until(meets_at(stage) - timedelta(hours=20))
    await hold_meeting(stage, ())

    await stage.say(LI, "收到，谢谢")
    await world.calm()

    assert with_words(await world.texts(LI), "提醒：") == []


async def test_the_call_to_a_poll_that_is_over_is_taken_back_from_the_owner(world: StoryWorld) -> None:
    stage = await world.stage()
    await stage.lives(ZHANG, "枫桥苑9号楼1单元101")
    closes = await stage.working_day(3, 18)
    said = f"@回音 发起表决 加装电梯 范围枫桥苑9号楼1单元 共10户 比例80% 截止{spoken(closes)}"
    await stage.say(QIANG, said, group=DESK, expect="表决1")
    await stage.say(QIANG, "@回音 开始表决1", group=DESK)
    await world.calm()
    [waiting] = await world.simulator.tasks(waiting=True)

    await stage.until(closes + timedelta(minutes=1))

    async with asyncio.timeout(PATIENCE):
        while waiting["id"] in {each["id"] for each in await world.simulator.tasks(waiting=True)}:  # noqa: ASYNC110 - HTTP
            await asyncio.sleep(0.05)
    await stage.tap(FENGQIAO)
    [result] = await world.texts(FENGQIAO)
    assert "结果" in result
