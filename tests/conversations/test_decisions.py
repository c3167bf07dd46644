"""Decisions are kept: progress in the owner's group, done with proof, the watcher's word, the strike-off."""

from datetime import datetime, timedelta

from aiohttp import ClientSession
from sqlalchemy import Connection

from storage import cases as case_rows
from storage import people
from storage.models.cases import CaseStatus
from storage.models.outbox import Channel
from tests.conversations.conftest import FENGQIAO_RESIDENTS, LI, QIANG, Town
from tests.handlers.decisions.table import agreed, meeting

ZHOU = "zhou"  # of the property company
ZHANG = "zhangwei"  # a neighbour, who watches
DESK, PROPERTY = "晨光社区工作群", "物业工作群"
SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
DAY = timedelta(days=1)


def held(db: Connection, now: datetime, watcher: str) -> None:
    """The meeting about the first case was held: the company clears the pipe, a neighbour watches."""
    found = people.person_of(db, channel=Channel.OFFICIAL_ACCOUNT, account="main", external_id=watcher)
    assert found is not None
    cases = (case_rows.case_by_id(db, 1),)
    agreed(db, meeting(db, now=now, cases=cases), now=now, cases=cases, watcher=found)


async def decide(town: Town) -> None:
    """A case, a meeting, a decision."""
    await town.say(LI, SEWER)
    await town.say(ZHANG, "你好")
    watcher = next(each.openid for each in town.platform.world.people if each.id == ZHANG)
    await town.database.write(held, town.clock.now(), watcher)


async def owner(town: Town, text: str) -> str:
    return await town.say(ZHOU, text, chat=town.groups[PROPERTY])


async def staff(town: Town, text: str) -> str:
    return await town.say(QIANG, text, chat=town.groups[DESK])


async def last(town: Town, chat: str, words: str) -> str:
    return [text for text in await town.texts(chat) if words in text][-1]


async def test_from_progress_to_the_strike_off(town: Town) -> None:
    await decide(town)

    assert "进展已记下" in await owner(town, "进展 决议1 已联系疏通队，周三进场")
    assert "周三进场" in await last(town, f"account:main:{LI}", "有进展")
    assert "还缺凭证" in await owner(town, "办结 决议1 主管道已疏通")
    await town.simulator.send_photo(ZHOU, text="决议1", chat=town.groups[PROPERTY])
    assert "正请监督人核实" in await owner(town, "办结 决议1 主管道已疏通")
    asked = await last(town, f"account:main:{ZHANG}", "请您看一看")
    assert "决议1 属实" in asked
    assert "继续办" in await town.say(ZHANG, "决议1 没做完：井盖没盖")
    assert "井盖没盖" in await last(town, town.groups[PROPERTY], "没做完")
    await town.simulator.send_photo(ZHOU, text="办结 决议1 已疏通并盖好井盖", chat=town.groups[PROPERTY])
    assert "销号" in await town.say(ZHANG, "属实")

    [case] = await town.cases()
    assert (case.status, case.resolution) == (CaseStatus.RESOLVED, "已疏通并盖好井盖")
    assert "已疏通并盖好井盖" in await last(town, f"account:main:{LI}", "满意")
    group = "\n".join(await town.texts(FENGQIAO_RESIDENTS))
    assert [each for each in ("张伟", "李秀英", "周经理", "5单元", "王芳") if each in group] == []


async def test_a_photo_under_a_notice_shows_the_work_at_no_case(town: Town) -> None:
    await decide(town)
    await town.move(9 * DAY)
    await town.settle()
    await staff(town, "督办 决议1 本周完成")
    await town.settle()
    chat = await town.simulator.chat(town.groups[PROPERTY])
    notice = next(each["id"] for each in chat if "督办" in each.get("text", ""))

    await town.simulator.send_photo(ZHOU, chat=town.groups[PROPERTY], quote=notice)

    assert "凭证：1 份" in await owner(town, "决议1")


async def test_who_says_what_and_who_may_not(town: Town) -> None:
    await decide(town)

    assert "决议1 疏通主管道｜枫桥物业" in await staff(town, "决议列表")
    assert "决议1 疏通主管道" in await owner(town, "我们的决议")
    assert "决议1 疏通主管道｜枫桥物业" in await town.say(LI, "决议列表")
    assert "督办由社区工作人员操作" in await owner(town, "督办 决议1")
    assert "已报社区工作人员" in await owner(town, "延期 决议1 3天 等配件")
    assert "期限已定为" in await staff(town, "同意延期 决议1")
    assert "没有找到决议9" in await staff(town, "决议9")
    assert "由监督人核实" in await town.say(LI, "决议1 属实")
    assert "还没有报完成" in await town.say(ZHANG, "决议1 属实")
    assert "不请您当监督人" in await town.say(ZHANG, "不当监督人")
    assert "已撤销" in await staff(town, "撤销 决议1 业主大会另有安排")
    assert "业主大会另有安排" in await last(town, f"account:main:{LI}", "不再办理")


async def test_the_board_is_open_to_everybody(town: Town) -> None:
    await decide(town)
    link = (await town.say(LI, "公示栏")).rsplit("：", 1)[1]

    async with ClientSession() as http, http.get(link) as answer:
        page = await answer.text()
    async with ClientSession() as http, http.get(link + "x") as other:
        missing = other.status

    assert link.endswith("/board/chenguang")
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "疏通主管道" in page
    assert "枫桥物业" in page
    assert missing == 404


async def test_ordinary_words_keep_their_meaning(town: Town) -> None:
    await decide(town)

    assert "已接单" in await town.say("wangfang", "接单 1", chat=town.workers_chat)
    assert "进展已记下" in await town.say("wangfang", "进展 1 已联系", chat=town.workers_chat)
    await town.say(ZHANG, "决议里说的下水道又堵了，污水漫到枫桥苑3号楼门口")
    assert await town.has_cases(2)
