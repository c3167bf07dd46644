"""Cold radiators: a survey before the meeting, its summary for the chair, and then the decision."""

from datetime import timedelta
from typing import Final

from bot.demo.stage import Stage, day_of
from bot.demo.stories.people import DENG, DESK, FENG, HE, HEATING, LUO, MINGYUAN, QIANG, SECOND_GRID, ZHAO
from bot.demo.stories.steps import (
    call_meeting,
    hold_meeting,
    in_the_evening,
    introduce,
    meets_at,
    report_done,
    write_minutes,
)
from bot.demo.story import Story, case_arrives, open_case


async def reported(stage: Stage) -> None:
    """Three households are cold."""
    stage.title("暖气不热：三户反映")
    place = await open_case(stage, LUO, "{}整栋楼暖气都不热，冻得受不了", estate="明园小区")
    await introduce(stage, LUO)
    for person in (HE, DENG):
        await stage.say(person, f"{place}整栋楼暖气不热，太冷了", expect=stage["case"])
    await case_arrives(stage, SECOND_GRID)
    await stage.say(ZHAO, f"@回音 接单 {stage['case']}", group=SECOND_GRID)


async def asked(stage: Stage) -> None:
    """Before the meeting everybody is asked how warm it is at home."""
    stage.title("会前征询：家里几度，影响几口人")
    await call_meeting(stage, f"诉求{stage['case']} 必到 供热公司 主持 李强")
    number = stage["meeting"]
    for person in (LUO, HE, DENG):
        await stage.alone(person, f"议事会{number}")
    await stage.in_group(HEATING, f"议事会{number}")
    said = f"@回音 发起征询 议事会{number} 您家白天室温多少 选项 不到16度、16到18度、18度以上"
    answer = await stage.say(QIANG, said, group=DESK, expect="征询")
    poll = stage.keep("poll", answer, r"征询\s?(\d+)")
    if f"开始征询{poll}" in answer.replace(" ", ""):
        await stage.say(QIANG, f"@回音 开始征询{poll}", group=DESK)
    await stage.in_public(MINGYUAN, "征询")
    await stage.say(LUO, f"征询{poll} A 家里3人，老人一直穿棉衣", expect="征询")
    await stage.say(HE, f"征询{poll} A 家里2人", expect="征询")
    await stage.say(DENG, f"征询{poll} B 家里4人，孩子写作业手冷", expect="征询")
    for person in (LUO, HE):
        await stage.say(person, f"参加 议事会{number}", expect="参加")
    await stage.say(DENG, f"请假 议事会{number} 上班", expect="请假")
    await stage.say(FENG, f"@回音 参加 议事会{number}", group=HEATING, expect="参加")


async def summed_up(stage: Stage) -> None:
    """An hour before the meeting the chair reads what came of it: numbers, never names."""
    stage.title("会前一小时：主持人看到汇总，只有数字没有姓名")
    await stage.until(meets_at(stage) - timedelta(minutes=50))
    summary = await stage.in_group(DESK, "不到16度")
    stage.keep("affected", summary, r"(9)\s?人")


async def agreed(stage: Stage) -> None:
    """The meeting decides."""
    stage.title("开会、纪要")
    await hold_meeting(stage, (LUO, HE), ((FENG, HEATING),))
    due = await stage.working_day(3, 18)
    decision = f"供热公司 {day_of(due)}前 换热站调压并逐户上门排气 监督人罗敏"
    await write_minutes(stage, "换热站压力不足，末端几栋水循环不起来。", decisions=(decision,))
    await stage.in_group(HEATING, f"决议{stage['decision']}")
    await stage.in_public(MINGYUAN, "换热站调压")


async def warm(stage: Stage) -> None:
    """It is done, looked at, judged and struck off."""
    stage.title("办结、属实、销号")
    number = stage["decision"]
    await stage.say(FENG, f"@回音 进展 决议{number} 换热站已调压，明天上门排气", group=HEATING)
    await stage.alone(DENG, "换热站已调压")
    await in_the_evening(stage)
    await stage.in_public(MINGYUAN, "换热站已调压")
    await report_done(stage, FENG, HEATING, number=number, words="已逐户排气，室温都到20度")
    await stage.alone(LUO, f"决议{number} 属实")
    await stage.say(LUO, f"决议{number} 属实", expect="谢谢")
    await stage.alone(HE, "已办结")
    await stage.in_public(MINGYUAN, "办结公示")
    await stage.say(LUO, f"评价 {stage['case']} 5", expect="谢谢")


HEATING_STORY: Final = Story(
    "heating",
    "暖气不热：会前征询，主持人看汇总，会上定下谁几时办好",
    (reported, asked, summed_up, agreed, warm),
)
