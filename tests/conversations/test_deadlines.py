"""Deadlines as people meet them: reminders, escalation, more time, another kind, alarms."""

from datetime import timedelta

from bot.app import SCHEDULE
from tests.conversations.conftest import LI, QIANG, WANG, Town

LAMP = "枫桥苑33号楼5单元楼道灯不亮了"
DESK = "晨光社区工作群"
DAY = timedelta(days=1)


async def days_pass(town: Town, days: float) -> None:
    await town.move(days * DAY)
    await town.app[SCHEDULE].fire_timers()


async def with_words(town: Town, group: str, words: str) -> list[str]:
    return [text for text in await town.texts(town.groups[group]) if words in text]


async def test_a_forgotten_case_climbs_the_ladder(town: Town) -> None:
    await town.say(LI, LAMP)  # Friday; due on Tuesday week

    await days_pass(town, 1)
    assert len(await with_words(town, DESK, "还没有人回应")) == 1
    await town.say_in_group(WANG, "接单 1")
    await days_pass(town, 30)

    own = await town.texts(town.workers_chat)
    assert [words for words in ("临期提醒", "超期督办 2026") if any(words in text for text in own)] == [
        "临期提醒",
        "超期督办 2026",
    ]
    assert len(await with_words(town, DESK, "提请社区负责人过问")) == 1
    assert len(await with_words(town, DESK, "提请街道过问")) == 1
    assert "办理：王芳" in (await with_words(town, DESK, "提请街道过问"))[0]


async def test_what_is_settled_in_time_is_not_spoken_of_again(town: Town) -> None:
    await town.say(LI, LAMP)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 灯已换好")

    await days_pass(town, 60)

    assert await with_words(town, DESK, "督办") == []


async def test_a_worker_extends_once_and_then_asks_staff(town: Town) -> None:
    await town.say(LI, LAMP)
    await town.say_in_group(WANG, "接单 1")

    assert "请写明延期的原因" in await town.say_in_group(WANG, "延期 1 3天")
    assert "新期限12月4日 周五 18:00" in await town.say_in_group(WANG, "延期 1 3天 等配件到货")
    assert "新的期限是12月4日" in (await town.resident_reads(LI))[-1]
    assert "等配件到货" in (await town.resident_reads(LI))[-1]

    assert "要社区同意" in await town.say_in_group(WANG, "延期 1 2天 厂家还没发货")
    assert len(await with_words(town, DESK, "王芳申请延期 2026-0001")) == 1
    assert "12月8日" in await town.say(QIANG, "同意延期 1", chat=town.groups[DESK])
    assert any("李强同意 2026-0001 延期" in text for text in await town.texts(town.workers_chat))


async def test_staff_refuse_an_extension_with_a_word(town: Town) -> None:
    await town.say(LI, LAMP)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "延期 1 20天 等配件到货")

    await town.say(QIANG, "不同意延期 1 先接临时灯", chat=town.groups[DESK])

    assert any("没有同意 2026-0001 延期：先接临时灯" in text for text in await town.texts(town.workers_chat))


async def test_an_emergency_is_not_extended_and_is_alarmed_until_claimed(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼着火了")
    assert "不能延期" in await town.say_in_group(WANG, "延期 1 1天 人手不够")

    for _ in range(2):
        await days_pass(town, 11 / (24 * 60))
    assert len(await with_words(town, DESK, "还没有人接单（第2次提醒）")) == 1
    await town.say_in_group(WANG, "接单 1")
    await days_pass(town, 1 / 24)

    assert len(await with_words(town, DESK, "还没有人接单（第")) == 2


async def test_staff_supervise_and_a_worker_may_not(town: Town) -> None:
    await town.say(LI, LAMP)

    assert "社区工作人员" in await town.say_in_group(WANG, "督办 1")
    assert "已督办 2026-0001" in await town.say(QIANG, "督办 1 今天必须到现场", chat=town.groups[DESK])
    assert "已督办 2026-0001" in await town.say(QIANG, "催办 1", chat=town.groups[DESK])

    cards = [text for text in await town.texts(town.workers_chat) if "李强督办" in text]
    assert len(cards) == 2
    assert "今天必须到现场" in cards[0]


async def test_another_kind_has_another_deadline_and_the_resident_reads_it(town: Town) -> None:
    await town.say(LI, LAMP)
    await town.say_in_group(WANG, "接单 1")

    assert "没看懂改成哪一类" in await town.say_in_group(WANG, "改类 1 天气")
    answer = await town.say_in_group(WANG, "改类 1 电梯")

    [case] = await town.cases()
    assert "改为物业·电梯，11月21日 周六 10:0" in answer
    assert case.subcategory == "lift"
    assert "已归到“物业·电梯”" in (await town.resident_reads(LI))[-1]


async def test_a_meeting_gives_the_time_of_complex_cases(town: Town) -> None:
    await town.say(LI, LAMP)
    await town.say_in_group(WANG, "接单 1")

    await town.say_in_group(WANG, "议 1 周五15:00 居委会会议室")

    assert "期限：12月11日 周五 18:00前" in await town.say(LI, "查 1")
