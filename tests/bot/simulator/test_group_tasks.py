"""Group-send tasks over their life: reminded, cancelled, confirmed together, kept from full groups."""

from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.client import SimulatorError
from tests.bot.simulator.conftest import RESIDENTS, Stage

BASE = "/cgi-bin/externalcontact/"


async def made(stage: Stage, text: str = "停水", sender: str = "wangfang", **changes: Any) -> str:
    body = {"chat_type": "group", "sender": sender, "text": {"content": text}, **changes}
    answer = await call(stage, "add_msg_template", **body)
    return str(answer["msgid"])


async def call(stage: Stage, name: str, **body: Any) -> dict[str, Any]:
    return await stage.post(BASE + name, body, access_token=await stage.corporation_token())


async def result(stage: Stage, msgid: str, userid: str = "wangfang", **more: Any) -> dict[str, Any]:
    return await call(stage, "get_groupmsg_send_result", msgid=msgid, userid=userid, **more)


async def texts(stage: Stage) -> list[str]:
    return [m["text"] for m in await stage.simulator.chat(RESIDENTS)]


async def test_the_owner_is_reminded_three_times_in_a_day(stage: Stage) -> None:
    msgid = await made(stage)
    first = [(await call(stage, "remind_groupmsg_send", msgid=msgid))["errcode"] for _ in range(4)]
    await stage.simulator.advance(timedelta(hours=24))

    later = await call(stage, "remind_groupmsg_send", msgid=msgid)

    assert (first, later["errcode"]) == ([0, 0, 0, 41094], 0)
    (task,) = await stage.simulator.tasks(waiting=True)
    assert len(task["reminded_at"]) == 4


async def test_a_cancelled_task_can_no_longer_be_confirmed(stage: Stage) -> None:
    msgid = await made(stage)

    cancelled = await call(stage, "cancel_groupmsg_send", msgid=msgid)

    with pytest.raises(SimulatorError, match="已取消"):
        await stage.simulator.confirm(msgid)
    again = [await call(stage, f"{verb}_groupmsg_send", msgid=msgid) for verb in ("cancel", "remind")]
    looked_up = await result(stage, msgid)
    assert [a["errcode"] for a in (cancelled, *again, looked_up)] == [0, 41093, 41093, 41093]
    assert (await stage.simulator.tasks(waiting=True), await texts(stage)) == ([], [])


async def test_what_was_sent_stays_sent(stage: Stage) -> None:
    msgid = await made(stage)
    await stage.simulator.confirm(msgid)

    late = await call(stage, "cancel_groupmsg_send", msgid=msgid)

    assert (late["errcode"], await texts(stage)) == (41093, ["停水"])
    assert (await result(stage, msgid))["send_list"][0]["status"] == 1


async def test_a_task_cancelled_half_way_tells_what_was_sent(stage: Stage) -> None:
    msgid = await made(stage, sender="sunli")
    await stage.simulator.confirm(msgid, chat="wrSampleYinxing")

    await call(stage, "cancel_groupmsg_send", msgid=msgid)

    sent = {e["chat_id"]: e["status"] for e in (await result(stage, msgid, "sunli"))["send_list"]}
    assert sent == {"wrSampleYinxing": 1, "wrSampleCuihu": 0}


async def test_whether_the_member_has_tapped(stage: Stage) -> None:
    msgid = await made(stage)
    before = await call(stage, "get_groupmsg_task", msgid=msgid)
    await stage.simulator.confirm(msgid)

    after = await call(stage, "get_groupmsg_task", msgid=msgid)

    (waiting,), (done,) = before["task_list"], after["task_list"]
    assert waiting == {"userid": "wangfang", "status": 0}
    assert (done["userid"], done["status"], "send_time" in done) == ("wangfang", 2, True)


async def test_results_come_page_by_page(stage: Stage) -> None:
    msgid = await made(stage, sender="sunli")

    first = await result(stage, msgid, "sunli", limit=1)
    second = await result(stage, msgid, "sunli", limit=1, cursor=first["next_cursor"])

    pages = [e["chat_id"] for page in (first, second) for e in page["send_list"]]
    assert (pages, second["next_cursor"]) == (["wrSampleYinxing", "wrSampleCuihu"], "")
    for wrong in ({"limit": 0}, {"limit": 1001}, {"cursor": "x"}):
        assert (await result(stage, msgid, "sunli", **wrong))["errcode"] == 40058


@pytest.mark.parametrize(
    "name", ["remind_groupmsg_send", "cancel_groupmsg_send", "get_groupmsg_task", "get_groupmsg_send_result"]
)
async def test_an_unknown_task_is_refused(stage: Stage, name: str) -> None:
    assert (await call(stage, name, msgid="msgX", userid="wangfang"))["errcode"] == 40058


async def test_an_owner_confirms_several_at_once(stage: Stage) -> None:
    tasks = [await made(stage, text) for text in ("停水", "停电", "停气")]

    done = await stage.simulator.confirm_all(tasks, person="王芳")

    assert [t["waiting"] for t in done["tasks"]] == [False] * 3
    assert await texts(stage) == ["停水", "停电", "停气"]


async def test_all_are_confirmed_or_none(stage: Stage) -> None:
    mine, other = await made(stage), await made(stage, "停电", sender="zhaolei")
    for tasks, person in (([mine, other], "王芳"), ([mine, "msgX"], ""), ([], "")):
        with pytest.raises(SimulatorError):
            await stage.simulator.confirm_all(tasks, person=person)

    assert len(await stage.simulator.tasks(waiting=True)) == 2
    assert await texts(stage) == []


def seconds_to_monday(stage: Stage) -> float:
    """Until the next Monday noon in China, from where every period is whole."""
    local = stage.platform.now() + timedelta(hours=8)
    monday = (local + timedelta(days=7 - local.weekday())).replace(hour=12, minute=0)
    return (monday - local).total_seconds()


@pytest.mark.parametrize(("per", "most", "days"), [("week", 7, 7), ("day", 1, 1)])
async def test_the_administrator_lets_a_group_receive_less(
    stage: Stage, per: str, most: int, days: int
) -> None:
    await stage.simulator.receive_limit(per)
    await stage.simulator.advance(seconds_to_monday(stage))
    tasks = [await made(stage, f"{n}") for n in range(most + 1)]

    await stage.simulator.confirm_all(tasks)

    assert await texts(stage) == [str(n) for n in range(most)]
    assert (await result(stage, tasks[-1]))["send_list"][0]["status"] == 3
    assert (await stage.simulator.ledgers())["group_sends_left"]["wrSampleFengqiao"] == 0
    await stage.simulator.advance(timedelta(days=days))
    await stage.simulator.confirm(await made(stage, "next"))
    assert (await texts(stage))[-1] == "next"


async def test_a_setting_that_there_is_not(stage: Stage) -> None:
    with pytest.raises(SimulatorError, match="per"):
        await stage.simulator.receive_limit("year")


async def test_a_distrusted_address_makes_no_task(stage: Stage) -> None:
    await stage.simulator.fault("untrusted", BASE + "add_msg_template", count=1)

    answer = await call(
        stage, "add_msg_template", chat_type="group", sender="wangfang", text={"content": "停水"}
    )

    assert (answer["errcode"], await stage.simulator.tasks()) == (60020, [])
