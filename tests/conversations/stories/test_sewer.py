"""The sewer of one entrance: four households, one meeting, a shared cost, a watcher, and the strike-off."""

import pytest

from bot.demo.stories.people import FENGQIAO, LI, PROPERTY, SUN, WU, ZHANG
from bot.demo.stories.sewer import SEWER
from storage.models.cases import CaseStatus
from storage.models.meetings import MeetingStatus
from tests.conversations.stories.conftest import MakeWorld
from tests.conversations.stories.world import StoryWorld, all_is_well, same_when_interrupted, with_words


async def test_the_story_is_told_whole(world: StoryWorld) -> None:
    stage = await world.play(SEWER)

    case = await world.case(stage["case"])
    assert case.status is CaseStatus.CLOSED
    assert await world.meeting_status(stage["meeting"]) is MeetingStatus.CLOSED
    await all_is_well(world, stage)
    for person in (LI, ZHANG, WU):
        assert len(with_words(await world.texts(person), "邀请您参加议事会")) == 1
    assert len(with_words(await world.texts(SUN), "提醒：")) == 0  # she has said that she cannot come
    assert len(with_words(await world.texts(FENGQIAO), "办结公示")) == 1
    assert not with_words(await world.texts(FENGQIAO), "300")  # what a household pays is nobody else's
    assert with_words(await world.texts(PROPERTY), "疏通主管道")


async def test_the_story_is_the_same_on_each_database(either_world: StoryWorld) -> None:
    stage = await either_world.play(SEWER)

    assert (await either_world.case(stage["case"])).status is CaseStatus.CLOSED
    await all_is_well(either_world, stage)


@pytest.mark.parametrize("idle_after", ["called", "shared"])
async def test_standing_still_for_a_day_changes_nothing(make_world: MakeWorld, idle_after: str) -> None:
    await same_when_interrupted(make_world, SEWER, idle_after)
