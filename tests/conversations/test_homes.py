"""Where residents live, as they say it, and what that spares them."""

from sqlalchemy import Connection, select

from storage.models.people import people
from tests.conversations.conftest import HE, LI, Town


def homes(db: Connection) -> list[tuple[object, ...]]:
    columns = (people.c.building, people.c.unit, people.c.room)
    rows = db.execute(select(*columns).where(people.c.estate_id.is_not(None)).order_by(people.c.id))
    return [tuple(row) for row in rows]


async def test_a_home_that_was_told_is_used_and_said(town: Town) -> None:
    told = await town.say(LI, "我住枫桥苑33-5-201")

    assert "枫桥苑33号楼5单元201室" in told
    assert "王芳" in told
    answer = await town.say(LI, "我家厨房漏水了")
    assert "枫桥苑33号楼5单元201室" in answer
    assert "按您登记的住址" in answer
    [case] = await town.cases()
    assert (case.building, case.unit, case.room) == ("33", "5", "201")


async def test_what_is_wrong_in_the_house_is_not_in_the_flat(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")

    await town.say(LI, "楼道灯不亮了，晚上看不见")

    [case] = await town.cases()
    assert (case.building, case.unit, case.room) == ("33", "5", None)


async def test_a_place_that_is_said_comes_before_the_home(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")

    answer = await town.say(LI, "明园小区3号楼电梯坏了，上不去")

    assert "按您登记的住址" not in answer
    [case] = await town.cases()
    assert (case.building, case.unit) == ("3", None)


async def test_another_building_is_in_the_own_estate(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")

    answer = await town.say(LI, "3号楼2单元楼道灯不亮了")

    assert "枫桥苑3号楼2单元" in answer
    [case] = await town.cases()
    assert (case.building, case.unit, case.room) == ("3", "2", None)


async def test_the_home_can_be_corrected_in_the_next_sentence(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")
    await town.say(LI, "楼道灯不亮了，晚上看不见")

    await town.say(LI, "不对，是34号楼")

    [case] = await town.cases()
    assert case.building == "34"


async def test_somebody_elses_trouble_is_not_at_home(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")

    assert "哪个小区" in await town.say(LI, "帮我妈报一下，楼道灯不亮了，晚上看不见")


async def test_an_unknown_estate_is_answered_with_those_there_are(town: Town) -> None:
    await town.say(LI, "枫桥苑1号楼电梯坏了，上不去")

    question = await town.say(LI, "我住朝阳小区 33-5-201")

    assert "1 枫桥苑\n2 明园小区" in question
    assert "银杏里" not in question  # another community's
    assert "枫桥苑33号楼5单元201室" in await town.say(LI, "1")
    assert await town.database.read(homes) == [("33", "5", "201")]


async def test_who_moves_is_asked_for_the_new_home(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")

    assert "新家" in await town.say(LI, "我搬家了")
    assert await town.database.read(homes) == []
    assert "明园小区2号楼1单元" in await town.say(LI, "明园小区2号楼1单元")
    assert await town.database.read(homes) == [("2", "1", None)]


async def test_who_does_not_want_to_say_need_not(town: Town) -> None:
    await town.say(LI, "我搬家了")

    assert "不登记" in await town.say(LI, "算了")
    assert "哪个小区" in await town.say(LI, "楼道灯不亮了，晚上看不见")


async def test_a_report_while_the_home_is_asked_for_is_a_report(town: Town) -> None:
    await town.say(LI, "我搬家了")

    await town.say(LI, "枫桥苑3号楼电梯坏了，上不去")

    assert len(await town.cases()) == 1
    assert await town.database.read(homes) == []


async def test_home_and_trouble_in_one_sentence(town: Town) -> None:
    answer = await town.say(HE, "我住在枫桥苑3号楼2单元201，下水道堵了，污水往外冒")

    assert "枫桥苑3号楼2单元201室" in answer
    assert "2026-0001" in answer


async def test_an_emergency_at_home_needs_no_question(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33-5-201")

    answer = await town.say(LI, "家里有很浓的煤气味")

    assert "119" in answer
    assert "枫桥苑33号楼5单元201室" in answer
    assert "按您登记的住址" in answer
