"""Every action in the mouth of a worker, a unit's member and staff; numbers left out, several at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage.models.cases import CaseStatus
from tests.conversations.conftest import LI, QIANG, WANG, Town, running_town

CASES = ("枫桥苑33号楼5单元下水道堵了，污水往外冒", "枫桥苑8号楼2单元楼道灯不亮了", "枫桥苑12号楼电梯坏了")
ZHOU = "zhou"  # of the property company
TAKEN, GIVEN = "接单 {n}", "交办 {n} 物业 修好"


@dataclass(frozen=True)
class Said:
    """Three wordings of one action, each of a case of its own that stands as `before` left it."""

    action: str
    person: str
    wordings: Sequence[str]
    answer: str
    before: str = ""


ROWS = [
    Said("report", WANG, ["上报 枫桥苑3号楼井盖破损", "上报：枫桥苑5号楼单元门坏了",
                          "巡查发现枫桥苑9号楼路灯不亮，上报"], "已记到您名下"),
    Said("report", ZHOU, ["上报 枫桥苑3号楼井盖破损", "上报：枫桥苑5号楼单元门坏了",
                          "巡查发现枫桥苑9号楼路灯不亮，上报"], "已转给负责的网格"),
    Said("claim", WANG, ["接单 {n}", "{n}我来办", "我接{n}号"], "王芳已接单 {label}"),
    Said("claim", QIANG, ["接单 {n}", "{n}我来办", "我接{n}号"], "李强已接单 {label}"),
    Said("claim", ZHOU, ["接单 {n}", "{n}我来办", "我接{n}号"], "这一步由网格员来做", GIVEN),
    Said("progress", WANG, ["进展 {n} 已联系疏通队", "{n}已联系师傅，下午到", "{n}号正在抢修"],
         "{label} 进展已记下", TAKEN),
    Said("progress", ZHOU, ["进展 {n} 师傅已到现场", "{n}师傅正在修", "{n}号已联系厂家"],
         "{label} 进展已记下", GIVEN),
    Said("resolve", WANG, ["办结 {n} 管道已疏通", "{n}已经修好了，试过水", "{n}号办结，换了新灯"],
         "{label} 已办结", TAKEN),
    Said("resolve", ZHOU, ["办结 {n} 已疏通", "{n}修好了，已试水", "{n}号办结，换了新灯"],
         "{label} 已办结", GIVEN),
    Said("dispatch", WANG, ["交办 {n} 物业 三天内修好", "{n}转物业处理", "把{n}交给物业"],
         "{label} 已交办枫桥物业"),
    Said("dispatch", ZHOU, ["交办 {n} 执法 清理", "{n}转执法处理", "把{n}交给执法"],
         "这一步由网格员来做", GIVEN),
    Said("transfer", WANG, ["转 {n} 赵磊", "{n}转给赵磊", "把{n}转给赵磊办"], "{label} 已转给赵磊", TAKEN),
    Said("transfer", QIANG, ["转 {n} 赵磊", "指派 {n} 赵磊", "把{n}派给赵磊"], "{label} 已转给赵磊"),
    Said("whistle", WANG, ["吹哨 {n} 执法、自来水", "{n}吹哨，请执法和自来水到场",
                           "吹哨 {n} 执法 自来水 周五前清理"], "{label} 已吹哨：综合执法中队、自来水公司"),
    Said("whistle", ZHOU, ["吹哨 {n} 执法", "{n}吹哨，请执法到场", "吹哨 {n} 执法 周五前清理"],
         "这一步由网格员来做", GIVEN),
    Said("check_in", ZHOU, ["报到 {n}", "{n}物业报到", "{n}我们到了"], "{label} 已报到", GIVEN),
    Said("check_in", WANG, ["报到 {n}", "{n}我来报到", "{n}我们到了"], "由承办单位发"),
    Said("feedback", ZHOU, ["反馈 {n} 已更换水管", "反馈{n}：已处理", "{n}反馈，已换新灯"],
         "{label} 反馈已记下", GIVEN),
    Said("feedback", QIANG, ["反馈 {n} 已更换水管", "反馈{n}：已处理", "{n}反馈，已换新灯"], "由承办单位发"),
    Said("return", ZHOU, ["退回 {n} 不在我们的管养范围", "{n}退回，不归我们管", "{n}不是我们的，退回"],
         "{label} 已退回", GIVEN),
    Said("return", WANG, ["退回 {n} 不在我的网格", "不接 {n} 不在我网格", "{n}退回，不归我们网格"],
         "{label} 已退还", TAKEN),
    Said("ask", WANG, ["问 {n} 具体是哪一户", "{n}问一下居民具体位置在哪", "问居民 {n} 什么时候在家"],
         "{label} 正在问居民", TAKEN),
    Said("reject", WANG, ["不予受理 {n} 属于供热合同纠纷，请找供热公司",
                          "{n}不予受理，属于产权纠纷，请到法院",
                          "建议不予受理 {n} 属合同纠纷，请找法院"], "{label} 已报社区审核"),
    Said("reject", QIANG, ["不予受理 {n} 属于供热合同纠纷，请找供热公司",
                           "{n}不予受理，属于产权纠纷，请到法院",
                           "不予受理 {n} 属合同纠纷，请找法院"], "{label} 已按不予受理处理"),
    Said("extend", WANG, ["延期 {n} 3天 等配件到货", "{n}延期两天，等师傅有空", "{n}再宽限3天，因为下雨"],
         "{label} 已延期", TAKEN),
    Said("supervise", QIANG, ["督办 {n} 今天到现场", "催办 {n}", "催一下{n}"], "已督办 {label}"),
    Said("supervise", WANG, ["督办 {n} 今天到现场", "催办 {n}", "催一下{n}"], "督办由社区工作人员发"),
    Said("merge", WANG, ["合并 1 到 2", "把3并到2", "2和3合并"], "合并|并入|编号"),
    Said("consult", WANG, ["议 {n}", "{n}需要议事", "{n}提请议事会"], "{label} 要议事，已告诉社区"),
    Said("consult", QIANG, ["议 {n}", "{n}需要议事", "{n}提请议事会"], "{label} 要开议事会，哪天几点开"),
    Said("schedule_meeting", QIANG, ["议 {n} 周五15:00 居委会会议室", "{n}定周五下午3点在居委会开会",
                                     "召开议事会 {n} 周五15:00 居委会"], "{label} 议事会定在11月20日"),
    Said("invite", WANG, ["邀请 {n} 王大妈", "{n}邀请王大妈参加", "通知王大妈来开{n}的会"],
         "邀请随会议一起发：发“议 {n}"),
    Said("invite", ZHOU, ["邀请 {n} 王大妈", "{n}邀请王大妈参加", "通知王大妈来开{n}的会"],
         "由社区工作人员操作", GIVEN),
    Said("minutes", WANG, ["纪要 {n} 大家同意装灯", "{n}会议纪要：同意装灯", "会议纪要 {n} 大家同意"],
         "发“进展 {n} 议事会商定"),
    Said("remind", QIANG, ["提醒 {n}", "明天提醒我{n}", "提醒 {n} 明天到现场"], "请发“催 {n}"),
    Said("remind", WANG, ["提醒 {n}", "明天提醒我{n}", "提醒 {n} 明天到现场"], "发“查 {n}”看期限"),
    Said("broadcast", QIANG, ["群发 枫桥苑 明天停水", "发个通知给枫桥苑居民，明天停水",
                              "群发 全部 明天停水"], "确认请回复"),
    Said("broadcast", WANG, ["群发 枫桥苑 明天停水", "发个通知给枫桥苑居民，明天停水",
                             "群发 全部 明天停水"], "群发由社区工作人员操作"),
    Said("list_open", WANG, ["今天未办", "还有哪些没办", "未办清单"], "未办 3 件"),
    Said("list_open", QIANG, ["今天未办", "还有哪些没办", "未办清单"], "晨光社区 未办 3 件"),
    Said("stats", WANG, ["统计", "本周统计", "统计 本周"], "新登记 3 件，办结 0 件"),
    Said("stats", ZHOU, ["统计", "本周统计", "统计 上周"], "看不到统计"),
    Said("show", WANG, ["查 {n}", "{n}什么情况", "看一下{n}"], "诉求 {label}：已登记"),
    Said("show", ZHOU, ["查 {n}", "{n}什么情况", "看一下{n}"], "诉求 {label}：已交办", GIVEN),
    Said("help", WANG, ["帮助", "怎么用", "帮助"], "接单 23"),
    Said("help", ZHOU, ["帮助", "怎么用", "帮助"], "反馈 23"),
    Said("help", QIANG, ["帮助 群发", "帮助 群发", "帮助 群发"], "群发进度 7"),
    Said("help", WANG, ["帮助 表决", "帮助 敲门", "帮助 征询"], "代投 2"),
    Said("help", QIANG, ["帮助 决议", "帮助 分摊", "帮助 监督人"], "转交 决议7"),
    Said("help", ZHOU, ["帮助", "帮助 会议", "帮助 决议"], "认领 决议7"),
    Said("none", WANG, ["收到", "谢谢", "好的"], "好的。"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.action}-{row.person}" for row in ROWS])
async def test_three_wordings_of_every_action(
    sqlite_url: str, tmp_path: Path, now: datetime, row: Said
) -> None:
    async with running_town(sqlite_url, tmp_path, now) as town:
        for words in CASES:
            await town.say(LI, words)
        answers = [await said(town, row, number, wording) for number, wording in enumerate(row.wordings, 1)]

    for number, answer in enumerate(answers, 1):
        wanted = row.answer.format(n=number, label=f"2026-000{number}").split("|")
        assert any(each in answer for each in wanted), (row.wordings[number - 1], answer)


async def said(town: Town, row: Said, number: int, wording: str) -> str:
    chat = town.groups["物业工作群"] if row.person == ZHOU else town.workers_chat
    if row.before:
        await town.say_in_group(WANG, row.before.format(n=number))
    return await town.say(row.person, wording.format(n=number), chat=chat)


# ------------------------------------------------------------------ without a number


async def report_all(town: Town) -> None:
    for words in CASES:
        await town.say(LI, words)


async def statuses(town: Town) -> list[CaseStatus]:
    return [case.status for case in await town.cases()]


async def test_of_several_the_number_alone_carries_out_the_command(town: Town) -> None:
    await report_all(town)

    question = await town.say_in_group(WANG, "接单")
    assert question.startswith("是哪一件？")
    assert "2　物业·照明　枫桥苑8号楼2单元" in question
    assert "回复 @回音 1" in question

    assert "王芳已接单 2026-0002" in await town.say_in_group(WANG, "2")
    assert (await statuses(town))[1] is CaseStatus.CLAIMED


async def test_the_words_wait_with_the_command(town: Town) -> None:
    await report_all(town)
    await town.say_in_group(WANG, "接单 1 2")

    assert "是哪一件？" in await town.say_in_group(WANG, "办结 灯换好了，试过亮")
    assert "2026-0002 已办结" in await town.say_in_group(WANG, "2号")

    assert (await town.cases())[1].resolution == "灯换好了，试过亮"


async def test_only_what_can_be_claimed_is_a_candidate(town: Town) -> None:
    await report_all(town)
    await town.say_in_group(WANG, "接单 1 2")

    assert "王芳已接单 2026-0003" in await town.say_in_group(WANG, "接单")
    assert "现在没有能这样办的诉求" in await town.say_in_group(WANG, "接单")


async def test_another_command_is_obeyed_instead_and_nothing_waits_then(town: Town) -> None:
    await report_all(town)
    await town.say_in_group(WANG, "接单")

    assert "诉求 2026-0003" in await town.say_in_group(WANG, "查 3")
    assert "没看懂" in await town.say_in_group(WANG, "2")
    assert await statuses(town) == [CaseStatus.REGISTERED] * 3


async def test_a_number_that_comes_too_late_or_is_called_off_does_nothing(town: Town) -> None:
    await report_all(town)
    await town.say_in_group(WANG, "接单")
    assert "不办了" in await town.say_in_group(WANG, "算了")

    await town.say_in_group(WANG, "接单")
    await town.move(timedelta(minutes=11))

    assert "没看懂" in await town.say_in_group(WANG, "2")
    assert await statuses(town) == [CaseStatus.REGISTERED] * 3


async def test_a_number_that_is_refused_may_be_followed_by_the_right_one(town: Town) -> None:
    await report_all(town)
    await town.say_in_group(WANG, "接单")

    assert "没有找到编号 99" in await town.say_in_group(WANG, "99")
    assert "王芳已接单 2026-0003" in await town.say_in_group(WANG, "3")


async def test_words_of_the_desk_ask_for_their_number_too(town: Town) -> None:
    await report_all(town)

    assert "是哪一件？" in await town.say_in_group(QIANG, "指派 赵磊")
    assert "2026-0002 已转给赵磊" in await town.say_in_group(QIANG, "2")

    assert "是哪一件？" in await town.say_in_group(QIANG, "督办 今天到现场")
    assert "已督办 2026-0001" in await town.say_in_group(QIANG, "2026-0001")


async def test_staff_decide_without_a_number_on_the_only_proposal(town: Town) -> None:
    await report_all(town)
    await town.say_in_group(WANG, "延期 2 20天 等厂家")
    await town.say_in_group(WANG, "不予受理 3 属产权纠纷，请到法院")

    assert "2026-0002 已延期 20 天" in await town.say_in_group(QIANG, "同意延期")
    assert "2026-0003 继续办理" in await town.say_in_group(QIANG, "不同意不予受理 属物业职责")
    assert "现在没有能这样办的诉求" in await town.say_in_group(QIANG, "同意延期")


async def test_a_worker_declines_without_a_number(town: Town) -> None:
    await report_all(town)

    assert "是哪一件？" in await town.say_in_group(WANG, "不接 不在我网格")
    assert "2026-0003 已退还" in await town.say_in_group(WANG, "3")


async def test_a_broadcast_that_waits_for_its_code_goes_on_waiting(town: Town) -> None:
    await report_all(town)
    preview = await town.say_in_group(QIANG, "群发 枫桥苑 明天停水")

    assert "是哪一件？" in await town.say_in_group(QIANG, "接单")

    code = preview.split("确认请回复：")[1][:4]
    assert "确认码不对" not in await town.say_in_group(QIANG, code)


async def test_a_quoted_text_names_the_case_of_any_action(town: Town) -> None:
    await report_all(town)
    await town.settle()
    texts = await town.simulator.chat(town.workers_chat)
    card = next(each for each in texts if "2026-0002" in each["text"])

    assert "已接单 2026-0002" in await town.say_in_group(WANG, "接单", quote=card["id"])
    assert "2026-0002 进展已记下" in await town.say_in_group(WANG, "师傅在路上了", quote=card["id"])
    assert "2026-0002 已延期" in await town.say_in_group(WANG, "延期 3天 等配件到货", quote=card["id"])


# ------------------------------------------------------------------ several numbers


async def test_several_numbers_are_done_one_by_one_and_each_is_told(town: Town) -> None:
    await report_all(town)
    await town.say_in_group(WANG, "接单 1 2")

    answer = await town.say_in_group(WANG, "进展 1、2、3 已联系物业")

    assert answer.split("\n")[:2] == [
        "2026-0001 进展已记下，正在通知居民。",
        "2026-0002 进展已记下，正在通知居民。",
    ]
    assert "诉求 2026-0003 现在是“已登记”" in answer
    assert "已联系物业" in (await town.resident_reads(LI))[-1]


async def test_several_are_settled_with_the_same_words(town: Town) -> None:
    await report_all(town)

    answer = await town.say_in_group(WANG, "办结 1 2 都修好了")

    assert "2026-0001 已办结" in answer
    assert "2026-0002 已办结" in answer
    assert [case.resolution for case in await town.cases()] == ["都修好了", "都修好了", ""]


async def test_several_are_supervised_and_extended(town: Town) -> None:
    await report_all(town)

    supervised = await town.say_in_group(QIANG, "督办 1、2 今天到现场")
    extended = await town.say_in_group(QIANG, "延期 1、2 3天 等配件")

    assert supervised.count("已督办") == 2
    assert extended.count("已延期 3 天") == 2


async def test_a_deadline_of_today_and_one_that_is_over_come_first(town: Town) -> None:
    await report_all(town)
    await town.move(timedelta(hours=25))  # water and lift had 24 hours

    answer = await town.say_in_group(WANG, "今天未办")

    assert "（超期 2，今天到期 0）" in answer
    assert answer.index("超期：") < answer.index("2026-0001") < answer.index("其余：")
    assert "超期 1 小时" in answer


async def test_this_weeks_figures_count_what_came_in_and_went_out(town: Town) -> None:
    await report_all(town)
    await town.say_in_group(WANG, "办结 1 管道已疏通")
    await town.say(LI, "5")

    answer = await town.say_in_group(WANG, "统计")

    assert "新登记 3 件，办结 1 件，结案 1 件" in answer
    assert "现在未办 2 件，其中超期 0 件" in answer
    assert "解决率 100%（1/1）" in answer
