"""Quarrels between neighbours: who mediates, what was agreed, and who reads nothing of it."""

from storage.models.cases import CaseStatus
from tests.conversations.conftest import FENGQIAO_RESIDENTS, LI, QIANG, WANG, ZHAO, Town

PIANO = "枫桥苑33号楼5单元楼上天天弹琴到半夜，睡不着"
ROBOT = "robot:main"  # one-to-one with the robot


async def mediated(town: Town) -> None:
    await town.say(LI, PIANO)
    await town.say_in_group(WANG, "接单 1")
    await town.say(WANG, "调解 1 被反映人：601的张老师 调解员：李强", chat=ROBOT)


async def test_the_card_of_a_quarrel_says_that_it_is_mediated(town: Town) -> None:
    await town.say(LI, PIANO)

    assert "邻里调解" in (await town.texts(town.workers_chat))[0]


async def test_between_whom_it_is_read_by_staff_and_the_handler_alone(town: Town) -> None:
    await mediated(town)

    assert "被反映人：601的张老师" in await town.say(WANG, "查 1", chat=ROBOT)
    assert "调解员：李强" in await town.say(QIANG, "查 1", chat=ROBOT)
    for answer in (await town.say_in_group(WANG, "查 1"), await town.say(ZHAO, "查 1", chat=ROBOT)):
        assert "张老师" not in answer
        assert "调解员" not in answer
    told = [*await town.resident_reads(LI), *await town.texts(town.workers_chat), await town.say(LI, "查 1")]
    assert "张老师" not in "".join(told)


async def test_a_quarrel_ends_with_its_agreement_which_no_group_of_residents_reads(town: Town) -> None:
    await mediated(town)
    assert "请先发“调解协议 1" in await town.say_in_group(WANG, "办结 1 已劝说")

    answer = await town.say_in_group(WANG, "调解协议 1 晚上十点后不弹琴")

    assert "正在通知反映人" in answer
    assert "晚上十点后不弹琴" in (await town.resident_reads(LI))[-1]
    await town.say_in_group(WANG, "办结 1")
    [case] = await town.cases()
    assert case.status is CaseStatus.RESOLVED
    assert case.resolution == "达成协议：晚上十点后不弹琴"
    assert await town.simulator.tasks() == []
    assert await town.texts(FENGQIAO_RESIDENTS) == []


async def test_what_could_not_be_agreed_is_settled_by_saying_so(town: Town) -> None:
    await mediated(town)

    await town.say_in_group(WANG, "办结 1 未达成，对方不肯谈，已告知可走司法途径")

    [case] = await town.cases()
    assert case.status is CaseStatus.RESOLVED
    assert case.resolution.startswith("未达成")


async def test_a_public_matter_is_not_mediated_and_a_mediation_names_somebody(town: Town) -> None:
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")
    await town.say(LI, PIANO)

    assert "不走调解" in await town.say_in_group(WANG, "调解 1 被反映人：张老师 调解员：李强")
    assert "不走调解" in await town.say_in_group(WANG, "调解协议 1 都好")
    assert "请写明双方和调解员" in await town.say_in_group(WANG, "调解 2")
    assert "请写明双方怎么约定" in await town.say_in_group(WANG, "调解协议 2")
    assert "属于第一网格" in await town.say(ZHAO, "调解 2 被反映人：张老师", chat=ROBOT)
