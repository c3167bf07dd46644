"""The stage of a story: a running simulator, a terminal that shows it, and a clock that can be moved."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import aiohttp
from rich.console import Console
from rich.text import Text

from bot.simulator.client import SimulatorClient
from bot.simulator.photos import phone_photo
from bot.simulator.wire import Json
from handlers.errors import UserError

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
ROBOT: Final = "robot:main"  # the chat of a worker with the robot alone
PATIENCE: Final = 10.0  # seconds for a push to arrive
CALM: Final = 3.0  # seconds in which a tick passes and what it made is sent
FETCHES: Final = 3  # words of a resident before one is sure that nothing was kept for them
MORNINGS: Final = 4  # for so many a message to a residents' group may have to wait
TURN: Final = 8  # o'clock: when what was over a residents' group's share of the day goes out
WEEKDAYS: Final = "一二三四五六日"

Wait = Callable[[], Awaitable[None]]


class NothingCame(UserError):
    """A message that the story waits for did not arrive."""

    def __init__(self, where: str, words: str) -> None:
        super().__init__(
            f"在“{where}”没有等到含“{words}”的消息。请看模拟器里有没有打开故障，关掉后再演一次。"
        )


class OtherAnswer(UserError):
    """What came back was not what the story goes on with."""

    def __init__(self, answer: str, words: str) -> None:
        super().__init__(f"故事演到这里停下了：回答里没有“{words}”。得到的回答是：{answer[:200]}")


@dataclass(slots=True)
class Stage:
    """The running simulator, the terminal, what has been heard of pushes, and what were answers.

    `chats`: the ids of the groups by name. `since`: how far each chat had come when the story began.
    `calm` waits until what is due was sent. `facts`: numbers and places that the story goes on with.
    """

    simulator: SimulatorClient
    console: Console
    names: dict[str, str]
    chats: dict[str, str]
    since: dict[str, int]
    calm: Wait
    patience: float = PATIENCE
    heard: set[int] = field(default_factory=set)
    answers: set[int] = field(default_factory=set)
    facts: dict[str, str] = field(default_factory=dict)
    jumped: timedelta = timedelta(0)

    # ------------------------------------------------------------------ shown

    def title(self, text: str) -> None:
        """A new scene begins."""
        self.console.print()
        self.console.rule(Text(text, style="bold"))

    def note(self, text: str) -> None:
        """What happens beside the chats."""
        self.console.print(Text(f"    （{text}）", style="dim"))

    # ------------------------------------------------------------------ said

    async def say(
        self, person: str, text: str, *, group: str = "", alone: bool = False, expect: str = ""
    ) -> str:
        """Somebody says a sentence; what comes back at once is shown and given back.

        `alone`: a worker to the robot. OtherAnswer when what came back lacks `expect`.
        """
        where = group or ("回音（私聊）" if alone else "公众号")
        self._show(self.names[person], text, where=where, style="green")
        chat = self.chats[group] if group else (ROBOT if alone else "")
        return self._answered(await self.simulator.say(person, text, chat=chat), person, group, expect=expect)

    async def send_photo(self, person: str, *, group: str = "", text: str = "", expect: str = "") -> str:
        """A photo, with words beside it where a worker sends it in a group."""
        self._show(self.names[person], f"[照片] {text}".strip(), where=group or "公众号", style="green")
        chat = self.chats[group] if group else ""
        shade = 40 + 16 * (len(self.answers) % 12)
        outcome = await self.simulator.send_photo(person, phone_photo(shade=shade), text=text, chat=chat)
        return self._answered(outcome, person, group, expect=expect)

    async def fill(self, address: str, fields: Mapping[str, str], *, who: str) -> None:
        """Somebody without an account fills in the sheet behind a link."""
        said = "，".join(value for name, value in fields.items() if name != "action")
        self._show(who, f"[打开链接] {said or '已报到'}", where="交办单", style="green")
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, value)
        async with aiohttp.ClientSession() as session, session.post(address, data=form) as response:
            if response.status != 200:
                raise OtherAnswer(await response.text(), "已收到")

    async def lives(self, person: str, home: str) -> None:
        """A resident says where they live."""
        await self.say(person, f"我住{home}", expect=home)

    def _answered(self, outcome: Json, person: str, group: str, *, expect: str) -> str:
        self.answers |= {int(reply["id"]) for reply in outcome["replies"]}
        answer = "\n".join(str(reply["text"]) for reply in outcome["replies"])
        self._show("回音", answer, where=group or self.names[person], style="cyan")
        if expect not in answer:
            raise OtherAnswer(answer, expect)
        return answer

    # ------------------------------------------------------------------ heard

    async def alone(self, person: str, words: str) -> str:
        """A resident reads this on their phone, after a word of theirs when they were silent for 48 hours."""
        chat = own_chat(person)
        fetch: Wait = partial(self._fetch, person)
        for wait in (nothing, self.calm, *[fetch] * FETCHES):
            await wait()
            found = self._first(await self.simulator.chat(chat, after=self.since.get(chat, 0)), words)
            if found is not None:
                return self._take(found, where=self.names[person])
        raise NothingCame(self.names[person], words)

    async def _fetch(self, person: str) -> None:
        """A word of theirs opens the window in which the account may send five messages."""
        self.note("48小时没说过话，或者已经收了5条：微信不让公众号再发；说一句话，攒下的就到了")
        await self.say(person, "收到，谢谢")
        await self.calm()

    async def in_group(self, group: str, *words: str) -> str:
        """A workers' group reads something with any of these words, as text or on a card."""
        return await self._hear(self.chats[group], words, where=group)

    async def in_public(self, group: str, words: str) -> str:
        """A residents' group reads this, as soon as its owner has tapped and its share of the day allows."""
        for _ in range(MORNINGS):
            await self.calm()
            await self.tap(group)
            found = self._first(await self.simulator.chat(self.chats[group], after=self._start(group)), words)
            if found is not None:
                return self._take(found, where=group)
            now = await self.now()
            morning = now.replace(hour=TURN, minute=1, second=0, microsecond=0)
            await self.until(morning if now < morning else morning + timedelta(days=1))
        raise NothingCame(group, words)

    async def _hear(self, chat: str, words: Sequence[str], *, where: str) -> str:
        try:
            message = await self.simulator.wait_for(
                chat,
                lambda each: self._is_new(each, words),
                after=self.since.get(chat, 0),
                seconds=self.patience,
            )
        except TimeoutError as error:
            raise NothingCame(where, words[0]) from error
        return self._take(message, where=where)

    async def tap(self, group: str) -> None:
        """The owner of the residents' group confirms whatever waits for it."""
        chat = self.chats[group]
        for task in await self.simulator.tasks(waiting=True):
            if chat in {each["chat"] for each in task["chats"]}:
                self.note("群主在手机上点“确认发送”")
                await self.simulator.confirm(str(task["id"]))

    def _start(self, group: str) -> int:
        return self.since.get(self.chats[group], 0)

    def _first(self, messages: list[Json], words: str) -> Json | None:
        return next((each for each in messages if self._is_new(each, [words])), None)

    def _is_new(self, message: Json, words: Sequence[str]) -> bool:
        is_said = message["sender"] in self.names and "attachments" not in message.get("data", {})
        is_known = int(message["id"]) in self.heard | self.answers
        return not is_said and not is_known and any(each in readable(message) for each in words)

    def _take(self, message: Json, *, where: str) -> str:
        self.heard.add(int(message["id"]))
        self._show("回音", readable(message), where=where, style="yellow")
        return readable(message)

    # ------------------------------------------------------------------ time

    async def now(self) -> datetime:
        """What the time is in Shanghai."""
        return datetime.fromisoformat(await self.simulator.now()).astimezone(SHANGHAI)

    async def until(self, moment: datetime) -> None:
        """The time goes on to this moment; nothing happens when it has passed."""
        by = moment - await self.now()
        if by > timedelta(0):
            await self.calm()
            await self.simulator.advance(by)
            self.jumped += by
            self.note(f"时间到了{moment.month}月{moment.day}日 周{WEEKDAYS[moment.weekday()]} {moment:%H:%M}")
            await self.calm()

    async def later(self, by: timedelta) -> None:
        """So much time goes by."""
        await self.until(await self.now() + by)

    async def working_day(self, ahead: int, hour: int) -> datetime:
        """So many days ahead, and on from there to a weekday, at that hour."""
        moment = (await self.now()).replace(hour=hour, minute=0, second=0, microsecond=0)
        moment += timedelta(days=ahead)
        while moment.weekday() > 4:
            moment += timedelta(days=1)
        return moment

    # ------------------------------------------------------------------ facts

    def keep(self, name: str, answer: str, pattern: str) -> str:
        """What an answer says is kept under a name; OtherAnswer when it does not say it."""
        found = re.search(pattern, answer)
        if found is None:
            raise OtherAnswer(answer, name)
        self.facts[name] = found[1]
        return found[1]

    def __getitem__(self, name: str) -> str:
        return self.facts[name]

    def _show(self, who: str, text: str, *, where: str, style: str) -> None:
        self.console.print(Text(f"{who} → {where}", style=f"bold {style}"))
        self.console.print(Text("    " + text.replace("\n", "\n    ")))


def readable(message: Json) -> str:
    """What is to be read of a message; of a card with buttons every line of it."""
    card = message.get("data", {}).get("card")
    if not card or "main_title" not in card:
        return str(message.get("text", ""))
    title = card["main_title"]
    lines = [
        f"{each['keyname']}：{each.get('value', '')}" for each in card.get("horizontal_content_list", [])
    ]
    buttons = " ".join(f"[{each['text']}]" for each in card.get("button_list", []))
    parts = [title.get("title", ""), title.get("desc", ""), card.get("sub_title_text", ""), *lines, buttons]
    return "\n".join(part for part in parts if part)


def own_chat(person: str) -> str:
    """The chat of a resident with the Official Account."""
    return f"account:main:{person}"


def spoken(moment: datetime) -> str:
    """The moment as one says it in a sentence: 11月25日15:00."""
    return f"{moment.month}月{moment.day}日{moment:%H:%M}"


def day_of(moment: datetime) -> str:
    """The day as one says it: 11月25日."""
    return f"{moment.month}月{moment.day}日"


async def nothing() -> None:
    """No time is given."""


async def let_a_tick_pass() -> None:
    """What is due is found by the next tick, and sent."""
    await asyncio.sleep(CALM)
