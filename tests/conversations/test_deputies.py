"""Deputies with days: said in the file or in chat, beginning and ending by the calendar of Asia/Shanghai."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from bot.app import DIRECTORY, SCHEDULE
from handlers.organization import described, import_organization, parse_organization
from handlers.organization.mistakes import OrganizationRefused
from handlers.organization.report import OrganizationImported
from handlers.organization.sheets import organization_from_sheets
from storage.models.cases import CaseStatus
from tests.conversations.conftest import HE, LI, QIANG, WANG, ZHAO, Town, read
from tests.conversations.on_a_line import audited

GROUND_LOCK = "明园小区3号楼前面有人装了地锁，把公共车位占了"
LIGHT = "明园小区5号楼楼道灯不亮了"
SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
DAY = timedelta(days=1)
FIRST, SECOND = "第一网格工作群", "第二网格工作群"


async def desk(town: Town, text: str) -> str:
    return await town.say(QIANG, text, chat=town.groups["晨光社区工作群"])


async def switch(town: Town, days: int = 0) -> None:
    """So many days later, and the tick that looks at them."""
    await town.move(days * DAY)
    await town.app[SCHEDULE].switch_deputies()


async def handler_of_last(town: Town) -> str:
    answer = await desk(town, f"查 {len(await town.cases())}")
    return answer.split("办理：")[1].split("\n")[0]


async def test_a_deputy_acts_from_the_first_day_to_the_last(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await desk(town, "代班 赵磊 第一网格 11月25日到11月30日")
    assert "第一网格：赵磊（替王芳），11月25日起，到11月30日为止，还没开始" in answer
    assert "属于第一网格" in await town.say(ZHAO, "接单 1", chat=town.groups[SECOND])

    await switch(town, 5)
    assert "赵磊替王芳代班第一网格" in (await town.texts(town.groups[FIRST]))[-1]
    assert "赵磊已接单" in await town.say(ZHAO, "接单 1", chat=town.groups[SECOND])

    await switch(town, 5)
    assert "2026-0001 进展已记下" in await town.say(ZHAO, "进展 1 在办", chat=town.groups[SECOND])
    await switch(town, 1)
    assert "赵磊代班第一网格结束" in (await town.texts(town.groups[FIRST]))[-1]
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")
    assert "属于第一网格" in await town.say(ZHAO, "接单 2", chat=town.groups[SECOND])


async def test_new_cases_fall_to_who_stands_in_while_the_other_is_away(town: Town) -> None:
    await desk(town, "代班 赵磊 第一网格 到周日")
    await town.say(LI, SEWER)
    assert await handler_of_last(town) == "赵磊"

    await switch(town, 3)
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")

    assert await handler_of_last(town) == "王芳"


async def test_who_is_away_names_the_grid(town: Town) -> None:
    answer = await desk(town, "赵磊请假，王芳代班到周日")

    assert "第二网格：王芳（替赵磊）" in answer
    await town.say(HE, GROUND_LOCK)
    assert await handler_of_last(town) == "王芳"


async def test_a_standing_deputy_stays_one_when_the_days_are_over(town: Town) -> None:
    await desk(town, "代班 王芳 第二网格 明天")  # a deputy of that grid in the file, without days

    await switch(town, 3)

    await town.say(HE, LIGHT)
    assert await handler_of_last(town) == "赵磊"
    assert "王芳已接单" in await town.say(WANG, "接单 1", chat=town.groups[SECOND])
    assert "第二网格：王芳，长期替补" in await desk(town, "代班表")


async def test_switching_twice_tells_once(town: Town) -> None:
    await desk(town, "代班 赵磊 第一网格 明天")

    await switch(town, 1)
    await switch(town)

    texts = await town.texts(town.groups[FIRST])
    assert sum("代班第一网格" in text for text in texts) == 1


async def test_a_deputy_is_ended_in_chat_and_the_log_knows(town: Town) -> None:
    await town.say(LI, SEWER)
    await desk(town, "代班 赵磊 第一网格 到周日")

    assert "赵磊在第一网格的代班已取消" in await desk(town, "取消代班 赵磊")

    assert "属于第一网格" in await town.say(ZHAO, "接单 1", chat=town.groups[SECOND])
    assert len(await audited(town, "deputy_appointed")) == 1
    assert len(await audited(town, "deputy_ended")) == 1
    assert "赵磊现在没有代班" in await desk(town, "取消代班 赵磊")
    assert "组织文件" in await desk(town, "取消代班 王芳")


async def test_what_cannot_be_is_refused_with_what_to_write(town: Town) -> None:
    assert "请写明哪个网格" in await desk(town, "代班 赵磊 到周日")
    assert "本来就管第一网格" in await desk(town, "代班 王芳 第一网格 到周日")
    assert "没有叫“李娜”的" in await desk(town, "代班 李娜 第一网格 到周日")
    assert "不是第一网格的网格员" in await desk(town, "代班 赵磊 代李强 第一网格 到周日")
    assert "安排代班由社区工作人员操作" in await town.say_in_group(WANG, "代班 赵磊 第一网格 到周日")
    assert "第二网格：王芳，长期替补" in await town.say_in_group(WANG, "代班表")


async def test_the_list_shows_who_stands_in(town: Town) -> None:
    await desk(town, "代班 赵磊 第一网格 11月25日到11月30日")

    answer = await desk(town, "代班表")

    assert "代班 2 条" in answer
    assert "第一网格：赵磊（替王芳），11月25日起，到11月30日为止，还没开始" in answer


# ------------------------------------------------------------------ the organization file


def with_deputies(*deputies: object) -> dict[str, Any]:
    table = copy.deepcopy(read("organization.toml"))
    table["communities"][0]["grids"][0]["deputies"] = list(deputies)
    return table


async def imported(town: Town, table: dict[str, Any]) -> OrganizationImported:
    found = await town.database.write(import_organization, parse_organization(table), now=town.clock.now())
    await town.app[DIRECTORY].refresh()
    return found


async def test_the_file_names_deputies_with_their_days(town: Town) -> None:
    await town.say(LI, SEWER)
    await imported(town, with_deputies({"name": "赵磊", "from": "2026-11-22", "until": "2026-11-23"}))
    assert "属于第一网格" in await town.say(ZHAO, "接单 1", chat=town.groups[SECOND])

    await switch(town, 2)
    assert "赵磊已接单" in await town.say(ZHAO, "接单 1", chat=town.groups[SECOND])

    await switch(town, 2)
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")
    assert "属于第一网格" in await town.say(ZHAO, "接单 2", chat=town.groups[SECOND])


async def test_importing_keeps_what_was_said_in_chat_and_says_so(town: Town) -> None:
    await town.say(LI, SEWER)
    await desk(town, "代班 赵磊 第一网格 到周日")

    first = await imported(town, read("organization.toml"))
    again = await imported(town, with_deputies("赵磊"))

    assert "聊天里安排的代班保留 1 条（第一网格 赵磊 2026-11-20 至 2026-11-22）" in described(first)
    assert not any(table.changed for table in first.tables)
    assert any("保留" in line for line in described(again))
    assert "赵磊已接单" in await town.say(ZHAO, "接单 1", chat=town.groups[SECOND])
    await switch(town, 3)  # the days are over; the file now says that he is a deputy for good
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")
    assert "赵磊已接单" in await town.say(ZHAO, "接单 2", chat=town.groups[SECOND])
    assert [case.status for case in await town.cases()] == [CaseStatus.CLAIMED] * 2


def test_a_sheet_writes_days_behind_the_name() -> None:
    sheets = {
        "社区": [["代码", "名称"], ["songyuan", "松园社区"]],
        "小区": [["名称"], ["松园"]],
        "人员": [
            ["姓名", "角色"],
            ["田甜", "网格员"],
            ["石磊", "网格员"],
            ["白灵", "网格员"],
            ["方圆", "网格员"],
        ],
        "网格": [
            ["名称", "网格员", "替补"],
            ["松园网格", "田甜", "石磊（2026-11-20至2026-11-30）、白灵、方圆（2026-11-20起）"],
        ],
    }

    [grid] = organization_from_sheets(sheets).communities[0].grids

    assert [(each.name, str(each.starts_on), str(each.ends_on)) for each in grid.deputies] == [
        ("石磊", "2026-11-20", "2026-11-30"),
        ("白灵", "None", "None"),
        ("方圆", "2026-11-20", "None"),
    ]


@pytest.mark.parametrize(
    ("deputy", "sentence"),
    [
        ({"name": "赵磊", "from": "下周一"}, "“下周一”不是日期，请写成 2026-11-20。"),
        ({"name": "赵磊", "from": "2026-11-30", "until": "2026-11-20"}, "“2026-11-20”在开始之前"),
        ({"from": "2026-11-30"}, "没有填写"),
        ({"name": "赵磊", "till": "2026-11-30"}, "没有 till 这一项"),
        ({"name": "钱七"}, "people 里没有“钱七”"),
    ],
)
def test_a_mistaken_deputy_is_told_with_its_place(deputy: dict[str, str], sentence: str) -> None:
    with pytest.raises(OrganizationRefused) as refused:
        parse_organization(with_deputies(deputy))

    assert any(sentence in each for each in refused.value.mistakes)
