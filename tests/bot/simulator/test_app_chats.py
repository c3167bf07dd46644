"""Groups that an app creates: appchat/create, get, update and send."""

from dataclasses import replace
from typing import Any

import pytest

from bot.simulator import WorldError, build_world
from tests.bot.simulator.conftest import WORKERS, Stage

BASE = "/cgi-bin/appchat/"
MEMBERS = ["wangfang", "zhaolei", "liqiang"]


async def post(stage: Stage, name: str, body: dict[str, Any]) -> dict[str, Any]:
    return await stage.post(BASE + name, body, access_token=await stage.app_token())


async def created(stage: Stage, **changes: Any) -> dict[str, Any]:
    return await post(
        stage, "create", {"name": "应急群", "userlist": MEMBERS, "chatid": "emergency1", **changes}
    )


def text(content: str = "请到岗", chat: str = "emergency1") -> dict[str, Any]:
    return {"chatid": chat, "msgtype": "text", "text": {"content": content}}


async def test_a_group_is_made_read_and_spoken_into(stage: Stage) -> None:
    made = await created(stage)
    sent = await post(stage, "send", text())
    token = await stage.app_token()
    info = await stage.get(BASE + "get", access_token=token, chatid="emergency1")

    assert (made["chatid"], sent["errcode"]) == ("emergency1", 0)
    assert info["chat_info"] == {
        "chatid": "emergency1",
        "name": "应急群",
        "owner": "wangfang",
        "userlist": MEMBERS,
        "chat_type": 0,
    }
    (shown,) = await stage.simulator.chat("应急群")
    assert (shown["sender"], shown["sender_name"], shown["text"]) == ("app:main", "回音助手", "请到岗")


async def test_what_members_say_there_is_not_heard(stage: Stage) -> None:
    await created(stage)

    outcome = await stage.simulator.say("zhaolei", "收到", chat="emergency1")

    assert (outcome["outcome"], stage.product.seen) == ("unheard", [])


async def test_the_platform_names_a_group_that_has_no_id(stage: Stage) -> None:
    first, second = [(await created(stage, chatid=""))["chatid"] for _ in range(2)]

    assert first != second
    assert (await post(stage, "send", text(chat=first)))["errcode"] == 0


CREATED: dict[str, tuple[dict[str, Any], int]] = {
    "one member": ({"userlist": ["wangfang"]}, 86006),
    "one member twice": ({"userlist": ["wangfang", "wangfang"]}, 86006),
    "a stranger": ({"userlist": [*MEMBERS, "nobody"]}, 86007),
    "a resident": ({"userlist": [*MEMBERS, "lixiuying"]}, 86007),
    "no list": ({"userlist": "wangfang"}, 40035),
    "owner outside": ({"owner": "sunli"}, 86005),
    "long name": ({"name": "群" * 51}, 86004),
    "long id": ({"chatid": "a" * 33}, 86001),
    "strange id": ({"chatid": "a-b"}, 86001),
}


@pytest.mark.parametrize(("changes", "errcode"), CREATED.values(), ids=CREATED.keys())
async def test_a_new_group_is_checked(stage: Stage, changes: dict[str, Any], errcode: int) -> None:
    groups = stage.platform.world.groups

    assert (await created(stage, **changes))["errcode"] == errcode
    assert stage.platform.world.groups == groups


async def test_an_id_is_given_once(stage: Stage) -> None:
    await created(stage)

    assert (await created(stage))["errcode"] == 86215


async def test_a_thousand_groups_a_day(stage: Stage) -> None:
    now = stage.platform.now()
    for _ in range(1000):
        stage.platform.apps.creations.spend("main", now=now)

    assert (await created(stage))["errcode"] == 45009
    await stage.simulator.advance(86_400)
    assert (await created(stage))["errcode"] == 0


async def test_a_group_is_changed(stage: Stage) -> None:
    await created(stage)
    body = {"chatid": "emergency1", "name": "防汛群", "owner": "sunli"}

    done = await post(
        stage, "update", {**body, "add_user_list": ["sunli"], "del_user_list": ["wangfang", "zhaolei"]}
    )

    (group,) = [g for g in (await stage.simulator.world())["groups"] if g["id"] == "emergency1"]
    assert (done["errcode"], group["name"], group["owner"]) == (0, "防汛群", "sunli")
    assert group["members"] == ["liqiang", "sunli"]


CHANGED: dict[str, tuple[dict[str, Any], int]] = {
    "too few stay": ({"del_user_list": MEMBERS[:2]}, 86006),
    "owner leaves": ({"owner": "wangfang", "del_user_list": ["wangfang"]}, 86005),
    "a stranger": ({"add_user_list": ["nobody"]}, 86007),
    "long name": ({"name": "群" * 51}, 86004),
    "unknown": ({"chatid": "other"}, 86003),
    "no id": ({"chatid": ""}, 86001),
}


@pytest.mark.parametrize(("changes", "errcode"), CHANGED.values(), ids=CHANGED.keys())
async def test_a_change_is_checked(stage: Stage, changes: dict[str, Any], errcode: int) -> None:
    await created(stage)

    assert (await post(stage, "update", {"chatid": "emergency1", **changes}))["errcode"] == errcode


SENT: dict[str, tuple[dict[str, Any], int]] = {
    "unknown": (text(chat="other"), 86003),
    "no id": (text(chat=""), 86001),
    "empty": (text(" "), 44004),
    "long": (text("字" * 683), 45002),
    "card": ({"chatid": "emergency1", "msgtype": "template_card", "template_card": {}}, 40008),
    "markdown": ({"chatid": "emergency1", "msgtype": "markdown", "markdown": {"content": "**a**"}}, 0),
}


@pytest.mark.parametrize(("body", "errcode"), SENT.values(), ids=SENT.keys())
async def test_what_is_sent_is_checked(stage: Stage, body: dict[str, Any], errcode: int) -> None:
    await created(stage)

    assert (await post(stage, "send", body))["errcode"] == errcode
    assert len(await stage.simulator.chat("emergency1")) == (0 if errcode else 1)


async def test_another_apps_group_is_not_ones_own(stage: Stage) -> None:
    await created(stage)
    (app,) = stage.platform.world.apps
    other = replace(app, name="other", agent_id=1000003, secret="other-secret")
    corporation = stage.platform.world.corporation
    assert corporation is not None
    known = replace(corporation, secrets=(*corporation.secrets, "other-secret"))
    stage.platform.world = replace(stage.platform.world, apps=(app, other), corporation=known)

    token = await stage.app_token("other")
    contact = await stage.post(BASE + "send", text(), access_token=await stage.corporation_token())

    assert (await stage.post(BASE + "send", text(), access_token=token))["errcode"] == 86008
    assert contact["errcode"] == 48002


async def test_a_member_above_the_limit_misses_it_without_a_word(stage: Stage) -> None:
    await created(stage)
    now = stage.platform.now()
    for _ in range(200):
        stage.platform.apps.chat_sends.spend("zhaolei", now=now)

    sent = await post(stage, "send", text())

    (shown,) = await stage.simulator.chat("emergency1")
    assert (sent["errcode"], shown["data"]["unseen_by"]) == (0, ["zhaolei"])
    assert [d["person"] for d in (await stage.simulator.ledgers())["app_dropped"]] == ["zhaolei"]


# ------------------------------------------------------------------ groups of the organization file

APP = {"agent_id": 1000002, "secret": "s"}
CONFIG = {"wecom": {"corp_id": "ww1", "apps": {"main": APP, "work": APP}}}


def organization(appchat: str) -> dict[str, Any]:
    group = {"name": "工作群", "audience": "workers", "chat_id": "wr1", "appchat": appchat}
    return {"communities": [{"code": "c", "groups": [group]}]}


@pytest.mark.parametrize(("appchat", "app"), [("A1", "main"), ("work:A1", "work")])
def test_a_group_of_the_file_is_the_first_apps_or_the_one_it_names(appchat: str, app: str) -> None:
    world = build_world(CONFIG, organization(appchat), {}, product_url="http://x")

    (group,) = world.groups
    assert (group.chat_id, group.appchat, group.app) == ("wr1", "A1", app)


def test_an_app_that_is_not_there_is_named() -> None:
    with pytest.raises(WorldError, match="other"):
        build_world(CONFIG, organization("other:A1"), {}, product_url="http://x")


async def test_a_push_into_a_group_of_the_file_shows_there(stage: Stage) -> None:
    groups = [
        replace(g, appchat="A1", app="main") if g.name == WORKERS else g for g in stage.platform.world.groups
    ]
    stage.platform.world = replace(stage.platform.world, groups=tuple(groups))

    sent = await post(stage, "send", text(chat="A1"))

    assert (sent["errcode"], (await stage.simulator.chat(WORKERS))[-1]["text"]) == (0, "请到岗")
