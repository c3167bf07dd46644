"""A renovation needs 80 % of the households: a vote, knocks on doors, the result, and three surveys."""

from datetime import datetime, timedelta
from typing import Final

from bot.demo.stage import Stage, spoken
from bot.demo.stories.people import DESK, FENGQIAO, FIRST_GRID, GUO, LI, QIANG, SUN, WANG, WU, ZHANG
from bot.demo.story import Story, untold_building

HOMES: Final = {LI: "101", ZHANG: "102", WU: "201", SUN: "202", GUO: "301"}
PHASES: Final = ("改造前调查", "改造中调查", "改造后调查")


async def drafted(stage: Stage) -> None:
    """Ten households of one entrance may vote; staff see the draft first."""
    stage.title("发起表决：十户，八成同意才算通过")
    building = await untold_building(stage, "枫桥苑")
    stage.facts["building"] = str(building)
    for person, room in HOMES.items():
        await stage.lives(person, f"枫桥苑{building}号楼1单元{room}")
    closes = await stage.working_day(6, 20)
    stage.facts["closes"] = closes.isoformat()
    said = f"@回音 发起表决 雨污分流改造 范围枫桥苑{building}号楼1单元 共10户 比例80% 截止{spoken(closes)}"
    stage.keep("poll", await stage.say(QIANG, said, group=DESK, expect="表决"), r"表决\s?(\d+)")
    await stage.say(QIANG, f"@回音 开始表决{stage['poll']}", group=DESK, expect="表决")


async def voted(stage: Stage) -> None:
    """Some households vote by themselves; one changes its word."""
    stage.title("居民自己投票：一户一票，可以改")
    poll = stage["poll"]
    await stage.in_public(FENGQIAO, "表决")
    for person in HOMES:
        await stage.alone(person, f"表决{poll}")
    await stage.say(LI, f"表决{poll} 同意", expect="同意")
    await stage.say(ZHANG, f"表决{poll} 反对", expect="不同意")
    await stage.say(ZHANG, f"表决{poll} 同意", expect="同意")
    await stage.say(WU, "同意", expect="同意")


async def knocked(stage: Stage) -> None:
    """The grid worker knocks at the other doors and enters what is said there."""
    stage.title("敲门计划：没投的逐户敲门，录入注明代录")
    poll, building = stage["poll"], stage["building"]
    at = f"枫桥苑{building}号楼1单元"
    await stage.say(WANG, f"@回音 敲门 {poll}", group=FIRST_GRID, expect="202")
    await stage.say(SUN, f"投票{poll} A", expect="同意")
    await stage.say(WANG, f"@回音 代投 {poll} {at}301 不同意", group=FIRST_GRID, expect="不同意")
    await stage.say(WANG, f"@回音 敲门 {poll} {at}302 没人", group=FIRST_GRID, expect="没人")
    await stage.say(WANG, f"@回音 代投 {poll} {at}401 402 501 同意", group=FIRST_GRID, expect="同意")
    await stage.later(timedelta(hours=30))
    await stage.say(WANG, f"@回音 代投 {poll} {at}302 同意", group=FIRST_GRID, expect="同意")
    await stage.say(QIANG, f"@回音 表决{poll}", group=DESK, expect="8")


async def counted(stage: Stage) -> None:
    """The time is over: the result goes to the group and the board, with exact numbers."""
    stage.title("到时自动截止：结果公布，数字准确")
    await stage.until(datetime.fromisoformat(stage["closes"]) + timedelta(minutes=1))
    result = await stage.in_public(FENGQIAO, "通过")
    stage.keep("agreed", result, r"同意\s?(8)\s?户")
    await stage.in_group(DESK, "通过")
    await stage.say(LI, "公示栏", expect="http")


async def surveyed(stage: Stage) -> None:
    """Before, during and after: the same question three times, compared on one page."""
    stage.title("改造前、改造中、改造后：问同一个问题，一页看对比")
    title = f"枫桥苑{stage['building']}号楼雨污分流改造"
    answer = await stage.say(QIANG, f"@回音 改造 {title}", group=DESK, expect="改造")
    measure = stage.keep("measure", answer, r"改造\s?(\d+)")
    for phase, choice in zip(PHASES, ("C", "B", "A"), strict=True):
        closes = await stage.working_day(3, 18)
        said = f"@回音 改造{measure} {phase} 截止{spoken(closes)}"
        opened = await stage.say(QIANG, said, group=DESK, expect="征询")
        poll = stage.keep(phase, opened, r"征询\s?(\d+)")
        await stage.in_public(FENGQIAO, f"征询{poll}")
        for person in (LI, ZHANG, WU):
            await stage.say(person, f"征询{poll} {choice} 家里3人", expect="征询")
        await stage.until(closes + timedelta(minutes=1))
    await stage.say(QIANG, f"@回音 改造{measure}", group=DESK, expect="http")


RENOVATION: Final = Story(
    "renovation",
    "雨污分流改造：十户表决八成通过，敲门补票，前中后三次调查",
    (drafted, voted, knocked, counted, surveyed),
)
