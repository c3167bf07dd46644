"""Meetings in chat: called in one sentence or by question and answer, changed, begun, ended, looked at."""

from datetime import timedelta

from sqlalchemy import Connection, select

from storage.models.cases import CaseStatus
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.meetings import meetings as meeting_rows
from tests.conversations.conftest import FENGQIAO_RESIDENTS, HE, LI, QIANG, WANG, Town

ZHOU = "zhou"  # of the property company
DESK = "晨光社区工作群"
SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
LAMP = "枫桥苑8号楼2单元楼道灯不亮了"
QUARREL = "枫桥苑8号楼2单元，楼上半夜装修吵死了，天天这样"


async def staff(town: Town, text: str) -> str:
    return await town.say(QIANG, text, chat=town.groups[DESK])


async def desk_reads(town: Town, words: str) -> bool:
    return any(words in each.get("text", "") for each in await town.simulator.chat(town.groups[DESK]))


def all_meetings(db: Connection) -> list[Meeting]:
    return [Meeting(*row) for row in db.execute(select(*meeting_rows.c).order_by(meeting_rows.c.id))]


async def meetings(town: Town) -> list[Meeting]:
    return await town.database.read(all_meetings)


async def statuses(town: Town) -> list[CaseStatus]:
    return [case.status for case in await town.cases()]


# ------------------------------------------------------------------ in one sentence


async def test_one_sentence_calls_a_meeting_about_several_cases(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(HE, "明园小区3号楼下水道堵了")

    answer = await staff(
        town, "召集议事会 周五15:00 居委会会议室 诉求1、2 邀请 枫桥物业 名额30 主持 李强 标题 主管道怎么修"
    )

    assert "2026-0001、2026-0002 议事会定在11月20日 周五 15:00，居委会会议室。编号：议事会1" in answer
    assert "@回音 取消议事会1" in answer
    [meeting] = await meetings(town)
    assert (meeting.title, meeting.capacity, meeting.status) == ("主管道怎么修", 30, MeetingStatus.INVITED)
    assert await statuses(town) == [CaseStatus.CONSULTING, CaseStatus.CONSULTING]
    for resident in (LI, HE):
        assert "参加 议事会1" in (await town.resident_reads(resident))[-1]
    shown = await staff(town, "议事会1")
    assert "主持：李强；名额：30" in shown
    assert "诉求：2026-0001、2026-0002" in shown


async def test_several_cases_behind_the_short_word(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(LI, LAMP)

    answer = await town.say_in_group(WANG, "议 1、2 周五15:00 居委会会议室")

    assert "2026-0001、2026-0002 议事会定在11月20日" in answer
    assert len(await meetings(town)) == 1


async def test_a_worker_wishes_and_may_not_call_about_anything(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(LI, LAMP)

    wished = await town.say_in_group(WANG, "议 1、2")
    refused = await town.say_in_group(WANG, "召集议事会 周五15:00 居委会会议室 地锁怎么办")
    for_units = await town.say(ZHOU, "召集议事会 周五15:00 会议室 地锁", chat=town.groups["物业工作群"])

    assert wished.count("已告诉社区工作人员") == 2
    assert "自己网格的诉求" in refused
    assert "由社区工作人员操作" in for_units
    assert await meetings(town) == []


async def test_a_sentence_with_a_topic_calls_it_and_a_bare_cancellation_asks_which(town: Town) -> None:
    called = await staff(town, "下周二晚上七点在党群活动室开个议事会，商量地锁的事，请通知明园小区")
    asked = await staff(town, "明晚的协商会改到下周一，地点不变")
    gone = await staff(town, "会不开了，两家和好了")

    assert "议事会定在11月24日 周二 19:00，党群活动室" in called
    assert "是哪个议事会？议事会1（11月24日 周二 19:00）" in asked
    assert "取消议事会1 原因" in gone
    [meeting] = await meetings(town)
    assert (meeting.title, meeting.status) == ("地锁", MeetingStatus.INVITED)


async def test_a_number_that_no_meeting_has_may_be_a_case(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "2026-0001 议事会定在" in await staff(town, "议事会 1 周五15:00 居委会会议室")
    assert "议事会1" in await staff(town, "议事会 1 周六10:00")

    [meeting] = await meetings(town)
    assert meeting.version == 1


# ------------------------------------------------------------------ by question and answer


async def test_what_is_missing_is_asked_shown_and_sent_when_confirmed(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "2026-0001 要开议事会，哪天几点开" in await staff(town, "议 1")
    assert "11月27日 周五几点开" in await staff(town, "下周五")
    assert "11月27日 周五 15:00，在哪里开" in await staff(town, "15:00")
    preview = await staff(town, "居委会会议室")
    assert "将通知：居民等" in preview
    assert "枫桥苑居民群" in preview
    assert "@回音 确认" in preview
    assert [each.status for each in await meetings(town)] == [MeetingStatus.DRAFT]
    assert await statuses(town) == [CaseStatus.REGISTERED]
    assert "11月28日 周六 10:00" in await staff(town, "改到下周六10:00 党群活动室")
    sent = await staff(town, "确认")

    assert "2026-0001 议事会定在11月28日 周六 10:00，党群活动室" in sent
    [meeting] = await meetings(town)
    assert (meeting.status, meeting.number) == (MeetingStatus.INVITED, 1)
    assert await statuses(town) == [CaseStatus.CONSULTING]
    assert "党群活动室" in (await town.resident_reads(LI))[-1]


async def test_nothing_is_said_at_all_first_what_then_when(town: Town) -> None:
    assert "商量什么" in await staff(town, "召集议事会")
    assert "哪天几点开" in await staff(town, "地锁怎么办")
    assert "在哪里开" in await staff(town, "下周五下午三点")
    assert "议事会1：地锁怎么办" in await staff(town, "线上 腾讯会议 123-456-789")
    assert "没有通知任何人" in await staff(town, "取消")

    assert [each.status for each in await meetings(town)] == [MeetingStatus.CANCELLED]


async def test_who_only_looks_goes_on_afterwards_another_command_ends_it(town: Town) -> None:
    await town.say(LI, SEWER)
    await staff(town, "议 1")

    assert "未办 1 件" in await staff(town, "今天未办")
    assert "在哪里开" in await staff(town, "下周五15:00")
    await staff(town, "督办 1 今天到现场")
    await staff(town, "居委会会议室")

    assert await meetings(town) == []


async def test_a_slip_in_the_dialogue_is_no_topic_and_no_place(town: Town) -> None:
    await town.say(LI, SEWER)
    await staff(town, "召集议事会 名额30 主持 李强")
    assert "已经过了" in await staff(town, "昨天下午三点")
    assert "商量什么" in await staff(town, "下周五下午三点")
    assert "在哪里开" in await staff(town, "诉求1")
    assert "几点开" in await staff(town, "换成下周三")
    assert "在哪里开" in await staff(town, "下午四点")

    shown = await staff(town, "居委会会议室")

    assert "时间：11月25日 周三 16:00\n地点：居委会会议室\n主持：李强\n名额：30" in shown
    assert "用水·下水道" in shown
    assert "不开了" in await staff(town, "算了不开了")


async def test_an_answer_that_comes_too_late_does_nothing(town: Town) -> None:
    await town.say(LI, SEWER)
    for words in ("议 1", "下周五15:00", "居委会会议室"):
        await staff(town, words)
    await town.move(timedelta(hours=2))

    assert "等太久" in await staff(town, "确认")
    assert [each.status for each in await meetings(town)] == [MeetingStatus.DRAFT]
    assert "发出：@回音" not in await staff(town, "议事会列表")
    assert "议事会定在" in await staff(town, "发出邀请 议事会1")


# ------------------------------------------------------------------ changed, begun, ended


async def test_a_meeting_goes_its_way_and_everybody_reads_of_it(town: Town) -> None:
    await town.say(LI, SEWER)
    await staff(town, "议 1 下周五15:00 居委会会议室")

    assert "党群活动室" in await staff(town, "议事会1改到下周六10:00 党群活动室")
    assert "已改" in await staff(town, "议事会1 名额20")
    assert "综合执法" not in await staff(town, "邀请 议事会1 张三丰")
    assert "请写明原因" in await staff(town, "推迟议事会1")
    assert "已推迟" in await staff(town, "推迟议事会1 物业来不了")
    assert "推迟" in (await town.resident_reads(LI))[-1]
    assert "11月29日" in await staff(town, "议事会1 改到 11月29日10:00")
    await town.move(timedelta(days=9))
    assert "签到码" in await staff(town, "开始议事会1")
    assert "已散会" in await staff(town, "散会")

    [meeting] = await meetings(town)
    assert (meeting.status, meeting.version) == (MeetingStatus.HELD, 3)
    assert "已开" in await staff(town, "议事会列表")


async def test_cancelling_needs_a_reason_and_frees_the_case(town: Town) -> None:
    await town.say(LI, SEWER)
    await staff(town, "议 1 下周五15:00 居委会会议室")

    assert "能不能" not in await staff(town, "议事会1能不能取消？")
    assert "请写明原因" in await staff(town, "取消议事会1")
    assert [each.status for each in await meetings(town)] == [MeetingStatus.INVITED]
    assert "议题重新等开会" in await staff(town, "取消议事会1 两家和好了")

    assert await statuses(town) == [CaseStatus.IN_PROGRESS]
    assert "两家和好了" in (await town.resident_reads(LI))[-1]
    assert "2026-0001 议事会定在" in await staff(town, "议 1 下周六10:00 居委会会议室")


async def test_the_same_room_at_the_same_time_is_pointed_out(town: Town) -> None:
    await staff(town, "召集议事会 下周五15:00 居委会会议室 地锁怎么办")

    answer = await staff(town, "召集议事会 下周五16:00 居委会会议室 停车怎么办")

    assert "注意：同一时间居委会会议室已有议事会1（11月27日 周五 15:00，居委会会议室）" in answer
    assert len(await meetings(town)) == 2


async def test_a_meeting_that_began_is_held_when_its_time_is_over(town: Town) -> None:
    await staff(town, "召集议事会 周五15:00 居委会会议室 地锁怎么办")
    await town.move(timedelta(hours=5))
    assert "签到码" in await staff(town, "开始议事会1")

    await town.move(timedelta(days=1))

    await town.eventually(lambda: desk_reads(town, "已记为开过"))
    assert [each.status for each in await meetings(town)] == [MeetingStatus.HELD]


async def test_the_desk_is_asked_whether_a_meeting_that_nobody_began_was_held(town: Town) -> None:
    await staff(town, "召集议事会 周五15:00 居委会会议室 地锁怎么办")

    await town.move(timedelta(hours=30))

    await town.eventually(lambda: desk_reads(town, "开了吗"))
    assert "已散会" in await staff(town, "散会 议事会1")


async def test_nothing_under_way_makes_the_word_small_talk(town: Town) -> None:
    answer = await staff(town, "散会了")

    assert "议事会" not in answer


# ------------------------------------------------------------------ looked at by residents


async def test_residents_see_their_own_meetings_and_public_ones(town: Town) -> None:
    await town.say(LI, SEWER)
    await staff(town, "议 1 下周五15:00 居委会会议室")

    mine = await town.say(LI, "议事会")
    other = await town.say(HE, "议事会1")

    assert "议事会1：" in mine
    assert "参加 议事会1" in mine
    assert "11月27日 周五 15:00" in other
    assert "单元" not in other


async def test_a_private_meeting_is_unknown_to_others_and_to_residents_groups(town: Town) -> None:
    await town.say(LI, QUARREL)
    await town.say_in_group(WANG, "议 1 下周五15:00 居委会会议室")

    assert "没有找到您能参加的议事会1" in await town.say(HE, "议事会1")
    assert "现在没有您能参加的议事会" in await town.say(HE, "我的议事会")
    assert "居委会会议室" in await town.say(LI, "议事会1")
    await town.settle()
    assert await town.texts(FENGQIAO_RESIDENTS) == []
    assert await town.simulator.tasks() == []


async def test_a_resident_changes_nothing(town: Town) -> None:
    await town.say(LI, SEWER)
    await staff(town, "议 1 下周五15:00 居委会会议室")

    for words in ("取消议事会1", "议事会1改到周六10:00", "散会 议事会1"):
        assert "11月27日 周五 15:00" in await town.say(LI, words)

    [meeting] = await meetings(town)
    assert (meeting.status, meeting.version) == (MeetingStatus.INVITED, 0)
    assert len(await town.cases()) == 1


async def test_a_company_sees_the_meetings_it_is_invited_to(town: Town) -> None:
    await staff(town, "召集议事会 下周五15:00 居委会会议室 停车收费 邀请 枫桥物业")
    await staff(town, "召集议事会 下周六15:00 居委会会议室 社区人事")
    chat = town.groups["物业工作群"]

    listed = await town.say(ZHOU, "议事会列表", chat=chat)

    assert "停车收费" in listed
    assert "社区人事" not in listed
    assert "没有编号 2 的议事会" in await town.say(ZHOU, "议事会2", chat=chat)
    assert "社区工作人员管" in await town.say(ZHOU, "取消议事会1 不想开", chat=chat)
