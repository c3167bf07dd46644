"""What several stories do alike: a meeting is called, held and minuted; work is proved and judged."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.demo.stage import OtherAnswer, Stage, spoken
from bot.demo.stories.people import DESK, QIANG

MEETING: Final = r"议事会\s?(\d+)"
DECISION: Final = r"决议\s?(\d+)"
ROOM: Final = "居委会会议室"


async def call_meeting(stage: Stage, what: str, *, ahead: int = 3, hour: int = 15) -> None:
    """Staff call a meeting some days ahead; kept: its number as `meeting`, its time as `meets`."""
    moment = await stage.working_day(ahead, hour)
    stage.facts["meets"] = moment.isoformat()
    said = f"@回音 召集议事会 {spoken(moment)} {ROOM} {what}"
    stage.keep("meeting", await stage.say(QIANG, said, group=DESK), MEETING)


def meets_at(stage: Stage) -> datetime:
    """When the meeting begins."""
    return datetime.fromisoformat(stage["meets"])


async def hold_meeting(stage: Stage, present: Sequence[str], units: Sequence[tuple[str, str]] = ()) -> None:
    """The hour comes: the code is shown, those who came say it, and it is over."""
    moment = meets_at(stage)
    await stage.until(moment - timedelta(minutes=10))
    started = await stage.say(QIANG, f"@回音 开始议事会{stage['meeting']}", group=DESK, expect="签到")
    code = stage.keep("code", started, r"签到\s?(\d{4})")
    for person in present:
        await stage.say(person, f"签到 {code}", expect="签到")
    for person, group in units:
        await stage.say(person, f"@回音 签到 {code}", group=group, expect="签到")
    await stage.until(moment + timedelta(minutes=80))
    await stage.say(QIANG, f"@回音 到会 议事会{stage['meeting']}", group=DESK)
    await stage.say(QIANG, f"@回音 散会 议事会{stage['meeting']}", group=DESK, expect="纪要")


async def write_minutes(stage: Stage, words: str, *, decisions: Sequence[str]) -> None:
    """Staff write the minutes with what was decided; kept: the numbers as `decision`, `decision2`, …"""
    lines = "".join(f"\n决议：{each}" for each in decisions)
    answer = await stage.say(QIANG, f"@回音 纪要 议事会{stage['meeting']} {words}{lines}", group=DESK)
    numbers = list(dict.fromkeys(re.findall(DECISION, answer)))
    if len(numbers) != len(decisions):
        raise OtherAnswer(answer, "决议")
    for count, number in enumerate(numbers, start=1):
        stage.facts["decision" if count == 1 else f"decision{count}"] = number


async def report_done(stage: Stage, person: str, group: str, *, number: str, words: str) -> None:
    """The owner shows a photo of what was done, and says so."""
    await stage.send_photo(person, group=group, text=f"@回音 办结 决议{number} {words}")


async def in_the_evening(stage: Stage) -> None:
    """At six in the evening residents' groups read what moved during the day."""
    evening = (await stage.now()).replace(hour=18, minute=1, second=0, microsecond=0)
    await stage.until(evening)


async def introduce(stage: Stage, *people: str) -> None:
    """Residents say their names, so that one of them can be asked to watch over a decision."""
    for person in people:
        await stage.say(person, f"我叫{stage.names[person]}", expect=stage.names[person])


async def send_evidence(stage: Stage, *, number: str, words: str) -> None:
    """Staff keep a document with a decision: a photo of it, and what it says."""
    await stage.send_photo(QIANG, group=DESK, text=f"@回音 凭证 决议{number} {words}")
