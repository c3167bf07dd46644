"""A renovation: eight of ten households are exactly 80 %, four of them at their doors."""

import pytest

from bot.demo.stories.people import FENGQIAO, LI
from bot.demo.stories.renovation import RENOVATION
from tests.conversations.stories.conftest import MakeWorld
from tests.conversations.stories.world import StoryWorld, all_is_well, same_when_interrupted, with_words


async def test_the_story_is_told_whole(world: StoryWorld) -> None:
    stage = await world.play(RENOVATION)

    await all_is_well(world, stage)
    [result] = with_words(await world.texts(FENGQIAO), "同意 8 户")
    assert "80%" in result
    assert "通过" in result
    assert len(with_words(await world.texts(LI), "同意 8 户")) <= 1


@pytest.mark.parametrize("idle_after", ["voted", "knocked"])
async def test_standing_still_for_a_day_changes_nothing(make_world: MakeWorld, idle_after: str) -> None:
    await same_when_interrupted(make_world, RENOVATION, idle_after)
