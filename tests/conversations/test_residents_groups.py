"""Residents' groups stand here as they are on the platform: made, renamed, handed over, dismissed."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, select

from bot.app import SCHEDULE
from storage.models.leases import leases
from storage.models.organization import Audience, Group
from storage.models.organization import groups as group_rows
from storage.models.outbox import DeliveryStatus, OutgoingMessage, outbox
from tests.conversations.conftest import FENGQIAO_RESIDENTS, HE, LI, QIANG, WANG, ZHAO, Town

DESK = "晨光社区工作群"
SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"


async def residents_groups(town: Town) -> dict[str, Group]:
    query = select(*group_rows.c).where(group_rows.c.audience == Audience.RESIDENTS)
    return await town.database.read(lambda db: {row.name: Group(*row) for row in db.execute(query)})


async def known(town: Town, name: str) -> Group:
    """The group, once the product knows it."""

    async def is_there() -> bool:
        return name in await residents_groups(town)

    await town.eventually(is_there)
    return (await residents_groups(town))[name]


async def desk_reads(town: Town) -> str:
    return "\n".join(await town.texts(town.groups[DESK]))


async def says_at_desk(town: Town, text: str) -> str:
    return await town.say(QIANG, text, chat=town.groups[DESK])


async def tasks_posted(town: Town) -> list[OutgoingMessage]:
    query = select(*outbox.c).where(outbox.c.key.like("case:%group%"), outbox.c.body.is_not(None))
    rows = await town.database.read(lambda db: [OutgoingMessage(*row) for row in db.execute(query)])
    return [each for each in rows if "sender" in each.body]


async def test_a_new_group_is_registered_with_its_estate_and_reads_of_its_cases(town: Town) -> None:
    made = await town.simulator.change_group("create", name="枫桥三期业主群", owner=WANG, people=[LI, HE])
    group = await known(town, "枫桥三期业主群")
    assert (group.members, group.estate_id is not None, group.owner_id is not None) == (2, True, True)
    assert "已归到枫桥苑" in await desk_reads(town)

    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 管道已疏通")

    task = await town.simulator.wait_for_task(chat=made["group"]["id"])
    await town.simulator.confirm(task["id"])
    assert any("管道已疏通" in text for text in await town.texts(made["group"]["id"]))


async def test_of_a_group_whose_name_names_no_estate_staff_are_asked_once(town: Town) -> None:
    made = await town.simulator.change_group("create", name="邻里互助群", owner=WANG, people=[LI])
    await known(town, "邻里互助群")
    await town.simulator.change_group("join", made["group"]["id"], person=HE)
    await town.eventually(lambda: has_members(town, "邻里互助群", 2))
    assert (await desk_reads(town)).count("还不知道是哪个小区的") == 1

    answer = await says_at_desk(town, "居民群 邻里互助群 属于 枫桥苑")

    assert answer == "记下了：居民群“邻里互助群”属于枫桥苑。"
    assert (await residents_groups(town))["邻里互助群"].estate_id is not None


async def has_members(town: Town, name: str, number: int) -> bool:
    return (await residents_groups(town))[name].members == number


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("居民群 不存在的群 属于 枫桥苑", "没有叫“不存在的群”的居民群"),
        ("居民群 居民群 属于 枫桥苑", "请写全群名"),
        ("居民群 枫桥苑居民群 属于 银杏里", "没有找到小区“银杏里”"),  # of another community
    ],
)
async def test_what_staff_cannot_mean_is_refused(town: Town, text: str, sentence: str) -> None:
    assert sentence in await says_at_desk(town, text)


async def test_a_worker_does_not_place_groups(town: Town) -> None:
    before = await residents_groups(town)

    await town.say_in_group(WANG, "居民群 枫桥苑居民群 属于 明园小区")

    assert await residents_groups(town) == before


async def test_staff_see_all_groups(town: Town) -> None:
    listed = await says_at_desk(town, "居民群")

    assert "居民群 2 个" in listed
    assert "枫桥苑居民群：枫桥苑" in listed
    assert "群主王芳" in listed
    assert "还可群发 27 次" in listed


async def test_another_name_on_the_platform_is_told_once(town: Town) -> None:
    for _ in range(2):
        await town.simulator.change_group("rename", FENGQIAO_RESIDENTS, name="枫桥大家庭")
        await town.eventually(lambda: says(town, "枫桥大家庭"))

    assert (await desk_reads(town)).count("枫桥大家庭") == 1
    assert "枫桥苑居民群" in await residents_groups(town)


async def says(town: Town, words: str) -> bool:
    return words in await desk_reads(town)


async def test_the_new_owner_is_asked_to_confirm(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")
    before = (await residents_groups(town))["枫桥苑居民群"].owner_id
    await town.simulator.change_group("join", FENGQIAO_RESIDENTS, person=ZHAO)
    await town.simulator.change_group("owner", FENGQIAO_RESIDENTS, owner=ZHAO)

    async def is_handed_over() -> bool:
        return (await residents_groups(town))["枫桥苑居民群"].owner_id != before

    await town.eventually(is_handed_over)
    await town.say_in_group(WANG, "办结 1 管道已疏通")

    assert (await town.simulator.wait_for_task(chat=FENGQIAO_RESIDENTS))["sender"] == ZHAO


async def test_nothing_is_sent_to_a_dismissed_group_and_staff_can_see_that(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")
    await town.simulator.change_group("dismiss", FENGQIAO_RESIDENTS)
    assert "已解散" in await desk_reads(town)

    await town.say_in_group(WANG, "办结 1 管道已疏通")
    await town.settle()

    assert await town.simulator.tasks() == []
    [posted] = await tasks_posted(town)
    assert (posted.status, posted.error) == (DeliveryStatus.DEAD, "居民群已解散")
    assert "枫桥苑居民群：已解散" in await says_at_desk(town, "居民群")


async def test_what_no_event_told_is_found_by_the_hour(town: Town) -> None:
    await town.simulator.fault("untrusted", "/cgi-bin/externalcontact/groupchat/list", count=1)
    await town.app[SCHEDULE].groups.look_at_all()
    assert (await residents_groups(town))["枫桥苑居民群"].members is None  # nobody could be asked

    groups = town.app[SCHEDULE].groups
    await town.database.write(forget_turns)
    await groups.look_at_all()

    there = await residents_groups(town)
    assert (there["枫桥苑居民群"].members or 0) > 0
    assert (there["银杏里居民群"].members or 0) > 0
    await groups.look_at_all()  # not again within the hour
    calls = (await town.simulator.ledgers(path="/cgi-bin/externalcontact/groupchat/list"))["requests"]
    assert len(calls) == 2


def forget_turns(db: Connection) -> None:
    """As if an hour of the database's time had passed."""
    db.execute(delete(leases))


# ------------------------------------------------------------------ tasks, over HTTP


async def resolved(town: Town) -> str:
    """The number of the task that tells the neighbours."""
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 管道已疏通")
    task = await town.simulator.wait_for_task(chat=FENGQIAO_RESIDENTS)
    await town.settle()
    return str(task["id"])


async def test_a_notice_that_has_become_wrong_is_called_back(town: Town) -> None:
    await resolved(town)

    await town.say(LI, "不满意，还是堵的")

    async def is_over() -> bool:
        return not await town.simulator.tasks(waiting=True)

    await town.eventually(is_over)
    [task] = await town.simulator.tasks()
    assert task["cancelled"] is True


async def test_a_notice_the_owner_has_confirmed_stays(town: Town) -> None:
    await town.simulator.confirm(await resolved(town))

    await town.say(LI, "不满意，还是堵的")
    await town.settle()

    [task] = await town.simulator.tasks()
    assert task["cancelled"] is False
    assert any("管道已疏通" in text for text in await town.texts(FENGQIAO_RESIDENTS))


@pytest.mark.parametrize("fault", ["lost", "reset"])
async def test_a_task_whose_answer_got_lost_is_made_once(town: Town, fault: str) -> None:
    await town.simulator.fault(fault, "/cgi-bin/externalcontact/add_msg_template", count=1)
    await town.say(LI, SEWER)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 管道已疏通")

    async def is_tried() -> bool:
        return bool(
            (await town.simulator.ledgers(path="/cgi-bin/externalcontact/add_msg_template"))["requests"]
        )

    await town.eventually(is_tried)
    await town.move(timedelta(seconds=61))

    async def is_awaited() -> bool:
        return [each.status for each in await tasks_posted(town)] == [DeliveryStatus.AWAITING_OWNER]

    await town.eventually(is_awaited)
    assert len(await town.simulator.tasks()) == 1


async def test_the_owner_is_reminded_after_two_hours(town: Town) -> None:
    await resolved(town)

    await town.move(timedelta(hours=2, seconds=1))

    async def is_reminded() -> bool:
        return [len(task["reminded_at"]) for task in await town.simulator.tasks()] == [1]

    await town.eventually(is_reminded)
