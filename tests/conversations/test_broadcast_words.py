"""What staff say around a broadcast: while it awaits its code, of templates, of series, to stop it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from storage.models.broadcasts import BroadcastStatus
from storage.models.outbox import OutgoingMessage, Priority, outbox
from tests.conversations.conftest import QIANG, Town, running_town
from tests.conversations.test_broadcasts import (
    CHEN,
    HOUSE_3,
    add_ownerless,
    becomes,
    chats_with_tasks,
    code_in,
    desk_will_read,
    organization,
    send,
    staff,
)

ORDER = "群发 枫桥苑3号楼 明天停水"


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path, now: Any) -> AsyncIterator[Town]:
    async with running_town(sqlite_url, tmp_path, now, people=organization()) as built:
        yield built


def of_broadcasts(db: Connection) -> list[OutgoingMessage]:
    mine = select(*outbox.c).where(outbox.c.broadcast_id.is_not(None))
    return [OutgoingMessage(*row) for row in db.execute(mine)]


# ------------------------------------------------------------------ whom it reaches


async def test_everybody_is_meant_though_one_group_has_no_known_owner(town: Town) -> None:
    await town.database.write(add_ownerless, "枫桥苑车友群")

    preview = await staff(town, "群发 全部 明天停电")

    assert "发不到：枫桥苑车友群（没有登记群主）" in preview
    assert "范围较大（全部居民群），确认后还要另一位工作人员" in preview


async def test_an_urgent_one_goes_as_an_emergency_does_and_says_so(town: Town) -> None:
    preview = await staff(town, "紧急群发 枫桥苑3号楼 水管爆了，请关好阀门")
    assert "可用留给紧急的次数；群主没点的，10、30、60分钟后各提醒一次" in preview

    await staff(town, code_in(preview))
    await chats_with_tasks(town)

    [message] = await town.database.read(of_broadcasts)
    assert message.priority == Priority.EMERGENCY


async def test_a_group_of_exactly_that_name_is_not_the_whole_estate(town: Town) -> None:
    preview = await staff(town, "群发 枫桥苑居民群 明天停水")

    assert "将发到 1 个居民群（枫桥苑居民群）" in preview


async def test_where_no_resident_is_known_that_is_said(town: Town) -> None:
    answer = await staff(town, "一对一通知枫桥苑的居民 明天停水")

    assert "还没有登记过的居民，一对一发不到人" in answer


# ------------------------------------------------------------------ while it awaits its code


async def test_a_yes_sends_nothing_and_says_the_code_again(town: Town) -> None:
    code = code_in(await staff(town, ORDER))

    assert f"还没有发。确认请回复四位数字：{code}" in await staff(town, "可以")
    assert await chats_with_tasks(town) == set()
    await staff(town, f"确认码是{code}")
    await becomes(town, 1, BroadcastStatus.DONE)
    assert await chats_with_tasks(town) == {HOUSE_3}


async def test_a_number_that_answers_another_question_is_no_code(town: Town) -> None:
    code = code_in(await staff(town, ORDER))

    for _ in range(4):
        assert "这不是确认码" in await staff(town, "2")

    assert "群发 1" in await staff(town, code)


async def test_words_about_it_are_no_commands_of_cases(town: Town) -> None:
    await staff(town, ORDER)

    assert "11月21日 周六 09:00 开始" in await staff(town, "改到明天上午9点发")
    assert "后天停水" in await staff(town, "内容改为 后天停水，请备水")
    urgent = await staff(town, "紧急群发")
    assert "后天停水" in urgent
    assert "紧急，不受静默时段限制" in urgent
    assert "已取消，没有发送" in await staff(town, "算了，先不发了")
    assert await chats_with_tasks(town) == set()


async def test_a_code_said_elsewhere_is_told_where_it_belongs(town: Town) -> None:
    code = code_in(await staff(town, ORDER))

    assert "请在发起这次群发的工作群里回复确认码" in await town.say(QIANG, code)
    assert "群发 1" in await staff(town, code)


# ------------------------------------------------------------------ templates


async def test_what_a_template_lacks_is_taken_from_the_answer(town: Town) -> None:
    await staff(town, "群发模板 停水={小区}将于{时间}停水，原因：{原因}")

    assert "还缺：时间、原因" in await staff(town, "群发 模板 停水 小区=枫桥苑")
    assert "还缺：原因" in await staff(town, "时间=明天9点到11点")
    preview = await staff(town, "管道维修")

    assert "枫桥苑将于明天9点到11点停水，原因：管道维修" in preview


async def test_a_template_that_is_replaced_shows_what_it_was(town: Town) -> None:
    await staff(town, "群发模板 停水={小区}停水")

    replaced = await staff(town, "群发模板 停水={小区}将于{时间}停水")

    assert "已替换" in replaced
    assert "原来的是：{小区}停水" in replaced
    assert "群发 模板 停水 小区=… 时间=…\n" in await staff(town, "群发模板")


# ------------------------------------------------------------------ again and again


async def test_a_series_says_its_cost_its_gaps_and_how_it_ends(town: Town) -> None:
    daily = await staff(town, "每天9点群发 枫桥苑3号楼 请垃圾分类")
    assert "一个月约 30 次" in daily
    assert "整月的额度都用完" in daily
    await staff(town, "取消")

    preview = await staff(town, "每月31号9点群发 枫桥苑3号楼 请缴费")
    assert "没有31日的月份，那次就不发" in preview
    assert "取消定期群发 1" in await staff(town, code_in(preview))

    assert "要停请发“取消定期群发 1”" in await staff(town, "停止群发 2")


async def test_a_series_at_night_is_not_promised(sqlite_url: str, tmp_path: Path, now: Any) -> None:
    def quiet(config: dict[str, Any]) -> None:
        config["quiet_hours"] = {"start": "22:00", "end": "07:00"}

    async with running_town(sqlite_url, tmp_path, now, change=quiet, people=organization()) as town:
        assert "23:00 在静默时段里" in await staff(town, "每天晚上11点群发 枫桥苑3号楼 请关好门窗")


# ------------------------------------------------------------------ stopped


async def test_what_waits_for_its_owner_is_stopped_without_a_number(town: Town) -> None:
    await send(town, ORDER)
    await becomes(town, 1, BroadcastStatus.DONE)
    assert "已提交，等群主确认" in await staff(town, "群发列表")

    answer = await staff(town, "停止群发")

    assert "正在撤回 1 个" in answer
    assert "群主刚点过的收不回" in answer


async def test_who_was_asked_to_agree_hears_that_it_was_stopped(town: Town) -> None:
    await send(town, "群发 全部 明天停电")

    await staff(town, "停止群发 1")

    await desk_will_read(town, "李强已取消群发 1（全部），不用再核对了")
    assert "没有发送过，不能重发" in await staff(town, "重发群发 1", who=CHEN)


# ------------------------------------------------------------------ groups


async def test_a_group_placed_in_a_house_is_told_to_be_the_estate_s(town: Town) -> None:
    answer = await staff(town, "居民群 枫桥苑居民群 属于 枫桥苑3号楼")

    assert "只记到小区，没有记楼栋" in answer
