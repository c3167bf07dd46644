"""A fan that was quiet for two months: the old case goes on, one level higher, and ends on the roof."""

import pytest

from bot.demo.stories.fan import FAN
from bot.demo.stories.people import ENFORCEMENT, PROPERTY
from storage.models.cases import CaseStatus
from storage.models.meetings import MeetingStatus
from tests.conversations.stories.conftest import MakeWorld
from tests.conversations.stories.world import StoryWorld, all_is_well, same_when_interrupted, with_words


async def test_the_story_is_told_whole(world: StoryWorld) -> None:
    stage = await world.play(FAN)

    case = await world.case(stage["case"])
    assert (case.status, case.reopen_count, case.supervision_level > 0) == (CaseStatus.CLOSED, 1, True)
    assert await world.meeting_status(stage["meeting"]) is MeetingStatus.CLOSED
    await all_is_well(world, stage)
    assert with_words(await world.texts(ENFORCEMENT), "移到楼顶")
    assert with_words(await world.texts(PROPERTY), "减振垫")


@pytest.mark.parametrize("idle_after", ["settled", "back_again"])
async def test_standing_still_for_a_day_changes_nothing(make_world: MakeWorld, idle_after: str) -> None:
    await same_when_interrupted(make_world, FAN, idle_after)
