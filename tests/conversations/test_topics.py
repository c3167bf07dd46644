"""Topics: neighbours propose and support them, staff decide, everybody concerned hears of it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.app import SCHEDULE
from storage.models.topics import Topic, TopicStatus, topics
from tests.conversations.conftest import HE, LI, QIANG, WANG, Town

ZHANG, WU = "zhangwei", "wuguilan"  # neighbours in the same estate
DESK = "晨光社区工作群"
CHARGING = "枫桥苑给车棚装充电桩"
SEWER = "枫桥苑33号楼5单元下水道堵了"


def all_topics(db: Connection) -> list[Topic]:
    return [Topic(*row) for row in db.execute(select(*topics.c).order_by(topics.c.id))]


async def at_desk(town: Town, text: str, **more: Any) -> str:
    return await town.say(QIANG, text, chat=town.groups[DESK], **more)


async def desk_reads(town: Town) -> list[str]:
    return await town.texts(town.groups[DESK])


async def test_a_proposal_from_the_first_word_to_its_acceptance(town: Town) -> None:
    answer = await town.say(LI, f"提议 {CHARGING}")
    assert "议题1" in answer
    assert "附议 议题1" in answer
    assert any("采纳议题1" in each and CHARGING in each for each in await desk_reads(town))

    assert "共 2 位居民支持" in await town.say(ZHANG, "附议 议题1")
    assert "已经附议过" in await town.say(ZHANG, "附议议题1")
    assert f"{CHARGING}　2人支持" in await town.say(WU, "议题")

    answer = await at_desk(town, "采纳议题1")
    assert "已采纳，已告诉提议和附议的居民" in answer
    assert "召集议事会 周五15:00 居委会会议室 议题1" in answer
    for resident in (LI, ZHANG):
        assert [each for each in await town.resident_reads(resident) if "已采纳" in each] != []
    assert "已采纳，待开会" in await town.say(WU, "议题1")
    assert not await town.cases()


async def test_a_proposal_without_words_is_asked_what(town: Town) -> None:
    assert "想商量什么" in await town.say(LI, "提议")
    assert "议题1" in await town.say(LI, "车棚里装几个充电桩")
    assert "想商量什么" in await town.say(LI, "提议")
    assert "不提了" in await town.say(LI, "算了")
    await town.say(LI, "提议")
    assert "议题" not in await town.say(LI, "你好")

    [topic] = await town.database.read(all_topics)
    assert topic.words == "车棚里装几个充电桩"


async def test_an_emergency_after_the_question_is_an_emergency(town: Town) -> None:
    await town.say(LI, "提议")

    await town.say(LI, "枫桥苑3号楼着火了")

    assert await town.has_cases(1)
    assert await town.database.read(all_topics) == []


async def test_a_fault_proposed_is_a_proposal_and_says_how_to_report(town: Town) -> None:
    answer = await town.say(LI, "提议 枫桥苑3号楼电梯坏了赶紧换新的")

    assert "议题1" in answer
    assert "不算报修" in answer
    assert await town.has_cases(0)
    await town.say(LI, "枫桥苑3号楼电梯坏了")
    assert await town.has_cases(1)


async def test_asking_about_proposals_proposes_nothing(town: Town) -> None:
    for question in ("提议怎么提？", "提议有用吗", "能不能提议装路灯？"):
        await town.say(LI, question)

    assert await town.database.read(all_topics) == []


async def test_declined_and_joined_topics_say_why_and_where(town: Town) -> None:
    await town.say(LI, f"提议 {CHARGING}")
    await town.say(ZHANG, "提议 枫桥苑车棚要能给电动车充电")
    await town.say(WU, "提议 枫桥苑每晚放露天电影")

    assert "请写明原因" in await at_desk(town, "不采纳议题3")
    assert "原因已告诉" in await at_desk(town, "不采纳议题3 附近已有广场电影")
    assert "请写明并到哪个议题" in await at_desk(town, "合并议题2")
    assert "已并入议题1" in await at_desk(town, "合并议题 2 到 1")

    assert any("附近已有广场电影" in each for each in await town.resident_reads(WU))
    assert any("您的支持也算在里面" in each for each in await town.resident_reads(ZHANG))
    assert "已并入议题1" in await town.say(ZHANG, "议题2")
    assert "2人支持" in await at_desk(town, "议题列表")
    assert "没有采纳" in await town.say(LI, "附议议题3")


async def test_the_notice_can_be_answered_without_the_number(town: Town) -> None:
    await town.say(LI, f"提议 {CHARGING}")
    await town.settle()
    [notice] = [each for each in await town.simulator.chat(town.groups[DESK]) if "居民提议" in each["text"]]

    assert "议题1“" in await at_desk(town, "采纳", quote=notice["id"])


async def test_only_staff_decide_and_only_residents_support(town: Town) -> None:
    await town.say(LI, f"提议 {CHARGING}")

    assert "附议由居民" in await town.say_in_group(WANG, "附议 议题1")
    await town.say_in_group(WANG, "采纳议题1")

    [topic] = await town.database.read(all_topics)
    assert topic.status is TopicStatus.PROPOSED
    assert "没有等着商量的议题" not in await town.say(LI, "议题")


async def test_private_words_are_shown_to_nobody_else(town: Town) -> None:
    answer = await town.say(LI, "提议 让枫桥苑33号楼5单元201的张伟家别再养鸡")

    assert "不公开" in answer
    assert "没有等着商量的议题" in await town.say(WU, "议题")
    assert "没有找到议题1" in await town.say(WU, "议题1")
    assert "没有找到议题1" in await town.say(WU, "附议 议题1")
    assert "别再养鸡" in await town.say(LI, "议题1")


async def test_a_number_without_the_word_means_a_case_first_and_then_the_topic(town: Town) -> None:
    await town.say(HE, "提议 明园小区种一排桂花")
    assert "共 2 位居民支持" in await town.say(LI, "附议 1")

    await town.say(ZHANG, SEWER)
    assert "2 位居民反映" in await town.say(LI, "附议 1")
    assert "没有编号 99 的事" in await town.say(LI, "附议 99")

    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 管道已疏通")
    assert "共 3 位居民支持" in await town.say(WU, "附议 1")  # the case is over, the topic waits


async def test_cases_are_put_on_the_list_by_staff_and_wished_for_by_workers(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(ZHANG, "枫桥苑3号楼2单元楼道灯不亮了")

    assert "已列为议题1“下水与照明”" in await at_desk(town, "列入议题 1、2 下水与照明")
    assert "没有找到编号 9 的诉求" in await at_desk(town, "列入议题 1、9")
    assert "告诉社区工作人员" in await town.say_in_group(WANG, "列入议题 2")
    assert any("王芳认为" in each and "采纳议题2" in each for each in await desk_reads(town))
    assert "已列为议题3“小区公约怎么修”" in await at_desk(town, "新议题 小区公约怎么修")

    listed = await at_desk(town, "议题列表")
    assert "待议议题 3 个" in listed
    assert "下水与照明　已采纳，待开会" in listed
    assert "诉求" in await at_desk(town, "议题2")
    assert "下水与照明" in await town.say(WU, "议题1")


async def test_a_long_list_is_cut_and_goes_on(town: Town) -> None:
    for count in range(18):
        await at_desk(town, f"新议题 第{count + 1}件要商量的事")

    first = await town.say(LI, "议题")
    assert "共 18 个" in first
    assert "还有 3 个，发“议题 第2页”接着看" in first
    second = await town.say(LI, "议题 第2页")
    assert "第18件要商量的事" in second
    assert "还有" not in second
    assert "没有这一页" in await town.say(LI, "议题 第3页")


async def test_what_keeps_coming_back_is_suggested_and_accepted(town: Town) -> None:
    for building in (3, 8, 33):
        await town.say(LI, f"枫桥苑{building}号楼1单元楼道灯不亮了")
    assert await town.has_cases(3)

    for _ in range(3):  # three looks, a day of standstill between them
        await town.app[SCHEDULE].suggest_topics()
        await town.move(timedelta(days=1))

    told = [each for each in await desk_reads(town) if "反复出现" in each]
    assert ["采纳议题1" in each for each in told] == [True]
    assert "没有等着商量的议题" in await town.say(WU, "议题")
    assert "已采纳" in await at_desk(town, "采纳议题1")
    assert "照明" in await town.say(WU, "议题")


async def test_a_complaint_of_a_worker_is_not_said_again_at_the_desk(town: Town) -> None:
    await town.say(LI, "提议 枫桥苑网格员王芳收钱不办事，要议一议")

    assert "王芳" not in await at_desk(town, "采纳议题1")
    assert "王芳" not in await at_desk(town, "不采纳议题1 另行处理")
    assert not [each for each in await desk_reads(town) if "收钱" in each]
