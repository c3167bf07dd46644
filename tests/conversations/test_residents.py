"""What residents live through beyond the main path."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.models.attachments import attachments
from storage.models.cases import CaseStatus, Urgency
from tests.conversations.conftest import HE, LI, QIANG, WANG, Town

XU = "xumin"  # a resident of the other community
DESK = "晨光社区工作群"


async def test_an_emergency_is_answered_with_whom_to_call_before_anything_else(town: Town) -> None:
    answer = await town.say(LI, "枫桥苑12号楼楼道里有很浓的煤气味")

    assert answer.index("119") < answer.index("2026-0001")
    [case] = await town.cases()
    assert case.urgency is Urgency.EMERGENCY
    for chat in (town.workers_chat, town.groups[DESK]):
        assert "紧急" in (await town.texts(chat))[-1]


async def test_an_emergency_without_a_place_opens_at_once_and_its_place_is_added(town: Town) -> None:
    answer = await town.say(LI, "着火了快来人")

    assert answer.endswith("请马上告诉我在哪个小区、几号楼几单元。")
    assert "2026-0001" in answer
    assert "2026-0001" in (await town.texts(town.groups[DESK]))[-1]
    assert "已转告" in await town.say(LI, "麻烦快点好不好")
    assert "麻烦快点" in (await town.texts(town.groups[DESK]))[-1]
    await town.say(LI, "枫桥苑3号楼2单元")
    [case] = await town.cases()
    assert (case.building, case.unit) == ("3", "2")
    assert "枫桥苑3号楼2单元" in (await town.texts(town.workers_chat))[-1]


async def test_a_building_without_its_estate_is_asked_by_number(town: Town) -> None:
    question = await town.say(LI, "3号楼2单元楼道灯不亮了")

    assert "1 枫桥苑\n2 明园小区" in question
    assert "明园小区3号楼2单元" in await town.say(LI, "2")


async def test_what_nobody_can_place_is_registered_at_the_desk_and_asked_only_once(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    answer = await town.say(LI, "就是那边老地方嘛")

    assert "2026-0001" in answer
    [case] = await town.cases()
    assert "老地方" in case.summary
    assert "晨光社区负责" in answer


async def test_a_greeting_does_not_use_up_the_question(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    await town.say(LI, "你好")

    assert "枫桥苑3号楼" in await town.say(LI, "枫桥苑3号楼")


async def test_never_mind_drops_the_draft(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    assert "不登记了" in await town.say(LI, "算了")
    assert await town.cases() == []
    assert "不登记" not in await town.say(LI, "枫桥苑3号楼")


async def test_after_thirty_silent_minutes_the_draft_is_a_case_and_the_resident_hears_so(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")
    await town.move(timedelta(minutes=31))

    await town.eventually(lambda: town.has_cases(1))

    assert "2026-0001" in (await town.resident_reads(LI))[-1]
    assert "2026-0001" in (await town.texts(town.groups[DESK]))[-1]
    await town.say(LI, "枫桥苑3号楼2单元")
    [case] = await town.cases()
    assert case.building == "3"


async def test_progress_is_told_when_asked(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    await town.say_in_group(WANG, "接单 1")

    answer = await town.say(LI, "查 1")

    assert "已接单" in answer
    assert "王芳" in answer


async def test_nobody_sees_a_strangers_case(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")

    refused = await town.say(HE, "查 1")

    assert refused == "2026-0001 不是您登记的事。发“查”看您登记过的事。"
    assert "还没有登记过" in await town.say(HE, "查")


async def test_a_photo_joins_the_open_case_and_without_one_words_are_asked_for(town: Town) -> None:
    assert "一句话" in await town.say(LI, "", image=PIXEL)

    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")

    assert "已附到诉求 2026-0001" in await town.say(LI, "", image=PIXEL)


async def test_two_communities_of_one_account_number_their_own_cases(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")

    answer = await town.say(XU, "银杏里2号楼电梯坏了，上不去")

    assert "2026-0001" in answer
    assert "湖畔网格孙丽" in answer
    first, second = await town.cases()
    assert first.community_id != second.community_id
    assert len(await town.texts(town.workers_chat)) == 1


async def test_a_location_with_a_label_is_an_answer_to_where(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    place = {"lat": 38.0, "lng": 106.0, "label": "枫桥苑3号楼"}
    answer = await town.say(LI, "", location=place)

    assert "枫桥苑3号楼" in answer
    assert len(await town.cases()) == 1


async def test_trouble_that_is_still_there_after_the_resolution_is_dealt_with_again(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    await town.say_in_group(WANG, "办结 1 管道已疏通")

    answer = await town.say(LI, "没修好，还在往外冒")

    assert "2026-0001 马上重办" in answer
    assert await town.has_cases(1)
    assert "枫桥苑33号楼5单元" in (await town.texts(town.workers_chat))[-1]


async def test_what_cannot_be_said_outside_the_window_is_held_and_said_at_the_next_contact(
    town: Town,
) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    await town.settle()
    await town.move(timedelta(hours=50))
    await town.say_in_group(WANG, "接单 1")
    assert "已由网格员王芳接单" not in "".join(await town.resident_reads(LI))

    await town.say(LI, "你好")

    assert "已由网格员王芳接单" in "".join(await town.resident_reads(LI))


@pytest.mark.parametrize("event", ["subscribe", "CLICK", "SCAN"])
async def test_a_first_contact_is_welcomed(town: Town, event: str) -> None:
    outcome = await town.simulator.event(LI, event, key="menu" if event == "CLICK" else "")

    assert "这里是晨光社区" in outcome["replies"][0]["text"]


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "0001e221bc330000000049454e44ae426082"
)


async def test_what_is_unclear_is_asked_and_registered_only_on_a_yes(town: Town) -> None:
    assert "不是要办的事，只是说说" in await town.say(LI, "东门口天天这样")

    assert "哪个小区" in await town.say(LI, "1")
    assert "2026-0001" in await town.say(LI, "枫桥苑")
    [case] = await town.cases()
    assert "东门口天天这样" in case.summary


@pytest.mark.parametrize("answer", ["4", "今天天气不错"])
async def test_what_is_unclear_opens_nothing_without_a_yes(town: Town, answer: str) -> None:
    await town.say(LI, "东门口天天这样")

    await town.say(LI, answer)

    assert await town.cases() == []


async def test_a_bare_place_is_asked_what_is_the_matter_there(town: Town) -> None:
    assert "枫桥苑3号楼2单元有什么事" in await town.say(LI, "枫桥苑3号楼2单元")


async def test_small_talk_does_not_answer_the_question(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    assert "还差地点" in await town.say(LI, "今天天气不错")
    assert await town.cases() == []


async def test_another_report_while_the_place_is_asked_is_a_case_of_its_own(town: Town) -> None:
    await town.say(LI, "路灯坏了，晚上看不见路")

    assert "电梯" in await town.say(LI, "枫桥苑8号楼电梯坏了，上不去")
    await town.say(LI, "枫桥苑3号楼前面")

    assert [case.building for case in await town.cases()] == ["8", "3"]


async def test_a_place_said_a_moment_later_still_completes_the_case(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")
    await town.say(LI, "就是那边老地方嘛")

    assert "枫桥苑7号楼2单元" in await town.say(LI, "枫桥苑7号楼2单元")

    [case] = await town.cases()
    assert (case.building, case.unit) == ("7", "2")
    assert "2026-0001" in (await town.texts(town.workers_chat))[-1]


async def test_a_unit_said_after_the_registration_is_filled_in(town: Town) -> None:
    await town.say(LI, "枫桥苑5号楼楼道灯不亮了")

    assert "枫桥苑5号楼2单元" in await town.say(LI, "2单元")


async def test_a_place_in_the_other_community_moves_the_case_there(town: Town) -> None:
    await town.say(LI, "救命啊着火了")

    await town.say(LI, "银杏里3号楼2单元")

    withdrawn, moved = await town.cases()
    assert (withdrawn.status, moved.status) == (CaseStatus.WITHDRAWN, CaseStatus.REGISTERED)
    assert withdrawn.community_id != moved.community_id
    assert "已转过去" in (await town.texts(town.groups[DESK]))[-1]


async def test_a_correction_puts_the_place_right_and_the_group_is_told(town: Town) -> None:
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")

    assert "枫桥苑9号楼2单元" in await town.say(LI, "不对，是9号楼")

    assert "枫桥苑9号楼2单元" in (await town.texts(town.workers_chat))[-1]


async def test_calling_it_off_is_told_to_whoever_has_the_case(town: Town) -> None:
    await town.say(LI, "枫桥苑8号楼停水了")

    assert "已转告" in await town.say(LI, "谢谢，已经来水了不用来了")

    assert "已经来水了" in (await town.texts(town.workers_chat))[-1]


async def test_the_same_words_again_open_no_second_case(town: Town) -> None:
    await town.say(LI, "枫桥苑8号楼停水了")

    assert "已经登记过" in await town.say(LI, "枫桥苑8号楼停水了")

    assert len(await town.cases()) == 1


async def test_a_complaint_of_a_worker_goes_to_the_community_without_its_words(town: Town) -> None:
    answer = await town.say(LI, "我要投诉枫桥苑的网格员王芳，收了钱不办事")
    if "1 是，登记" in answer:
        answer = await town.say(LI, "1")

    assert "只有社区工作人员看得到" in answer
    assert await town.texts(town.workers_chat) == []
    [card] = await town.texts(town.groups[DESK])
    assert "收了钱" not in card
    assert "收了钱" not in await town.say_in_group(WANG, "查 1")
    assert "收了钱" not in await town.say_in_group(QIANG, "查 1")
    assert "收了钱" in await town.say(QIANG, "查 1", chat="robot:main")


async def test_a_quarrel_is_private_whatever_its_kind_is_called(town: Town) -> None:
    answer = await town.say(LI, "枫桥苑30号楼1单元楼下打麻将天天吵到半夜")

    assert "不在居民群里说" in answer


async def test_a_photo_sent_while_the_place_is_asked_goes_with_that_report(town: Town) -> None:
    await town.say(LI, "枫桥苑8号楼停水了")
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    assert "会附上" in await town.say(LI, "", image=PIXEL)
    await town.say(LI, "枫桥苑3号楼2单元")

    _, lights = await town.cases()
    assert await town.database.read(lambda db: list(db.execute(select(attachments.c.case_id)).scalars())) == [
        lights.id
    ]


async def test_an_emergency_makes_nothing_else_forgotten(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    await town.say(LI, "救命啊着火了")

    lights, fire = await town.cases()
    assert (lights.subcategory, fire.urgency) == ("lighting", Urgency.EMERGENCY)
    await town.say(LI, "枫桥苑3号楼")
    assert [case.building for case in await town.cases()] == [None, "3"]
