"""Broadcasts of staff in chat: whom they reach, what is shown, who agrees, when they go, how they stop."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from storage.audit import entries_of
from storage.broadcasts import rows
from storage.models.broadcasts import BroadcastStatus
from storage.models.organization import Audience, estates, groups
from storage.models.outbox import DeliveryStatus, outbox
from tests.conversations.conftest import FENGQIAO_RESIDENTS, QIANG, WANG, Town, read, running_town

CHEN = "chenjing"  # head of the community
MA = "majianguo"  # staff of the other community
DESK = "晨光社区工作群"
HOUSE_3 = "wrHouse3"

Change = Callable[[dict[str, Any]], None]


def organization() -> dict[str, Any]:
    """The sample with a group of one house, and one without a chat."""
    found = read("organization.toml")
    found["communities"][0]["groups"] += [
        {
            "name": "枫桥苑3号楼群",
            "audience": "residents",
            "estate": "枫桥苑",
            "customer_group": HOUSE_3,
            "owner": "王芳",
        },
        {"name": "枫桥苑邻里群", "audience": "residents", "estate": "枫桥苑", "owner": "王芳"},
    ]
    return found


@pytest.fixture
async def town(database_url: str, tmp_path: Path, now: Any) -> AsyncIterator[Town]:
    async with running_town(database_url, tmp_path, now, people=organization()) as built:
        yield built


async def staff(town: Town, text: str, *, who: str = QIANG) -> str:
    chat = "湖畔社区工作群" if who == MA else DESK
    return await town.say(who, text, chat=town.groups[chat])


def code_in(preview: str) -> str:
    return preview.split("确认请回复：")[1][:4]


async def send(town: Town, order: str) -> str:
    """Order it, give the code back and let it begin."""
    answer = await staff(town, code_in(await staff(town, order)))
    await town.settle()
    return answer


async def chats_with_tasks(town: Town) -> set[str]:
    await town.settle()
    return {chat["chat"] for task in await town.simulator.tasks() for chat in task["chats"]}


async def desk_reads(town: Town, words: str) -> bool:
    return any(words in each.get("text", "") for each in await town.simulator.chat(town.groups[DESK]))


async def desk_will_read(town: Town, words: str) -> None:
    await town.eventually(lambda: desk_reads(town, words))


async def stands(town: Town, number: int, status: BroadcastStatus) -> bool:
    found = await town.database.read(rows.lock_numbered, 1, number)
    return found is not None and found.status is status


async def becomes(town: Town, number: int, status: BroadcastStatus) -> None:
    await town.eventually(lambda: stands(town, number, status))


def dismiss(db: Connection, chat: str, at: Any) -> None:
    db.execute(update(groups).where(groups.c.customer_group == chat).values(dismissed_at=at))


def add_ownerless(db: Connection, name: str) -> None:
    """A residents' group whose owner nobody knows."""
    [estate] = db.execute(select(estates.c.id).where(estates.c.name == "枫桥苑")).scalars()
    row = {"community_id": 1, "name": name, "audience": Audience.RESIDENTS, "estate_id": estate}
    db.execute(insert(groups).values(row | {"customer_group": "wrCars"}))


def failed(db: Connection, status: DeliveryStatus) -> None:
    mine = update(outbox).where(outbox.c.broadcast_id.is_not(None))
    db.execute(mine.values(status=status, error="平台不认这个居民群或它的群主", platform_id=""))


# ------------------------------------------------------------------ whom it reaches


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("群发 枫桥苑3号楼 明天修电梯", {HOUSE_3}),
        ("群发 枫桥苑 明天修电梯", {HOUSE_3, FENGQIAO_RESIDENTS}),
        ("群发 第二网格 明天消杀", {"wrSampleMingyuan"}),
        ("群发 “枫桥苑居民群” 今晚停电", {FENGQIAO_RESIDENTS}),
    ],
)
async def test_groups_are_found_by_house_estate_grid_and_name(
    sqlite_url: str, tmp_path: Path, now: Any, order: str, expected: set[str]
) -> None:
    async with running_town(sqlite_url, tmp_path, now, people=organization()) as town:
        preview = await staff(town, order)
        answer = await staff(town, code_in(preview))
        if "同意群发" in answer:
            await staff(town, "同意群发", who=CHEN)

        assert await chats_with_tasks(town) == expected


async def test_a_house_without_a_group_reaches_the_whole_estate_and_says_so(town: Town) -> None:
    preview = await staff(town, "群发 枫桥苑8号楼 明天修电梯")

    assert "将发到 1 个居民群（枫桥苑居民群）" in preview
    assert "枫桥苑没有8号楼单独的群，整个小区的群都会看到" in preview


async def test_the_preview_says_whom_it_does_not_reach_and_why(town: Town, now: Any) -> None:
    await town.database.write(dismiss, HOUSE_3, now)
    await town.database.write(add_ownerless, "枫桥苑车友群")

    preview = await staff(town, "群发 枫桥苑 明天停水")

    assert "将发到 1 个居民群（枫桥苑居民群），约 500 人（人数未知的群按户数估计）" in preview
    assert "要群主点确认才送达：王芳（1次）" in preview
    assert "每个群还可群发 27 次（另留 3 次给紧急）" in preview
    assert "发不到：枫桥苑3号楼群（群已解散）" in preview
    assert "发不到：枫桥苑车友群（没有登记群主）" in preview
    assert "发不到：枫桥苑邻里群（没有接入企业微信客户群）" in preview
    assert "群发 1 开始发送：1 个居民群" in await staff(town, code_in(preview))


async def test_when_nobody_can_be_reached_it_is_refused(town: Town, now: Any) -> None:
    await town.database.write(dismiss, HOUSE_3, now)

    refusal = await staff(town, "群发 枫桥苑3号楼 修电梯")

    assert "一个也发不到" in refusal
    assert "枫桥苑3号楼群" in refusal


async def test_workers_groups_are_told_at_once(town: Town) -> None:
    answer = await send(town, "群发 工作群 明天9点开会")

    assert "开始发送：6 个工作群" in answer
    for group in ("第一网格工作群", "物业工作群"):
        assert "明天9点开会" in await town.texts(town.groups[group])
    assert "全部工作群" in await staff(town, "群发进度")


async def test_a_text_that_fits_no_message_is_refused(town: Town) -> None:
    assert "内容太长（1500 字）" in await staff(town, "群发 枫桥苑 " + "水" * 1500)


# ------------------------------------------------------------------ the code


async def test_other_words_are_shown_again_with_another_code(town: Town) -> None:
    first = await staff(town, "群发 枫桥苑3号楼 明天9点停水")

    second = await staff(town, "改 明天10点停水")

    assert "将发到 1 个居民群（枫桥苑3号楼群）" in second
    assert "明天10点停水" in second
    if code_in(first) != code_in(second):
        assert "确认码不对" in await staff(town, code_in(first))
    await staff(town, code_in(second))
    [task] = await town.simulator.tasks() or [await town.simulator.wait_for_task()]
    assert task["text"] == "明天10点停水"


async def test_a_code_typed_in_wide_digits_counts(town: Town) -> None:
    code = code_in(await staff(town, "群发 枫桥苑3号楼 明天停水"))

    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))

    assert "开始发送：1 个居民群" in await staff(town, wide)


# ------------------------------------------------------------------ a second person


async def test_very_many_are_reached_only_when_somebody_else_agrees(town: Town) -> None:
    answer = await send(town, "群发 全部 明天停电")

    assert "要另一位工作人员回复“同意群发 1”" in answer
    await desk_will_read(town, "李强要群发 1，请另一位工作人员核对：发给全部，3 个居民群")
    assert "是您自己发起的" in await staff(town, "同意群发 1")
    assert await town.simulator.tasks() == []
    assert "没有编号 1 的群发" in await staff(town, "同意群发 1", who=MA)

    assert "开始发送：3 个居民群" in await staff(town, "同意群发 1", who=CHEN)
    assert await chats_with_tasks(town) == {FENGQIAO_RESIDENTS, HOUSE_3, "wrSampleMingyuan"}
    await desk_will_read(town, "陈静已同意群发 1，开始发送")
    assert "不用再审批" in await staff(town, "同意群发 1", who=CHEN)


async def test_what_somebody_else_refuses_is_not_sent(town: Town) -> None:
    await send(town, "群发 全部 明天停电")

    assert "请写明原因" in await staff(town, "不同意群发 1", who=CHEN)
    assert "已取消，没有发送" in await staff(town, "不同意群发 1 因为日期写错了", who=CHEN)

    await desk_will_read(town, "陈静没有同意群发 1：日期写错了")
    assert await town.simulator.tasks() == []


async def test_nobody_agreed_within_a_day(town: Town) -> None:
    await send(town, "群发 全部 明天停电")

    await town.move(timedelta(hours=24, minutes=1))

    await becomes(town, 1, BroadcastStatus.CANCELLED)
    await desk_will_read(town, "24小时没有人同意，已取消")
    assert "不用再审批" in await staff(town, "同意群发 1", who=CHEN)


async def test_the_reach_is_counted_in_people(sqlite_url: str, tmp_path: Path, now: Any) -> None:
    def cautious(config: dict[str, Any]) -> None:
        config["broadcasts"] = {"approval_above": 100}

    async with running_town(sqlite_url, tmp_path, now, change=cautious) as town:
        preview = await staff(town, "群发 枫桥苑 明天停水")
        assert "约 500 人），确认后还要另一位工作人员（陈静）同意" in preview
        alone = await staff(town, "群发 全部 明天停水", who=MA)
        assert "但本社区没有登记第二位，请先登记或缩小范围" in alone


# ------------------------------------------------------------------ its time


async def test_it_waits_for_its_time_and_leaves_out_what_was_dismissed_since(town: Town) -> None:
    preview = await staff(town, "明早8点群发 枫桥苑 今天体检")
    assert "11月21日 周六 08:00 开始" in preview
    answer = await staff(town, code_in(preview))
    if "要另一位" in answer:
        answer = await staff(town, "同意群发 1", who=CHEN)
    assert "已定于 11月21日 周六 08:00 开始发送" in answer
    assert await town.simulator.tasks() == []

    await town.database.write(dismiss, HOUSE_3, town.clock.now())
    await town.move(timedelta(hours=22, minutes=1))

    await becomes(town, 1, BroadcastStatus.DONE)
    assert await chats_with_tasks(town) == {FENGQIAO_RESIDENTS}
    assert "发不到：枫桥苑3号楼群（群已解散）" in await staff(town, "群发进度 1")


async def test_a_time_that_is_over_is_refused(town: Town) -> None:
    answer = await staff(town, "11月20日9点群发 枫桥苑 体检")

    assert "请写半年之内、还没到的时间" in answer


async def test_at_night_it_waits_unless_it_is_urgent(sqlite_url: str, tmp_path: Path, now: Any) -> None:
    def quiet(config: dict[str, Any]) -> None:
        config["quiet_hours"] = {"start": "22:00", "end": "07:00"}

    midnight = now + timedelta(hours=14)
    async with running_town(sqlite_url, tmp_path, midnight, change=quiet, people=organization()) as town:
        preview = await staff(town, "群发 枫桥苑3号楼 明天停水")
        assert "现在是静默时段，11月21日 周六 07:00 才送出；紧急请说“紧急群发”" in preview
        assert "已定于 11月21日 周六 07:00 开始发送" in await staff(town, code_in(preview))

        urgent = await staff(town, "紧急群发 枫桥苑3号楼 水管爆了，请关好阀门")
        assert "紧急，不受静默时段限制" in urgent
        await staff(town, code_in(urgent))
        await town.simulator.wait_for_task(chat=HOUSE_3)
        assert len(await town.simulator.tasks()) == 1

        await town.move(timedelta(hours=8))
        await becomes(town, 1, BroadcastStatus.DONE)
        await town.settle()
        assert len(await town.simulator.tasks()) == 2


# ------------------------------------------------------------------ stopped, sent again, told


async def test_what_has_not_begun_is_cancelled(town: Town) -> None:
    await send(town, "明早8点群发 枫桥苑3号楼 体检")

    assert "还没有开始，已取消" in await staff(town, "停止群发")

    await town.move(timedelta(days=1))
    assert await chats_with_tasks(town) == set()
    assert "没有可以停的了" in await staff(town, "停止群发 1")


async def test_who_ordered_it_is_told_the_result_and_sees_who_must_confirm(town: Town) -> None:
    await send(town, "群发 枫桥苑3号楼 明天停水")

    await desk_will_read(town, "群发 1（枫桥苑3号楼）已全部提交：待群主确认 1")
    assert "待群主确认 1：王芳 1个（枫桥苑3号楼群）" in await staff(town, "群发进度")
    task = await town.simulator.wait_for_task()
    await town.simulator.confirm(task["id"])
    await town.move(timedelta(minutes=5))
    await town.eventually(lambda: answers(town, "群发进度 1", "已送达 1：枫桥苑3号楼群"))
    assert "1｜" in await staff(town, "群发列表")


async def answers(town: Town, text: str, words: str) -> bool:
    return words in await staff(town, text)


async def test_what_failed_is_sent_again_and_what_is_unclear_only_when_said(town: Town) -> None:
    await send(town, "群发 枫桥苑3号楼 明天停水")
    await becomes(town, 1, BroadcastStatus.DONE)
    assert "没有失败的" in await staff(town, "重发群发 1")

    await town.database.write(failed, DeliveryStatus.UNCERTAIN)
    assert "重发群发 1 含不明" in await staff(town, "重发群发 1")
    await town.database.write(failed, DeliveryStatus.DEAD)
    assert "失败 1" in await staff(town, "群发进度 1")
    assert "平台不认这个居民群或它的群主：枫桥苑3号楼群" in await staff(town, "群发进度 1")

    assert "1 个正在重发" in await staff(town, "重发群发 1 含不明")
    await becomes(town, 1, BroadcastStatus.DONE)
    await town.settle()
    assert len(await town.simulator.tasks()) == 2


# ------------------------------------------------------------------ again and again


async def test_a_series_is_told_an_hour_before_and_sent_without_a_code(town: Town) -> None:
    preview = await staff(town, "每周五9点群发 枫桥苑3号楼 请把大件垃圾放到东门")
    assert "每周五 09:00发送，第一次：11月27日 周五 09:00" in preview
    assert "已设为定期群发：每周五 09:00" in await staff(town, code_in(preview))
    assert "1｜每周五 09:00｜枫桥苑3号楼｜下一次 11月27日 周五 09:00" in await staff(town, "定期群发")

    await town.move(timedelta(days=6, hours=22, minutes=1))
    await desk_will_read(town, "将于09:00群发 2（定期群发 1，枫桥苑3号楼，1 个居民群")
    assert await chats_with_tasks(town) == set()
    await town.move(timedelta(hours=1))
    await becomes(town, 2, BroadcastStatus.DONE)
    assert await chats_with_tasks(town) == {HOUSE_3}

    await town.move(timedelta(days=6, hours=23))
    await desk_will_read(town, "将于09:00群发 3")
    assert "已取消" in await staff(town, "停止群发 3")
    await town.move(timedelta(hours=2))
    assert "已取消，以后不再发送" in await staff(town, "取消定期群发 1")
    assert "没有定期群发" in await staff(town, "定期群发")
    await town.move(timedelta(days=8))
    await town.settle()
    assert len(await town.simulator.tasks()) == 1


async def test_of_missed_times_only_the_latest_of_six_hours_is_made_up(town: Town) -> None:
    await send(town, "每天9点群发 枫桥苑3号楼 请垃圾分类")

    await town.move(timedelta(days=3, hours=4))  # a jump, as after a long stop: it is 14:00
    await becomes(town, 2, BroadcastStatus.DONE)
    await town.settle()
    assert len(await town.simulator.tasks()) == 1

    await town.move(timedelta(days=1, hours=3))  # 17:00: eight hours late
    await desk_will_read(town, "那次因系统停机没有发送，不再补发。下一次：11月25日 周三 09:00")
    assert len(await town.simulator.tasks()) == 1


# ------------------------------------------------------------------ templates


async def test_a_template_is_filled_in_and_asks_for_what_is_missing(town: Town) -> None:
    assert "还没有模板" in await staff(town, "群发模板")
    kept = await staff(town, "群发模板 停水=【停水通知】{小区}将于{时间}停水，原因：{原因}")
    assert "群发 模板 停水 小区=… 时间=… 原因=…" in kept

    missing = await staff(town, "群发 模板 停水 小区=枫桥苑 时间=明天9点到11点")
    assert "还缺：原因" in missing
    assert "群发 模板 停水 小区=枫桥苑 时间=明天9点到11点 原因=…" in missing
    preview = await staff(town, "群发 模板 停水 小区=枫桥苑 时间=明天9点到11点 原因=管道维修")

    assert "将发到 2 个居民群" in preview
    assert "【停水通知】枫桥苑将于明天9点到11点停水，原因：管道维修" in preview
    await staff(town, "取消")
    assert "已删除" in await staff(town, "删除群发模板 停水")
    assert "没有叫“停水”的模板" in await staff(town, "群发 模板 停水 小区=枫桥苑")


# ------------------------------------------------------------------ who may


async def test_workers_and_unit_members_may_not(town: Town) -> None:
    for order in (
        "群发 枫桥苑 停水",
        "群发进度 1",
        "群发列表",
        "停止群发 1",
        "同意群发 1",
        "重发群发 1",
        "定期群发",
        "取消定期群发 1",
        "群发模板",
        "群发额度",
    ):
        for person, group in ((WANG, "第一网格工作群"), ("zhou", "物业工作群")):
            assert "社区工作人员" in await town.say(person, order, chat=town.groups[group])


async def test_another_community_sees_nothing_of_it(town: Town) -> None:
    await send(town, "明早8点群发 枫桥苑3号楼 体检")

    for order in ("群发进度 1", "停止群发 1", "重发群发 1", "不同意群发 1 因为不对"):
        assert "没有编号 1 的群发" in await staff(town, order, who=MA)
    assert "还没有群发过" in await staff(town, "群发列表", who=MA)
    assert "没有这个定期群发" in await staff(town, "取消定期群发 1", who=MA)
    assert "群发 1：将发到 1 个居民群" in await staff(town, "群发 翠湖家园 停水", who=MA)  # its own number


async def test_every_step_is_on_record(town: Town) -> None:
    await send(town, "群发 全部 明天停电")
    await staff(town, "同意群发 1", who=CHEN)
    await staff(town, "停止群发 1")

    recorded = await town.database.read(entries_of, 1, limit=10)

    steps = [(each.action, each.data) for each in reversed(recorded)]
    done = ("previewed", "confirmed", "approved", "stopped")
    assert steps == [(f"broadcast_{step}", {"broadcast": 1}) for step in done]


async def test_what_each_group_may_still_get_is_shown(town: Town) -> None:
    await send(town, "群发 枫桥苑3号楼 明天停水")
    await town.settle()

    quota = await staff(town, "群发额度")

    assert "枫桥苑3号楼群：还可群发 26 次（另留 3 次给紧急）" in quota
    assert "明园小区居民群：还可群发 27 次" in quota


async def test_the_same_group_is_never_posted_twice(town: Town) -> None:
    await send(town, "群发 枫桥苑3号楼、枫桥苑 明天停水")
    await staff(town, "同意群发", who=CHEN)
    await town.settle()

    keys = await town.database.read(
        lambda db: list(db.execute(select(outbox.c.key).where(outbox.c.broadcast_id.is_not(None))).scalars())
    )

    assert len(keys) == len(set(keys)) == 2
