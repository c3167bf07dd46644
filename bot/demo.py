"""A day in the sample communities, played in the terminal against a running simulator."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
from rich.console import Console
from rich.text import Text

from bot.simulator.client import SimulatorClient, SimulatorError
from handlers.errors import UserError

BUILDINGS = 40  # of 枫桥苑
LI, WU, WANG, QIANG = "lixiuying", "wuguilan", "wangfang", "liqiang"
GRID_GROUP, RESIDENTS_GROUP = "第一网格工作群", "枫桥苑居民群"
PATIENCE = 10  # seconds for a push to arrive


class SimulatorNotThere(UserError):
    """Nothing answers at the address."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{url} 没有模拟器在运行。请先在另一个窗口执行 make run，再执行 make demo。")


class NothingCame(UserError):
    """A message that the story waits for did not arrive."""

    def __init__(self) -> None:
        super().__init__("等了10秒没有等到下一条消息。请看模拟器里有没有打开故障，关掉后再演一次。")


@dataclass(slots=True)
class Stage:
    """The running simulator, the terminal, and what has been read of each chat."""

    simulator: SimulatorClient
    console: Console
    names: dict[str, str]
    chats: dict[str, str]
    seen: dict[str, int]

    def title(self, text: str) -> None:
        """A new scene begins."""
        self.console.print()
        self.console.rule(Text(text, style="bold"))

    async def say(self, person: str, text: str, *, group: str = "") -> str:
        """Somebody says a sentence; what comes back at once is shown and given back."""
        self._show(self.names[person], text, where=group or "公众号", style="green")
        outcome = await self.simulator.say(person, text, chat=self.chats[group] if group else "")
        answer = "\n".join(str(reply["text"]) for reply in outcome["replies"])
        self._show("回音", answer, where=group or self.names[person], style="cyan")
        return answer

    async def hear(self, chat: str, words: str, *, where: str) -> str:
        """Wait for a pushed message with these words, and show it."""
        message = await self.simulator.wait_for(
            chat,
            lambda each: words in str(each.get("text", "")),
            after=self.seen.get(chat, 0),
            seconds=PATIENCE,
        )
        self.seen[chat] = int(message["sequence"])
        self._show("回音", str(message["text"]), where=where, style="yellow")
        return str(message["text"])

    async def tap(self) -> None:
        """The owner of the residents' group confirms what waits."""
        chat = self.chats[RESIDENTS_GROUP]
        task = await self.simulator.wait_for_task(chat=chat, seconds=PATIENCE)
        self.console.print(Text("    （群主王芳在手机上点“确认发送”）", style="dim"))
        await self.simulator.confirm(str(task["id"]))

    def _show(self, who: str, text: str, *, where: str, style: str) -> None:
        head = Text(f"{who} → {where}", style=f"bold {style}")
        self.console.print(head)
        self.console.print(Text("    " + text.replace("\n", "\n    ")))


def play(url: str) -> None:
    """The story is told once, with everything sent and everything that came back."""
    asyncio.run(tell(url, Console()))


async def tell(url: str, console: Console) -> None:
    """The same in a running loop, on any console."""
    async with SimulatorClient(url) as simulator:
        try:
            world = await simulator.world()
        except (aiohttp.ClientError, SimulatorError, ValueError) as error:
            raise SimulatorNotThere(url) from error
        stage = Stage(
            simulator,
            console,
            {person["id"]: person["name"] for person in world["people"]},
            {group["name"]: group["id"] for group in world["groups"]},
            {},
        )
        for task in await simulator.tasks(waiting=True):  # what somebody left untapped is not the story's
            await simulator.confirm(str(task["id"]))
        for chat in (*stage.chats.values(), _own_chat(LI), _own_chat(WU)):
            stage.seen[chat] = max((each["sequence"] for each in await simulator.chat(chat)), default=0)
        try:
            for scene in SCENES:
                await scene(stage)
        except TimeoutError as error:
            raise NothingCame from error
    console.print()


async def sewer(stage: Stage) -> None:
    """A blocked sewer, from the first message to the last word."""
    stage.title("下水道堵了：登记、接单、议事、办结")
    building = _untold(stage)
    number = _number(await stage.say(LI, f"枫桥苑{building}号楼5单元下水道堵了，污水往外冒"))
    await stage.hear(stage.chats[GRID_GROUP], f"接单 {number}", where=GRID_GROUP)
    await stage.say(WANG, f"@回音 接单 {number}", group=GRID_GROUP)
    await stage.hear(_own_chat(LI), "已由网格员王芳接单", where="李秀英")
    await stage.say(WANG, f"@回音 议 {number} 明天15:00 居委会会议室", group=GRID_GROUP)
    await stage.hear(_own_chat(LI), "邀请您参加议事会", where="李秀英")
    await stage.tap()
    await stage.hear(stage.chats[RESIDENTS_GROUP], "议事会邀请", where=RESIDENTS_GROUP)
    await stage.say(WANG, f"@回音 办结 {number} 管道已疏通，改道方案已定", group=GRID_GROUP)
    await stage.hear(_own_chat(LI), "已办结", where="李秀英")
    await stage.tap()
    await stage.hear(stage.chats[RESIDENTS_GROUP], "办结公示", where=RESIDENTS_GROUP)


async def missing_place(stage: Stage) -> None:
    """One question, and its answer completes the case."""
    stage.title("没说在哪儿：问一句，答了就登记")
    await stage.say(WU, "楼道灯不亮了，晚上看不见")
    await stage.say(WU, f"枫桥苑{_untold(stage)}号楼2单元")
    await stage.say(WU, "查")


async def quarrel(stage: Stage) -> None:
    """A quarrel between neighbours takes the same way, but nobody else is told."""
    stage.title("邻里纠纷：一样办，不在居民群里说")
    building = _untold(stage)
    number = _number(await stage.say(WU, f"枫桥苑{building}号楼2单元，楼上半夜装修吵死了，天天这样"))
    await stage.hear(stage.chats[GRID_GROUP], f"接单 {number}", where=GRID_GROUP)
    await stage.say(WANG, f"@回音 办结 {number} 双方约定晚上八点后不施工", group=GRID_GROUP)


async def small_talk(stage: Stage) -> None:
    """Small talk opens no case."""
    stage.title("闲聊：不登记")
    await stage.say(LI, "今天天气不错")


async def broadcast(stage: Stage) -> None:
    """Staff see whom a broadcast reaches, confirm it by code, and it arrives."""
    stage.title("群发：先看发给谁，回复确认码才发")
    preview = await stage.say(QIANG, "@回音 群发 枫桥苑 明天9点到11点停水，请备水", group=GRID_GROUP)
    code = re.search(r"确认请回复：(\d{4})", preview)
    if code is None:
        raise SimulatorError("the broadcast was not previewed")
    await stage.say(QIANG, f"@回音 {code[1]}", group=GRID_GROUP)
    await stage.tap()
    await stage.hear(stage.chats[RESIDENTS_GROUP], "停水", where=RESIDENTS_GROUP)


Scene = Callable[[Stage], Awaitable[None]]
SCENES: tuple[Scene, ...] = (sewer, missing_place, quarrel, small_talk, broadcast)


def _own_chat(person: str) -> str:
    return f"account:main:{person}"


def _untold(stage: Stage) -> int:
    """A building of which the story was not told yet: else the case would be dealt with again."""
    return 1 + (32 + stage.seen[stage.chats[GRID_GROUP]]) % BUILDINGS


def _number(answer: str) -> int:
    found = re.search(r"编号 \d{4}-(\d+)", answer)
    if found is None:
        raise SimulatorError("no case was opened")
    return int(found[1])
