"""The situations that consultation exists for, each from the first message to the strike-off."""

from typing import Final

from bot.demo.stories.fan import FAN
from bot.demo.stories.ground_locks import GROUND_LOCKS
from bot.demo.stories.heating import HEATING_STORY
from bot.demo.stories.renovation import RENOVATION
from bot.demo.stories.sewer import SEWER
from bot.demo.stories.yellow_water import YELLOW_WATER
from bot.demo.story import Story

STORIES: Final[dict[str, Story]] = {
    story.name: story for story in (SEWER, GROUND_LOCKS, YELLOW_WATER, FAN, HEATING_STORY, RENOVATION)
}
