"""Sheets and whistles in the groups: who is handed what, who answers, who hears of it."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from storage.models.assignments import Assignment, AssignmentStatus, assignments
from storage.models.cases import CaseStatus
from storage.models.people import people
from tests.conversations.conftest import HE, LI, QIANG, WANG, ZHAO, Town

SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒，我电话13912345678"
GROUND_LOCK = "明园小区3号楼前面有人装了地锁，把公共车位占了"
ZHOU = "zhou"  # of the property company of 枫桥苑


def sheets(db: Connection) -> list[Assignment]:
    return [Assignment(*row) for row in db.execute(select(*assignments.c).order_by(assignments.c.id))]


async def say_as_property(town: Town, text: str) -> str:
    return await town.say(ZHOU, text, chat=town.groups["物业工作群"])


async def test_the_property_company_gets_a_sheet_answers_and_the_case_comes_back(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say_in_group(WANG, "交办 1 物业 三天内疏通下水道")

    assert "已交办枫桥物业，11月23日 周一 18:00前答复；已发到对方工作群" in answer
    [card] = await town.texts(town.groups["物业工作群"])
    assert "交办单 2026-0001" in card
    assert "枫桥苑33号楼5单元" in card
    assert "要办：三天内疏通下水道" in card
    assert "反馈 1" in card
    assert "退回 1" in card
    assert "13912345678" not in card
    assert "已转交枫桥物业办理" in (await town.resident_reads(LI))[-1]
    [case] = await town.cases()
    assert case.status is CaseStatus.DISPATCHED
    assert case.responded_at is not None

    assert "反馈已记下" in await say_as_property(town, "反馈 1 已疏通，井盖换新")

    [case] = await town.cases()
    assert case.status is CaseStatus.IN_PROGRESS
    told = (await town.texts(town.workers_chat))[-1]
    assert "枫桥物业已反馈" in told
    assert "井盖换新" in told
    assert "办结 1 结果" in told
    assert "井盖换新" not in "".join(await town.resident_reads(LI))  # the worker checks before they hear
    assert "枫桥物业，已反馈：已疏通，井盖换新" in await town.say_in_group(WANG, "查 1")


async def test_a_returned_sheet_says_why_and_goes_to_somebody_else(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "交办 1 物业")
    assert "请写明原因" in await say_as_property(town, "退回 1")

    assert "已退回" in await say_as_property(town, "退回 1 市政管网堵了，不归物业管")

    told = (await town.texts(town.workers_chat))[-1]
    assert "被枫桥物业退回" in told
    assert "市政管网堵了" in told
    assert "交办 1 单位" in told
    [case] = await town.cases()
    assert case.status is CaseStatus.IN_PROGRESS
    await town.say_in_group(WANG, "交办 1 自来水公司")
    [first, second] = await town.database.read(sheets)
    assert (first.status, second.status) == (AssignmentStatus.RETURNED, AssignmentStatus.OPEN)


async def test_a_word_nobody_is_called_lists_the_units_and_changes_nothing(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say_in_group(WANG, "交办 1 消防队")

    assert "没认出“消防队”" in answer
    assert "枫桥物业、综合执法中队、自来水公司" in answer
    assert "请写明交给哪个单位" in await town.say_in_group(WANG, "交办 1")
    [case] = await town.cases()
    assert case.status is not CaseStatus.DISPATCHED


async def test_property_means_the_company_of_the_cases_own_estate(town: Town) -> None:
    await town.say(HE, GROUND_LOCK)
    chat = town.groups["第二网格工作群"]

    assert "没有登记“物业”" in await town.say(ZHAO, "交办 1 物业", chat=chat)  # serves 枫桥苑 only

    assert "已交办枫桥物业" in await town.say(ZHAO, "交办 1 枫桥物业", chat=chat)  # by its name it is meant


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("交办 1 物业 2小时内", "11月20日 周五 12:00"),
        ("交办 1 物业 3个工作日内疏通", "11月25日 周三 18:00"),
        ("交办 1 物业 明天", "11月21日 周六 18:00"),
        ("交办 1 物业 明天下午3点前", "11月21日 周六 15:00"),
    ],
)
async def test_the_due_date_is_read_from_the_command(town: Town, said: str, due: str) -> None:
    await town.say(LI, SEWER)

    assert f"{due}前答复" in await town.say_in_group(WANG, said)


async def test_a_due_date_that_is_over_is_refused(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "已经过了" in await town.say_in_group(WANG, "交办 1 物业 昨天18点前")

    assert await town.database.read(sheets) == []


async def test_only_what_was_assigned_to_the_own_unit_can_be_answered_or_seen(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "交办 1 自来水公司")

    for said in ("反馈 1 办好了", "退回 1 不归我们", "报到 1", "进展 1 在路上", "办结 1 好了", "查 1"):
        assert "没有交办给您单位" in await say_as_property(town, said)
    assert "没有未办" in await say_as_property(town, "今天未办")
    [case] = await town.cases()
    assert case.status is CaseStatus.DISPATCHED


async def test_a_member_of_a_unit_can_do_nothing_else_with_a_case(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "交办 1 物业")

    for said in ("接单 1", "交办 1 执法", "吹哨 1 执法、自来水", "撤销链接 1"):
        assert "这一步由网格员来做" in await say_as_property(town, said)

    assert len(await town.database.read(sheets)) == 1


async def test_a_worker_cannot_answer_for_a_unit_but_is_told_what_to_say(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "交办 1 物业")

    assert "由承办单位发" in await town.say_in_group(WANG, "反馈 1 物业说办好了")

    [sheet] = await town.database.read(sheets)
    assert sheet.status is AssignmentStatus.OPEN


async def test_the_company_reports_progress_and_resolves_what_it_has(town: Town) -> None:
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")
    await town.say_in_group(WANG, "交办 1 物业")
    assert "2026-0001" in await say_as_property(town, "今天未办")
    await say_as_property(town, "进展 1 灯具下午到货")
    assert "灯具下午到货" in (await town.resident_reads(LI))[-1]

    await say_as_property(town, "办结 1 楼道灯换好了")

    [case] = await town.cases()
    assert case.status is CaseStatus.RESOLVED
    [sheet] = await town.database.read(sheets)
    assert (sheet.status, sheet.answer) == (AssignmentStatus.FED_BACK, "楼道灯换好了")
    handler = await town.database.read(name_of, case.handler_id)
    assert handler == "王芳"  # whoever handed it out answers for it still


async def test_the_end_of_a_case_cancels_its_sheets_and_tells_the_units(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "交办 1 物业")

    await town.say_in_group(WANG, "办结 1 居民自己通了")

    assert "不用再办" in (await town.texts(town.groups["物业工作群"]))[-1]
    [sheet] = await town.database.read(sheets)
    assert sheet.status is AssignmentStatus.CANCELLED
    assert "没有交办给您单位" in await say_as_property(town, "反馈 1 办好了")


async def test_handing_it_out_again_renews_the_sheet_and_bothers_no_reporter(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "交办 1 物业 疏通")
    before = await town.resident_reads(LI)

    await town.say_in_group(WANG, "交办 1 物业 5天内")

    [sheet] = await town.database.read(sheets)
    assert sheet.task == "疏通"
    assert "11月25日" in (await town.texts(town.groups["物业工作群"]))[-1]
    assert await town.resident_reads(LI) == before


async def test_a_case_is_transferred_to_a_unit_or_a_colleague_by_one_word(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")
    await town.say_in_group(WANG, "接单 2")

    assert "已交办枫桥物业" in await town.say_in_group(WANG, "转物业 1")
    assert "已转给赵磊" in await town.say_in_group(WANG, "转给赵磊 2")

    [_, second] = await town.cases()
    assert await town.database.read(name_of, second.handler_id) == "赵磊"


async def test_handing_on_to_nobody_is_refused(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "请写明转给谁" in await town.say_in_group(WANG, "转 1")
    assert "请写明交给哪个单位" in await town.say_in_group(WANG, "吹哨 1")

    assert await town.database.read(sheets) == []


async def test_a_unit_reads_nothing_of_a_complaint_about_a_worker(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼，我要投诉网格员王芳收钱不办事")

    await town.say(QIANG, "交办 1 物业 请协助了解情况", chat="robot:main")

    [card] = await town.texts(town.groups["物业工作群"])
    assert "请协助了解情况" in card
    for said in (card, await say_as_property(town, "查 1")):
        assert "收钱" not in said
        assert "王芳" not in said
    assert "收钱" not in "".join(await town.texts(town.workers_chat))


async def test_a_whistle_calls_several_units_and_shows_who_has_not_come(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say_in_group(WANG, "吹哨 1 物业、自来水公司、执法，自来水公司牵头 2天内查清污水来源")

    assert "自来水公司牵头" in answer
    assert "没有工作群的" in answer
    assert answer.count("/sheet/") == 1  # the others have groups
    [card] = await town.texts(town.groups["物业工作群"])
    assert "牵头：自来水公司" in card
    assert "2天内查清污水来源" in card
    assert "报到 1" in card
    notice = (await town.resident_reads(LI))[-1]
    assert "自来水公司牵头" in notice
    detail = await town.say_in_group(WANG, "查 1")
    assert "吹哨·牵头：自来水公司，未报到" in detail
    assert "吹哨：枫桥物业，未报到" in detail

    assert "已报到" in await say_as_property(town, "报到 1")

    assert "还没报到：自来水公司、综合执法中队" in (await town.texts(town.workers_chat))[-1]
    assert "吹哨：枫桥物业，已报到" in await town.say_in_group(WANG, "查 1")
    assert "已经报到过" in await say_as_property(town, "报到 1")
    assert "还在等自来水公司、综合执法中队" in await say_as_property(town, "反馈 1 我们这段已疏通")
    [case] = await town.cases()
    assert case.status is CaseStatus.DISPATCHED


async def test_whistling_again_does_not_call_twice(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "吹哨 1 物业、执法")

    assert "不用重复吹哨" in await town.say_in_group(WANG, "吹哨 1 物业、执法")
    await town.say_in_group(WANG, "吹哨 1 物业、执法、自来水")

    found = await town.database.read(sheets)
    assert len(found) == 3
    assert [sheet.is_lead for sheet in found] == [True, False, False]
    assert len(await town.texts(town.groups["物业工作群"])) == 1


async def test_the_last_answer_while_the_case_waits_does_not_send_it_back_to_units(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "交办 1 物业")
    await town.say_in_group(WANG, "问 1 家里有人吗？")
    [case] = await town.cases()
    assert case.status is CaseStatus.WAITING

    await say_as_property(town, "反馈 1 已疏通")

    [case] = await town.cases()
    assert case.status_before is CaseStatus.IN_PROGRESS


async def test_what_is_overdue_is_said_so_in_the_detail(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "交办 1 物业 2小时内")
    await town.move(timedelta(hours=3))

    assert "枫桥物业，未反馈，已超期" in await town.say_in_group(WANG, "查 1")


def name_of(db: Connection, person_id: int | None) -> str:
    return str(db.execute(select(people.c.name).where(people.c.id == person_id)).scalar_one())


async def test_a_sheet_that_is_not_answered_in_time_is_reminded_of_once(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了")
    await town.say_in_group(WANG, "交办 1 物业 明天18点前疏通")
    property_group, workers = town.groups["物业工作群"], town.workers_chat

    await town.move(timedelta(hours=23))
    assert not any("交办单已到期" in text for text in await town.texts(property_group))
    await town.move(timedelta(hours=10))

    async def reminded() -> bool:
        return any("交办单已到期" in text for text in await town.texts(property_group))

    await town.eventually(reminded)
    assert any("枫桥物业的交办单已到期" in text for text in await town.texts(workers))
    await town.move(timedelta(days=1))
    await town.settle()
    assert sum("交办单已到期" in text for text in await town.texts(property_group)) == 1
