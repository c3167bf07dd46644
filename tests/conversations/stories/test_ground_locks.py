"""Ground locks: three departments report in, two decisions are kept, and the neighbours read of it."""

import pytest

from bot.demo.stories.ground_locks import GROUND_LOCKS
from bot.demo.stories.people import ENFORCEMENT, FENGQIAO, PROPERTY
from storage.models.cases import CaseStatus
from storage.models.meetings import MeetingStatus
from tests.conversations.stories.conftest import MakeWorld
from tests.conversations.stories.world import StoryWorld, all_is_well, same_when_interrupted, with_words


async def test_the_story_is_told_whole(world: StoryWorld) -> None:
    stage = await world.play(GROUND_LOCKS)

    case = await world.case(stage["case"])
    assert case.status is CaseStatus.CLOSED
    assert await world.meeting_status(stage["meeting"]) is MeetingStatus.CLOSED
    await all_is_well(world, stage)
    assert len(with_words(await world.texts(FENGQIAO), "办结公示")) == 1
    assert with_words(await world.texts(ENFORCEMENT), "拆除公共车位地锁")
    assert not with_words(await world.texts(PROPERTY), "办结 决议" + stage["decision"] + " ")


@pytest.mark.parametrize("idle_after", ["whistled", "agreed"])
async def test_standing_still_for_a_day_changes_nothing(make_world: MakeWorld, idle_after: str) -> None:
    await same_when_interrupted(make_world, GROUND_LOCKS, idle_after)
