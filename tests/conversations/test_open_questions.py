"""Words that may answer what was asked before: the bot asks which is meant, and takes nothing silently."""

import pytest

from handlers.organization.rooms_import import import_rooms
from storage import decisions
from storage.models.cases import CaseStatus
from storage.models.decisions import DecisionStatus
from storage.polls import ballots
from tests.conversations.conftest import LI, Town
from tests.conversations.test_decisions import ZHANG, decide, staff
from tests.conversations.test_decisions import owner as property_says
from tests.conversations.test_polls import DRAFT, ROOMS

SHARE = "分摊 决议1 1200元 枫桥苑33号楼5单元 101、102、201、202"


async def reported_done(town: Town) -> None:
    """The company reports a decision done, and a neighbour is asked whether it is."""
    await decide(town)
    await town.simulator.send_photo("zhou", text="决议1", chat=town.groups["物业工作群"])
    await town.settle()
    assert "正请监督人核实" in await property_says(town, "办结 决议1 主管道已疏通")


async def status(town: Town) -> DecisionStatus:
    found = await town.database.read(decisions.decision_by_id, 1)
    return found.status


FREE_WORDS = (
    "修好了，挺好的",
    "已经好了",
    "好像还是有点堵",
    "没弄好",
    "挺好的",
    "现在不堵了",
    "还是老样子",
    "还有点漏",
)


async def test_free_words_of_a_watcher_are_asked_about(town: Town) -> None:
    await reported_done(town)
    for words in FREE_WORDS:
        said = await town.say(ZHANG, words)
        assert "您说的是决议1" in said, words
        assert "决议1 属实\n" in said
        assert "决议1 没做完：" in said
    assert await status(town) is DecisionStatus.REPORTED_DONE
    assert len(await town.cases()) == 1

    assert "登记" in await town.say(ZHANG, "枫桥苑3号楼2单元楼道灯坏了")
    assert len(await town.cases()) == 2
    assert "销号" in await town.say(ZHANG, "决议1 属实")
    assert "决议1" not in await town.say(ZHANG, "已经好了")


async def test_an_own_case_to_be_judged_comes_first(town: Town) -> None:
    await reported_done(town)
    await town.say(ZHANG, "枫桥苑3号楼2单元楼道灯坏了")
    await town.simulator.send_photo("zhou", text="办结 2 已换灯", chat=town.groups["物业工作群"])
    await town.settle()
    await staff(town, "办结 2 已换灯")
    await town.settle()

    assert "您说的是决议1" in await town.say(ZHANG, "好像还是有点堵")
    assert "决议1" not in await town.say(ZHANG, "修好了，挺好的")
    assert (await town.cases())[1].status is CaseStatus.CLOSED
    assert await status(town) is DecisionStatus.REPORTED_DONE


async def test_others_words_go_their_usual_way(town: Town) -> None:
    await reported_done(town)
    assert "决议1" not in await town.say("wuguilan", "已经好了")


QUESTIONS = (
    "周六可以吗",
    "几点开",
    "在哪开",
    "在哪里开会",
    "能不能换个时间",
    "什么时候开会",
)


async def test_questions_of_who_is_invited_show_the_meeting(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    await staff(town, "议 1 周五15:00 居委会会议室")
    await town.settle()
    for words in QUESTIONS:
        said = await town.say(LI, words)
        assert "15:00" in said, words
        assert "居委会会议室" in said
        assert [each for each in ("意见", "参加", "请假") if f"{each} 议事会1" not in said] == []
        assert "议事会1" not in await town.say("wuguilan", words)
        await town.say("wuguilan", "算了")
    await town.settle()
    assert len(await town.cases()) == 1


@pytest.fixture
async def voting(town: Town) -> Town:
    await town.database.write(import_rooms, ROOMS, estate="枫桥苑")
    await town.say(LI, "我住枫桥苑33号楼5单元101")
    await staff(town, DRAFT)
    await staff(town, "开始表决1")
    await town.settle()
    return town


async def test_agreement_is_asked_about_where_a_vote_and_a_cost_wait(voting: Town) -> None:
    town = voting
    await decide(town)
    await staff(town, SHARE)

    for words, share in (("同意", "同意分摊 1"), ("不同意", "不同意分摊 1：原因")):
        said = await town.say(LI, words)
        assert f"表决1 {words}" in said
        assert share in said
    assert await town.database.read(ballots.ballots_by, 1, 1) == []
    assert "同意分摊300元" in await town.say(LI, "同意分摊 1")
    assert "表决1" in await town.say(LI, "同意")
    assert "分摊" not in await town.say(LI, "同意")


async def test_unsure_words_are_asked_about_while_a_vote_is_open(voting: Town) -> None:
    town = voting
    for words in ("不太同意吧", "可能同意吧", "不太赞成"):
        said = await town.say(LI, words)
        assert "是投表决1" in said, words
        assert "“表决1 同意”或“表决1 不同意”" in said
    assert "登记" in await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    assert "表决1" not in await town.say("wuguilan", "不太同意吧")


async def test_a_figure_is_asked_about_while_a_survey_is_open(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33号楼5单元201")
    await staff(town, "发起征询 您家暖气热不热 范围枫桥苑 选项 不热、还可以、很热")
    for words in ("16度多一点", "差不多18度", "16度左右吧", "B吧"):
        said = await town.say(LI, words)
        assert "是答征询1" in said, words
        assert f"征询1：{words}" in said
    assert await town.cases() == []
    assert "征询1" not in await town.say(LI, "暖气只有16度，枫桥苑33号楼都不热")
    await town.settle()
