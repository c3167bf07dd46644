"""Ground locks on public parking: departments are whistled, report in, meet, and remove them."""

from typing import Final

from bot.demo.stage import Stage, day_of
from bot.demo.stories.people import (
    DESK,
    ENFORCEMENT,
    FENGQIAO,
    FIRST_GRID,
    GUO,
    LI,
    MENG,
    PROPERTY,
    QIANG,
    WANG,
    ZHOU,
)
from bot.demo.stories.steps import (
    call_meeting,
    hold_meeting,
    in_the_evening,
    introduce,
    report_done,
    write_minutes,
)
from bot.demo.story import Story, case_arrives, open_case


async def reported(stage: Stage) -> None:
    """A resident sees that somebody locks public parking, and another one second it."""
    stage.title("公共车位被装了地锁：登记、附议、接单")
    await open_case(stage, LI, "{}门口公共车位被人装了好几个地锁")
    await introduce(stage, LI)
    await stage.say(GUO, f"附议 {stage['case']}", expect=stage["case"])
    await case_arrives(stage, FIRST_GRID)
    await stage.say(WANG, f"@回音 接单 {stage['case']}", group=FIRST_GRID)
    await stage.alone(LI, "已由网格员王芳接单")


async def whistled(stage: Stage) -> None:
    """Three departments are called at once; each reports in in its own way."""
    stage.title("吹哨：执法、物业、派出所各自报到")
    number = stage["case"]
    said = f"@回音 吹哨 {number} 执法、物业、派出所，执法牵头 3天内到现场核实地锁归属"
    answer = await stage.say(WANG, said, group=FIRST_GRID, expect="已吹哨")
    link = stage.keep("link", answer, r"(http://\S+/sheet/\w+)")
    await stage.in_group(ENFORCEMENT, f"报到 {number}")
    await stage.in_group(PROPERTY, f"报到 {number}")
    await stage.say(MENG, f"@回音 报到 {number}", group=ENFORCEMENT, expect="报到")
    await stage.say(ZHOU, f"@回音 报到 {number}", group=PROPERTY, expect="报到")
    await stage.fill(link, {"action": "check_in"}, who="派出所民警")
    await stage.in_group(FIRST_GRID, "派出所已报到")
    await stage.say(MENG, f"@回音 反馈 {number} 核实地锁五把，都装在公共车位上", group=ENFORCEMENT)
    await stage.say(ZHOU, f"@回音 反馈 {number} 车位属公共部位，物业没有出租", group=PROPERTY)


async def called(stage: Stage) -> None:
    """The grid worker calls the meeting with the departments."""
    stage.title("召集议事会：反映人和各部门一起定")
    await call_meeting(stage, f"诉求{stage['case']} 必到 综合执法中队、枫桥物业")
    number = stage["meeting"]
    await stage.alone(LI, f"议事会{number}")
    await stage.in_group(ENFORCEMENT, f"议事会{number}")
    await stage.in_public(FENGQIAO, "议事会")
    await stage.say(LI, f"参加 议事会{number}", expect="参加")
    await stage.say(MENG, f"@回音 参加 议事会{number}", group=ENFORCEMENT, expect="参加")
    await stage.say(ZHOU, f"@回音 参加 议事会{number} 2人", group=PROPERTY, expect="参加")


async def agreed(stage: Stage) -> None:
    """Two decisions: the locks go, and the lines are painted anew."""
    stage.title("开会、纪要：拆除地锁，重新划线")
    await hold_meeting(stage, (LI,), ((MENG, ENFORCEMENT), (ZHOU, PROPERTY)))
    soon, later = await stage.working_day(5, 18), await stage.working_day(12, 18)
    decisions = (
        f"综合执法中队 {day_of(soon)}前 拆除公共车位地锁 监督人李秀英",
        f"枫桥物业 {day_of(later)}前 重新划定公共车位并编号",
    )
    await write_minutes(stage, "地锁属私自安装，限期拆除，车位先到先停。", decisions=decisions)
    await stage.in_group(ENFORCEMENT, f"决议{stage['decision']}")
    await stage.in_group(PROPERTY, f"决议{stage['decision2']}")
    await stage.in_public(FENGQIAO, "拆除公共车位地锁")


async def removed(stage: Stage) -> None:
    """Progress is told, the locks go, the watcher looks; staff look at the lines."""
    stage.title("办理：进展告诉大家，拆完、划完都要照片")
    locks, lines = stage["decision"], stage["decision2"]
    await stage.say(MENG, f"@回音 进展 决议{locks} 已张贴限期拆除通知", group=ENFORCEMENT)
    await stage.alone(GUO, "已张贴限期拆除通知")
    await in_the_evening(stage)
    await stage.in_public(FENGQIAO, "已张贴限期拆除通知")
    await report_done(stage, MENG, ENFORCEMENT, number=locks, words="五把地锁已全部拆除")
    await stage.alone(LI, f"决议{locks} 属实")
    await stage.say(LI, f"决议{locks} 属实", expect="谢谢")
    await report_done(stage, ZHOU, PROPERTY, number=lines, words="公共车位已重新划线编号")
    await stage.in_group(DESK, f"确认 决议{lines}")
    await stage.say(QIANG, f"@回音 确认 决议{lines}", group=DESK, expect="落实")


async def struck_off(stage: Stage) -> None:
    """Everything agreed on is done: the group reads it, and the case is struck off."""
    stage.title("公示销号")
    await stage.alone(LI, "已办结")
    await stage.in_public(FENGQIAO, "办结公示")
    await stage.say(LI, f"评价 {stage['case']} 5", expect="谢谢")


GROUND_LOCKS: Final = Story(
    "ground-locks",
    "公共车位装了地锁：部门吹哨报到，议定拆除，公示销号",
    (reported, whistled, called, agreed, removed, struck_off),
)
