"""The tap water is yellow: the property company, the water company, and a second look at both."""

from typing import Final

from bot.demo.stage import Stage, day_of
from bot.demo.stories.people import DESK, FENGQIAO, FIRST_GRID, PROPERTY, QIANG, WANG, WU, ZHANG, ZHOU
from bot.demo.stories.steps import (
    call_meeting,
    hold_meeting,
    introduce,
    report_done,
    send_evidence,
    write_minutes,
)
from bot.demo.story import Story, case_arrives, open_case


async def reported(stage: Stage) -> None:
    """Two households of one building have yellow water."""
    stage.title("自来水发黄：两户反映，一件诉求")
    place = await open_case(stage, ZHANG, "{}自来水发黄，有铁锈味，没法做饭")
    await introduce(stage, ZHANG)
    await stage.say(WU, f"{place}自来水发黄，接出来都是黄的", expect=stage["case"])
    await case_arrives(stage, FIRST_GRID)
    await stage.say(WANG, f"@回音 接单 {stage['case']}", group=FIRST_GRID)


async def first_look(stage: Stage) -> None:
    """The property company cleans the tank; the water stays yellow."""
    stage.title("第一家：物业洗了水箱，水还是黄")
    number = stage["case"]
    await stage.say(WANG, f"@回音 交办 {number} 物业 三天内检查并清洗水箱", group=FIRST_GRID, expect="交办")
    await stage.in_group(PROPERTY, f"反馈 {number}")
    await stage.say(ZHOU, f"@回音 反馈 {number} 水箱已清洗消毒，水箱里的水是清的", group=PROPERTY)
    await stage.in_group(FIRST_GRID, "水箱里的水是清的")


async def second_look(stage: Stage) -> None:
    """The water company, which has no group here, answers through its link."""
    stage.title("第二家：自来水公司没有工作群，经链接反馈")
    number = stage["case"]
    said = f"@回音 交办 {number} 自来水公司 三天内检查楼外主管"
    link = stage.keep("link", await stage.say(WANG, said, group=FIRST_GRID), r"(http://\S+/sheet/\w+)")
    found = {"action": "feedback", "name": "水务巡线员", "text": "楼外主管已冲洗，出口水质清，建议查楼内立管"}
    await stage.fill(link, found, who="自来水公司")
    await stage.in_group(FIRST_GRID, "自来水公司已反馈")


async def agreed(stage: Stage) -> None:
    """Both at one table: the pipe inside is changed, and the water is tested."""
    stage.title("坐到一起：楼内立管换新，水样送检")
    await call_meeting(stage, f"诉求{stage['case']} 必到 枫桥物业 邀请 自来水公司")
    number = stage["meeting"]
    await stage.alone(ZHANG, f"议事会{number}")
    await stage.in_public(FENGQIAO, "议事会")
    await stage.say(ZHANG, f"参加 议事会{number}", expect="参加")
    await stage.say(ZHOU, f"@回音 参加 议事会{number}", group=PROPERTY, expect="参加")
    await hold_meeting(stage, (ZHANG,), ((ZHOU, PROPERTY),))
    due = await stage.working_day(7, 18)
    decisions = (
        f"枫桥物业 {day_of(due)}前 更换楼内锈蚀立管 监督人张伟",
        f"自来水公司 {day_of(due)}前 换管后取水样送检",
    )
    await write_minutes(stage, "三方现场核对：水箱、主管都清，问题在楼内旧立管。", decisions=decisions)
    await stage.in_group(PROPERTY, f"决议{stage['decision']}")
    await stage.in_public(FENGQIAO, "立管")


async def proved(stage: Stage) -> None:
    """The pipe is new, and the test report says that the water is good."""
    stage.title("凭证：检测报告合格，才算办完")
    pipe, test = stage["decision"], stage["decision2"]
    await report_done(stage, ZHOU, PROPERTY, number=pipe, words="楼内立管已全部换新")
    await stage.alone(ZHANG, f"决议{pipe} 属实")
    await stage.say(ZHANG, f"决议{pipe} 属实", expect="谢谢")
    await send_evidence(stage, number=test, words="水质检测报告：浑浊度、铁、余氯均合格")
    await stage.say(QIANG, f"@回音 办结 决议{test} 水样送检合格，报告已附", group=DESK)
    await stage.in_group(DESK, f"确认 决议{test}")
    await stage.say(QIANG, f"@回音 确认 决议{test}", group=DESK, expect="落实")


async def struck_off(stage: Stage) -> None:
    """The case is resolved, judged and struck off."""
    stage.title("办结、评价、销号")
    await stage.alone(WU, "已办结")
    await stage.in_public(FENGQIAO, "办结公示")
    await stage.say(ZHANG, f"评价 {stage['case']} 5", expect="谢谢")


YELLOW_WATER: Final = Story(
    "yellow-water",
    "自来水发黄：物业、自来水公司一家一家查，检测报告作凭证",
    (reported, first_look, second_look, agreed, proved, struck_off),
)
