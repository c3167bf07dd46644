"""A vote by household, from the draft to the result, as people hear it in their chats."""

from datetime import timedelta

import pytest

from handlers.organization.rooms_import import import_rooms
from storage.consultation import due_wakes
from storage.models.consultation import Subject
from storage.models.polls import PollStatus
from storage.polls import rows
from tests.conversations.conftest import FENGQIAO_RESIDENTS, HE, LI, QIANG, WANG, Town

DESK, PROPERTY = "晨光社区工作群", "物业工作群"
ZHANG, WU = "zhangwei", "wuguilan"
DRAFT = "发起表决 是否加装电梯 范围枫桥苑33号楼 比例80% 截止11月30日20:00"
ROOMS = [("楼", "单元", "室", "面积")] + [
    (33, 5, floor * 100 + door, 89) for floor in (1, 2, 3) for door in (1, 2)
]


async def staff(town: Town, text: str) -> str:
    return await town.say(QIANG, text, chat=town.groups[DESK])


async def told(town: Town) -> None:
    """Everything that polls had to do by themselves is done and sent."""

    async def nothing_due() -> bool:
        due = await town.database.read(due_wakes, now=town.clock.now(), limit=50)
        return not [each for each in due if each.subject is Subject.POLL]

    await town.eventually(nothing_due)
    await town.settle()


async def residents_group(town: Town) -> list[str]:
    """What the owner of the residents' group was asked to send there."""
    await town.settle()
    return [task["text"] for task in await town.simulator.tasks() if FENGQIAO_RESIDENTS in str(task["chats"])]


@pytest.fixture
async def voting(town: Town) -> Town:
    """Six households are listed, and the vote has begun."""
    await town.database.write(import_rooms, ROOMS, estate="枫桥苑")
    for person, room in ((LI, 101), (ZHANG, 101), (WU, 102)):
        await town.say(person, f"我住枫桥苑33号楼5单元{room}")
    await staff(town, DRAFT)
    await staff(town, "开始表决1")
    await told(town)
    return town


async def test_a_draft_is_shown_before_anybody_is_told(town: Town) -> None:
    await town.database.write(import_rooms, ROOMS, estate="枫桥苑")

    shown = await staff(town, DRAFT)

    assert "表决1 拟好了，还没有发出" in shown
    assert "枫桥苑33号楼，共 6 户（按户册）" in shown
    assert "“同意”占全部住户达到 80%通过" in shown
    assert await residents_group(town) == []
    assert "没有编号 1 的表决" in await town.say(LI, "表决1")


async def test_a_vote_from_the_first_word_to_the_result(voting: Town) -> None:
    town = voting
    [opened] = await residents_group(town)
    invited = (await town.resident_reads(LI))[-1]

    first = await town.say(LI, "同意")
    joined = await town.say(ZHANG, "同意")
    doors = await town.say_in_group(WANG, "敲门 1")
    entered = await town.say_in_group(WANG, "代投 1 33号楼5单元201 202 301 同意 302 不同意")
    last = await town.say(WU, "表决1 同意")
    standing = await staff(town, "表决1")
    closed = await staff(town, "结束表决1")
    await told(town)

    assert "回复“表决1 同意”" in invited
    assert "33号楼住户" in opened
    assert "单元" not in opened
    assert "表决1 投好了，枫桥苑33号楼5单元101室：同意" in first
    assert "家人已经投过一样的" in joined
    assert "1楼：102" in doors
    assert "录入 4 户" in entered
    assert "投好了" in last
    assert "33号楼：6/6 户" in standing
    assert "代投 4 户" in standing
    for text in (closed, (await residents_group(town))[-1]):
        assert "同意 5 户，占 6 户的 83.3%，达到 80%，通过" in text
    assert "已经结束" in await town.say(LI, "表决1")
    assert "已经结束，现在不能投" in await town.say(LI, "表决1 反对")


async def test_a_quarrel_within_a_household_is_left_to_staff(voting: Town) -> None:
    town = voting
    await town.say(LI, "同意")

    answer = await town.say(ZHANG, "反对")
    await town.settle()
    desk = (await town.texts(town.groups[DESK]))[-1]
    listed = await staff(town, "争议 1")
    ruled = await staff(town, "认定 1 33号楼5单元101室 第2位")

    assert "社区会联系您家核实" in answer
    assert "33号楼5单元101室有两个人投的不一样" in desk
    assert "第2位" in listed
    assert "已认定" in ruled
    assert "社区已经认定" in await town.say(LI, "表决1 同意")
    assert "由社区工作人员操作" in await town.say_in_group(WANG, "争议 1")
    assert "私聊" in await town.say(QIANG, "争议 1", chat=town.groups[PROPERTY])


async def test_with_two_votes_the_bare_word_is_asked_about(voting: Town) -> None:
    town = voting
    await staff(town, "发起表决 换门禁方案 范围枫桥苑33号楼 选项 刷脸、刷卡 截止11月28日")
    await staff(town, "开始表决2")
    await staff(town, "发起表决 换水箱 范围枫桥苑33号楼 截止11月28日")
    await staff(town, "开始表决3")

    asked = await town.say(LI, "同意")
    fits_one = await town.say(LI, "表决2 刷卡")
    chosen = await town.say(LI, "表决3 同意")

    assert "表决1 是否加装电梯" in asked
    assert "表决3 换水箱" in asked
    assert "换门禁方案" not in asked
    assert "：刷卡" in fits_one
    assert "表决3 投好了" in chosen
    assert "您家还没有投" in await town.say(LI, "表决1")


async def test_a_secret_vote_is_entered_alone(voting: Town) -> None:
    town = voting
    await staff(town, "发起表决 换物业 范围枫桥苑33号楼 不记名 截止11月28日")
    await staff(town, "开始表决2")

    refused = await town.say_in_group(WANG, "代投 2 33号楼5单元201 不同意")
    answered = await town.say(LI, "表决2 不同意")
    standing = await staff(town, "表决2")

    assert "请不要在群里写住户选了什么" in refused
    assert "投好了，枫桥苑33号楼5单元101室。" in answered
    assert "不同意 1 户" not in standing
    assert "已投 1 户" in standing


async def test_agreement_without_a_vote_is_no_vote(town: Town) -> None:
    before = await town.say(LI, "同意")
    away = await town.say(HE, "表决1 同意")

    assert "投好了" not in before
    assert "没有编号 1 的表决" in away


async def test_who_has_not_said_where_they_live_is_asked(voting: Town) -> None:
    await voting.say(HE, "我住明园小区3号楼1单元101")

    assert "请先说您住哪里" in await voting.say("sunxiaomei", "表决1 同意")
    await voting.say("sunxiaomei", "我住枫桥苑33号楼")
    assert "请先说您住哪里" in await voting.say("sunxiaomei", "同意")
    assert "您登记的住址不在里面" in await voting.say(HE, "表决1 同意")
    assert "户册里没有枫桥苑33号楼5单元909室" in await _as_of(voting, "guoyong", "909")


async def _as_of(town: Town, person: str, room: str) -> str:
    await town.say(person, f"我住枫桥苑33号楼5单元{room}")
    return await town.say(person, "表决1 同意")


async def test_a_day_without_the_process_is_made_up_for(voting: Town) -> None:
    town = voting
    await town.say(LI, "同意")
    await town.move(timedelta(days=11))
    await told(town)
    poll = await town.database.read(rows.poll_numbered, 1, 1)
    first = await residents_group(town)
    await town.move(timedelta(days=1))
    await told(town)

    assert poll is not None
    assert poll.status is PollStatus.CLOSED
    assert len([text for text in first if "结果" in text]) == 1
    assert await residents_group(town) == first
    reads = await town.resident_reads(WU)
    assert len([text for text in reads if "还没有投票" in text]) == 0
    assert "已经结束，现在不能投" in await town.say(WU, "表决1 同意")


async def test_workers_are_told_whose_part_it_is(voting: Town) -> None:
    assert "由社区工作人员操作" in await voting.say_in_group(WANG, DRAFT)
    assert "写明哪一户" in await voting.say_in_group(WANG, "表决1 同意")
    assert "表决1 是否加装电梯" in await voting.say_in_group(WANG, "表决列表")


async def test_a_vote_on_a_private_topic_is_shown_to_its_homes_alone(town: Town) -> None:
    await town.database.write(import_rooms, ROOMS, estate="枫桥苑")
    await town.say(LI, "我住枫桥苑33号楼5单元101")
    await town.say(HE, "我住枫桥苑3号楼2单元301")
    await town.say(LI, "提议 33号楼201的张伟总占车位，要有规矩")
    await staff(town, "采纳议题1")
    await staff(town, DRAFT.replace(" 截止", " 议题1 截止"))
    await staff(town, "开始表决1")
    await told(town)

    assert "没有编号 1 的表决" in await town.say(HE, "表决1")
    assert "没有编号 1 的表决" in await town.say(HE, "表决1 同意")
    assert "您家还没有投" in await town.say(LI, "表决1")
    assert await residents_group(town) == []


async def test_a_vote_is_no_answer_to_what_was_asked_about_a_report(voting: Town) -> None:
    await voting.say(LI, "不太同意吧")
    assert "投好了" in await voting.say(LI, "表决1 弃权")

    assert await voting.cases() == []


async def test_a_reason_beside_the_choice_is_no_report(voting: Town) -> None:
    assert "投好了" in await voting.say(LI, "不同意，太贵了")
    assert "请写上编号，例如“开始表决2”" in await staff(voting, "开始表决")
    assert await voting.cases() == []
