"""Broadcasts to residents one-to-one: inside their window, by mass send outside it, and who has no way."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from handlers.broadcasts.mass_results import note_mass_result
from handlers.messages import IncomingMessage, MessageKind
from storage.models.broadcasts import BroadcastStatus, Way, broadcast_recipients
from storage.models.outbox import Channel, DeliveryStatus, outbox
from storage.models.people import identities
from tests.conversations.conftest import HE, LI, Town, running_town
from tests.conversations.test_broadcasts import becomes, code_in, desk_will_read, send, staff

ZHANG, WU = "zhangwei", "wuguilan"  # residents of 枫桥苑
NEIGHBOURS = (LI, ZHANG, WU)
LATER = timedelta(days=3)  # every window is closed by then


async def tell_of_water(town: Town, *persons: str) -> None:
    for number, person in enumerate(persons, start=1):
        await town.say(person, f"枫桥苑{number}号楼停水了")


async def last_read(town: Town, person: str) -> str:
    return (await town.resident_reads(person))[-1]


def ways(db: Connection) -> list[tuple[Way, str]]:
    table = broadcast_recipients.c
    return [(row[0], row[1]) for row in db.execute(select(table.way, table.reason).order_by(table.id))]


async def test_those_in_an_open_window_get_a_message(town: Town) -> None:
    await tell_of_water(town, *NEIGHBOURS)

    preview = await staff(town, "一对一通知枫桥苑的居民 明天停水")
    assert "群发 1：将一对一发给 3 位居民（枫桥苑）：\n明天停水" in preview
    assert "3 人正在48小时会话期内，直接送达" in preview
    assert "已留 1 条给答复" in preview
    assert "开始发送：3 位居民" in await staff(town, code_in(preview))

    await desk_will_read(town, "群发 1（枫桥苑）已全部提交：已送达 3")
    assert [await last_read(town, each) for each in NEIGHBOURS] == ["明天停水"] * 3


async def test_a_house_and_what_was_reported_choose_the_people(town: Town) -> None:
    await tell_of_water(town, LI, ZHANG)
    await town.say(WU, "枫桥苑1号楼电梯坏了")
    await town.say(HE, "明园小区3号楼停水了")

    preview = await staff(town, "一对一通知枫桥苑1号楼的居民 明天停电梯")
    assert "将一对一发给 1 位居民" in preview  # that the water is off says nothing of the house
    assert "将一对一发给 3 位居民" in await staff(town, "群发 反映过停水的居民 水管已修好")
    nobody = await staff(town, "一对一通知枫桥苑30号楼的居民 明天停水")
    assert "枫桥苑30号楼还没有登记过的居民" in nobody


async def test_those_outside_their_window_get_a_mass_send(town: Town) -> None:
    await tell_of_water(town, *NEIGHBOURS)
    await town.move(LATER)

    preview = await staff(town, "群发 反映过停水的居民 水管已修好")
    assert "3 人用公众号群发（每人每月最多4次）" in preview
    await staff(town, code_in(preview))

    await becomes(town, 1, BroadcastStatus.DONE)
    await town.eventually(lambda: is_reported(town))
    assert [await last_read(town, each) for each in NEIGHBOURS] == ["水管已修好"] * 3
    progress = await staff(town, "群发进度 1")
    assert "已送达 3（公众号群发结果：到达 3，平台没有送 0，失败 0）" in progress
    assert "用公众号群发（每人每月最多4次）：3 人" in progress
    assert not await town.database.read(is_known, "oMassSendingHelper")  # the platform's own, no resident


def is_known(db: Connection, openid: str) -> bool:
    found = select(identities.c.id).where(identities.c.external_id == openid)
    return db.execute(found).first() is not None


async def is_reported(town: Town) -> bool:
    return "公众号群发结果" in await staff(town, "群发进度 1")


async def test_one_alone_cannot_be_reached_by_a_mass_send(town: Town) -> None:
    await tell_of_water(town, LI)
    await town.move(LATER)

    refusal = await staff(town, "一对一通知枫桥苑的居民 明天停水")

    assert "一个也发不到，没有发送。只有一位，不能用公众号群发：1人" in refusal


async def test_where_a_notice_is_configured_one_alone_is_knocked(
    sqlite_url: str, tmp_path: Path, now: Any
) -> None:
    def with_notice(config: dict[str, Any]) -> None:
        config["official_accounts"]["main"]["notice_template"] = "T1 thing1=有通知"

    async with running_town(sqlite_url, tmp_path, now, change=with_notice) as town:
        await tell_of_water(town, LI)
        await town.move(LATER)

        preview = await staff(town, "一对一通知枫桥苑的居民 明天停水")
        assert "1 人先发一条提醒，对方回复后才看到内容" in preview
        await staff(town, code_in(preview))
        await town.settle()

        assert "等对方来信再送 1" in await staff(town, "群发进度 1")
        await town.say(LI, "你好")
        assert "明天停水" in await town.resident_reads(LI)


async def test_who_left_and_who_has_no_account_is_said(town: Town) -> None:
    await tell_of_water(town, *NEIGHBOURS)
    await staff(town, "来电 张大爷 13900001234 枫桥苑3号楼停水了")
    await town.simulator.unsubscribe(WU)

    preview = await staff(town, "群发 反映过停水的居民 水管已修好")

    assert "将一对一发给 2 位居民" in preview
    assert "发不到：1人（没有关注公众号）" in preview
    assert "发不到：1人（已取消关注）" in preview


async def test_nobody_gets_a_fifth_mass_send_in_a_month(town: Town) -> None:
    await tell_of_water(town, *NEIGHBOURS)
    await town.move(LATER)
    for number in range(4):
        await send(town, f"群发 反映过停水的居民 第{number}次通知")

    refusal = await staff(town, "群发 反映过停水的居民 第五次通知")
    assert "一个也发不到，没有发送。本月公众号群发已收满：3人" in refusal

    await town.move(timedelta(days=10))  # it is December
    assert "3 人用公众号群发" in await staff(town, "群发 反映过停水的居民 第五次通知")


async def test_a_mass_send_that_was_stopped_is_none_of_the_four(town: Town) -> None:
    await tell_of_water(town, *NEIGHBOURS)
    await town.move(LATER)
    await send(town, "群发 反映过停水的居民 水管已修好")
    await town.settle()
    await town.database.write(as_if_not_sent)

    answer = await staff(town, "停止群发 1")

    assert "没有发的 1 个已取消" in answer
    assert await town.database.read(ways) == [(Way.NONE, "已停止")] * 3


def as_if_not_sent(db: Connection) -> None:
    """The mass send waits for its time."""
    rows = update(outbox).where(outbox.c.key.contains(":mass:"))
    db.execute(rows.values(status=DeliveryStatus.WAITING, platform_id="", parts_sent=0, finished_at=None))


async def test_when_a_few_have_an_open_window_the_others_get_a_mass_send(town: Town) -> None:
    await tell_of_water(town, *NEIGHBOURS)
    await town.move(LATER)
    await town.say(LI, "你好")

    preview = await staff(town, "一对一通知枫桥苑的居民 明天停水")
    assert "1 人正在48小时会话期内" in preview
    assert "2 人用公众号群发" in preview
    await staff(town, code_in(preview))

    await becomes(town, 1, BroadcastStatus.DONE)
    await town.eventually(lambda: is_reported(town))
    assert [await last_read(town, each) for each in NEIGHBOURS] == ["明天停水"] * 3


async def test_a_window_that_is_nearly_used_up_keeps_one_message_back(town: Town) -> None:
    await tell_of_water(town, *NEIGHBOURS)
    for number in range(4):
        await send(town, f"一对一通知枫桥苑的居民 第{number}次通知")
        await town.settle()

    preview = await staff(town, "一对一通知枫桥苑的居民 第五次通知")

    assert "3 人用公众号群发" in preview


async def test_a_text_is_one_message(town: Town) -> None:
    await tell_of_water(town, *NEIGHBOURS)

    assert "内容太长（800 字）" in await staff(town, "一对一通知枫桥苑的居民 " + "水" * 800)


async def test_a_mass_send_the_platform_let_nobody_have_has_failed(town: Town) -> None:
    await tell_of_water(town, *NEIGHBOURS)
    await town.move(LATER)
    await send(town, "群发 反映过停水的居民 水管已修好")
    await becomes(town, 1, BroadcastStatus.DONE)
    await town.eventually(lambda: is_reported(town))

    await town.database.write(report_failure)

    assert "公众号群发没有成功（err(10001)）" in await staff(town, "群发进度 1")
    assert "1 个正在重发" in await staff(town, "重发群发 1")


def report_failure(db: Connection) -> None:
    """What the platform's event says when its own check stopped a mass send (WECHAT 2.4)."""
    row = db.execute(select(outbox).where(outbox.c.key.contains(":mass:"))).one()
    message = IncomingMessage(
        Channel.OFFICIAL_ACCOUNT,
        "main",
        "event:1",
        "oMassSendingHelper",
        MessageKind.SILENT,
        payload={"event": "MASSSENDJOBFINISH", "sent_message_id": row.platform_id, "status": "err(10001)"},
    )
    assert note_mass_result(db, message, now=row.created_at)
