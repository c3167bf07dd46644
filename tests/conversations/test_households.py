"""Homes where somebody needs care: entered by staff, more urgent, and told to few."""

from sqlalchemy import Connection, select, text

from storage.audit import entries_of
from storage.models.cases import Urgency
from storage.models.organization import communities
from tests.conversations.conftest import LI, QIANG, WANG, Town

ALONE = "robot:main"
HOME = "特殊家庭 枫桥苑3-2-501 独居老人，儿子在外地"
LEAK = "枫桥苑3号楼2单元501厨房水管有点漏水"
CARE = "家有特殊人员，请优先"


async def actions(town: Town) -> list[str]:
    def found(db: Connection) -> list[str]:
        community = db.execute(select(communities.c.id).order_by(communities.c.id)).scalars().first()
        return [each.action for each in entries_of(db, community or 0, limit=50)]

    return await town.database.read(found)


async def test_what_concerns_such_a_home_is_urgent_and_the_card_does_not_say_why(town: Town) -> None:
    assert "已登记（独居老人）" in await town.say(QIANG, HOME, chat=ALONE)

    await town.say(LI, LEAK)

    [case] = await town.cases()
    assert case.urgency is Urgency.HIGH
    [card] = await town.texts(town.workers_chat)
    assert CARE in card
    assert "独居" not in card


async def test_another_door_is_as_urgent_as_it_says(town: Town) -> None:
    await town.say(QIANG, HOME, chat=ALONE)

    await town.say(LI, LEAK.replace("501", "601"))

    [case] = await town.cases()
    assert case.urgency is not Urgency.HIGH
    assert CARE not in (await town.texts(town.workers_chat))[-1]


async def test_the_reporters_own_home_counts_when_no_door_is_said(town: Town) -> None:
    await town.say(QIANG, HOME, chat=ALONE)
    await town.say(LI, "我住 枫桥苑3-2-501")

    await town.say(LI, "我家厨房水管有点漏水")

    [case] = await town.cases()
    assert case.urgency is Urgency.HIGH


async def test_a_public_matter_is_not_more_urgent_for_it(town: Town) -> None:
    await town.say(QIANG, HOME, chat=ALONE)
    await town.say(LI, "我住 枫桥苑3-2-501")

    await town.say(LI, "枫桥苑3号楼楼道灯不亮了")

    [case] = await town.cases()
    assert case.urgency is not Urgency.HIGH


async def test_the_kind_is_shown_one_to_one_and_not_in_the_group(town: Town) -> None:
    await town.say(QIANG, HOME, chat=ALONE)
    await town.say(LI, LEAK)

    assert "独居老人" in await town.say(WANG, "查 1", chat=ALONE)
    assert "独居老人" in await town.say(QIANG, "查 1", chat=ALONE)
    assert "独居老人" not in await town.say_in_group(WANG, "查 1")
    assert "独居老人" not in await town.say("zhaolei", "查 1", chat=ALONE)


async def test_staff_list_them_one_to_one_and_it_is_on_record(town: Town) -> None:
    await town.say(QIANG, HOME, chat=ALONE)

    assert "只能单独私聊" in await town.say_in_group(QIANG, "特殊家庭")
    assert "枫桥苑3-2-501 独居老人" in await town.say(QIANG, "特殊家庭", chat=ALONE)
    assert "由社区工作人员操作" in await town.say(WANG, "特殊家庭", chat=ALONE)

    assert await actions(town) == ["households_refused", "households_shown"]


async def test_a_home_is_taken_off_again(town: Town) -> None:
    await town.say(QIANG, HOME, chat=ALONE)

    assert "已取消" in await town.say(QIANG, "取消特殊家庭 枫桥苑3-2-501", chat=ALONE)

    assert "没有登记过" in await town.say(QIANG, "取消特殊家庭 枫桥苑3-2-501", chat=ALONE)
    assert "还没有登记" in await town.say(QIANG, "特殊家庭", chat=ALONE)


async def test_a_home_needs_its_whole_door(town: Town) -> None:
    assert "请写全" in await town.say(QIANG, "特殊家庭 枫桥苑3号楼 独居老人", chat=ALONE)


async def test_the_note_is_not_readable_in_the_database(town: Town) -> None:
    await town.say(QIANG, HOME, chat=ALONE)

    def raw(db: Connection) -> str:
        return str(db.execute(text("SELECT note FROM households")).scalar_one())

    assert "儿子" not in await town.database.read(raw)


async def test_a_whisper_is_not_told_on_by_the_home(town: Town) -> None:
    await town.say(QIANG, HOME, chat=ALONE)
    await town.say(LI, "我住 枫桥苑3-2-501")

    await town.say(LI, "悄悄话：我家楼上天天半夜打麻将吵得睡不着，别说是我")

    assert CARE not in "\n".join(await town.texts(town.workers_chat))
