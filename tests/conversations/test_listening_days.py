"""Listening days over HTTP: set by staff, called in the groups, summed up in the evening."""

from datetime import timedelta

from tests.conversations.conftest import HE, LI, QIANG, WANG, Town

DESK = "晨光社区工作群"
DAYS = "听取日 每月5日、15日、25日 9:00-18:00 遇节假日顺延"


async def staff(town: Town, text: str) -> str:
    return await town.say(QIANG, f"@回音 {text}", chat=town.groups[DESK])


async def desk_reads(town: Town, words: str) -> bool:
    chat = await town.simulator.chat(town.groups[DESK])
    return any(words in each.get("text", "") for each in chat)


async def group_tasks(town: Town, words: str) -> list[str]:
    await town.settle()
    return [task["text"] for task in await town.simulator.tasks() if words in task["text"]]


async def test_a_day_from_the_call_to_the_summary(town: Town) -> None:
    planned = await staff(town, DAYS)
    assert "已设听取日 1：每月5日、15日、25日 09:00–18:00，遇节假日顺延到下一个工作日。" in planned
    assert "第一次：11月25日（周三） 09:00–18:00" in planned
    assert "下一次 11月25日（周三） 09:00–18:00" in await town.say(LI, "听取日是哪天")

    await town.move(timedelta(days=4, hours=23, minutes=1))  # Wednesday, 9:01
    await town.eventually(lambda: desk_reads(town, "号召已提交 2 个居民群"))
    calls = await group_tasks(town, "11月25日（周三） 09:00–18:00")
    assert len(calls) == 2
    told = await town.say(LI, "枫桥苑3号楼2单元楼道灯不亮")
    assert "已列入今天的民意听取日" in told
    await town.say(HE, "楼上半夜拖椅子，明园小区2号楼1单元301")
    await town.say(LI, "提议 给车棚装充电桩")

    await town.move(timedelta(hours=9))
    await town.eventually(lambda: desk_reads(town, "11月25日（周三）小结"))
    [summary, other] = await group_tasks(town, "小结\n")
    assert summary == other
    assert "收到 3 条意见，2 位居民参与" in summary
    assert "2026-0001" in summary
    assert "另有 1 件不公开办理" in summary
    assert "给车棚装充电桩" in summary
    for private in ("301", "拖椅子", "2单元"):
        assert private not in summary
    assert "2026-0002" in await staff(town, "听取日 11月25日")
    assert "2026-0002" not in await town.say_in_group(WANG, "@回音 听取日 11月25日")
    assert "已列入" not in await town.say(LI, "枫桥苑5号楼门禁坏了")


async def test_after_a_stop_nothing_is_told_twice_or_forgotten(town: Town) -> None:
    await staff(town, DAYS)
    await town.move(
        timedelta(days=15, hours=23, minutes=30)
    )  # over the 25th, to Sunday the 6th: nothing is on
    await town.eventually(lambda: desk_reads(town, "11月25日（周三）小结"))
    assert await group_tasks(town, "民意听取日") == []

    await town.move(timedelta(days=1))  # Monday the 7th, for Saturday the 5th
    await town.eventually(lambda: desk_reads(town, "12月7日（周一） 09:00–18:00"))
    await town.settle()
    assert len(await group_tasks(town, "民意听取日")) == 2


async def test_only_staff_set_and_end_days(town: Town) -> None:
    assert "由社区工作人员设和取消" in await town.say_in_group(WANG, f"@回音 {DAYS}")
    assert "没看懂是哪些日子" in await staff(town, "听取日 每个吉日")
    assert "没看懂“在小广场”" in await staff(town, "听取日 每周三 在小广场")
    assert "结束要晚于开始" in await staff(town, "听取日 每周三 18:00-9:00")
    assert "社区还没有定听取日" in await town.say(LI, "听取日")
    assert "没有这样的听取日" in await staff(town, "取消听取日 1")
    await staff(town, DAYS)
    assert "这些日子已经设过" in await staff(town, DAYS)
    assert "没有听取日" in await town.say(LI, "今天是听取日吗")
    assert "已取消，以后不再号召" in await staff(town, "取消听取日")
    assert "还没有听取日" in await staff(town, "听取日列表")
