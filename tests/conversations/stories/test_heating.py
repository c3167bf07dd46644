"""Cold radiators: what the neighbours say before the meeting reaches the chair as numbers."""

import pytest

from bot.demo.stories.heating import HEATING_STORY
from bot.demo.stories.people import DESK, HEATING, MINGYUAN
from storage.models.cases import CaseStatus
from storage.models.meetings import MeetingStatus
from tests.conversations.stories.conftest import MakeWorld
from tests.conversations.stories.world import StoryWorld, all_is_well, same_when_interrupted, with_words


async def test_the_story_is_told_whole(world: StoryWorld) -> None:
    stage = await world.play(HEATING_STORY)

    case = await world.case(stage["case"])
    assert case.status is CaseStatus.CLOSED
    assert await world.meeting_status(stage["meeting"]) is MeetingStatus.CLOSED
    await all_is_well(world, stage)
    [summary] = with_words(await world.texts(DESK), "不到16度", "9")
    assert not [name for name in ("罗敏", "何涛", "邓华") if name in summary]
    assert with_words(await world.texts(HEATING), "换热站调压")
    assert len(with_words(await world.texts(MINGYUAN), "办结公示")) == 1


@pytest.mark.parametrize("idle_after", ["asked", "agreed"])
async def test_standing_still_for_a_day_changes_nothing(make_world: MakeWorld, idle_after: str) -> None:
    await same_when_interrupted(make_world, HEATING_STORY, idle_after)
