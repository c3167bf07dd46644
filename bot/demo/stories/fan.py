"""A shop's fan is too loud: settled, back two months later, and then moved to the roof."""

from datetime import timedelta
from typing import Final

from bot.demo.stage import Stage, day_of
from bot.demo.stories.people import DESK, ENFORCEMENT, FIRST_GRID, MENG, PROPERTY, QIANG, TIAN, WANG, ZHOU
from bot.demo.stories.steps import call_meeting, hold_meeting, introduce, report_done, write_minutes
from bot.demo.story import Story, case_arrives, open_case

TWO_MONTHS: Final = timedelta(days=60)


async def reported(stage: Stage) -> None:
    """A neighbour of a restaurant cannot sleep."""
    stage.title("饭店排风扇太吵：登记、接单、议事")
    stage.facts["place"] = await open_case(stage, TIAN, "{}楼下饭店的排风扇噪音太大，晚上睡不着")
    await introduce(stage, TIAN)
    await case_arrives(stage, FIRST_GRID)
    await stage.say(WANG, f"@回音 接单 {stage['case']}", group=FIRST_GRID)
    await stage.alone(TIAN, "已由网格员王芳接单")


async def settled(stage: Stage) -> None:
    """The first meeting: the fan gets a damper."""
    stage.title("第一次议事会：加装减振垫")
    await call_meeting(stage, f"诉求{stage['case']} 邀请 枫桥物业")
    await stage.alone(TIAN, f"议事会{stage['meeting']}")
    await stage.say(TIAN, f"参加 议事会{stage['meeting']}", expect="参加")
    await hold_meeting(stage, (TIAN,))
    due = await stage.working_day(7, 18)
    agreed = f"枫桥物业 {day_of(due)}前 督促饭店给排风扇加装减振垫 监督人田丽"
    await write_minutes(stage, "饭店愿意配合，先加减振垫看效果。", decisions=(agreed,))
    await stage.in_group(PROPERTY, f"决议{stage['decision']}")
    await finish(stage, ZHOU, PROPERTY, words="减振垫已装好")


async def back_again(stage: Stage) -> None:
    """Two months later it is loud again: the old case goes on, one level higher."""
    stage.title("两个月后又吵了：原诉求重办，督办升一级")
    await stage.later(TWO_MONTHS)
    answer = await stage.say(TIAN, f"{stage['place']}楼下饭店的排风扇又响了，噪音太大，晚上睡不着")
    stage.keep("reopened", answer, r"(重办|重新受理|重新办理)")
    await stage.in_group(FIRST_GRID, "重办")


async def moved_to_the_roof(stage: Stage) -> None:
    """The second meeting: with the law enforcement squad, the fan goes to the roof."""
    stage.title("第二次议事会：排风扇移到楼顶")
    await call_meeting(stage, f"诉求{stage['case']} 必到 综合执法中队 邀请 枫桥物业")
    number = stage["meeting"]
    await stage.alone(TIAN, f"议事会{number}")
    await stage.in_group(ENFORCEMENT, f"议事会{number}")
    await stage.say(TIAN, f"参加 议事会{number}", expect="参加")
    await stage.say(MENG, f"@回音 参加 议事会{number}", group=ENFORCEMENT, expect="参加")
    await hold_meeting(stage, (TIAN,), ((MENG, ENFORCEMENT),))
    due = await stage.working_day(10, 18)
    agreed = f"综合执法中队 {day_of(due)}前 责令饭店把排风扇移到楼顶 监督人田丽"
    await write_minutes(stage, "减振垫治标不治本，排风扇移到楼顶，出风口背对居民楼。", decisions=(agreed,))
    await stage.in_group(ENFORCEMENT, f"决议{stage['decision']}")
    await finish(stage, MENG, ENFORCEMENT, words="排风扇已移到楼顶，夜间噪声检测达标")


async def finish(stage: Stage, owner: str, group: str, *, words: str) -> None:
    """The owner shows it, the watcher says so, and the reporter is content."""
    number = stage["decision"]
    await report_done(stage, owner, group, number=number, words=words)
    await stage.alone(TIAN, f"决议{number} 属实")
    await stage.say(TIAN, f"决议{number} 属实", expect="谢谢")
    await stage.alone(TIAN, "已办结")
    await stage.say(TIAN, f"评价 {stage['case']} 5", expect="谢谢")
    await stage.say(QIANG, f"@回音 查 {stage['case']}", group=DESK)


FAN: Final = Story(
    "fan",
    "饭店排风扇吵人：办结两个月又响，重办再议，移到楼顶",
    (reported, settled, back_again, moved_to_the_roof),
)
