"""What a resident does besides writing: follow, scan, tap the menu, allow notices."""

from typing import Any

import pytest

from bot.simulator.client import SimulatorError
from tests.bot.simulator.conftest import Stage

LI, CHAT = "lixiuying", "account:main:lixiuying"
BIZSEND, TEMPLATE_SEND = "/cgi-bin/message/subscribe/bizsend", "/cgi-bin/message/template/send"
NOTICE = {"template_id": "T1", "data": {"thing1": {"value": "有新进展"}}}


def openid(stage: Stage) -> str:
    return next(p.openid for p in stage.platform.world.people if p.id == LI)


def events(stage: Stage) -> list[tuple[str, str | None]]:
    return [(s.message["Event"], s.message.get("EventKey")) for s in stage.product.seen]


async def code(stage: Stage, action: str = "QR_STR_SCENE", **changes: Any) -> dict[str, Any]:
    body = {"action_name": action, "action_info": {"scene": {"scene_str": "grid-1"}}, **changes}
    return await stage.post("/cgi-bin/qrcode/create", body, access_token=await stage.account_token())


# ------------------------------------------------------------------ following and codes


async def test_following_with_and_without_a_code(stage: Stage) -> None:
    made = await code(stage, "QR_LIMIT_STR_SCENE")
    for scene in ("", made["ticket"]):
        await stage.simulator.unsubscribe(LI)
        await stage.simulator.subscribe(LI, scene=scene)

    assert events(stage)[1::2] == [("subscribe", None), ("subscribe", "qrscene_grid-1")]
    assert stage.product.seen[3].message["Ticket"] == made["ticket"]
    query = {"access_token": await stage.account_token(), "openid": openid(stage)}
    info = await stage.get("/cgi-bin/user/info", **query)
    assert (info["qr_scene_str"], info["subscribe_scene"]) == ("grid-1", "ADD_SCENE_QR_CODE")


@pytest.mark.parametrize("by", ["ticket", "url", "scene"])
async def test_a_follower_scans_by_ticket_address_or_scene(stage: Stage, by: str) -> None:
    made = await code(stage)

    await stage.simulator.scan(LI, {**made, "scene": "grid-1"}[by])

    message = stage.product.seen[0].message
    assert (message["Event"], message["EventKey"], message["Ticket"]) == ("SCAN", "grid-1", made["ticket"])


async def test_a_code_ends_after_its_seconds_and_a_lasting_one_does_not(stage: Stage) -> None:
    brief = await code(stage, expire_seconds=3600)
    lasting = await code(stage, "QR_LIMIT_STR_SCENE", action_info={"scene": {"scene_str": "grid-2"}})
    await stage.simulator.advance(3599)
    await stage.simulator.scan(LI, brief["ticket"])

    await stage.simulator.advance(1)

    assert (brief["expire_seconds"], "expire_seconds" in lasting) == (3600, False)
    await stage.simulator.unsubscribe(LI)
    for key in (brief["ticket"], brief["url"], "grid-1"):
        with pytest.raises(SimulatorError, match="过期"):
            await stage.simulator.scan(LI, key)
    assert not (await follows(stage))
    await stage.simulator.advance(400 * 86_400)
    await stage.simulator.scan(LI, lasting["ticket"])
    assert events(stage)[-1] == ("subscribe", "qrscene_grid-2")


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"action_info": {"scene": {"scene_str": "x" * 64}}}, None),
        ({"action_info": {"scene": {"scene_str": "x" * 65}}}, 40053),
        ({"action_info": {"scene": {"scene_str": ""}}}, 40053),
        ({"action_info": {"scene": {"scene_str": 7}}}, 40053),
        ({"action_info": None}, 40053),
        ({"action_name": "QR_CARD"}, 40053),
        ({"expire_seconds": 2_592_000}, None),
        ({"expire_seconds": 2_592_001}, 40052),
        ({"expire_seconds": 0}, 40052),
        ({"expire_seconds": True}, 40052),
    ],
)
async def test_a_code_is_made_only_within_the_rules(
    stage: Stage, changes: dict[str, Any], errcode: int | None
) -> None:
    made = await code(stage, **changes)

    assert made.get("errcode") == errcode
    assert ("ticket" in made) == (errcode is None)


async def follows(stage: Stage) -> bool:
    world = await stage.simulator.world()
    return bool(next(p["follows"] for p in world["people"] if p["id"] == LI))


async def test_whoever_unfollowed_is_reached_by_nothing_until_they_follow_again(stage: Stage) -> None:
    stage.use_account(notice_template="T1")
    await stage.simulator.say(LI, "你好")
    await stage.simulator.answer_notice_request(LI)
    await stage.simulator.unsubscribe(LI)
    token = await stage.account_token()
    body = {"touser": openid(stage), **NOTICE}

    refused = [
        await stage.send_text(),
        (await stage.post(TEMPLATE_SEND, body, access_token=token))["errcode"],
        (await stage.post(BIZSEND, body, access_token=token))["errcode"],
    ]

    assert refused == [43004, 43004, 43004]
    for act in (stage.simulator.click(LI, "REPORT"), stage.simulator.say(LI, "在吗")):
        with pytest.raises(SimulatorError, match="没有关注"):
            await act
    await stage.simulator.subscribe(LI)
    after = [
        await stage.send_text(),
        (await stage.post(TEMPLATE_SEND, body, access_token=token))["errcode"],
        (await stage.post(BIZSEND, body, access_token=token))["errcode"],
    ]
    assert after == [0, 0, 43101]  # the consent went with them


async def test_who_unfollows_twice_is_told_so(stage: Stage) -> None:
    await stage.simulator.unsubscribe(LI)

    with pytest.raises(SimulatorError, match="没有关注"):
        await stage.simulator.unsubscribe(LI)


# ------------------------------------------------------------------ the menu


async def test_the_menu_can_be_tapped(stage: Stage) -> None:
    menu = (await stage.simulator.world())["accounts"][0]["menu"]

    for button in menu:
        await stage.simulator.click(LI, button["key"])
    await stage.simulator.event(LI, "VIEW", key="https://example.com/board")

    assert [button["name"] for button in menu] == ["我要反映", "我的诉求", "明白卡"]
    assert events(stage) == [
        ("CLICK", "REPORT"),
        ("CLICK", "MY_CASES"),
        ("CLICK", "CONTACT_CARD"),
        ("VIEW", "https://example.com/board"),
    ]


@pytest.mark.parametrize("key", ["", "键" * 43])
async def test_a_tap_has_a_key_as_long_as_the_platform_allows(stage: Stage, key: str) -> None:
    with pytest.raises(SimulatorError, match="key"):
        await stage.simulator.click(LI, key)


CLICK = {"type": "click", "name": "查", "key": "Q"}


async def test_a_product_makes_and_removes_its_menu(stage: Stage) -> None:
    token = await stage.account_token()
    view = {"type": "view", "name": "公示栏", "url": "https://example.com/board"}
    buttons = [{"name": "诉求", "sub_button": [CLICK, view]}, CLICK]

    made = await stage.post("/cgi-bin/menu/create", {"button": buttons}, access_token=token)
    got = await stage.get("/cgi-bin/menu/get", access_token=token)
    shown = (await stage.simulator.world())["accounts"][0]["menu"]
    await stage.get("/cgi-bin/menu/delete", access_token=token)
    gone = await stage.get("/cgi-bin/menu/get", access_token=token)

    assert (made["errcode"], got["menu"]["button"], shown) == (0, buttons, buttons)
    assert gone["errcode"] == 46003
    assert (await stage.simulator.world())["accounts"][0]["menu"] == []


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        (None, 40016),
        ([CLICK] * 4, 40016),
        ([{**CLICK, "name": "很长的菜单名"}], 40018),
        ([{**CLICK, "type": "press"}], 40017),
        ([{**CLICK, "key": "k" * 129}], 40019),
        ([{"type": "view", "name": "看", "url": "javascript:1"}], 40020),
        ([{"name": "诉求", "sub_button": [CLICK] * 6}], 40023),
        (["查"], 40018),
    ],
)
async def test_a_menu_outside_the_rules_is_refused(stage: Stage, buttons: object, errcode: int) -> None:
    token = await stage.account_token()

    answer = await stage.post("/cgi-bin/menu/create", {"button": buttons}, access_token=token)

    assert answer["errcode"] == errcode


# ------------------------------------------------------------------ notices


async def test_each_yes_allows_one_notice_and_a_no_none(stage: Stage) -> None:
    stage.use_account(notice_template="T1")
    token = await stage.account_token()
    body = {"touser": openid(stage), "page": "https://example.com/c/1", **NOTICE}
    await stage.simulator.answer_notice_request(LI, accept=False)
    refused = await stage.post(BIZSEND, body, access_token=token)
    for _ in range(2):
        await stage.simulator.answer_notice_request(LI)

    sent = [(await stage.post(BIZSEND, body, access_token=token))["errcode"] for _ in range(3)]
    await stage.platform.settle()

    assert (refused["errcode"], sent) == (43101, [0, 0, 43101])
    notices = [m for m in await stage.simulator.chat(CHAT) if m["kind"] == "notice"]
    assert [(n["data"]["values"], n["data"]["url"]) for n in notices] == [
        ({"thing1": "有新进展"}, "https://example.com/c/1")
    ] * 2


@pytest.mark.parametrize(("accept", "status"), [(True, "accept"), (False, "reject")])
async def test_the_answer_to_the_request_is_in_the_event(stage: Stage, accept: bool, status: str) -> None:
    stage.use_account(mode="plain", notice_template="T1")

    await stage.simulator.answer_notice_request(LI, accept=accept)

    item = f"<SubscribeStatusString><![CDATA[{status}]]></SubscribeStatusString>"
    assert stage.product.seen[0].message["Event"] == "subscribe_msg_popup_event"
    assert "<TemplateId><![CDATA[T1]]></TemplateId>" in stage.product.seen[0].body
    assert item in stage.product.seen[0].body


async def test_what_was_allowed_can_be_taken_back(stage: Stage) -> None:
    stage.use_account(notice_template="T1")
    await stage.simulator.answer_notice_request(LI)

    await stage.simulator.event(LI, "subscribe_msg_change_event")

    body = {"touser": openid(stage), **NOTICE}
    answer = await stage.post(BIZSEND, body, access_token=await stage.account_token())
    assert answer["errcode"] == 43101


async def test_an_account_without_a_template_asks_for_nothing(stage: Stage) -> None:
    with pytest.raises(SimulatorError, match="没有通知模板"):
        await stage.simulator.answer_notice_request(LI)


@pytest.mark.parametrize("accept", ["yes", 1])
async def test_yes_and_no_are_true_and_false(stage: Stage, accept: object) -> None:
    with pytest.raises(SimulatorError, match="true"):
        await stage.simulator.event(LI, "subscribe_msg_popup_event", key="T1", accept=accept)
