"""我的信息 and 删除我的信息; and what staff see of notices that did not arrive."""

from datetime import timedelta

from sqlalchemy import Connection, select

from storage.models.cases import case_events, cases, reports
from storage.models.conversations import receipts
from storage.models.desk import audit
from storage.models.outbox import destinations, outbox
from storage.models.people import identities, people
from tests.conversations.conftest import LI, WANG, Town

OPENID = "oSample0001LiXiuying00000001"
SECRET = "下水道堵了，污水往外冒"


def everything_stored(db: Connection) -> str:
    """All texts in which a resident could be found again."""
    columns = [
        reports.c.text, cases.c.summary, case_events.c.data, receipts.c.text, receipts.c.answer,
        outbox.c.body, destinations.c.address, identities.c.external_id, people.c.building, people.c.room,
    ]  # fmt: skip
    return "\n".join(str(value) for column in columns for value in db.execute(select(column)).scalars())


def removals(db: Connection) -> list[dict[str, int]]:
    return list(db.execute(select(audit.c.data).where(audit.c.action == "data_removed")).scalars())


async def closed_case(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")
    await town.say(LI, f"枫桥苑33号楼5单元{SECRET}")
    await town.say_in_group(WANG, "办结 1 管道已疏通")
    await town.say(LI, "满意")
    await town.settle()
    [case] = await town.cases()
    assert case.status == "closed"


async def test_residents_see_what_is_stored_of_them(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")
    await town.say(LI, "枫桥苑1号楼电梯坏了，上不去")

    text = await town.say(LI, "我的信息")

    assert "枫桥苑33号楼5单元201室" in text
    assert "反映过的事：1 件" in text
    assert "2026年11月20日" in text
    assert "3年" in text


async def test_what_is_over_can_be_forgotten_whole(town: Town) -> None:
    await closed_case(town)

    assert "不能恢复" in await town.say(LI, "删除我的信息")
    assert "已删除" in await town.say(LI, "是")

    stored = await town.database.read(everything_stored)
    assert SECRET not in stored
    assert "201" not in stored.split()
    assert OPENID not in stored
    assert await town.database.read(removals) == [{"blanked": 1, "going_on": 0}]
    [case] = await town.cases()
    assert (case.category, case.resolution) == ("water", "管道已疏通")
    assert "还没有登记过" in await town.say(LI, "查")  # a stranger again


async def test_what_goes_on_keeps_its_words_and_its_account_until_it_is_over(town: Town) -> None:
    await closed_case(town)
    await town.say(LI, "枫桥苑1号楼电梯坏了，上不去")

    await town.say(LI, "删除我的信息")
    answer = await town.say(LI, "是")

    assert "还有 1 件没有办完" in answer
    stored = await town.database.read(everything_stored)
    assert SECRET not in stored
    assert "电梯坏了" in stored
    await town.say_in_group(WANG, "办结 2 已修好")
    assert "已修好" in "".join(await town.resident_reads(LI))
    await town.say(LI, "满意")
    await town.say(LI, "删除我的信息")
    await town.say(LI, "是")
    assert OPENID not in await town.database.read(everything_stored)


async def test_nothing_is_removed_without_a_clear_yes(town: Town) -> None:
    await closed_case(town)

    await town.say(LI, "删除我的信息")
    assert "没有删除" in await town.say(LI, "不")
    await town.say(LI, "删除我的信息")
    await town.say(LI, "你好")
    await town.say(LI, "是")
    await town.say(LI, "删除我的信息")
    await town.move(timedelta(minutes=31))
    await town.say(LI, "是")

    assert SECRET in await town.database.read(everything_stored)
    assert await town.database.read(removals) == []


async def test_staff_see_that_a_notice_did_not_arrive(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    assert "未送达" not in await town.say_in_group(WANG, "查 1")
    await town.settle()
    await town.move(timedelta(hours=50))
    await town.say_in_group(WANG, "接单 1")
    await town.settle()

    assert "通知未送达：1 位居民" in await town.say_in_group(WANG, "查 1")
    await town.say(LI, "你好")
    await town.settle()
    assert "未送达" not in await town.say_in_group(WANG, "查 1")
