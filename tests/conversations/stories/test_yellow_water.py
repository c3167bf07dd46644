"""Yellow water: one after the other looks, then all together; a test report is the proof."""

import pytest

from bot.demo.stories.people import FENGQIAO, PROPERTY
from bot.demo.stories.yellow_water import YELLOW_WATER
from storage.models.cases import CaseStatus
from storage.models.meetings import MeetingStatus
from tests.conversations.stories.conftest import MakeWorld
from tests.conversations.stories.world import StoryWorld, all_is_well, same_when_interrupted, with_words


async def test_the_story_is_told_whole(world: StoryWorld) -> None:
    stage = await world.play(YELLOW_WATER)

    case = await world.case(stage["case"])
    assert case.status is CaseStatus.CLOSED
    assert await world.meeting_status(stage["meeting"]) is MeetingStatus.CLOSED
    await all_is_well(world, stage)
    assert len(with_words(await world.texts(FENGQIAO), "办结公示")) == 1
    assert with_words(await world.texts(PROPERTY), "立管")


@pytest.mark.parametrize("idle_after", ["first_look", "proved"])
async def test_standing_still_for_a_day_changes_nothing(make_world: MakeWorld, idle_after: str) -> None:
    await same_when_interrupted(make_world, YELLOW_WATER, idle_after)
