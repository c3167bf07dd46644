"""From one sentence to the resolution notice, over HTTP, on both databases."""

import pytest

from storage.models.cases import CaseStatus
from tests.conversations.conftest import FENGQIAO_RESIDENTS, LI, QIANG, WANG, Town

SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"


async def test_a_sentence_becomes_a_case_and_is_answered_in_the_same_exchange(town: Town) -> None:
    answer = await town.say(LI, SEWER)

    [case] = await town.cases()
    assert "2026-0001" in answer
    assert "用水·下水道" in answer
    assert "枫桥苑33号楼5单元" in answer
    assert "第一网格王芳" in answer
    assert (case.category, case.subcategory, case.building, case.unit) == ("water", "sewer", "33", "5")


async def test_the_workers_group_gets_a_card(town: Town) -> None:
    await town.say(LI, SEWER)

    [card] = await town.texts(town.workers_chat)
    assert "2026-0001" in card
    assert "污水往外冒" in card
    assert "@回音 接单 1" in card


async def test_a_worker_claims_and_group_and_resident_see_it(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say_in_group(WANG, "接单 1")

    assert "王芳已接单 2026-0001" in answer
    assert "已由网格员王芳接单" in (await town.resident_reads(LI))[-1]
    [case] = await town.cases()
    assert case.status is CaseStatus.CLAIMED


async def test_a_meeting_invitation_goes_to_the_reporter_and_the_residents_group(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say_in_group(WANG, "议 1 周五15:00 居委会会议室")

    assert "11月20日 周五 15:00" in answer
    invitation = (await town.resident_reads(LI))[-1]
    assert "议事会" in invitation
    assert "居委会会议室" in invitation
    [task] = await town.simulator.tasks(waiting=True)
    await town.simulator.confirm(task["id"])
    [public] = await town.texts(FENGQIAO_RESIDENTS)
    assert "枫桥苑33号楼" in public
    assert "单元" not in public


async def test_the_resolution_reaches_resident_and_neighbours_without_name_unit_or_room(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")

    await town.say_in_group(WANG, "办结 1 管道已疏通，改道方案已定")

    notice = (await town.resident_reads(LI))[-1]
    assert "管道已疏通，改道方案已定" in notice
    [task] = await town.simulator.tasks(waiting=True)
    assert await town.texts(FENGQIAO_RESIDENTS) == []
    await town.simulator.confirm(task["id"])
    [public] = await town.texts(FENGQIAO_RESIDENTS)
    assert "枫桥苑33号楼" in public
    assert "管道已疏通，改道方案已定" in public
    assert "单元" not in public


@pytest.mark.parametrize(
    "result",
    ["5单元管道已疏通", "301张大爷家油污堵的，已疏通", "已疏通，联系电话13900001234", "王秀兰家水管换好了"],
)
async def test_a_result_that_points_to_a_person_or_a_door_is_not_published(town: Town, result: str) -> None:
    await town.say(LI, SEWER)

    answer = await town.say_in_group(WANG, f"办结 1 {result}")

    assert "公示里没写" in answer
    await town.simulator.confirm((await town.simulator.wait_for_task())["id"])
    [public] = await town.texts(FENGQIAO_RESIDENTS)
    assert public.endswith("已办结。")


async def test_a_broadcast_is_previewed_confirmed_by_code_and_arrives(town: Town) -> None:
    preview = await town.say_in_group(QIANG, "群发 枫桥苑 明天9点到11点停水，请备水")

    assert "将发到 1 个居民群" in preview
    assert await town.simulator.tasks() == []
    code = preview.split("确认请回复：")[1][:4]
    assert "开始发送：1 个居民群" in await town.say_in_group(QIANG, code)
    task = await town.simulator.wait_for_task()
    await town.simulator.confirm(task["id"])
    assert await town.texts(FENGQIAO_RESIDENTS) == ["明天9点到11点停水，请备水"]


async def test_a_message_without_a_place_gets_one_question_and_its_answer_completes_the_case(
    town: Town,
) -> None:
    question = await town.say(LI, "下水道堵了，污水往外冒")

    assert "哪个小区" in question
    assert await town.cases() == []
    answer = await town.say(LI, "枫桥苑33号楼5单元")
    assert "2026-0001" in answer
    [case] = await town.cases()
    assert (case.category, case.building, case.unit) == ("water", "33", "5")
    assert "污水往外冒" in case.summary


async def test_small_talk_opens_no_case(town: Town) -> None:
    for sentence in ("你好", "今天天气不错", "谢谢你们", "水开了"):
        await town.say(LI, sentence)

    assert await town.cases() == []


async def test_a_quarrel_between_neighbours_is_told_in_no_residents_group(town: Town) -> None:
    answer = await town.say(LI, "枫桥苑8号楼2单元，楼上半夜装修吵死了，天天这样")
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "议 1 明天15:00 居委会会议室")
    await town.say_in_group(WANG, "办结 1 约定晚上九点后不施工")

    assert "不在居民群里说" in answer
    assert "约定晚上九点后不施工" in (await town.resident_reads(LI))[-1]
    assert await town.simulator.tasks() == []
    assert await town.texts(FENGQIAO_RESIDENTS) == []


async def test_what_is_told_in_confidence_is_told_in_no_residents_group(town: Town) -> None:
    answer = await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒，别说是我说的")
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 管道已疏通")

    assert "不在居民群里说" in answer
    assert "管道已疏通" in (await town.resident_reads(LI))[-1]
    assert await town.simulator.tasks() == []
