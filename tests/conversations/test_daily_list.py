"""Each morning at half past eight every workers' group reads what is open, once, and the desk the sums."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import SCHEDULE
from tests.conversations.conftest import HE, LI, WANG, Town, running_town

GROUND_LOCK = "明园小区3号楼前面有人装了地锁，把公共车位占了"
LIGHT = "枫桥苑8号楼2单元楼道灯不亮了"
SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
HOUR = timedelta(hours=1)
MORNING = timedelta(hours=22, minutes=30)  # from Friday 10:00 to Saturday 8:30


@pytest.fixture
async def small_town(sqlite_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    async with running_town(sqlite_url, tmp_path, now) as built:
        yield built


async def lists(town: Town, group: str) -> list[str]:
    return [text for text in await town.texts(town.groups[group]) if "未办" in text and "件" in text]


async def tick(town: Town, after: timedelta = timedelta()) -> None:
    await town.move(after)
    await town.app[SCHEDULE].tell_daily_lists()


async def test_each_group_has_its_list_once_in_the_morning(town: Town) -> None:
    await town.say(LI, LIGHT)
    await town.say(LI, SEWER)

    await tick(town, MORNING - timedelta(minutes=1))
    assert await lists(town, "第一网格工作群") == []

    await tick(town, timedelta(minutes=1))
    await asyncio.gather(tick(town), tick(town), tick(town, HOUR))

    [text] = await lists(town, "第一网格工作群")
    assert text.startswith("**第一网格 未办 2 件**（超期 0，今天到期 1）")
    assert text.index("今天到期：") < text.index("2026-0002") < text.index("其余：") < text.index("2026-0001")
    assert "2026-0001 物业·照明 枫桥苑8号楼2单元，已登记，12月1日 周二 18:00前" in text
    assert "2026-0002 用水·下水道 枫桥苑33号楼5单元，已登记，10:00前" in text


async def test_a_grid_where_nothing_is_open_reads_nothing(small_town: Town) -> None:
    town = small_town
    await town.say(LI, LIGHT)

    await tick(town, MORNING)

    assert await lists(town, "第二网格工作群") == []
    assert await lists(town, "物业工作群") == []
    assert await lists(town, "湖畔社区工作群") == []


async def test_the_desk_reads_the_sums_and_what_is_late(small_town: Town) -> None:
    town = small_town
    await town.say(LI, SEWER)
    await town.say(LI, LIGHT)
    await town.say(HE, GROUND_LOCK)

    await tick(town, MORNING + 2 * HOUR)

    [text] = await lists(town, "晨光社区工作群")
    assert text.startswith("**晨光社区 未办 3 件**（超期 1，今天到期 0）")
    assert "第一网格：2 件，超期 1，今天到期 0" in text
    assert "第二网格：1 件，超期 0，今天到期 0" in text
    assert "2026-0001 用水·下水道 枫桥苑33号楼5单元，已登记，超期 不到 1 小时" in text
    assert "2026-0002" not in text


async def test_who_was_down_makes_up_for_it_before_noon_and_not_later(small_town: Town) -> None:
    town = small_town
    await town.say(LI, LIGHT)

    await tick(town, MORNING + 3 * HOUR)
    assert len(await lists(town, "第一网格工作群")) == 1

    await tick(town, timedelta(days=1) + HOUR)  # 12:30 of the next day
    assert len(await lists(town, "第一网格工作群")) == 1


async def test_what_waits_for_the_resident_is_not_late(small_town: Town) -> None:
    town = small_town
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "问 1 哪个门口")

    await tick(town, MORNING + 3 * HOUR)

    [text] = await lists(town, "第一网格工作群")
    assert "（超期 0，今天到期 0）" in text
    assert "待补充，等居民答复" in text


async def test_the_hour_is_a_setting(sqlite_url: str, tmp_path: Path, now: datetime) -> None:
    def later(config: dict[str, Any]) -> None:
        config["daily_list"] = {"at": "09:15"}

    async with running_town(sqlite_url, tmp_path, now, change=later) as town:
        await town.say(LI, LIGHT)

        await tick(town, MORNING + timedelta(minutes=30))
        assert await lists(town, "第一网格工作群") == []

        await tick(town, timedelta(minutes=15))
        assert len(await lists(town, "第一网格工作群")) == 1
