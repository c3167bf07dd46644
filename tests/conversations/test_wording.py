"""A community says a sentence in its own words."""

from bot.app import DIRECTORY
from handlers.organization import import_organization, parse_organization
from tests.conversations.conftest import LI, Town, read


async def test_a_community_greets_in_its_own_words_and_others_as_before(town: Town) -> None:
    table = read("organization.toml")
    table["communities"][0]["wording"] = {"small_talk": "晨光社区{{回音}}在听，您说。"}
    await town.say(LI, "枫桥苑1号楼电梯坏了，上不去")

    await town.database.write(import_organization, parse_organization(table), now=town.clock.now())
    await town.app[DIRECTORY].refresh()

    assert await town.say(LI, "今天天气不错") == "晨光社区{回音}在听，您说。"
    await town.say("xumin", "银杏里2号楼电梯坏了，上不去")
    assert "枫桥苑3号楼" in await town.say("xumin", "今天天气不错")
