"""The Official Account's endpoints: tokens, customer messages, notices, users, QR codes, media."""

import aiohttp
import pytest

from tests.bot.simulator.conftest import Stage

SEND = "/cgi-bin/message/custom/send"


async def plain_token(stage: Stage) -> str:
    account = stage.product.account
    answer = await stage.get(
        "/cgi-bin/token", grant_type="client_credential", appid=account.app_id, secret=account.app_secret
    )
    return str(answer["access_token"])


async def test_each_token_call_invalidates_the_one_before(stage: Stage) -> None:
    first, second = await plain_token(stage), await plain_token(stage)
    await stage.simulator.say("lixiuying", "你好")

    assert await stage.send_text(token=first) == 40001
    assert await stage.send_text(token=second) == 0


async def test_the_stable_token_stays_the_same_until_shortly_before_its_end(stage: Stage) -> None:
    first = await stage.account_token()
    assert await stage.account_token() == first

    await stage.simulator.advance(7200 - 200)
    second = await stage.account_token()

    assert second != first
    await stage.simulator.say("lixiuying", "你好")
    assert await stage.send_text(token=first) == 0
    await stage.simulator.advance(201)
    assert await stage.send_text(token=first) == 42001
    assert await stage.send_text(token=second) == 0


async def test_a_forced_refresh_ends_the_former_token_and_is_rationed(stage: Stage) -> None:
    account = stage.product.account
    first = await stage.account_token()
    body = {
        "grant_type": "client_credential",
        "appid": account.app_id,
        "secret": account.app_secret,
        "force_refresh": True,
    }

    forced = [await stage.post("/cgi-bin/stable_token", body) for _ in range(2)]

    assert forced[0]["access_token"] != first
    assert forced[1]["errcode"] == 45011
    assert await stage.send_text(token=first) == 40001


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [({"appid": "wxOther"}, 40013), ({"secret": "wrong"}, 40125), ({"grant_type": "password"}, 40002)],
)
async def test_wrong_credentials_get_no_token(stage: Stage, changes: dict[str, str], errcode: int) -> None:
    account = stage.product.account
    body = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret}

    assert (await stage.post("/cgi-bin/stable_token", {**body, **changes}))["errcode"] == errcode


async def test_a_missing_or_foreign_token_opens_nothing(stage: Stage) -> None:
    assert await stage.send_text(token="") == 41001
    assert await stage.send_text(token="nonsense") == 40001
    assert await stage.send_text(token=await stage.corporation_token()) == 40001


async def test_five_customer_messages_follow_a_message(stage: Stage) -> None:
    assert await stage.send_text() == 45015
    await stage.simulator.say("lixiuying", "你好")

    sent = [await stage.send_text(f"第{n}条") for n in range(6)]

    assert sent == [0, 0, 0, 0, 0, 45047]
    await stage.simulator.say("lixiuying", "再问一句")
    assert await stage.send_text() == 0


async def test_the_window_closes_after_48_hours(stage: Stage) -> None:
    await stage.simulator.say("lixiuying", "你好")

    await stage.simulator.advance(48 * 3600 - 60)
    assert await stage.send_text() == 0
    await stage.simulator.advance(61)
    assert await stage.send_text() == 45015


async def test_a_menu_click_opens_three_messages_for_a_minute(stage: Stage) -> None:
    await stage.simulator.event("lixiuying", "CLICK", key="k")

    assert [await stage.send_text() for _ in range(4)] == [0, 0, 0, 45047]
    await stage.simulator.advance(61)
    assert await stage.send_text() == 45015


async def test_whoever_unfollows_cannot_be_written_to(stage: Stage) -> None:
    await stage.simulator.say("lixiuying", "你好")
    await stage.simulator.event("lixiuying", "unsubscribe")

    assert await stage.send_text() == 43004


async def test_an_account_without_the_right_is_told_48001(stage: Stage) -> None:
    stage.use_account(customer_messages=False)
    await stage.simulator.say("lixiuying", "你好")

    assert await stage.send_text() == 48001


@pytest.mark.parametrize(("text", "errcode"), [("字" * 682, 0), ("字" * 683, 45002), (" ", 44004)])
async def test_a_text_has_at_most_2048_bytes(stage: Stage, text: str, errcode: int) -> None:
    await stage.simulator.say("lixiuying", "你好")

    assert await stage.send_text(text) == errcode


@pytest.mark.parametrize(
    ("raw", "errcode"),
    [
        (r'"\u4f60\u597d"', 40033),
        (r'"\u003ca href=1\u003e"', 40033),
        (r'"\ud83d\ude00"', 40033),
        (r'"C:\\u4f60"', 0),
        (r'"\n\u0020"', 44004),
        ('"你好"', 0),
        ("{", 47001),
    ],
)
async def test_escapes_of_what_should_be_characters_are_refused(stage: Stage, raw: str, errcode: int) -> None:
    await stage.simulator.say("lixiuying", "你好")
    openid = stage.platform.world.people[0].openid
    body = f'{{"touser":"{openid}","msgtype":"text","text":{{"content":{raw}}}}}'
    query = {"access_token": await stage.account_token()}

    async with stage.session.post(stage.url + SEND, data=body.encode(), params=query) as response:
        assert (await response.json())["errcode"] == errcode


async def test_an_unknown_openid_and_a_wrong_type_are_refused(stage: Stage) -> None:
    await stage.simulator.say("lixiuying", "你好")
    token, openid = await stage.account_token(), stage.platform.world.people[0].openid

    stranger = {"touser": "oStranger", "msgtype": "text", "text": {"content": "hi"}}
    markdown = {"touser": openid, "msgtype": "markdown", "markdown": {"content": "hi"}}
    image = {"touser": openid, "msgtype": "image", "image": {"media_id": "gone"}}

    answers = [await stage.post(SEND, body, access_token=token) for body in (stranger, markdown, image)]

    assert [a["errcode"] for a in answers] == [40003, 40008, 40007]


async def test_a_menu_message_can_be_tapped(stage: Stage) -> None:
    await stage.simulator.say("lixiuying", "你好")
    token, openid = await stage.account_token(), stage.platform.world.people[0].openid
    menu = {"head_content": "Rate", "list": [{"id": "5", "content": "good"}], "tail_content": ""}
    await stage.post(SEND, {"touser": openid, "msgtype": "msgmenu", "msgmenu": menu}, access_token=token)

    await stage.simulator.say("lixiuying", "good", menu="5")

    assert stage.product.seen[-1].message["bizmsgmenuid"] == "5"


async def test_a_subscription_notice_needs_one_consent_each(stage: Stage) -> None:
    stage.use_account(notice_template="T1")
    token, openid = await stage.account_token(), stage.platform.world.people[0].openid
    body = {"touser": openid, "template_id": "T1", "data": {"thing1": {"value": "ok"}}}
    path = "/cgi-bin/message/subscribe/bizsend"

    before = await stage.post(path, body, access_token=token)
    await stage.simulator.event("lixiuying", "subscribe_msg_popup_event", key="T1")
    sent = [await stage.post(path, body, access_token=token) for _ in range(2)]
    await stage.platform.settle()

    assert [a["errcode"] for a in (before, *sent)] == [43101, 0, 43101]
    assert [s.message["Event"] for s in stage.product.seen] == [
        "subscribe_msg_popup_event",
        "subscribe_msg_sent_event",
    ]


async def test_a_template_message_reports_how_it_ended(stage: Stage) -> None:
    stage.use_account(notice_template="T1")
    token, openid = await stage.account_token(), stage.platform.world.people[0].openid
    path = "/cgi-bin/message/template/send"
    body = {"touser": openid, "template_id": "T1", "data": {"thing1": {"value": "ok"}}}

    answer = await stage.post(path, body, access_token=token)
    too_long = await stage.post(path, {**body, "data": {"thing1": {"value": "x" * 21}}}, access_token=token)
    other = await stage.post(path, {**body, "template_id": "T2"}, access_token=token)
    await stage.platform.settle()

    assert [a["errcode"] for a in (answer, too_long, other)] == [0, 47003, 40037]
    event = stage.product.seen[0].message
    assert (event["Event"], event["MsgID"], event["Status"]) == (
        "TEMPLATESENDJOBFINISH",
        str(answer["msgid"]),
        "success",
    )


async def test_user_info_has_no_nickname(stage: Stage) -> None:
    token, openid = await stage.account_token(), stage.platform.world.people[0].openid

    info = await stage.get("/cgi-bin/user/info", access_token=token, openid=openid)

    assert (info["subscribe"], info["nickname"]) == (1, "")


async def test_a_made_qr_code_can_be_scanned(stage: Stage) -> None:
    token = await stage.account_token()
    scene = {
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "b33"}},
        "expire_seconds": 60,
    }
    made = await stage.post("/cgi-bin/qrcode/create", scene, access_token=token)
    wrong = await stage.post("/cgi-bin/qrcode/create", {"action_name": "QR_SCENE"}, access_token=token)

    await stage.simulator.event("lixiuying", "SCAN", key=made["ticket"])

    message = stage.product.seen[0].message
    assert (message["EventKey"], message["Ticket"]) == ("b33", made["ticket"])
    assert wrong["errcode"] == 40053


async def test_media_lives_three_days(stage: Stage) -> None:
    token = await stage.account_token()
    form = aiohttp.FormData()
    form.add_field("media", b"\xff\xd8\xff123", filename="a.jpg")
    url = f"{stage.url}/cgi-bin/media/upload?type=image&access_token={token}"
    async with stage.session.post(url, data=form) as response:
        media_id = (await response.json())["media_id"]

    await stage.simulator.advance(3 * 86_400)
    gone = await stage.get("/cgi-bin/media/get", access_token=await stage.account_token(), media_id=media_id)

    assert gone["errcode"] == 40007
