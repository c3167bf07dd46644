"""Every way to a workers' group, to one worker, and to staff: what is told where, over the real wires."""

import copy
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from storage.models.cases import CaseStatus
from tests.conversations.conftest import HE, LI, QIANG, WANG, ZHAO, Town, read, running_town
from tests.conversations.on_a_line import cards, last_card, town_on_a_line

SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
GAS = "枫桥苑3号楼2单元有很浓的煤气味"
GROUND_LOCK = "明园小区3号楼前面有人装了地锁，把公共车位占了"
FIRST, DESK = "第一网格工作群", "晨光社区工作群"
WAYS = ("webhook", "robot", "appchat")

MakeTown = Callable[..., AbstractAsyncContextManager[Town]]


def organization(**groups: dict[str, str]) -> dict[str, Any]:
    """The sample's, with these groups of the first community reached in these ways only."""
    table = copy.deepcopy(read("organization.toml"))
    for group in table["communities"][0]["groups"]:
        if group["name"] in groups:
            for way in WAYS:
                group.pop(way, None)
            group.update(groups[group["name"]])
    return table


@pytest.fixture
def make_town(sqlite_url: str, tmp_path: Path, now: datetime) -> MakeTown:
    def make(**groups: dict[str, str]) -> AbstractAsyncContextManager[Town]:
        return running_town(sqlite_url, tmp_path, now, people=organization(**groups))

    return make


def alone(person: str) -> str:
    return f"app:main:{person}"


@pytest.mark.parametrize("written", ["wrAppMade01", "main:wrAppMade01"])
async def test_a_group_that_the_app_made_is_reached_by_the_app(make_town: MakeTown, written: str) -> None:
    async with make_town(第一网格工作群={"appchat": written}) as town:
        await town.say(LI, SEWER)

        [card] = await town.texts(town.groups[FIRST])

        assert "新诉求 2026-0001" in card


async def test_the_worker_of_a_group_without_any_way_gets_the_card_alone_and_taps_it(
    make_town: MakeTown,
) -> None:
    async with make_town(第一网格工作群={}) as town:
        await town.say(LI, SEWER)
        card = await last_card(town, alone(WANG))

        await town.simulator.tap(WANG, card["id"], "claim")

        [case] = await town.cases()
        assert case.status is CaseStatus.CLAIMED
        assert "已由王芳接单" in str((await last_card(town, alone(WANG)))["card"])
        assert await town.texts(town.groups[FIRST]) == []


async def test_who_is_assigned_a_case_is_told_alone_too(make_town: MakeTown) -> None:
    async with make_town() as town:
        await town.say(LI, SEWER)

        await town.say(QIANG, "指派 1 赵磊", chat=town.groups[DESK])

        assert "转给赵磊办理" in (await town.texts(alone(ZHAO)))[-1]
        assert await town.texts(alone(WANG)) == []


async def test_the_members_of_a_unit_without_a_group_read_the_sheet_one_by_one(make_town: MakeTown) -> None:
    async with make_town(物业工作群={}) as town:
        await town.say(LI, SEWER)

        answer = await town.say_in_group(WANG, "交办 1 物业 三天内修好")

        assert "/sheet/" in answer  # whoever has no app has the link
        assert "三天内修好" in (await town.texts(alone("zhou")))[-1]
        assert "2026-0001 反馈已记下" in await town.say("zhou", "反馈 1 已修好", chat="app:main")


async def test_staff_without_a_group_speak_with_residents_alone(make_town: MakeTown) -> None:
    async with make_town(第一网格工作群={}, 第二网格工作群={}, 物业工作群={}, 晨光社区工作群={}) as town:
        await town.say(LI, SEWER)
        assert "没有工作人员" not in await town.say(LI, "转人工")
        await town.say(LI, "我想问问装修的事")

        told = await town.texts(alone(QIANG))
        assert "居民会话 1" in told[-2]
        assert "我想问问装修的事" in told[-1]
        await town.say(QIANG, "回复 1 您好，周一到周五可以装修", chat="app:main")
        assert "周一到周五可以装修" in (await town.resident_reads(LI))[-1]


async def test_an_emergency_calls_everybody_by_name_where_there_is_no_webhook(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    people = organization(第一网格工作群={"robot": "main"})
    async with town_on_a_line(sqlite_url, tmp_path, now, groups=(f"{FIRST}:{WANG}",), people=people) as town:
        await town.say(LI, GAS)
        await town.settle()

        said = [each for each in await town.simulator.chat(town.workers_chat) if each["kind"] == "markdown"]
        called = said[-1]["text"]
        assert "<@wangfang>" in called
        assert "<@liqiang>" in called
        assert "<@chenjing>" in called
        assert "新诉求 2026-0001" in called
        [card] = await cards(town, town.workers_chat)
        assert card["card"]["main_title"]["title"].startswith("【紧急】")


async def test_a_worker_answered_in_the_group_is_not_told_alone(make_town: MakeTown) -> None:
    async with make_town() as town:
        await town.say(HE, GROUND_LOCK)
        await town.settle()

        assert await town.texts(alone(ZHAO)) == []
