"""What an app sends to workers one by one: message/send and its limits, cards and their changes."""

from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientError

from bot.simulator.client import SimulatorError
from tests.bot.simulator.app_door import AppDoor, plain_reply
from tests.bot.simulator.conftest import Stage

SEND, UPDATE = "/cgi-bin/message/send", "/cgi-bin/message/update_template_card"
WANG, CHAT = "wangfang", "app:main:wangfang"


def message(text: str = "新诉求 1", **changes: Any) -> dict[str, Any]:
    body = {"touser": WANG, "agentid": 1000002, "msgtype": "text", "text": {"content": text}}
    return {**body, **changes}


def card(task_id: str = "case-1", **changes: Any) -> dict[str, Any]:
    buttons = [{"text": "接单", "style": 1, "key": "claim"}, {"text": "转交", "key": "hand_over"}]
    choice = [{"id": "a", "text": "甲"}, {"id": "b", "text": "乙"}]
    return {
        "card_type": "button_interaction",
        "main_title": {"title": "新诉求 1", "desc": "停水"},
        "button_selection": {"question_key": "who", "title": "给谁", "option_list": choice},
        "button_list": buttons,
        "task_id": task_id,
        **changes,
    }


def card_message(*, touser: str = WANG, **changes: Any) -> dict[str, Any]:
    return message(msgtype="template_card", template_card=card(**changes), touser=touser)


async def send(stage: Stage, body: dict[str, Any]) -> dict[str, Any]:
    return await stage.post(SEND, body, access_token=await stage.app_token())


async def texts(stage: Stage, chat: str = CHAT) -> list[str]:
    return [m["text"] for m in await stage.simulator.chat(chat)]


async def test_members_get_it_and_unknown_ones_are_named(stage: Stage) -> None:
    answer = await send(stage, message(touser="wangfang|nobody|zhaolei|lixiuying|wangfang"))

    assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody|lixiuying")
    assert "response_code" not in answer
    assert await texts(stage) == await texts(stage, "app:main:zhaolei") == ["新诉求 1"]
    assert await texts(stage, "app:main:sunli") == []


async def test_everybody_at_once(stage: Stage) -> None:
    answer = await send(stage, message(touser="@all"))

    assert "invaliduser" not in answer
    assert await texts(stage, "app:main:sunli") == ["新诉求 1"]


URL = "http://x.example/1"
SENT: dict[str, tuple[dict[str, Any], int]] = {
    "text": (message("字" * 682), 0),
    "long text": (message("字" * 683), 45002),
    "empty": (message(" "), 44004),
    "no text": (message() | {"text": None}, 44004),
    "markdown": (message(msgtype="markdown", markdown={"content": "**a**"}), 0),
    "long markdown": (message(msgtype="markdown", markdown={"content": "字" * 683}), 45002),
    "text card": (
        message(msgtype="textcard", textcard={"title": "t", "description": "d", "url": URL}),
        0,
    ),
    "text card with one word twice": (
        message(msgtype="textcard", textcard={"title": "d" * 200, "description": "d" * 200, "url": URL}),
        45002,
    ),
    "text card to nowhere": (
        message(msgtype="textcard", textcard={"title": "t", "description": "d", "url": "x"}),
        40035,
    ),
    "news": (message(msgtype="news", news={"articles": [{"title": "t", "url": URL}]}), 0),
    "no news": (message(msgtype="news", news={"articles": ["x"]}), 40035),
    "unknown media": (message(msgtype="image", image={"media_id": "x"}), 40007),
    "unknown kind": (message(msgtype="stream"), 40008),
    "another app": (message(agentid=1000003), 40056),
    "no app": (message(agentid=None), 40056),
    "nobody": (message(touser="nobody|lixiuying"), 81013),
    "no receiver": (message(touser=""), 81013),
    "too many receivers": (message(touser="|".join(map(str, range(1001)))), 40032),
    "wrong check": (message(enable_duplicate_check=[1]), 40058),
    "wrong interval": (message(enable_duplicate_check=1, duplicate_check_interval=14_401), 40058),
    "bad card": (card_message(button_list=[]), 40058),
    "a notice that leads nowhere": (card_message(card_type="text_notice", button_list=None), 40058),
    "a notice": (
        card_message(card_type="text_notice", card_action={"type": 1, "url": URL}, button_selection=None),
        0,
    ),
}


@pytest.mark.parametrize(("body", "errcode"), SENT.values(), ids=SENT.keys())
async def test_what_is_sent_is_checked(stage: Stage, body: dict[str, Any], errcode: int) -> None:
    assert (await send(stage, body))["errcode"] == errcode
    assert len(await stage.simulator.chat(CHAT)) == (0 if errcode else 1)


async def test_only_the_apps_own_token_sends(stage: Stage) -> None:
    contact = await stage.post(SEND, message(), access_token=await stage.corporation_token())
    account = await stage.post(SEND, message(), access_token=await stage.account_token())

    assert (contact["errcode"], account["errcode"]) == (40056, 40014)


async def test_a_distrusted_address_is_refused_but_gets_tokens(stage: Stage) -> None:
    await stage.simulator.fault("untrusted", SEND, count=1)
    token = await stage.app_token()

    refused, sent = [await stage.post(SEND, message(), access_token=token) for _ in range(2)]

    assert (refused["errcode"], sent["errcode"]) == (60020, 0)
    assert await texts(stage) == ["新诉求 1"]


async def test_the_same_request_is_shown_once_within_its_interval(stage: Stage) -> None:
    body = message(enable_duplicate_check=1, duplicate_check_interval=600)
    first = await send(stage, body)
    again = await send(stage, dict(reversed(body.items())))
    other = await send(stage, {**body, "touser": "zhaolei"})
    await stage.simulator.advance(599)
    await send(stage, body)
    before = await texts(stage)

    await stage.simulator.advance(1)
    later = await send(stage, body)

    assert first == again != other
    assert (before, await texts(stage)) == (["新诉求 1"], ["新诉求 1"] * 2)
    assert later["msgid"] != first["msgid"]


async def test_without_the_check_it_is_shown_twice(stage: Stage) -> None:
    for _ in range(2):
        await send(stage, message())

    assert await texts(stage) == ["新诉求 1"] * 2


async def test_what_is_above_a_members_limit_is_dropped_without_a_word(stage: Stage) -> None:
    answers = [await send(stage, message(f"{n}", touser="wangfang|zhaolei")) for n in range(31)]
    await stage.simulator.advance(60)
    await send(stage, message("later"))

    assert {a["errcode"] for a in answers} == {0}
    assert await texts(stage) == [*map(str, range(30)), "later"]
    ledgers = await stage.simulator.ledgers()
    assert [(d["person"], d["text"]) for d in ledgers["app_dropped"]] == [(WANG, "30"), ("zhaolei", "30")]
    assert ledgers["app_sends_left"]["main:wangfang"] == 29


async def test_a_thousand_an_hour(stage: Stage) -> None:
    for minute in range(34):
        for n in range(30):
            await send(stage, message(f"{minute}-{n}"))
        await stage.simulator.advance(60)

    assert len((await stage.simulator.ledgers())["app_dropped"]) == 20
    await stage.simulator.advance(3600)
    await send(stage, message("next"))
    assert (await texts(stage))[-1] == "next"


async def test_what_was_uploaded_is_sent(stage: Stage) -> None:
    token = await stage.app_token()
    query, data = {"access_token": token, "type": "image"}, b"\x89PNG\r\n\x1a\n1"
    async with stage.session.post(
        f"{stage.url}/cgi-bin/media/upload",
        params=query,
        data={"media": BytesIO(data)},
    ) as response:
        media_id = (await response.json())["media_id"]

    answer = await send(stage, message(msgtype="image", image={"media_id": media_id}))

    (shown,) = await stage.simulator.chat(CHAT)
    assert (answer["errcode"], shown["kind"]) == (0, "image")
    async with stage.session.get(stage.url + shown["data"]["url"]) as response:
        assert await response.read() == data


# ------------------------------------------------------------------ cards


async def shown_card(stage: Stage, chat: str = CHAT) -> dict[str, Any]:
    return dict((await stage.simulator.chat(chat))[-1])


UPDATED = (
    "<MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType>"
    "<MainTitle><Title>已接单</Title></MainTitle>"
    "<HorizontalContentList><KeyName>接单人</KeyName><Value>王芳</Value></HorizontalContentList>"
    "<HorizontalContentList><KeyName>时间</KeyName><Value>现在</Value></HorizontalContentList>"
    "<ButtonList><Text>进展</Text><Style>1</Style><Key>progress</Key></ButtonList>{more}</TemplateCard>"
)


async def test_a_tap_is_an_event_and_its_answer_changes_the_card(stage: Stage, door: AppDoor) -> None:
    await send(stage, card_message())
    door.answers.append(door.reply(UPDATED.format(more="<TaskId>case-1</TaskId>")))
    message_id = (await shown_card(stage))["id"]

    outcome = await stage.simulator.tap(WANG, message_id, "claim", options={"who": ["b"]})

    (seen,) = door.seen
    fields = {k: seen.message[k] for k in ("Event", "EventKey", "TaskId", "CardType", "AgentID")}
    assert fields == {
        "Event": "template_card_event",
        "EventKey": "claim",
        "TaskId": "case-1",
        "CardType": "button_interaction",
        "AgentID": "1000002",
    }
    assert seen.message["ResponseCode"]
    assert seen.texts("SelectedItems/SelectedItem/QuestionKey") == ["who"]
    assert seen.texts("SelectedItems/SelectedItem/OptionIds/OptionId") == ["b"]
    changed = await shown_card(stage)
    assert (changed["id"], outcome["outcome"]) == (message_id, "answered")
    assert changed["data"]["card"] == {
        "card_type": "button_interaction",
        "main_title": {"title": "已接单"},
        "horizontal_content_list": [
            {"keyname": "接单人", "value": "王芳"},
            {"keyname": "时间", "value": "现在"},
        ],
        "button_list": [{"text": "进展", "style": 1, "key": "progress"}],
        "task_id": "case-1",
    }


async def test_a_card_can_be_tapped_again_on_a_slow_screen(stage: Stage, door: AppDoor) -> None:
    await send(stage, card_message())
    door.answers.extend([door.reply(UPDATED.format(more=""))] * 2)
    message_id = (await shown_card(stage))["id"]

    for _ in range(2):
        await stage.simulator.tap(WANG, message_id, "claim")

    assert [seen.message["EventKey"] for seen in door.seen] == ["claim", "claim"]
    assert len({seen.message["ResponseCode"] for seen in door.seen}) == 2


async def test_a_tap_is_asked_three_times_too(stage: Stage, door: AppDoor) -> None:
    await send(stage, card_message())
    stage.platform.postman.answer_timeout = 0.02
    door.answers.extend([None, None, None])

    outcome = await stage.simulator.tap(WANG, (await shown_card(stage))["id"], "claim")

    assert (outcome["outcome"], len(door.seen)) == ("failed", 3)


BAD_UPDATES = {
    "another task": UPDATED.format(more="<TaskId>case-2</TaskId>"),
    "no title": "<MsgType>update_template_card</MsgType><TemplateCard><CardType>button_interaction</CardType>"
    "</TemplateCard>",
    "no card": "<MsgType>update_template_card</MsgType>",
    "no name": "<MsgType>update_button</MsgType><Button></Button>",
    "two titles": UPDATED.format(more="<MainTitle><Title>x</Title></MainTitle>"),
}


@pytest.mark.parametrize("rest", BAD_UPDATES.values(), ids=BAD_UPDATES.keys())
async def test_a_malformed_change_leaves_the_card(stage: Stage, door: AppDoor, rest: str) -> None:
    await send(stage, card_message())
    door.answers.append(lambda m: door.sealed(plain_reply(m, rest)))
    before = await shown_card(stage)

    outcome = await stage.simulator.tap(WANG, before["id"], "claim")

    assert (outcome["outcome"], await shown_card(stage)) == ("failed", before)


async def test_a_button_is_settled_for_the_one_who_tapped(stage: Stage, door: AppDoor) -> None:
    await send(stage, card_message(touser="wangfang|zhaolei"))
    door.answers.append(
        door.reply("<MsgType>update_button</MsgType><Button><ReplaceName>已接</ReplaceName></Button>")
    )

    await stage.simulator.tap(WANG, (await shown_card(stage))["id"], "claim")

    mine, other = await shown_card(stage), await shown_card(stage, "app:main:zhaolei")
    assert (mine["data"]["card"]["button_list"], mine["data"]["card"]["replace_text"]) == ([], "已接")
    assert other["data"]["card"] == card()


async def test_only_what_is_on_the_card_can_be_tapped(stage: Stage, door: AppDoor) -> None:
    await send(stage, card_message())
    message_id = (await shown_card(stage))["id"]

    with pytest.raises(SimulatorError, match="没有这个按钮"):
        await stage.simulator.tap(WANG, message_id, "resolve")
    with pytest.raises(SimulatorError, match="没有这个选项"):
        await stage.simulator.tap(WANG, message_id, "claim", options={"who": ["c"]})
    with pytest.raises(SimulatorError, match="看不到"):
        await stage.simulator.tap("zhaolei", message_id, "claim")
    assert door.seen == []


async def test_a_task_id_is_used_once(stage: Stage) -> None:
    first, again, other = [await send(stage, card_message(task_id=t)) for t in ("a", "a", "b")]

    assert (first["errcode"], again["errcode"], other["errcode"]) == (0, 40058, 0)
    assert len(await stage.simulator.chat(CHAT)) == 2


async def test_a_card_sent_again_within_its_interval_is_the_same_card(stage: Stage) -> None:
    body = card_message() | {"enable_duplicate_check": 1}
    await stage.simulator.fault("lost", SEND, count=1)
    with pytest.raises(ClientError):
        await send(stage, body)

    again = await send(stage, body)

    assert (again["errcode"], len(await stage.simulator.chat(CHAT))) == (0, 1)
    assert again["response_code"]


async def test_a_response_code_changes_the_card_once_for_whom_it_names(stage: Stage) -> None:
    code = (await send(stage, card_message(touser="wangfang|zhaolei")))["response_code"]
    token = await stage.app_token()
    settled = {"agentid": 1000002, "response_code": code, "button": {"replace_name": "已由王芳接单"}}

    done = await stage.post(UPDATE, {**settled, "userids": ["zhaolei", "sunli"]}, access_token=token)
    again = await stage.post(UPDATE, {**settled, "atall": 1}, access_token=token)

    assert (done["errcode"], done["invaliduser"], again["errcode"]) == (0, ["sunli"], 40058)
    assert (await shown_card(stage))["data"]["card"] == card()
    assert (await shown_card(stage, "app:main:zhaolei"))["data"]["card"]["replace_text"] == "已由王芳接单"


async def test_a_taps_code_changes_all_copies_within_three_days(stage: Stage, door: AppDoor) -> None:
    await send(stage, card_message(touser="wangfang|zhaolei"))
    for _ in range(2):
        await stage.simulator.tap(WANG, (await shown_card(stage))["id"], "claim")
    early, late = (seen.message["ResponseCode"] for seen in door.seen)
    body = {"agentid": 1000002, "atall": 1, "template_card": card(main_title={"title": "已接单"})}

    first = await stage.post(UPDATE, {**body, "response_code": early}, access_token=await stage.app_token())
    await stage.simulator.advance(72 * 3600)
    second = await stage.post(UPDATE, {**body, "response_code": late}, access_token=await stage.app_token())

    assert (first["errcode"], second["errcode"]) == (0, 40058)
    assert (await shown_card(stage, "app:main:zhaolei"))["text"] == "新诉求 1"
    titles = [(await shown_card(stage, c))["data"]["card"]["main_title"] for c in (CHAT, "app:main:zhaolei")]
    assert titles == [{"title": "已接单"}] * 2
