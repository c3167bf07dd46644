"""Taps on the account's menu."""

from tests.conversations.conftest import LI, Town


async def tapped(town: Town, key: str) -> str:
    outcome = await town.simulator.click(LI, key)
    return "\n".join(reply["text"] for reply in outcome["replies"])


async def test_the_menu_answers_by_key(town: Town) -> None:
    await town.say(LI, "枫桥苑1号楼电梯坏了，上不去")

    assert "直接打一句话" in await tapped(town, "REPORT")
    assert "2026-0001" in await tapped(town, "MY_CASES")
    assert "119" in await tapped(town, "CONTACT_CARD")


async def test_an_unknown_button_welcomes(town: Town) -> None:
    await town.say(LI, "你好")

    assert "枫桥苑33号楼" in await tapped(town, "SOMETHING_ELSE")


async def test_a_tap_does_not_answer_a_question(town: Town) -> None:
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    await tapped(town, "CONTACT_CARD")

    assert "枫桥苑3号楼" in await town.say(LI, "枫桥苑3号楼")
    assert len(await town.cases()) == 1
