"""A resident asks for a person: staff answer, the bot keeps quiet, and each side is told."""

from datetime import timedelta

from tests.conversations.conftest import LI, QIANG, WANG, Town

DESK = "晨光社区工作群"
XU_STAFF = "majianguo"  # staff of the other community


async def desk_reads(town: Town) -> list[str]:
    return await town.texts(town.groups[DESK])


async def say_at_desk(town: Town, person: str, text: str) -> str:
    return await town.say(person, text, chat=town.groups[DESK])


async def begin(town: Town) -> None:
    await town.say(LI, "枫桥苑1号楼电梯坏了，上不去")
    await town.say(LI, "转人工")


async def test_words_go_both_ways_while_the_bot_keeps_quiet(town: Town) -> None:
    await town.say(LI, "枫桥苑1号楼电梯坏了，上不去")

    assert "已请工作人员来答" in await town.say(LI, "转人工")
    assert "居民会话 1" in (await desk_reads(town))[-1]
    assert await town.say(LI, "我想问问低保怎么办") == ""
    assert (await desk_reads(town))[-1] == "居民会话 1：我想问问低保怎么办"
    assert "已转给居民" in await say_at_desk(town, QIANG, "回复 1 您好，请带身份证来社区")
    assert (await town.resident_reads(LI))[-1] == "工作人员李强：您好，请带身份证来社区"
    assert "已结束" in await say_at_desk(town, QIANG, "交还 1")
    assert "接下来还是我来答" in (await town.resident_reads(LI))[-1]
    assert "2026-0001" in await town.say(LI, "查")


async def test_the_resident_can_end_it_too(town: Town) -> None:
    await begin(town)

    assert "人工服务已结束" in await town.say(LI, "结束人工")

    assert "已由居民结束" in (await desk_reads(town))[-1]
    assert "2026-0001" in await town.say(LI, "查")
    assert "没有正在进行的居民会话 1" in await say_at_desk(town, QIANG, "回复 1 您好")


async def test_a_photo_is_passed_on_and_kept(town: Town) -> None:
    await begin(town)

    await town.simulator.send_photo(LI)

    assert "居民会话 1：" in (await desk_reads(town))[-1]
    assert "照片" in (await desk_reads(town))[-1]


async def test_an_emergency_meanwhile_is_an_emergency(town: Town) -> None:
    await begin(town)

    answer = await town.say(LI, "着火了快来人")

    assert "119" in answer
    assert any("着火了" in text and "居民会话 1" in text for text in await desk_reads(town))
    assert len(await town.cases()) == 2
    await town.say(LI, "枫桥苑3号楼2单元")
    assert (await town.cases())[1].building == "3"
    assert await town.say(LI, "谢谢你们") == ""  # still with staff


async def test_after_twelve_silent_hours_the_bot_answers_again_and_both_sides_know(town: Town) -> None:
    await begin(town)
    await town.move(timedelta(hours=11))
    await town.say(LI, "还在吗")
    await town.move(timedelta(hours=11))
    await say_at_desk(town, QIANG, "回复 1 在的")
    await town.move(timedelta(hours=12, minutes=1))

    async def is_over() -> bool:
        return any("自动结束" in text for text in await desk_reads(town))

    await town.eventually(is_over)

    assert any("人工服务先结束了" in text for text in await town.resident_reads(LI))
    assert "2026-0001" in await town.say(LI, "查")


async def test_outside_office_hours_it_says_when_somebody_is_there(town: Town) -> None:
    await town.say(LI, "你好")
    await town.move(timedelta(hours=12))  # Friday night

    answer = await town.say(LI, "转人工")

    assert "11月23日 周一 09:00有人在" in answer
    assert "0900-2020000" in answer


async def test_only_staff_of_the_community_may_answer(town: Town) -> None:
    await begin(town)

    assert "由社区工作人员操作" in await town.say_in_group(WANG, "回复 1 您好")
    assert "没有正在进行的居民会话 1" in await town.say(
        XU_STAFF, "回复 1 您好", chat=town.groups["湖畔社区工作群"]
    )
    assert not (await town.resident_reads(LI))[-1].startswith("工作人员")


async def test_what_waited_for_an_answer_is_registered_before_staff_take_over(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    await town.say(LI, "转人工")

    assert len(await town.cases()) == 1
