"""Whoever meets the bot for the first time: welcome, what is stored, codes on doors."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from bot.config import ConfigError
from bot.qr import Wanted, find_scene, request_code
from storage.models.outbox import DeliveryStatus, outbox
from storage.models.people import Person, people
from tests.conversations.conftest import HE, LI, WANG, Town

PRIVACY = "保存到办结后3年"


def residents(db: Connection) -> list[Person]:
    query = select(*people.c).where(people.c.role == "resident").order_by(people.c.id)
    return [Person(*row) for row in db.execute(query)]


async def test_who_follows_reads_three_examples_and_what_is_stored(town: Town) -> None:
    outcome = await town.simulator.subscribe(LI)

    text = outcome["replies"][0]["text"]
    assert "晨光社区" in text
    assert text.count("“") >= 3
    assert PRIVACY in text
    assert "删除我的信息" in text


async def test_the_privacy_sentence_is_said_once(town: Town) -> None:
    first = await town.say(LI, "你好")
    second = await town.say(LI, "你好")

    assert PRIVACY in first
    assert "枫桥苑33号楼" in second
    assert PRIVACY not in second


async def test_a_first_message_that_reports_is_handled_and_the_sentence_follows(town: Town) -> None:
    answer = await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")

    assert answer.index("2026-0001") < answer.index(PRIVACY)
    assert PRIVACY not in await town.say(LI, "查")


async def test_in_an_emergency_nothing_stands_between_the_person_and_help(town: Town) -> None:
    answer = await town.say(LI, "枫桥苑12号楼楼道里有很浓的煤气味")

    assert PRIVACY not in answer
    assert PRIVACY in (await town.resident_reads(LI))[-1]


async def code_for(town: Town, **wanted: str) -> str:
    """The scene of a code made by the platform, as it hangs on the door."""
    account, scene = await town.database.read(find_scene, Wanted("chenguang", **wanted))
    tools = town.tools
    code = await request_code(tools.account_api(tools.settings.official_accounts[account]), scene)
    assert code.ticket in code.picture
    return code.ticket


async def test_scanning_the_code_of_an_entrance_binds_house_and_grid(town: Town) -> None:
    ticket = await code_for(town, estate="枫桥苑", building="33", unit="2")
    await town.simulator.unsubscribe(LI)

    outcome = await town.simulator.subscribe(LI, scene=ticket)

    text = outcome["replies"][0]["text"]
    assert "您住在枫桥苑33号楼2单元（晨光社区）" in text
    assert "第一网格" in text
    assert "王芳" in text
    answer = await town.say(LI, "楼道灯不亮了，晚上看不见")
    assert "枫桥苑33号楼2单元" in answer
    assert "按您登记的住址" in answer


async def test_scanning_the_code_of_a_grid_binds_its_only_estate(town: Town) -> None:
    ticket = await code_for(town, grid="第二网格")

    outcome = await town.simulator.scan(HE, ticket)

    assert "明园小区" in outcome["replies"][0]["text"]
    assert "赵磊" in outcome["replies"][0]["text"]


async def test_the_code_of_the_own_house_keeps_the_room(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-2-201")
    ticket = await code_for(town, estate="枫桥苑", building="33")

    outcome = await town.simulator.scan(LI, ticket)

    assert "33号楼2单元201室" in outcome["replies"][0]["text"]


@pytest.mark.parametrize("scene", ["g999999", "e999999-3", "promotion-2026", "e1-", "g１"])
async def test_a_foreign_code_is_only_welcomed(town: Town, scene: str) -> None:
    outcome = await town.simulator.scan(LI, scene)

    assert "枫桥苑33号楼" in outcome["replies"][0]["text"]
    assert "您住在" not in outcome["replies"][0]["text"]


@pytest.mark.parametrize(
    ("wanted", "remedy"),
    [
        (Wanted("nowhere", estate="枫桥苑"), "chenguang"),
        (Wanted("chenguang", estate="没有的小区"), "枫桥苑"),
        (Wanted("chenguang", grid="没有的网格"), "第一网格"),
        (Wanted("chenguang"), "--estate"),
        (Wanted("chenguang", estate="枫桥苑", grid="第一网格"), "--grid"),
        (Wanted("chenguang", estate="枫桥苑", unit="2"), "--building"),
        (Wanted("chenguang", estate="枫桥苑", building="33-2"), "--building"),
    ],
)
async def test_a_code_for_nothing_is_refused_with_a_remedy(town: Town, wanted: Wanted, remedy: str) -> None:
    with pytest.raises(ConfigError, match=remedy):
        await town.database.read(find_scene, wanted)


async def test_who_leaves_is_pushed_nothing_and_who_comes_back_is_again(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    await town.settle()
    await town.move(timedelta(hours=50))
    await town.say_in_group(WANG, "接单 1")
    await town.settle()
    await town.simulator.unsubscribe(LI)
    await town.say_in_group(WANG, "进展 1 已联系疏通队，下午到")
    await town.settle()

    [person] = await town.database.read(residents)
    assert person.unsubscribed_at is not None
    stopped = await town.database.read(statuses_to_residents)
    assert stopped == [(DeliveryStatus.DEAD, "对方已取消关注")]

    await town.simulator.subscribe(LI)
    await town.say(LI, "查 1")
    await town.say_in_group(WANG, "办结 1 管道已疏通")
    [person] = await town.database.read(residents)
    assert person.unsubscribed_at is None
    assert "管道已疏通" in "".join(await town.resident_reads(LI))


def statuses_to_residents(db: Connection) -> list[tuple[str, str]]:
    query = select(outbox.c.status, outbox.c.error).where(outbox.c.key.contains(":person:"))
    return [(row.status, row.error) for row in db.execute(query.order_by(outbox.c.id))]
