"""Stories are told in the terminal, against a running simulator."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import aiohttp
from rich.console import Console

from bot.demo.day import DAY
from bot.demo.stage import PATIENCE, Stage, let_a_tick_pass
from bot.demo.stories import STORIES
from bot.demo.story import Story
from bot.simulator.client import SimulatorClient, SimulatorError
from handlers.errors import UserError

ALL: Final = "all"


class SimulatorNotThere(UserError):
    """Nothing answers at the address."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{url} 没有模拟器在运行。请先在另一个窗口执行 make run，再执行 make demo。")


class NoSuchStory(UserError):
    """There is no story of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"没有叫“{name}”的故事。可以演的：{'、'.join([*STORIES, ALL])}。")


def stories_called(name: str) -> list[Story]:
    """The day without a name, the story of that name, or all stories; NoSuchStory for another."""
    if name == ALL:
        return list(STORIES.values())
    if name and name not in STORIES:
        raise NoSuchStory(name)
    return [STORIES[name] if name else DAY]


def play(url: str, name: str = "") -> None:
    """The stories are told once, with everything sent and everything that came back."""
    asyncio.run(tell(url, Console(), stories_called(name)))


async def tell(url: str, console: Console, stories: Sequence[Story] = (DAY,)) -> None:
    """The same in a running loop, on any console."""
    async with SimulatorClient(url) as simulator:
        for story in stories:
            stage = await set_stage(simulator, console, url=url)
            console.print(f"\n[bold]{story.title}[/bold]")
            for chapter in story.chapters:
                await chapter(stage)
            if stage.jumped:
                by = f"{stage.jumped.days}天" if stage.jumped.days else "几个小时"
                stage.note(f"模拟器的时钟拨快了{by}，可以接着用；重新启动后回到现在")
    console.print()


async def set_stage(
    simulator: SimulatorClient,
    console: Console,
    *,
    url: str,
    calm: Callable[[], Awaitable[None]] = let_a_tick_pass,
    patience: float = PATIENCE,
) -> Stage:
    """A stage on the running simulator; what was said there before is not the story's."""
    try:
        world = await simulator.world()
    except (aiohttp.ClientError, SimulatorError, ValueError) as error:
        raise SimulatorNotThere(url) from error
    for task in await simulator.tasks(waiting=True):  # what somebody left untapped
        await simulator.confirm(str(task["id"]))
    since = {
        str(chat["id"]): int(chat["last"]["sequence"]) if chat["last"] else 0
        for chat in await simulator.chats()
    }
    return Stage(
        simulator,
        console,
        {person["id"]: person["name"] for person in world["people"]},
        {group["name"]: group["id"] for group in world["groups"]},
        since,
        calm,
        patience,
    )
