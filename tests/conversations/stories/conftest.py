"""The worlds in which the stories play, each from a Friday morning on."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import pytest

from tests.conversations.stories.world import StoryWorld, story_world

MakeWorld = Callable[[], Awaitable[StoryWorld]]


@pytest.fixture
async def make_world(sqlite_template: Path, tmp_path: Path, now: datetime) -> AsyncIterator[MakeWorld]:
    """A world of its own each time: the sample communities, their WeChat, and the process, on SQLite."""
    async with AsyncExitStack() as stack:
        made: list[StoryWorld] = []

        async def make() -> StoryWorld:
            path = tmp_path / f"world-{len(made)}.db"
            shutil.copyfile(sqlite_template, path)
            made.append(await stack.enter_async_context(story_world(f"sqlite:///{path}", now)))
            return made[-1]

        yield make


@pytest.fixture
async def world(make_world: MakeWorld) -> StoryWorld:
    """One such world."""
    return await make_world()


@pytest.fixture
async def either_world(database_url: str, now: datetime) -> AsyncIterator[StoryWorld]:
    """One on each database."""
    async with story_world(database_url, now) as built:
        yield built
