"""A day in the sample communities: a sewer, a question, a quarrel, small talk and a broadcast."""

from typing import Final

from bot.demo.stage import Stage
from bot.demo.story import Story, case_arrives, open_case

LI, WU, WANG, QIANG = "lixiuying", "wuguilan", "wangfang", "liqiang"
GRID_GROUP, RESIDENTS_GROUP = "第一网格工作群", "枫桥苑居民群"


async def sewer(stage: Stage) -> None:
    """A blocked sewer, from the first message to the last word."""
    stage.title("下水道堵了：登记、接单、议事、办结")
    await open_case(stage, LI, "{}5单元下水道堵了，污水往外冒")
    number = stage["case"]
    await case_arrives(stage, GRID_GROUP)
    await stage.say(WANG, f"@回音 接单 {number}", group=GRID_GROUP)
    await stage.alone(LI, "已由网格员王芳接单")
    await stage.say(WANG, f"@回音 议 {number} 明天15:00 居委会会议室", group=GRID_GROUP)
    await stage.alone(LI, "邀请您参加议事会")
    await stage.in_public(RESIDENTS_GROUP, "议事会邀请")
    await stage.say(WANG, f"@回音 办结 {number} 管道已疏通，改道方案已定", group=GRID_GROUP)
    await stage.alone(LI, "已办结")
    await stage.in_public(RESIDENTS_GROUP, "办结公示")


async def missing_place(stage: Stage) -> None:
    """One question, and its answer completes the case."""
    stage.title("没说在哪儿：问一句，答了就登记")
    await stage.say(WU, "我搬家了")  # a home that another story told of would answer the question
    await stage.say(WU, "算了")
    await stage.say(WU, "楼道灯不亮了，晚上看不见")
    await open_case(stage, WU, "{}2单元")
    await stage.say(WU, "查")


async def quarrel(stage: Stage) -> None:
    """A quarrel between neighbours takes the same way, but nobody else is told."""
    stage.title("邻里纠纷：一样办，不在居民群里说")
    await open_case(stage, WU, "{}2单元，楼上半夜装修吵死了，天天这样")
    number = stage["case"]
    await case_arrives(stage, GRID_GROUP)
    await stage.say(WANG, f"@回音 办结 {number} 双方约定晚上八点后不施工", group=GRID_GROUP)


async def small_talk(stage: Stage) -> None:
    """Small talk opens no case."""
    stage.title("闲聊：不登记")
    await stage.say(LI, "今天天气不错")


async def broadcast(stage: Stage) -> None:
    """Staff see whom a broadcast reaches, confirm it by code, and it arrives."""
    stage.title("群发：先看发给谁，回复确认码才发")
    preview = await stage.say(QIANG, "@回音 群发 枫桥苑 明天9点到11点停水，请备水", group=GRID_GROUP)
    code = stage.keep("code", preview, r"确认请回复：(\d{4})")
    await stage.say(QIANG, f"@回音 {code}", group=GRID_GROUP)
    await stage.in_public(RESIDENTS_GROUP, "停水")


DAY: Final = Story("day", "平常的一天", (sewer, missing_place, quarrel, small_talk, broadcast))
