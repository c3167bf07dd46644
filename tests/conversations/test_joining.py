"""One trouble, several voices: they belong to one case, and nothing of it is lost when it is taken apart."""

import asyncio
from datetime import timedelta

from sqlalchemy import Connection, func, select

from storage.cases import events_of, number_of_reporters
from storage.models.cases import CaseStatus, EventKind, reports
from tests.conversations.conftest import HE, LI, QIANG, WANG, Town

ZHANG, WU = "zhangwei", "wuguilan"  # neighbours in the same estate
SEWER = "枫桥苑33号楼5单元下水道堵了"
SAME_SEWER = "33号楼5单元的下水管又返水了，枫桥苑的"
DESK = "晨光社区工作群"


def words(db: Connection) -> list[str]:
    return list(db.execute(select(reports.c.text).order_by(reports.c.id)).scalars())


def open_reports(db: Connection) -> int:
    return db.execute(select(func.count()).where(reports.c.left_at.is_(None))).scalar_one()


async def test_two_neighbours_with_two_wordings_have_one_case(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say(ZHANG, SAME_SEWER)

    [case] = await town.cases()
    assert "邻居已经反映了" in answer
    assert "您是第 2 位" in answer
    assert case.label in answer
    assert await town.database.read(number_of_reporters, case.id) == 2
    assert "登记人数 2" in (await town.texts(town.workers_chat))[-1]


async def test_everybody_who_joined_hears_what_becomes_of_it(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(ZHANG, SAME_SEWER)

    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 管道已疏通")

    for resident in (LI, ZHANG):
        heard = await town.resident_reads(resident)
        assert any("王芳接单" in text for text in heard)
        assert any("管道已疏通" in text for text in heard)


async def test_the_same_person_saying_it_again_is_one_reporter(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say(LI, SAME_SEWER)

    [case] = await town.cases()
    assert "已经登记过" in answer
    assert await town.database.read(number_of_reporters, case.id) == 1
    assert await town.database.read(words) == [SEWER, SAME_SEWER]


async def test_another_building_unit_or_home_is_another_case(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(ZHANG, "枫桥苑32号楼5单元下水道堵了")
    await town.say(ZHANG, "枫桥苑33号楼4单元下水道堵了")
    await town.say(WU, "枫桥苑3号楼2单元501厨房水管漏水")
    await town.say(ZHANG, "枫桥苑3号楼2单元301厨房水管漏水")

    assert await town.has_cases(5)


async def test_no_water_in_two_buildings_is_one_trouble(town: Town) -> None:
    await town.say(LI, "枫桥苑3号楼停水了，一滴水都没有")

    answer = await town.say(ZHANG, "枫桥苑20号楼没水了怎么回事，家里停水")

    assert "您是第 2 位" in answer
    assert await town.has_cases(1)


async def test_two_neighbours_at_the_same_moment_have_one_case(town: Town) -> None:
    await asyncio.gather(town.say(LI, SEWER), town.say(ZHANG, SAME_SEWER), town.say(WU, SEWER))

    [case] = await town.cases()
    assert await town.database.read(number_of_reporters, case.id) == 3


async def test_what_is_not_the_same_thing_is_taken_out_by_its_reporter(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(ZHANG, SAME_SEWER)

    answer = await town.say(ZHANG, "不是一件事")

    first, second = await town.cases()
    assert "已单独登记" in answer
    assert second.label in answer
    assert second.summary == SAME_SEWER
    assert await town.database.read(number_of_reporters, first.id) == 1
    assert await town.database.read(number_of_reporters, second.id) == 1


async def test_a_neighbour_seconds_a_public_case_by_its_number(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say(ZHANG, "附议 1")

    assert "共 2 位居民反映" in answer
    assert "已经反映过" in await town.say(ZHANG, "附议 1")
    assert "没有编号 99 的事" in await town.say(ZHANG, "附议 99")
    assert "例如“附议 123”" in await town.say(ZHANG, "附议")


async def test_a_quarrel_between_neighbours_cannot_be_seconded(town: Town) -> None:
    await town.say(LI, "枫桥苑3号楼2单元501天天弹钢琴，太吵了")

    assert "不是公开的事" in await town.say(ZHANG, "附议 1")


async def test_merging_brings_reporters_together_and_unmerging_restores_both(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(WU, "枫桥苑33号楼6单元楼道灯不亮了")
    await town.say_in_group(WANG, "接单 2")

    told = await town.say_in_group(WANG, "合并 2 到 1")

    into, merged = await town.cases()
    assert "并入 2026-0001" in told
    assert merged.status is CaseStatus.MERGED
    assert await town.database.read(number_of_reporters, into.id) == 2
    assert any("同一件事" in text for text in await town.resident_reads(WU))
    assert "2026-0001" in await town.say(WU, "查 2")
    assert "2026-0001" in await town.say(WU, "查")
    kinds = [event.kind for event in await town.database.read(events_of, into.id)]
    assert EventKind.CLAIMED in kinds  # what was done with the merged one is part of the history

    await town.say_in_group(WANG, "拆分 2")

    into, alone = await town.cases()
    assert alone.status is CaseStatus.CLAIMED
    assert await town.database.read(number_of_reporters, into.id) == 1
    assert await town.database.read(number_of_reporters, alone.id) == 1
    assert any("单独办理" in text for text in await town.resident_reads(WU))


async def test_merging_twice_over_reaches_everybody(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(WU, "枫桥苑33号楼6单元楼道灯不亮了")
    await town.say(ZHANG, "枫桥苑8号楼门口垃圾没人清")
    await town.say_in_group(WANG, "合并 3 到 2")
    await town.say_in_group(WANG, "合并 2 到 1")

    await town.say_in_group(WANG, "接单 1")

    root, _, _ = await town.cases()
    assert await town.database.read(number_of_reporters, root.id) == 3
    for resident in (LI, WU, ZHANG):
        assert any("2026-0001" in text and "接单" in text for text in await town.resident_reads(resident))
    assert "不能并入自己" in await town.say_in_group(WANG, "合并 1 到 3")


async def test_a_worker_of_another_grid_does_not_merge(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(HE, "明园小区3号楼电梯坏了")

    refused = await town.say("zhaolei", "合并 2 到 1", chat=town.groups["第二网格工作群"])

    assert "第一网格" in refused
    assert [case.status for case in await town.cases()] == [CaseStatus.REGISTERED] * 2
    assert "并入" in await town.say(QIANG, "合并 2 到 1", chat=town.groups[DESK])


async def test_whoever_withdraws_leaves_the_others_their_case(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(ZHANG, SAME_SEWER)

    assert "已退出" in await town.say(LI, "撤销 1")
    assert "还有 1 位居民" in (await town.texts(town.workers_chat))[-1]
    assert "不是您登记的事" in await town.say(LI, "撤销 1")
    assert "已撤回" in await town.say(ZHANG, "撤销 1")

    [case] = await town.cases()
    assert case.status is CaseStatus.WITHDRAWN
    assert await town.database.read(open_reports) == 1  # it is still the last reporter's to bring back
    assert "不用再办" in (await town.texts(town.workers_chat))[-1]
    assert "马上重办" in await town.say(ZHANG, "重办 1")


async def test_never_mind_takes_back_what_was_said_just_now_and_asks_about_the_rest(town: Town) -> None:
    await town.say(LI, SEWER)
    assert "已撤回" in await town.say(LI, "算了")
    await town.say(LI, "枫桥苑8号楼门口垃圾没人清")
    await town.move(timedelta(hours=2))

    assert "撤销 2" in await town.say(LI, "算了")


async def test_the_same_trouble_two_months_later_in_other_words_brings_the_case_back(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 高压车疏通，清出油垢")
    await town.say(LI, "满意")
    await town.move(timedelta(days=60))

    answer = await town.say(ZHANG, SAME_SEWER)

    [case] = await town.cases()
    assert "以前办过" in answer
    assert (case.status, case.reopen_count, case.supervision_level) == (CaseStatus.IN_PROGRESS, 1, 1)
    card = (await town.texts(town.workers_chat))[-1]
    assert "重办（第1次）" in card
    assert "高压车疏通" in card
    assert "重办" in (await town.texts(town.groups[DESK]))[-1]  # one level higher: staff as well
    await town.say(LI, "你好")  # opens the window: what was held arrives
    assert any("又出现了" in text for text in await town.resident_reads(LI))


async def test_after_half_a_year_it_is_a_new_case(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "办结 1 疏通")
    await town.say(LI, "满意")
    await town.move(timedelta(days=190))

    assert "已登记" in await town.say(ZHANG, SAME_SEWER)
    assert await town.has_cases(2)


async def test_still_leaking_after_the_resolution_reopens_for_the_reporter(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 已疏通")

    answer = await town.say(LI, "还是漏，根本没修好")

    [case] = await town.cases()
    assert "马上重办" in answer
    assert "王芳" in answer
    assert case.status is CaseStatus.IN_PROGRESS
    assert "根本没修好" in (await town.texts(town.workers_chat))[-1]


async def test_staff_bring_a_case_back_with_a_reason(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "办结 1 已疏通")

    assert "请写明原因" in await town.say(QIANG, "重办 1", chat=town.groups[DESK])
    assert "已重办" in await town.say(QIANG, "重办 1 回访说又堵了", chat=town.groups[DESK])
    assert "不能重办" in await town.say(QIANG, "重办 1 再来一次", chat=town.groups[DESK])


async def test_two_troubles_of_one_kitchen_are_two_cases(town: Town) -> None:
    await town.say(LI, "枫桥苑3号楼2单元501厨房水管漏水")
    await town.say(LI, "枫桥苑3号楼2单元501卫生间马桶返水，往外冒脏水")

    assert [case.subcategory for case in await town.cases()] == ["leak", "sewer"]


async def test_a_reopened_case_is_claimed_anew(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 已疏通")
    await town.say(LI, "还是漏，根本没修好")

    assert "已接单" in await town.say_in_group(WANG, "接单 1")
    [case] = await town.cases()
    assert case.status is CaseStatus.IN_PROGRESS
    assert case.responded_at is not None


async def test_it_has_begun_again_is_heard_without_naming_what(town: Town) -> None:
    await town.say(LI, "枫桥苑3号楼2单元501天天弹钢琴，太吵了")
    await town.say_in_group(WANG, "办结 1 双方约定晚上九点后不弹")

    assert "马上重办" in await town.say(LI, "又弹起来了")


async def test_what_two_people_call_by_two_categories_is_one_case(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元门口污水井往外溢，臭水流了一地")

    await town.say(ZHANG, "枫桥苑33号楼5单元下水道堵了，脏水漫出来了")

    assert await town.has_cases(1)
