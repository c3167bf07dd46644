"""A sewer is blocked in one entrance: four households meet, share the cost, and see it done."""

from datetime import timedelta
from typing import Final

from bot.demo.stage import Stage, day_of
from bot.demo.stories.people import (
    DESK,
    FENGQIAO,
    FIRST_GRID,
    LI,
    PROPERTY,
    QIANG,
    SUN,
    WANG,
    WU,
    ZHANG,
    ZHOU,
)
from bot.demo.stories.steps import call_meeting, hold_meeting, introduce, meets_at, report_done, write_minutes
from bot.demo.story import Story, case_arrives, open_case

HOUSEHOLDS: Final = {LI: "101", ZHANG: "102", WU: "201", SUN: "202"}


async def reported(stage: Stage) -> None:
    """Four households of one entrance report the same: one case."""
    stage.title("四户反映同一件事：并成一件")
    place = await open_case(stage, LI, "{}5单元下水道堵了，污水往外冒")
    for person, room in HOUSEHOLDS.items():
        await stage.lives(person, f"{place}5单元{room}")
    await introduce(stage, LI)
    for person in (ZHANG, WU, SUN):
        await stage.say(person, f"我们{stage['building']}号楼5单元下水道堵了", expect=stage["case"])
    await case_arrives(stage, FIRST_GRID)
    await stage.say(WANG, f"@回音 接单 {stage['case']}", group=FIRST_GRID)
    await stage.alone(LI, "已由网格员王芳接单")
    await stage.say(WANG, f"@回音 议 {stage['case']}", group=FIRST_GRID)


async def called(stage: Stage) -> None:
    """Staff call the meeting; the households answer."""
    stage.title("召集议事会：请到四户、物业；有人报名，有人请假留意见")
    await call_meeting(stage, f"诉求{stage['case']} 名额20 主持 李强")
    number = stage["meeting"]
    for person in HOUSEHOLDS:
        await stage.alone(person, "议事会")
    await stage.in_public(FENGQIAO, "议事会")
    await stage.in_group(PROPERTY, f"议事会{number}")
    await stage.say(LI, f"参加 议事会{number}", expect="参加")
    await stage.say(ZHANG, f"参加 议事会{number} 2人", expect="2")
    await stage.say(WU, f"参加 议事会{number}", expect="参加")
    await stage.say(SUN, f"请假 议事会{number} 出差在外", expect="请假")
    await stage.say(SUN, f"意见 议事会{number}：同意疏通，费用四户平摊，希望留下收据")
    await stage.say(ZHOU, f"@回音 参加 议事会{number}", group=PROPERTY)
    await stage.until(meets_at(stage) - timedelta(hours=30))


async def held(stage: Stage) -> None:
    """The meeting takes place."""
    stage.title("开会：提前提醒、签到、散会")
    await stage.until(meets_at(stage) - timedelta(hours=23, minutes=50))
    await stage.alone(LI, "提醒")
    await stage.say(QIANG, f"@回音 意见 议事会{stage['meeting']}", group=DESK, expect="平摊")
    await hold_meeting(stage, (LI, ZHANG, WU), ((ZHOU, PROPERTY),))


async def minuted(stage: Stage) -> None:
    """What was agreed on is written down and told."""
    stage.title("纪要：谁办、几时前、谁监督，一条一条告诉大家")
    due = await stage.working_day(7, 18)
    agreed = f"枫桥物业 {day_of(due)}前 疏通主管道并清掏化粪井 监督人李秀英"
    await write_minutes(stage, "四户都同意疏通，费用四户平摊，物业垫付。", decisions=(agreed,))
    number = stage["decision"]
    await stage.in_group(PROPERTY, f"决议{number}")
    await stage.alone(LI, f"决议{number} 的监督人")
    await stage.alone(SUN, "疏通主管道")
    await stage.in_public(FENGQIAO, "疏通主管道")


async def shared(stage: Stage) -> None:
    """The cost is shared by four, each household says so itself."""
    stage.title("费用分摊：四户各自同意，网格员替没手机的邻居录入也会注明")
    number, building = stage["decision"], stage["building"]
    rooms = "、".join(HOUSEHOLDS.values())
    said = f"@回音 分摊 决议{number} 1200元 枫桥苑{building}号楼5单元 {rooms}"
    await stage.say(QIANG, said, group=DESK, expect="300")
    for person in (LI, ZHANG, WU):
        await stage.alone(person, "300")
        await stage.say(person, f"同意分摊 {number}", expect="同意")
    await stage.alone(SUN, "300")
    await stage.say(WANG, f"@回音 代签分摊 决议{number} 202 同意", group=FIRST_GRID, expect="同意")
    await stage.alone(SUN, "工作人员替您家记了：同意")
    await stage.in_group(DESK, "全部同意")
    await stage.say(QIANG, f"@回音 已收 决议{number} 全部", group=DESK, expect="全部收齐")
    await stage.alone(ZHANG, "已收到您家分摊款300元")


async def done(stage: Stage) -> None:
    """The property company works, shows it, and the watcher looks."""
    stage.title("办理：进展、办结带照片，监督人说了属实才算")
    number = stage["decision"]
    await stage.say(ZHOU, f"@回音 进展 决议{number} 疏通车今天上午到", group=PROPERTY)
    await stage.alone(WU, "疏通车今天上午到")
    await stage.later(timedelta(hours=5))
    await report_done(stage, ZHOU, PROPERTY, number=number, words="主管道已疏通，化粪井已清掏")
    await stage.alone(LI, f"决议{number} 属实")
    await stage.say(LI, f"决议{number} 属实", expect="谢谢")


async def struck_off(stage: Stage) -> None:
    """All that was agreed on is done: the case is resolved by itself, judged, and struck off."""
    stage.title("销号：决议都落实了，诉求自动办结，居民评价")
    await stage.alone(ZHANG, "已办结")
    await stage.in_public(FENGQIAO, "办结公示")
    await stage.say(LI, f"评价 {stage['case']} 5", expect="谢谢")
    await stage.say(QIANG, f"@回音 议事会{stage['meeting']}", group=DESK)


SEWER: Final = Story(
    "sewer",
    "一个单元下水道堵了：四户议事，费用平摊，监督人看着办完",
    (reported, called, held, minuted, shared, done, struck_off),
)
