"""What workers see on patrol."""

from datetime import timedelta

from sqlalchemy import Connection, select

from bot.simulator.photos import phone_photo
from storage.models.attachments import attachments
from storage.models.cases import CaseStatus, Source, reports
from tests.conversations.conftest import LI, QIANG, WANG, ZHAO, Town

SEEN = "上报 枫桥苑3号楼门口井盖破损"


async def sources(town: Town) -> list[Source]:
    def found(db: Connection) -> list[Source]:
        return list(db.execute(select(reports.c.source).order_by(reports.c.id)).scalars())

    return await town.database.read(found)


async def photos(town: Town) -> list[int | None]:
    def found(db: Connection) -> list[int | None]:
        return list(db.execute(select(attachments.c.case_id).order_by(attachments.c.id)).scalars())

    return await town.database.read(found)


async def test_what_is_seen_in_the_own_grid_is_the_workers_at_once(town: Town) -> None:
    answer = await town.say_in_group(WANG, SEEN)

    assert "已记到您名下" in answer
    [case] = await town.cases()
    assert (case.status, await sources(town)) == (CaseStatus.CLAIMED, [Source.PATROL])


async def test_what_is_seen_elsewhere_goes_to_the_grid_that_covers_it(town: Town) -> None:
    answer = await town.say(ZHAO, SEEN, chat=town.groups["第二网格工作群"])

    assert "已转给负责的网格" in answer
    [case] = await town.cases()
    assert case.status is CaseStatus.REGISTERED
    assert "井盖破损" in (await town.texts(town.workers_chat))[-1]


async def test_without_an_estate_the_workers_own_is_meant(town: Town) -> None:
    answer = await town.say(ZHAO, "上报 3号楼门口井盖破损", chat=town.groups["第二网格工作群"])

    assert "明园小区3号楼" in answer


async def test_a_photo_with_the_words_stands_with_the_case(town: Town) -> None:
    await town.simulator.send_photo(WANG, phone_photo(), text=SEEN, chat=town.workers_chat)

    [case] = await town.cases()
    assert await photos(town) == [case.id]


async def test_a_photo_sent_shortly_before_stands_with_the_case(town: Town) -> None:
    await town.simulator.send_photo(WANG, chat="robot:main")
    await town.move(timedelta(minutes=5))

    await town.say_in_group(WANG, SEEN)

    [case] = await town.cases()
    assert await photos(town) == [case.id]


async def test_what_residents_reported_already_is_joined(town: Town) -> None:
    await town.say(LI, "枫桥苑3号楼门口井盖破了，差点摔倒")

    answer = await town.say_in_group(WANG, SEEN)

    assert "登记人数 2" in answer
    assert len(await town.cases()) == 1


async def test_a_place_is_needed_where_the_grid_does_not_say_it(town: Town) -> None:
    answer = await town.say("sunli", "上报 3号楼门口井盖破损", chat=town.groups["湖畔网格工作群"])

    assert "请写明在哪个小区" in answer
    assert await town.cases() == []


async def test_a_household_in_need_or_a_bare_place_is_no_case(town: Town) -> None:
    told = await town.say(QIANG, "上报 把枫桥苑7号楼1单元102登记为特殊家庭，家里有婴儿", chat="robot:main")
    bare = await town.say_in_group(WANG, "上报 枫桥苑6号楼")

    assert "特殊家庭 枫桥苑3-2-501 独居老人" in told
    assert "上报 枫桥苑3号楼井盖破损" in bare
    assert await town.has_cases(0)
