"""Reports for somebody else: 代报 by neighbours, calls, visits and the hotline's sheets by staff."""

from sqlalchemy import Connection, select

from storage import cases as case_rows
from storage.models.cases import Report, Source, reports
from storage.models.people import Person, Role, people
from tests.conversations.conftest import LI, QIANG, WANG, Town

FOR_MOTHER = "帮我妈报一下，枫桥苑3号楼2单元501厨房漏水"
CALL = "来电 张桂芬 13900009999 枫桥苑8号楼2单元楼道灯不亮了"
SHEET = "12345 20261120001234 刘大爷 13900008888 枫桥苑33号楼5单元下水道堵了，污水往外冒"


async def all_reports(town: Town) -> list[Report]:
    def found(db: Connection) -> list[Report]:
        return [Report(*row) for row in db.execute(select(*reports.c).order_by(reports.c.id))]

    return await town.database.read(found)


async def person(town: Town, person_id: int) -> Person:
    def found(db: Connection) -> Person:
        return Person(*db.execute(select(*people.c).where(people.c.id == person_id)).one())

    return await town.database.read(found)


async def test_a_daughter_reports_for_her_mother_and_hears_of_it(town: Town) -> None:
    answer = await town.say(LI, FOR_MOTHER)

    assert "2026-0001" in answer
    assert "已以我妈的名义登记" in answer
    [report] = await all_reports(town)
    mother = await person(town, report.person_id)
    assert (mother.name, mother.role, report.source) == ("我妈", Role.RESIDENT, Source.ON_BEHALF)
    assert report.entered_by_id not in (None, report.person_id)
    await town.say_in_group(WANG, "接单 1")
    assert "已由网格员王芳接单" in (await town.resident_reads(LI))[-1]
    assert "2026-0001" in await town.say(LI, "查")


async def test_the_same_person_is_known_again(town: Town) -> None:
    await town.say(LI, FOR_MOTHER)
    await town.say(LI, "帮我妈报一下，枫桥苑3号楼2单元楼道灯不亮了")

    first, second = await all_reports(town)

    assert first.person_id == second.person_id
    assert first.case_id != second.case_id


async def test_for_two_people_it_is_two_reporters(town: Town) -> None:
    await town.say(LI, "代报 李奶奶 枫桥苑3号楼电梯坏了，走不了")
    await town.say(LI, "代报 王大爷 枫桥苑3号楼电梯坏了，上不去")

    [case] = await town.cases()

    assert await town.database.read(case_rows.number_of_reporters, case.id) == 2


async def test_the_place_asked_for_still_belongs_to_the_other(town: Town) -> None:
    assert "哪个小区" in await town.say(LI, "帮我妈报一下，家里厨房漏水")

    await town.say(LI, "枫桥苑3号楼2单元501")

    [report] = await all_reports(town)
    assert (await person(town, report.person_id)).name == "我妈"


async def test_staff_enter_a_call_with_its_source(town: Town) -> None:
    answer = await town.say_in_group(QIANG, CALL)

    assert "已登记 2026-0001" in answer
    assert "王芳负责" in answer
    [report] = await all_reports(town)
    caller = await person(town, report.person_id)
    assert (report.source, caller.name, caller.phone) == (Source.PHONE, "张桂芬", "13900009999")
    card = next(each for each in await town.texts(town.workers_chat) if "新诉求" in each)
    assert "张桂芬" not in card
    assert "13900009999" not in card


async def test_who_calls_again_is_the_same_person_and_a_namesake_is_not(town: Town) -> None:
    await town.say_in_group(QIANG, CALL)
    await town.say_in_group(QIANG, "来电 张桂芬 13900009999 枫桥苑3号楼电梯坏了")
    await town.say_in_group(QIANG, "来电 张桂芬 13900007777 枫桥苑5号楼门口垃圾没人清运")

    first, second, third = await all_reports(town)

    assert first.person_id == second.person_id
    assert third.person_id != first.person_id


async def test_a_sheet_of_the_hotline_is_entered_once(town: Town) -> None:
    await town.say_in_group(QIANG, SHEET)

    again = await town.say_in_group(QIANG, SHEET)

    assert "已登记过：2026-0001" in again
    [report] = await all_reports(town)
    assert (report.source, report.outside_number) == (Source.HOTLINE, "20261120001234")


async def test_a_call_without_a_place_lies_at_the_desk(town: Town) -> None:
    answer = await town.say_in_group(QIANG, "来访 赵桂兰 家里水管漏水")

    assert "地点不明" in answer
    [case] = await town.cases()
    assert (case.estate_id, case.grid_id) == (None, None)


async def test_a_caller_joins_what_a_neighbour_reported(town: Town) -> None:
    await town.say(LI, "枫桥苑3号楼电梯坏了")

    answer = await town.say_in_group(QIANG, "来电 孙建国 13900006666 枫桥苑3号楼电梯坏了，停在5楼")

    assert "登记人数 2" in answer
    assert len(await town.cases()) == 1


async def test_a_worker_enters_no_calls(town: Town) -> None:
    assert "由社区工作人员操作" in await town.say_in_group(WANG, CALL)
    assert await town.cases() == []


async def test_staff_are_asked_to_call_who_called(town: Town) -> None:
    await town.say(
        QIANG, "来电 张大爷 13900001234 枫桥苑3-2-501 厨房漏水", chat=town.groups["晨光社区工作群"]
    )

    await town.say_in_group(WANG, "办结 1 水管已换")

    told = (await town.texts(town.groups["晨光社区工作群"]))[-1]
    assert "请打电话告知" in told
    assert "1 位登记人没有微信" in told
    assert "13900001234" not in told
