"""What stood in the way of grid workers, staff and units on an ordinary day, each once."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import SCHEDULE
from storage.models.cases import CaseStatus, Urgency
from tests.conversations.conftest import HE, LI, QIANG, WANG, ZHAO, Town, running_town

SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
LIGHT = "枫桥苑8号楼2单元楼道灯不亮了"
LIFT = "枫桥苑12号楼电梯坏了"
LIGHT_OF_MINGYUAN = "明园小区5号楼楼道灯不亮了"
SEEN = "上报 枫桥苑3号楼门口井盖破损"
GAS, TRAPPED = "枫桥苑3号楼2单元有很浓的煤气味", "枫桥苑6号楼电梯里困人了，快来救人"
CHEN, ZHOU = "chenjing", "zhou"  # the head; of the property company
FIRST, SECOND, DESK, PROPERTY = "第一网格工作群", "第二网格工作群", "晨光社区工作群", "物业工作群"


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    async with running_town(sqlite_url, tmp_path, now) as built:
        yield built


async def at(town: Town, person: str, group: str, text: str, **more: Any) -> str:
    return await town.say(person, text, chat=town.groups[group], **more)


async def statuses(town: Town) -> list[CaseStatus]:
    return [case.status for case in await town.cases()]


# ------------------------------------------------------------------ deputies


async def test_who_stands_in_is_told_alone_and_named_to_the_resident(town: Town) -> None:
    await at(town, QIANG, DESK, "代班 赵磊 第一网格 到周日")

    answer = await town.say(LI, SEWER)

    assert "第一网格赵磊负责" in answer
    alone = (await town.texts(f"app:main:{ZHAO}"))[-1]
    assert "诉求 0001" in alone
    assert "@回音" not in alone  # alone nobody has to be called


async def test_the_grid_reads_that_a_deputy_took_its_case_elsewhere(town: Town) -> None:
    await town.say(HE, LIGHT_OF_MINGYUAN)

    await at(town, WANG, FIRST, "接单 1")

    assert "王芳已接单 2026-0001" in (await town.texts(town.groups[SECOND]))[-1]


# ------------------------------------------------------------------ what workers report themselves


async def test_what_a_worker_saw_is_theirs_and_nothing_is_left_to_claim(town: Town) -> None:
    answer = await at(town, WANG, FIRST, SEEN)

    assert "已记到您名下" in answer
    [told] = [text for text in await town.texts(town.groups[FIRST]) if "地点：" in text]
    assert "巡查上报 2026-0001" in told
    assert "接单 1" not in told
    assert "> 枫桥苑3号楼门口井盖破损" in told


async def test_nobody_is_to_be_called_or_told_of_what_a_worker_reported(town: Town) -> None:
    await at(town, WANG, FIRST, "上报 枫桥苑8号楼2单元楼道灯不亮了")

    assert "正在通知居民" not in await at(town, WANG, FIRST, "进展 1 已联系电工师傅")
    assert "正在通知居民" not in await at(town, WANG, FIRST, "办结 1 灯换好了")

    assert all("请打电话告知" not in text for text in await town.texts(town.groups[DESK]))


async def test_a_deputy_does_not_take_what_falls_to_the_grids_own_worker(town: Town) -> None:
    answer = await at(town, WANG, FIRST, "上报 明园小区3号楼门口井盖破损")

    assert "已转给负责的网格（第二网格赵磊）" in answer
    assert await statuses(town) == [CaseStatus.REGISTERED]


async def test_a_worker_who_reports_a_fire_reads_whom_to_call(town: Town) -> None:
    answer = await at(town, WANG, FIRST, "上报 枫桥苑5号楼地下车库着火了")

    assert answer.startswith("请马上打119")


# ------------------------------------------------------------------ emergencies


async def test_the_reminder_of_an_emergency_offers_no_delay(town: Town) -> None:
    await town.say(LI, GAS)
    await at(town, WANG, FIRST, "接单 1")
    await town.move(timedelta(minutes=100))
    await town.app[SCHEDULE].fire_timers()

    told = (await town.texts(town.groups[FIRST]))[-1]
    assert "临期提醒" in told
    assert "延期" not in told


async def test_of_two_alarms_arriving_asks_which_and_the_number_silences_it(town: Town) -> None:
    for words in (LIGHT, LIFT, GAS, TRAPPED):
        await town.say(LI, words)
    await at(town, WANG, FIRST, "接单 1 2")

    question = await at(town, WANG, FIRST, "进展 已到现场")
    assert question.splitlines()[1].startswith("3　")
    assert question.splitlines()[2].startswith("4　")
    assert "进展已记下" in await at(town, WANG, FIRST, "4")

    assert (await town.cases())[3].status is CaseStatus.IN_PROGRESS
    assert "消防已到现场" in "".join(await said_of(town, 3, "进展 3 消防已到现场"))


async def said_of(town: Town, number: int, text: str) -> list[str]:
    await at(town, WANG, FIRST, text)
    assert (await town.cases())[number - 1].responded_at is not None
    return await town.resident_reads(LI)


async def test_reporting_in_at_an_emergency_is_progress(town: Town) -> None:
    await town.say(LI, GAS)

    assert "2026-0001 进展已记下" in await at(town, WANG, FIRST, "报到 1")

    assert await statuses(town) == [CaseStatus.IN_PROGRESS]
    assert "有进展：已到现场" in (await town.resident_reads(LI))[-1]


# ------------------------------------------------------------------ units


async def test_a_unit_reads_the_deadline_of_its_own_sheet(town: Town) -> None:
    await town.say(LI, LIGHT)
    await at(town, WANG, FIRST, "交办 1 物业 三天内换灯")

    answer = await at(town, ZHOU, PROPERTY, "今天未办")

    assert "11月23日 周一 18:00前" in answer
    assert "12月1日" not in answer


async def test_after_its_feedback_a_unit_reads_that_it_was_given(town: Town) -> None:
    await town.say(LI, LIGHT)
    await at(town, WANG, FIRST, "交办 1 物业")
    await at(town, ZHOU, PROPERTY, "反馈 1 已换新灯")

    assert "已经反馈过，等网格员核实" in await at(town, ZHOU, PROPERTY, "反馈 1 已换新灯，试过亮")
    assert "已经反馈过，等网格员核实" in await at(town, ZHOU, PROPERTY, "办结 1 已换新灯")


async def test_where_no_property_company_serves_that_is_said(town: Town) -> None:
    await town.say(HE, LIGHT_OF_MINGYUAN)
    await at(town, ZHAO, SECOND, "接单 1")

    answer = await at(town, ZHAO, SECOND, "转 1 物业")

    assert "这件事的小区没有登记“物业”" in answer
    assert "枫桥物业" in answer


# ------------------------------------------------------------------ staff


async def test_staff_are_not_sent_to_staff(town: Town) -> None:
    await town.say(LI, LIGHT)
    await at(town, WANG, FIRST, "接单 1")

    assert "请发“指派 1 姓名”" in await at(town, QIANG, DESK, "接单 1")
    assert "已退还" in await at(town, CHEN, DESK, "不接 1 要换人")


async def test_staff_who_claim_are_no_grid_workers(town: Town) -> None:
    await town.say(LI, LIGHT)

    await at(town, QIANG, DESK, "接单 1")

    assert "已由社区工作人员李强接单" in (await town.resident_reads(LI))[-1]


async def test_the_list_of_groups_is_refused_by_its_name(town: Town) -> None:
    assert "查看居民群由社区工作人员操作" in await at(town, WANG, FIRST, "居民群")


# ------------------------------------------------------------------ merging, handing over, asking, reopening


async def test_merging_is_said_once_in_the_group_and_keeps_the_sooner_deadline(town: Town) -> None:
    await town.say(LI, LIGHT)
    await town.say(LI, "枫桥苑33号楼前面电线掉下来了，悬在半空")
    light, wire = await town.cases()
    before = len(await town.texts(town.groups[FIRST]))

    answer = await at(town, WANG, FIRST, "合并 2 到 1")

    assert "类别和地点都不一样" in answer
    assert len(await town.texts(town.groups[FIRST])) == before + 2  # what was said, and the answer
    kept = (await town.cases())[0]
    assert (kept.resolve_by, kept.urgency) == (wire.resolve_by, wire.urgency)
    assert kept.resolve_by < light.resolve_by
    assert light.urgency is Urgency.NORMAL
    assert kept.urgency is Urgency.EMERGENCY
    before = len(await town.texts(town.groups[FIRST]))
    await at(town, WANG, FIRST, "拆分 2")
    assert len(await town.texts(town.groups[FIRST])) == before + 2


async def test_a_case_that_comes_back_belongs_to_the_grid_of_its_place(town: Town) -> None:
    await town.say(LI, LIGHT)
    await at(town, WANG, FIRST, "接单 1")
    grid = (await town.cases())[0].grid_id
    await at(town, WANG, FIRST, "转给赵磊 1")

    await at(town, ZHAO, SECOND, "转给王芳 1")

    assert (await town.cases())[0].grid_id == grid
    told = (await town.texts(town.groups[FIRST]))[-1]
    assert "转给王芳办理" in told
    assert "前回应" not in told


async def test_a_second_question_reads_that_the_first_waits(town: Town) -> None:
    await town.say(LI, LIGHT)
    await at(town, WANG, FIRST, "接单 1")
    await at(town, WANG, FIRST, "问 1 是几楼")

    assert "已经在问居民“是几楼”" in await at(town, WANG, FIRST, "问 1 具体是几楼")


async def test_broken_again_is_told_with_what_it_was(town: Town) -> None:
    await town.say(LI, LIGHT)
    await at(town, WANG, FIRST, "接单 1")
    await at(town, WANG, FIRST, "办结 1 灯换好了")

    await at(town, WANG, FIRST, "重办 1 又坏了")

    told = (await town.texts(town.groups[FIRST]))[-1]
    assert "又坏了（原诉求：枫桥苑8号楼2单元楼道灯不亮了）" in "".join(
        await town.texts(town.groups[FIRST])
    ), told


# ------------------------------------------------------------------ what is still missing is asked, and heard


async def test_the_result_may_follow(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(LI, LIGHT)
    await at(town, WANG, FIRST, "接单 1 2")

    assert "请写明怎么办的" in await at(town, WANG, FIRST, "办结 1")
    assert "2026-0001 已办结" in await at(town, WANG, FIRST, "漏水点找到了，换了接头")

    assert (await town.cases())[0].resolution == "漏水点找到了，换了接头"
    assert await statuses(town) == [CaseStatus.RESOLVED, CaseStatus.CLAIMED]


@pytest.mark.parametrize("words", ["换好了吗？", "还没修好", "明天再去看", "2", "进展 2 已联系师傅", "取消"])
async def test_other_words_settle_nothing(town: Town, words: str) -> None:
    await town.say(LI, SEWER)
    await town.say(LI, LIGHT)
    await at(town, WANG, FIRST, "接单 1 2")
    await at(town, WANG, FIRST, "办结 1")

    await at(town, WANG, FIRST, words)

    assert (await town.cases())[0].status is CaseStatus.CLAIMED


async def test_a_result_too_late_settles_nothing(town: Town) -> None:
    await town.say(LI, SEWER)
    await at(town, WANG, FIRST, "接单 1")
    await at(town, WANG, FIRST, "办结 1")
    await town.move(timedelta(minutes=11))

    await at(town, WANG, FIRST, "今天的会开完了")

    assert await statuses(town) == [CaseStatus.CLAIMED]


async def test_done_below_a_card_asks_how(town: Town) -> None:
    await town.say(LI, SEWER)
    await at(town, WANG, FIRST, "接单 1")

    assert "怎么办的" in await at(
        town, WANG, FIRST, "好了", quote=(await town.simulator.chat(town.groups[FIRST]))[0]["id"]
    )
    assert "2026-0001 已办结" in await at(town, WANG, FIRST, "管道已疏通")


async def test_a_number_after_a_photo_says_where_it_belongs(town: Town) -> None:
    for words in (SEWER, LIGHT):
        await town.say(LI, words)
    await at(town, WANG, FIRST, "接单 1 2")
    await town.simulator.send_photo(WANG, chat="robot:main")

    assert "照片已附到 2026-0002" in await town.say(WANG, "2", chat="robot:main")
    assert "没看懂" in await town.say(WANG, "2", chat="robot:main")  # nothing waits any more


# ------------------------------------------------------------------ several things at once


async def test_each_line_is_a_command_of_its_own(town: Town) -> None:
    for words in (SEWER, LIGHT, LIFT):
        await town.say(LI, words)
    await at(town, WANG, FIRST, "接单 1 2 3")

    answer = await at(town, WANG, FIRST, "办结 1 管道已疏通\n办结 2 灯换好了\n办结 9 修好了")

    assert [line[:14] for line in answer.splitlines()] == [
        "2026-0001 已办结，", "2026-0002 已办结，", "没有找到编号 9 的诉求。请"
    ]  # fmt: skip
    assert [case.resolution for case in await town.cases()] == ["管道已疏通", "灯换好了", ""]


async def test_another_matter_in_the_result_is_not_published(town: Town) -> None:
    await town.say(LI, SEWER)
    await at(town, WANG, FIRST, "接单 1")

    answer = await at(town, WANG, FIRST, "办结1 管道已疏通，顺便登记枫桥苑16号楼井盖坏了")

    assert "请单独发“上报 枫桥苑16号楼井盖坏了”" in answer
    assert (await town.cases())[0].resolution == "管道已疏通"


# ------------------------------------------------------------------ wording


async def test_alone_nobody_is_told_to_call_the_robot(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "@" not in await town.say(WANG, "帮助", chat="robot:main")
    assert "@" not in await town.say(WANG, "接单 1", chat="robot:main")
    assert "@我" in await at(town, WANG, FIRST, "帮助")


async def test_the_time_left_is_told_to_the_minute_when_it_is_short(town: Town) -> None:
    await town.say(LI, GAS)
    await at(town, WANG, FIRST, "接单 1")
    await town.move(timedelta(minutes=11))
    await at(town, QIANG, DESK, "督办 1 马上到现场")

    assert "还有 1 小时 4" in (await town.texts(town.groups[FIRST]))[-1]
