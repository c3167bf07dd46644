"""What a story is: chapters, played one after the other on one stage."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.demo.stage import OtherAnswer, Stage

CASE: Final = r"编号 \d{4}-(\d+)"
BUILDINGS: Final = {"枫桥苑": 40, "明园小区": 12}
TRIES: Final = 6  # other buildings, where a case of former days goes on

Chapter = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Story:
    """A story by the name it is called for, its title in the terminal, and its chapters in order."""

    name: str
    title: str
    chapters: tuple[Chapter, ...]


async def open_case(stage: Stage, person: str, words: str, *, estate: str = "枫桥苑") -> str:
    """Somebody reports this at a building of which nothing was told yet; gives its place: 枫桥苑33号楼.

    `words` have {} where the place belongs. Kept: the case's number as `case`, the building as `building`.
    """
    answer = ""
    for building in (await untold_buildings(stage, estate))[:TRIES]:
        answer = await stage.say(person, words.format(f"{estate}{building}号楼"))
        if found := re.search(CASE, answer):
            stage.facts |= {"case": str(int(found[1])), "building": str(building)}
            return f"{estate}{building}号楼"
    raise OtherAnswer(answer, "编号")


async def case_arrives(stage: Stage, group: str) -> None:
    """The workers' group reads of the case, with the word or the button to claim it."""
    number = int(stage["case"])
    await stage.in_group(group, f"接单 {number}", f"诉求 {number:04d}")


async def untold_building(stage: Stage, estate: str) -> int:
    """A building of the estate that no chat names, as far as there is one."""
    return (await untold_buildings(stage, estate))[0]


async def untold_buildings(stage: Stage, estate: str) -> list[int]:
    """The estate's buildings, first those that no chat names; a chat of before a restart is forgotten."""
    told: set[int] = set()
    for chat in await stage.simulator.chats():
        for message in await stage.simulator.chat(str(chat["id"])):
            told |= {int(each) for each in re.findall(rf"{estate}(\d+)号楼", str(message.get("text", "")))}
    last = BUILDINGS[estate]
    start = int((await stage.now()).timestamp()) // 60
    around = [1 + (start + step) % last for step in range(last)]
    return sorted(around, key=lambda building: building in told)
