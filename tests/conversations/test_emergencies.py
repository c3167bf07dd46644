"""Emergencies: whom to call comes first, and the alarm goes ahead of everything."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.conversations.conftest import HE, LI, WANG, Town, running_town

TRAPPED = "枫桥苑3号楼电梯里困人了，快来救人"
GAS = "枫桥苑3号楼2单元楼道里好大的煤气味"


async def test_the_first_line_names_the_lift_company_of_the_estate(town: Town) -> None:
    answer = await town.say(LI, TRAPPED)

    first = answer.splitlines()[0]
    assert first.startswith("请马上打119")
    assert first.endswith("也请打电梯维保 0900-2020003。")


async def test_the_gas_company_of_the_community_is_named_for_gas(town: Town) -> None:
    answer = await town.say(LI, GAS)

    assert "燃气 0900-2020004" in answer.splitlines()[0]


async def test_without_such_a_contact_the_emergency_numbers_stand_alone(town: Town) -> None:
    assert "也请打" not in await town.say(HE, "明园小区3号楼电梯里困人了，快来救人")


async def test_group_and_desk_are_told_at_once(town: Town) -> None:
    await town.say(LI, TRAPPED)

    for chat in (town.workers_chat, town.groups["晨光社区工作群"]):
        assert "2026-0001" in (await town.texts(chat))[-1]


async def test_at_night_an_emergency_goes_ahead_of_a_long_queue(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    def at_night(config: dict[str, Any]) -> None:
        config["quiet_hours"] = {"start": "22:00", "end": "07:00"}

    half_past_eleven = now + timedelta(hours=13, minutes=30)
    async with running_town(sqlite_url, tmp_path, half_past_eleven, change=at_night) as town:
        for number in range(1, 31):
            await town.say(LI if number % 2 else "zhangwei", f"枫桥苑{number}号楼2单元楼道灯不亮了")
        assert await town.simulator.chat(town.workers_chat) == []

        answer = await town.say("wuguilan", TRAPPED)

        assert answer.startswith("请马上打119")
        await town.eventually(lambda: town.has_cards(1))
        [card] = await town.simulator.chat(town.workers_chat)
        assert "困人" in card["text"]
        await town.say_in_group(WANG, "接单 31")
        assert len(await town.cases()) == 31


async def test_an_emergency_overtakes_what_already_waits_for_the_same_group(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    async with running_town(sqlite_url, tmp_path, now) as town:
        await town.simulator.fault("slow", "/cgi-bin/webhook/send", seconds=3)
        for number in range(1, 16):
            await town.say(LI if number % 2 else "zhangwei", f"枫桥苑{number}号楼2单元楼道灯不亮了")

        await town.say("wuguilan", TRAPPED)

        await town.simulator.clear_faults()
        texts = await town.texts(town.workers_chat)
        assert len(texts) == 16
        alarm = next(index for index, text in enumerate(texts) if "困人" in text)
        assert alarm < 15
