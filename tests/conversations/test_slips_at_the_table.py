"""Small slips about meetings and decisions: a wrong number, no such day, too few seats, a time gone by."""

from datetime import timedelta

import aiohttp
import pytest

from tests.conversations.conftest import LI, QIANG, Town
from tests.conversations.test_decisions import DESK, SEWER, decide, owner


async def staff(town: Town, text: str) -> str:
    return await town.say(QIANG, text, chat=town.groups[DESK])


async def test_number_of_a_decision_said_as_of_a_case(town: Town) -> None:
    await decide(town)

    assert "请发“进展 决议1 …”" in await owner(town, "进展 1 已联系疏通队")
    assert "请发“办结 决议1 …”" in await owner(town, "办结 1 已疏通")
    assert "决议" not in await owner(town, "进展 7 已联系疏通队")


async def test_progress_without_a_number_is_of_the_only_decision(town: Town) -> None:
    await decide(town)

    assert "决议1 的进展已记下" in await owner(town, "进展 师傅明天到")


async def test_slips_in_the_time_of_a_meeting(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "没有2月30日这一天" in await staff(town, "议 1 2月30日15:00 居委会会议室")
    assert "几点" in await staff(town, "召集议事会 地锁怎么办")
    assert "没有2月30日这一天" in await staff(town, "2月30日15:00")
    assert "在哪里开" in await staff(town, "周五15:00")
    await staff(town, "取消")
    await staff(town, "议 1 周五15:00 居委会会议室")
    assert "已经过了" in await staff(town, "改期 议事会1 昨天15:00")
    assert "已经过了" in await staff(town, "改期 议事会1 昨天")
    assert "没有2月30日这一天" in await staff(town, "改期 议事会1 2月30日15:00")


async def test_fewer_seats_than_people_who_come(town: Town) -> None:
    await town.say(LI, SEWER)
    await staff(town, "议 1 周五15:00 居委会会议室")
    await town.settle()
    await town.say(LI, "参加 议事会1 5人")

    said = await staff(town, "议事会1 名额3")

    assert "已有 5 人要来，超过名额 3" in said
    assert "超过名额" not in await staff(town, "议事会1 名额30")


async def test_minutes_without_the_word_and_with_no_such_day(town: Town) -> None:
    await town.say(LI, SEWER)
    await staff(town, "议 1 今天15:00 居委会会议室")
    await town.move(timedelta(hours=7))
    await town.settle()

    said = await staff(town, "纪要 议事会1 大家到了\n枫桥物业 2月30日前 疏通主管道")

    assert "疏通主管道" in said
    assert "没有2月30日这一天" in said


async def test_resident_asks_how_to_consult(town: Town) -> None:
    for asked in ("帮助 更多", "议事会怎么用", "怎么提议", "怎么参加议事会", "怎么投票"):
        said = await town.say(LI, asked)
        assert all(
            word in said for word in ("提议 ", "附议 议题3", "参加 议事会5", "表决2 同意", "公示栏")
        ), asked
    assert "“提议 …”" in await town.say(LI, "帮助")


@pytest.mark.parametrize("path", ["/board", "/board/", "/board/unknown", "/board/unknown/more"])
async def test_no_such_board_is_said_in_chinese(town: Town, path: str) -> None:
    said = await town.say(LI, "公示栏")
    home = said[said.index("http") :].split("/board/")[0]
    async with aiohttp.ClientSession() as session, session.get(home + path) as answer:
        assert answer.status == 404
        assert "没有这个公示栏" in await answer.text()
