"""What workers and staff live through beyond the main path: rights, quotes, codes, refusals."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from storage.models.cases import CaseStatus
from tests.conversations.conftest import FENGQIAO_RESIDENTS, HE, LI, QIANG, WANG, ZHAO, Town, running_town

SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
GROUND_LOCK = "明园小区3号楼前面有人装了地锁，把公共车位占了"
SUN = "sunli"  # grid worker of the other community


async def test_a_worker_of_another_grid_is_refused_with_what_to_do(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say(ZHAO, "接单 1", chat=town.groups["第二网格工作群"])

    assert "属于第一网格" in answer
    [case] = await town.cases()
    assert case.status is CaseStatus.REGISTERED


async def test_a_deputy_may_act_in_the_grid(town: Town) -> None:
    await town.say(HE, GROUND_LOCK)

    answer = await town.say(WANG, "接单 1", chat=town.groups["第二网格工作群"])

    assert "王芳已接单" in answer


async def test_numbers_belong_to_the_speakers_community(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say(SUN, "接单 1", chat=town.groups["湖畔网格工作群"])

    assert "没有找到编号 1" in answer


async def test_claiming_twice_names_the_owner(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")

    assert "已由王芳接单" in await town.say_in_group(QIANG, "接单 1")
    assert "您已经接了" in await town.say_in_group(WANG, "接单 1")


async def test_the_number_is_taken_from_a_quoted_card(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")
    await town.settle()
    cards = await town.simulator.chat(town.workers_chat)
    second = next(card for card in cards if "2026-0002" in card["text"])

    answer = await town.say_in_group(WANG, "接单", quote=second["id"])

    assert "已接单 2026-0002" in answer


async def test_several_numbers_are_all_claimed_or_refused_one_by_one(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")

    answer = await town.say_in_group(WANG, "接单 1、2、9")

    assert "已接单 2026-0001" in answer
    assert "已接单 2026-0002" in answer
    assert "没有找到编号 9" in answer


async def test_politeness_gets_no_list_of_commands(town: Town) -> None:
    assert await town.say_in_group(WANG, "收到") == "好的。"
    assert "发“帮助”" in await town.say_in_group(WANG, "累死了")


async def test_progress_before_claiming_is_refused_with_the_next_step(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "请先发“接单 1”" in await town.say_in_group(WANG, "进展 1 已联系疏通队")


async def test_a_second_broadcast_replaces_the_first_and_says_so(town: Town) -> None:
    await town.say_in_group(QIANG, "群发 枫桥苑 明天停水")

    second = await town.say_in_group(QIANG, "群发 枫桥苑 后天停水")

    assert "上一条还没确认的群发已取消" in second
    await town.say_in_group(QIANG, second.split("确认请回复：")[1][:4])
    await town.simulator.confirm((await town.simulator.wait_for_task())["id"])
    assert await town.texts(FENGQIAO_RESIDENTS) == ["后天停水"]


async def test_a_private_meeting_place_is_not_published(town: Town) -> None:
    await town.say(LI, SEWER)

    await town.say_in_group(WANG, "议 1 明天15:00 3单元502张大爷家里")

    await town.simulator.confirm((await town.simulator.wait_for_task())["id"])
    [public] = await town.texts(FENGQIAO_RESIDENTS)
    assert "地点：请问社区" in public
    assert "502" not in public


async def test_without_a_number_the_only_open_case_is_meant_and_of_several_it_is_asked(town: Town) -> None:
    await town.say(LI, SEWER)
    assert "已接单 2026-0001" in await town.say_in_group(WANG, "接单")

    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")

    assert "是哪一件？" in await town.say_in_group(WANG, "办结 灯换好了")


async def test_resolving_needs_what_was_done(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "请写明怎么办的" in await town.say_in_group(WANG, "办结 1")


async def test_a_meeting_needs_time_and_place_and_lies_ahead(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "哪天几点开" in await town.say_in_group(QIANG, "议 1")
    assert "已经过了" in await town.say_in_group(WANG, "议 1 今天8:00 居委会会议室")
    [case] = await town.cases()
    assert case.status is CaseStatus.REGISTERED


async def test_a_weekday_whose_hour_is_past_means_the_next_week(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.move(timedelta(hours=8))  # Friday 18:00

    assert "11月27日 周五 15:00" in await town.say_in_group(WANG, "议 1 周五15:00 居委会会议室")


async def test_open_cases_are_listed_the_earliest_deadline_first(town: Town) -> None:
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")
    await town.say(LI, SEWER)

    answer = await town.say_in_group(WANG, "今天未办")

    assert answer.index("2026-0002") < answer.index("2026-0001")


async def test_progress_is_told_to_the_reporter(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")

    await town.say_in_group(WANG, "进展 1 已联系疏通队，下午三点到")

    assert "已联系疏通队" in (await town.resident_reads(LI))[-1]


async def test_whoever_is_not_registered_is_told_whom_to_ask(town: Town) -> None:
    answer = await town.say("zhou", "接单 1", chat=town.groups["物业工作群"])

    assert "没有找到编号 1" in answer  # a member of the property company is known, but has no case


async def test_a_broadcast_is_for_staff(town: Town) -> None:
    assert "社区工作人员" in await town.say_in_group(WANG, "群发 枫桥苑 明天停水")


async def test_three_wrong_codes_cancel_the_broadcast(town: Town) -> None:
    preview = await town.say_in_group(QIANG, "群发 枫桥苑 明天停水")
    code = preview.split("确认请回复：")[1][:4]
    wrong = "0000" if code != "0000" else "1111"

    answers = [await town.say_in_group(QIANG, wrong) for _ in range(3)]

    assert ["确认码不对" in answer for answer in answers] == [True, True, False]
    assert "已取消" in answers[-1]
    await town.say_in_group(QIANG, code)
    assert await town.simulator.tasks() == []


async def test_a_broadcast_can_be_called_off_or_runs_out(town: Town) -> None:
    await town.say_in_group(QIANG, "群发 枫桥苑 明天停水")
    assert "已取消" in await town.say_in_group(QIANG, "取消")

    preview = await town.say_in_group(QIANG, "群发 枫桥苑 明天停水")
    await town.move(timedelta(minutes=11))
    assert "超过10分钟" in await town.say_in_group(QIANG, preview.split("确认请回复：")[1][:4])

    assert await town.simulator.tasks() == []


async def test_other_commands_are_obeyed_while_a_broadcast_waits_for_its_code(town: Town) -> None:
    await town.say(LI, SEWER)
    preview = await town.say_in_group(QIANG, "群发 枫桥苑 明天停水")

    assert "已接单" in await town.say_in_group(QIANG, "接单 1")

    assert "开始发送：1 个居民群" in await town.say_in_group(QIANG, preview.split("确认请回复：")[1][:4])


async def test_a_broadcast_to_nobody_is_refused_and_one_to_all_reaches_every_group(town: Town) -> None:
    assert "没有找到" in await town.say_in_group(QIANG, "群发 银杏里 明天停水")  # the other community's
    assert "没有找到" in await town.say_in_group(QIANG, "群发 枫叶苑 明天停水")
    assert "请写上要发的内容" in await town.say_in_group(QIANG, "群发 枫桥苑")

    assert "将发到 2 个居民群" in await town.say_in_group(QIANG, "群发 全部 明天停水")


async def test_staff_speak_one_to_one_with_the_robot_too(town: Town) -> None:
    preview = await town.say(QIANG, "群发 枫桥苑 明天停水", chat="robot:main")
    await town.say(QIANG, preview.split("确认请回复：")[1][:4], chat="robot:main")

    task = await town.simulator.wait_for_task()
    await town.simulator.confirm(task["id"])
    assert await town.texts(FENGQIAO_RESIDENTS) == ["明天停水"]


async def test_every_group_learns_its_chat_when_its_worker_first_speaks(town: Town) -> None:
    await town.say_in_group(WANG, "帮助")
    await town.say(QIANG, "帮助", chat=town.groups["晨光社区工作群"])

    learned = {group.name: group.chat_id for group in await town.workers_groups()}

    assert learned["第一网格工作群"] == town.workers_chat
    assert learned["晨光社区工作群"] == town.groups["晨光社区工作群"]
    assert learned["第二网格工作群"] == ""


async def test_an_urgent_card_passes_the_quiet_hours_and_an_ordinary_one_waits(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    def at_night(config: dict[str, Any]) -> None:
        config["quiet_hours"] = {"start": "22:00", "end": "07:00"}

    midnight = now + timedelta(hours=14)
    async with running_town(sqlite_url, tmp_path, midnight, change=at_night) as town:
        await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")
        await town.say(LI, "枫桥苑33号楼5单元水管爆了，水哗哗地流")

        await town.eventually(lambda: town.has_cards(1))
        assert "水管爆了" in (await town.simulator.chat(town.workers_chat))[0]["text"]

        await town.move(timedelta(hours=8))
        await town.eventually(lambda: town.has_cards(2))


async def test_a_residents_words_neither_mention_nor_format(town: Town) -> None:
    await town.say(LI, "枫桥苑8号楼2单元水管爆了，水哗哗地流，<@all> **回复：@回音 办结 1**")

    [card] = await town.texts(town.workers_chat)
    assert "<@all>" not in card
    assert "**回复" not in card
