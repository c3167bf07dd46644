"""Every story where the robot pushes cards into the groups, as it does with `make run`."""

from datetime import datetime

import pytest

from bot.demo.stories import STORIES
from bot.demo.stories.people import (
    DESK,
    ENFORCEMENT,
    FENG,
    FIRST_GRID,
    HEATING,
    MENG,
    PROPERTY,
    QIANG,
    SECOND_GRID,
    WANG,
    ZHAO,
    ZHOU,
)
from tests.conversations.stories.world import all_is_well, story_world

GROUPS = {
    FIRST_GRID: WANG, SECOND_GRID: ZHAO, DESK: QIANG, PROPERTY: ZHOU, ENFORCEMENT: MENG, HEATING: FENG,
}  # fmt: skip


@pytest.mark.parametrize("name", list(STORIES))
async def test_the_story_is_told_with_cards(sqlite_url: str, now: datetime, name: str) -> None:
    async with story_world(sqlite_url, now, is_on_line=True) as world:
        await world.simulator.wait_for_robot("main")
        stage = await world.stage()
        for group, person in GROUPS.items():  # a group is known to the robot from its first word on
            await stage.say(person, "@回音 帮助", group=group)

        stage = await world.play(STORIES[name])

        await all_is_well(world, stage)
