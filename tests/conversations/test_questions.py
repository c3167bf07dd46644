"""The contact card, common questions, and abuse."""

from sqlalchemy import Connection, select

from bot.app import DIRECTORY
from storage.models.desk import audit
from tests.conversations.conftest import LI, QIANG, WANG, Town


def audited(db: Connection) -> list[str]:
    return list(db.execute(select(audit.c.action).order_by(audit.c.id)).scalars())


async def test_the_card_shows_the_own_worker_and_estate_first(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")

    lines = (await town.say(LI, "明白卡")).splitlines()

    assert "王芳" in lines[0]
    assert lines[1] == "物业 0900-2020001"
    assert "119" in lines[-1]


async def test_the_line_that_was_asked_for_comes_alone(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")

    assert await town.say(LI, "物业电话多少") == "物业：0900-2020001"
    assert "0900-2020002" in await town.say(LI, "自来水电话是多少")
    assert "王芳" in await town.say(LI, "网格员电话")


async def test_whoever_has_not_said_where_they_live_reads_the_communitys_lines(town: Town) -> None:
    answer = await town.say(LI, "明白卡")

    assert "自来水 0900-2020002" in answer
    assert "晨光社区 0900-2020000" in answer


async def test_staff_answer_a_common_question_once_for_all(town: Town) -> None:
    assert "社区电话" in await town.say(LI, "居委会几点上班")

    assert "记下了" in await town.say(QIANG, "问答 居委会几点上班=工作日上午9点到下午6点")
    await town.app[DIRECTORY].refresh()

    assert "上午9点到下午6点" in await town.say(LI, "居委会几点上班")
    assert "居委会几点上班" in await town.say(QIANG, "问答列表")
    assert "已删除" in await town.say(QIANG, "删除问答 居委会几点上班")
    await town.app[DIRECTORY].refresh()
    assert "社区电话" in await town.say(LI, "居委会几点上班")


async def test_only_staff_edit_the_answers(town: Town) -> None:
    assert "由社区工作人员操作" in await town.say_in_group(WANG, "问答 居委会几点上班=随时")


async def test_an_unknown_question_cannot_be_removed(town: Town) -> None:
    assert "问答里没有" in await town.say(QIANG, "删除问答 没问过的")


async def test_abuse_gets_one_calm_sentence_and_opens_nothing(town: Town) -> None:
    answer = await town.say(LI, "傻逼")

    assert "消消气" in answer
    assert await town.cases() == []
    assert await town.database.read(audited) == ["abuse"]


async def test_a_report_with_a_swear_word_is_a_report(town: Town) -> None:
    await town.say(LI, "他妈的枫桥苑3号楼电梯又坏了，上不去")

    assert len(await town.cases()) == 1


async def test_abuse_is_no_answer_to_a_question(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    assert "消消气" in await town.say(LI, "傻逼")

    assert await town.cases() == []
    assert "枫桥苑3号楼" in await town.say(LI, "枫桥苑3号楼")
