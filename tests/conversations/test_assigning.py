"""Who a case falls to, how it changes hands, and how it is turned down."""

import asyncio
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from storage import cases as case_rows
from storage.models.cases import Case, CaseEvent, CaseStatus, EventKind
from storage.models.organization import GridMode, grid_workers, grids
from storage.models.people import people
from storage.models.timers import TimerKind
from storage.timers import timers_of
from tests.conversations.conftest import HE, LI, QIANG, WANG, ZHAO, Town

SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
LAMP = "枫桥苑8号楼2单元楼道灯不亮了"
FEE = "枫桥苑3号楼2单元物业费收得太高，还乱涨价"
DESK = "晨光社区工作群"
FIRST, SECOND = "第一网格", "第二网格"


def set_mode(db: Connection, grid: str, mode: GridMode) -> None:
    db.execute(update(grids).where(grids.c.name == grid).values(mode=mode))


def add_to_grid(db: Connection, grid: str, name: str, *, position: int = 5, is_deputy: bool = False) -> None:
    grid_id = db.execute(select(grids.c.id).where(grids.c.name == grid)).scalar_one()
    person_id = db.execute(select(people.c.id).where(people.c.name == name)).scalar_one()
    row = {"grid_id": grid_id, "person_id": person_id, "position": position, "is_deputy": is_deputy}
    db.execute(insert(grid_workers).values(row))


def empty_grid(db: Connection, grid: str) -> None:
    grid_id = db.execute(select(grids.c.id).where(grids.c.name == grid)).scalar_one()
    db.execute(delete(grid_workers).where(grid_workers.c.grid_id == grid_id))


def name_of(db: Connection, person_id: int | None) -> str:
    if person_id is None:
        return ""
    return str(db.execute(select(people.c.name).where(people.c.id == person_id)).scalar_one())


async def handlers(town: Town) -> list[str]:
    return [await town.database.read(name_of, case.handler_id) for case in await town.cases()]


async def events(town: Town, kind: EventKind) -> list[CaseEvent]:
    def found(db: Connection) -> list[CaseEvent]:
        return [each for case in everything for each in case_rows.events_of(db, case.id, kinds=[kind])]

    everything: list[Case] = await town.cases()
    return await town.database.read(found)


async def test_in_a_fixed_grid_the_first_worker_is_called_and_still_confirms(town: Town) -> None:
    await town.say(LI, SEWER)

    [case] = await town.cases()
    assert (await handlers(town), case.status, case.responded_at) == (
        ["王芳"],
        CaseStatus.REGISTERED,
        None,
    )
    await town.say_in_group(WANG, "接单 1")
    [case] = await town.cases()
    assert (case.status, case.responded_at is None) == (CaseStatus.CLAIMED, False)


async def test_another_worker_of_the_grid_may_take_a_designated_case(town: Town) -> None:
    await town.say(HE, "明园小区3号楼前面有人装了地锁，把公共车位占了")

    answer = await town.say(WANG, "接单 1", chat=town.groups["第二网格工作群"])

    assert "王芳已接单" in answer
    assert await handlers(town) == ["王芳"]


async def test_where_whoever_claims_has_it_nobody_is_designated(town: Town) -> None:
    await town.database.write(set_mode, FIRST, GridMode.CLAIM)

    await town.say(LI, SEWER)

    assert await handlers(town) == [""]


async def test_turns_go_round_without_the_deputies(town: Town) -> None:
    await town.database.write(set_mode, FIRST, GridMode.TURN)
    await town.database.write(add_to_grid, FIRST, "赵磊")
    await town.database.write(add_to_grid, FIRST, "陈静", position=0, is_deputy=True)

    for number in range(1, 5):
        await town.say(LI, f"枫桥苑{number}号楼2单元楼道灯不亮了")

    assert await handlers(town) == ["王芳", "赵磊", "王芳", "赵磊"]


async def test_reports_at_the_same_moment_never_get_the_same_turn(town: Town) -> None:
    await town.database.write(set_mode, FIRST, GridMode.TURN)
    await town.database.write(add_to_grid, FIRST, "赵磊")

    await asyncio.gather(
        *(
            town.say(who, f"枫桥苑{number}号楼2单元楼道灯不亮了")
            for number, who in enumerate((LI, "zhangwei", "wuguilan", HE), start=1)
        )
    )

    assert sorted(await handlers(town)) == ["王芳", "王芳", "赵磊", "赵磊"]


async def test_a_grid_that_nobody_serves_is_told_to_the_desk_too(town: Town) -> None:
    await town.database.write(empty_grid, FIRST)

    await town.say(LI, SEWER)

    assert "2026-0001" in (await town.texts(town.groups[DESK]))[-1]
    assert "2026-0001" in (await town.texts(town.workers_chat))[-1]


async def test_what_no_grid_covers_lies_at_the_desk(town: Town) -> None:
    await town.say(LI, "枫桥苑55号楼2单元楼道灯不亮了")

    assert "2026-0001" in (await town.texts(town.groups[DESK]))[-1]


async def test_a_handler_hands_the_case_over_and_the_reporter_reads_the_new_name(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")

    answer = await town.say_in_group(WANG, "转给赵磊 1")

    assert "已转给赵磊" in answer
    assert "已转由赵磊办理" in (await town.resident_reads(LI))[-1]
    card = (await town.texts(town.groups["第二网格工作群"]))[-1]
    assert "转给赵磊办理" in card
    assert "污水往外冒" in card
    assert "进展已记下" in await town.say(ZHAO, "进展 1 已联系疏通队", chat=town.groups["第二网格工作群"])


async def test_only_who_has_the_case_hands_it_over(town: Town) -> None:
    await town.say(HE, "明园小区3号楼前面有人装了地锁，把公共车位占了")
    await town.say(ZHAO, "接单 1", chat=town.groups["第二网格工作群"])

    assert "不在您名下" in await town.say_in_group(WANG, "转给王芳 1")
    assert await handlers(town) == ["赵磊"]


async def test_a_case_is_handed_to_nobody_of_another_community(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say_in_group(QIANG, "指派 1 孙丽")

    assert "没有叫“孙丽”" in answer
    assert await handlers(town) == ["王芳"]


async def test_staff_assign_and_by_title_too(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await town.say_in_group(QIANG, "指派 1 赵师傅")

    assert "已转给赵磊" in answer
    [case] = await town.cases()
    assert case.status is CaseStatus.CLAIMED
    assert "由社区工作人员操作" in await town.say_in_group(WANG, "指派 1 王芳")
    assert "已经由赵磊负责" in await town.say_in_group(QIANG, "指派 1 赵磊")


async def test_a_declined_case_is_told_to_the_group_and_the_desk(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")

    assert "请写明原因" in await town.say_in_group(WANG, "不接 1")
    assert "已退还" in await town.say_in_group(WANG, "不接 1 明天开始休产假")

    [case] = await town.cases()
    assert (case.status, case.handler_id) == (CaseStatus.REGISTERED, None)
    for chat in (town.workers_chat, town.groups[DESK]):
        assert "没有人接" in (await town.texts(chat))[-1]
    assert "已接单" in await town.say_in_group(QIANG, "接单 1")


async def test_the_designated_worker_declines_without_having_claimed(town: Town) -> None:
    await town.say(LI, SEWER)

    await town.say_in_group(WANG, "不接 1 今天休假")

    assert await handlers(town) == [""]
    assert "不在您名下" in await town.say_in_group(WANG, "不接 1 今天休假")


async def test_a_declined_emergency_is_alarmed_again(town: Town) -> None:
    await town.say(LI, "枫桥苑3号楼电梯里困人了，快来救人")
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "不接 1 我在外地")

    [case] = await town.cases()
    timers = await town.database.read(timers_of, case.id)

    assert TimerKind.ALARM in {timer.kind for timer in timers}


async def test_reassigning_a_waiting_case_ends_the_pause(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "问 1 您什么时候在家")
    [waiting] = await town.cases()
    await town.move(timedelta(hours=3))

    await town.say_in_group(QIANG, "指派 1 赵磊")

    [case] = await town.cases()
    assert waiting.status is CaseStatus.WAITING
    assert (case.status, case.paused_at, case.status_before) == (CaseStatus.CLAIMED, None, None)
    kinds = {timer.kind for timer in await town.database.read(timers_of, case.id)}
    assert TimerKind.ANSWER not in kinds
    assert TimerKind.SUPERVISION in kinds


async def test_a_worker_proposes_and_staff_turn_it_down_with_where_to_go(town: Town) -> None:
    await town.say(LI, FEE)
    await town.say_in_group(WANG, "接单 1")

    assert "已报社区审核" in await town.say_in_group(WANG, "不予受理 1 属于物业合同纠纷")
    assert "同意不予受理 1" in (await town.texts(town.groups[DESK]))[-1]
    assert "该去哪里办" in await town.say_in_group(QIANG, "同意不予受理 1")
    answer = await town.say_in_group(QIANG, "同意不予受理 1 属于物业合同纠纷，请到街道司法所调解")

    assert "按不予受理处理" in answer
    notice = (await town.resident_reads(LI))[-1]
    assert "请到街道司法所调解" in notice
    [case] = await town.cases()
    assert case.status is CaseStatus.REJECTED
    assert case.closed_at is not None
    assert await town.database.read(timers_of, case.id) == []


async def test_staff_do_not_agree_and_the_work_goes_on(town: Town) -> None:
    await town.say(LI, FEE)
    await town.say_in_group(WANG, "接单 1")
    assert "没有待审核" in await town.say_in_group(QIANG, "不同意不予受理 1 社区可以先协调")
    await town.say_in_group(WANG, "不予受理 1 属于物业合同纠纷，请找物业")

    await town.say_in_group(QIANG, "不同意不予受理 1 社区可以先协调")

    [case] = await town.cases()
    assert case.status is CaseStatus.CLAIMED
    assert "社区可以先协调" in (await town.texts(town.workers_chat))[-1]
    [proposed] = await events(town, EventKind.REJECTION_PROPOSED)
    assert (proposed.data or {})["reason"] == "属于物业合同纠纷，请找物业"


async def test_a_worker_cannot_turn_a_case_down_alone(town: Town) -> None:
    await town.say(LI, FEE)
    await town.say_in_group(WANG, "不予受理 1 属于物业合同纠纷，请找物业")

    assert "由社区工作人员操作" in await town.say_in_group(WANG, "同意不予受理 1")
    [case] = await town.cases()
    assert case.status is CaseStatus.REGISTERED


async def test_nobody_but_the_community_may_have_a_complaint_of_a_worker(town: Town) -> None:
    await town.say(LI, "投诉网格员王芳态度恶劣，还骂人，枫桥苑3号楼")

    answer = await town.say(QIANG, "指派 1 赵磊", chat="robot:main")

    assert "只由社区办" in answer


async def test_a_colleague_named_after_the_number_has_the_case(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了")
    await town.say_in_group(WANG, "接单 1")

    assert "赵磊" in await town.say_in_group(WANG, "转 1 赵磊")
