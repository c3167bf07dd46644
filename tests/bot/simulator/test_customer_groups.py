"""Residents' groups come, change and go: what the phone does, what the app hears, what can be read."""

from dataclasses import replace
from typing import Any

import pytest

from bot.simulator.client import SimulatorError
from tests.bot.simulator.app_door import AppDoor
from tests.bot.simulator.conftest import RESIDENTS, Stage

LIST, GET = "/cgi-bin/externalcontact/groupchat/list", "/cgi-bin/externalcontact/groupchat/get"
TASK = "/cgi-bin/externalcontact/add_msg_template"
FENGQIAO = "wrSampleFengqiao"


async def listed(stage: Stage, **body: Any) -> list[str]:
    answer = await stage.post(LIST, body, access_token=await stage.corporation_token())
    return [entry["chat_id"] for entry in answer["group_chat_list"]]


async def read(stage: Stage, chat_id: str) -> dict[str, Any]:
    body = {"chat_id": chat_id, "need_name": 1}
    return await stage.post(GET, body, access_token=await stage.corporation_token())


async def test_a_new_group_is_told_listed_and_spoken_in(stage: Stage, door: AppDoor) -> None:
    made = await stage.simulator.change_group(
        "create", name="枫桥苑三期业主群", owner="王芳", people=["何涛", "徐敏"]
    )

    chat_id = made["group"]["id"]
    message = door.seen[0].message
    assert (message["Event"], message["ChatId"], message["ChangeType"]) == (
        "change_external_chat",
        chat_id,
        "create",
    )
    assert (message["FromUserName"], "AgentID" in message, "MsgId" in message) == ("sys", False, False)
    assert chat_id in await listed(stage)
    group = (await read(stage, chat_id))["group_chat"]
    assert (group["name"], group["owner"]) == ("枫桥苑三期业主群", "wangfang")
    assert {m["name"]: m["type"] for m in group["member_list"]} == {"王芳": 1, "何涛": 2, "徐敏": 2}
    await stage.simulator.say("hetao", "大家好", chat="枫桥苑三期业主群")
    assert [m["text"] for m in await stage.simulator.chat(chat_id)] == ["大家好"]


async def test_it_is_renamed_and_handed_over(stage: Stage, door: AppDoor) -> None:
    await stage.simulator.change_group("rename", RESIDENTS, name="枫桥苑邻里群")
    await stage.simulator.change_group("join", FENGQIAO, person="赵磊")
    await stage.simulator.change_group("owner", FENGQIAO, owner="赵磊")

    details = [(s.message["ChangeType"], s.message["UpdateDetail"]) for s in door.seen]
    assert details == [("update", "change_name"), ("update", "add_member"), ("update", "change_owner")]
    group = (await read(stage, FENGQIAO))["group_chat"]
    assert (group["name"], group["owner"]) == ("枫桥苑邻里群", "zhaolei")


async def test_people_join_and_leave(stage: Stage, door: AppDoor) -> None:
    members = len((await read(stage, FENGQIAO))["group_chat"]["member_list"])
    await stage.simulator.advance(3600)

    await stage.simulator.change_group("join", FENGQIAO, people=["何涛", "徐敏"])
    await stage.simulator.change_group("leave", FENGQIAO, person="何涛")

    joined, left = door.seen
    assert (joined.message["UpdateDetail"], joined.message["JoinScene"]) == ("add_member", "3")
    assert joined.message["MemChangeCnt"] == "2"
    openids = [p.openid for p in stage.platform.world.people if p.name in {"何涛", "徐敏"}]
    assert joined.texts("MemChangeList/Item") == [f"wm{openid}" for openid in openids]
    assert (left.message["UpdateDetail"], left.message["QuitScene"]) == ("del_member", "0")
    assert left.message["LastMemVer"] == joined.message["CurMemVer"] != left.message["CurMemVer"]
    group = (await read(stage, FENGQIAO))["group_chat"]
    assert group["member_version"] == left.message["CurMemVer"]
    times = {m["name"]: m["join_time"] for m in group["member_list"]}
    assert len(times) == members + 1
    assert times["徐敏"] - times["王芳"] >= 3600
    with pytest.raises(SimulatorError, match="不在"):
        await stage.simulator.say("hetao", "还在吗", chat=FENGQIAO)


async def test_a_dismissed_group_is_gone(stage: Stage, door: AppDoor) -> None:
    token = await stage.corporation_token()
    body = {"chat_type": "group", "sender": "wangfang", "text": {"content": "停水"}}
    waiting = await stage.post(TASK, body, access_token=token)

    await stage.simulator.change_group("dismiss", FENGQIAO)

    assert door.seen[0].message["ChangeType"] == "dismiss"
    assert FENGQIAO not in await listed(stage)
    assert (await read(stage, FENGQIAO))["errcode"] == 49008
    assert (await stage.post(TASK, body, access_token=token))["errcode"] == 41048
    with pytest.raises(SimulatorError):
        await stage.simulator.say("lixiuying", "还在吗", chat=FENGQIAO)
    tapped = await stage.simulator.confirm(waiting["msgid"])
    assert (tapped["messages"], tapped["task"]["chats"][0]["status"]) == ([], 2)


async def test_a_task_of_the_former_owner_reaches_nobody(stage: Stage, door: AppDoor) -> None:
    body = {"chat_type": "group", "sender": "wangfang", "text": {"content": "停水"}}
    made = await stage.post(TASK, body, access_token=await stage.corporation_token())
    await stage.simulator.change_group("join", FENGQIAO, person="赵磊")
    await stage.simulator.change_group("owner", FENGQIAO, owner="赵磊")

    tapped = await stage.simulator.confirm(made["msgid"])

    assert (tapped["messages"], tapped["task"]["chats"][0]["status"]) == ([], 2)


async def test_pages_hold_when_groups_come_and_go(stage: Stage, door: AppDoor) -> None:
    token = await stage.corporation_token()
    everything = await listed(stage)
    first = await stage.post(LIST, {"limit": 2}, access_token=token)
    await stage.simulator.change_group("dismiss", everything[0])
    new = await stage.simulator.change_group("create", name="新群", owner="王芳")

    second = await stage.post(LIST, {"limit": 2, "cursor": first["next_cursor"]}, access_token=token)
    third = await stage.post(LIST, {"limit": 2, "cursor": second["next_cursor"]}, access_token=token)

    pages = [[e["chat_id"] for e in page["group_chat_list"]] for page in (first, second, third)]
    assert pages == [everything[:2], everything[2:4], [new["group"]["id"]]]
    assert "next_cursor" not in third


LISTED: dict[str, tuple[dict[str, Any], int]] = {
    "no limit": ({"limit": 0}, 40058),
    "wide": ({"limit": 1001}, 40058),
    "status": ({"status_filter": 4}, 40058),
    "odd status": ({"status_filter": [0]}, 40058),
    "cursor": ({"cursor": "next"}, 40058),
    "owners": ({"owner_filter": {"userid_list": ["a"] * 101}}, 40058),
}


@pytest.mark.parametrize(("body", "errcode"), LISTED.values(), ids=LISTED.keys())
async def test_a_listing_is_checked(stage: Stage, body: dict[str, Any], errcode: int) -> None:
    assert (await stage.post(LIST, body, access_token=await stage.corporation_token()))["errcode"] == errcode


async def test_groups_are_listed_by_owner_and_status(stage: Stage) -> None:
    assert await listed(stage, owner_filter={"userid_list": ["wangfang"]}) == [FENGQIAO]
    assert await listed(stage, status_filter=1) == []
    assert (await read(stage, "wrUnknown"))["errcode"] == 40050


async def test_without_an_app_nobody_is_told(stage: Stage, door: AppDoor) -> None:
    stage.platform.world = replace(stage.platform.world, apps=())

    made = await stage.simulator.change_group("rename", RESIDENTS, name="新名")

    assert (made["outcome"], made["group"]["name"], door.seen) == ("unheard", "新名", [])


async def test_an_app_that_fails_is_asked_again(stage: Stage, door: AppDoor) -> None:
    stage.platform.postman.answer_timeout = 0.02
    door.answers.extend([None, None])

    made = await stage.simulator.change_group("rename", RESIDENTS, name="新名")

    assert (made["outcome"], len(door.seen)) == ("silent", 3)


REFUSED: dict[str, dict[str, Any]] = {
    "change": {"change": "close", "chat": FENGQIAO},
    "no name": {"change": "rename", "chat": FENGQIAO},
    "long name": {"change": "rename", "chat": FENGQIAO, "name": "群" * 31},
    "resident owns": {"change": "create", "name": "群", "owner": "lixiuying"},
    "owner outside": {"change": "owner", "chat": FENGQIAO, "owner": "赵磊"},
    "unknown group": {"change": "dismiss", "chat": "第一网格工作群"},
    "in already": {"change": "join", "chat": FENGQIAO, "person": "李秀英"},
    "not in": {"change": "leave", "chat": FENGQIAO, "person": "何涛"},
    "owner leaves": {"change": "leave", "chat": FENGQIAO, "person": "王芳"},
    "nobody": {"change": "join", "chat": FENGQIAO},
    "stranger": {"change": "join", "chat": FENGQIAO, "person": "谁"},
    "no list": {"change": "join", "chat": FENGQIAO, "people": "何涛"},
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
async def test_what_a_phone_cannot_do(stage: Stage, door: AppDoor, body: dict[str, Any]) -> None:
    groups = stage.platform.world.groups

    with pytest.raises(SimulatorError):
        await stage.simulator.change_group(**body)

    assert (stage.platform.world.groups, door.seen) == (groups, [])
