"""A worker speaks to the robot, in a group and alone."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from wechatpy.crypto.base import WeChatCipher

from bot.simulator.robot_answers import BadRobotAnswer, read_answer
from tests.bot.simulator.conftest import RESIDENTS, WORKERS, Stage

MINUTE = timedelta(minutes=1)
CARD = {
    "card_type": "button_interaction",
    "main_title": {"title": "议事会邀请"},
    "button_list": [{"text": "参加", "key": "join"}],
    "task_id": "meeting-1",
}


async def test_a_mention_in_the_group_is_heard_and_answered_there(stage: Stage) -> None:
    stage.product.answers.append(stage.product.stream_reply("王芳已接单 **1**"))

    said = await stage.simulator.say("王芳", "接单 1", chat=WORKERS)

    message = stage.product.seen[0].message
    group = next(g for g in stage.platform.world.groups if g.name == WORKERS)
    assert message["text"] == {"content": "@回音 接单 1"}
    assert (message["chatid"], message["chattype"], message["from"]) == (
        group.chat_id,
        "group",
        {"userid": "wangfang"},
    )
    assert "create_time" not in message
    assert said["outcome"] == "answered"
    assert [m["text"] for m in await stage.simulator.chat(WORKERS)] == ["@回音 接单 1", "王芳已接单 **1**"]


async def test_what_does_not_mention_the_robot_is_never_heard(stage: Stage) -> None:
    said = await stage.simulator.say("wangfang", "吃饭了吗", chat=WORKERS, mention=False)
    place = await stage.simulator.say("wangfang", chat=WORKERS, location={"lat": 1, "lng": 2})
    typed = await stage.simulator.say("wangfang", "@回音 帮助", chat=WORKERS, mention=False)
    neighbours = await stage.simulator.say("wangfang", "@回音 在吗", chat=RESIDENTS)

    outcomes = [s["outcome"] for s in (said, place, typed, neighbours)]
    assert outcomes == ["unheard", "unheard", "silent", "unheard"]
    assert [s.message["text"]["content"] for s in stage.product.seen] == ["@回音 帮助"]


async def test_a_quote_carries_the_content_and_no_id(stage: Stage) -> None:
    card = "**新诉求 2026-0001** 下水道"
    body = {"msgtype": "markdown", "markdown": {"content": card}}
    await stage.post("/cgi-bin/webhook/send", body, key="sample-webhook-grid-1")
    (pushed,) = await stage.simulator.chat(WORKERS)

    await stage.simulator.say("wangfang", "接单", chat=WORKERS, quote=pushed["id"])

    assert stage.product.seen[0].message["quote"] == {"msgtype": "text", "text": {"content": card}}


async def test_alone_with_the_robot_there_is_no_chat_id(stage: Stage) -> None:
    await stage.simulator.say("wangfang", "我的诉求", chat="robot:main")

    message = stage.product.seen[0].message
    assert (message["chattype"], message["text"]["content"]) == ("single", "我的诉求")
    assert "chatid" not in message


async def test_a_photo_in_the_group_is_mixed_and_encrypted(stage: Stage) -> None:
    picture = b"\xff\xd8\xff photo"
    await stage.simulator.say("wangfang", "办结 1", chat=WORKERS, image=picture)

    words, image = stage.product.seen[0].message["mixed"]["msg_item"]
    assert words["text"]["content"] == "@回音 办结 1"
    async with stage.session.get(image["image"]["url"]) as response:
        sealed = await response.read()
    plain = WeChatCipher(base64.b64decode(stage.product.robot.aes_key + "=")).decrypt(sealed)
    assert plain[: -plain[-1]] == picture
    await stage.simulator.advance(301)
    async with stage.session.get(image["image"]["url"]) as response:
        assert response.status == 404


async def test_an_unfinished_stream_is_polled_until_it_ends(stage: Stage) -> None:
    product = stage.product
    product.answers.extend(
        [
            product.stream_reply("正在", finish=False),
            product.stream_reply("正在查", finish=False),
            "",
            product.stream_reply("正在查：共 3 件"),
        ]
    )

    said = await stage.simulator.say("wangfang", "统计", chat=WORKERS)

    assert said["answer"] == "正在查：共 3 件"
    assert [s.message["msgtype"] for s in product.seen] == ["text", "stream", "stream", "stream"]
    assert product.seen[1].message["stream"] == {"id": "stream-1"}
    last = (await stage.simulator.chat(WORKERS))[-1]
    assert (last["text"], last["final"]) == ("正在查：共 3 件", True)


async def test_a_stream_that_never_ends_is_cut_after_six_minutes(stage: Stage) -> None:
    product = stage.product

    def still_at_it(_: dict[str, Any]) -> str:
        stage.platform.clock.move(MINUTE * 2)
        return product.stream_reply("还在查", finish=False)

    product.answers.extend([still_at_it] * 10)

    said = await stage.simulator.say("wangfang", "统计", chat=WORKERS)

    assert "6 minutes" in said["reason"]
    assert 3 <= len(product.seen) <= 5


async def test_a_tapped_card_is_replaced(stage: Stage) -> None:
    product = stage.product
    product.answers.append(product.robot_reply({"msgtype": "template_card", "template_card": CARD}))
    said = await stage.simulator.say("wangfang", "议 1", chat=WORKERS)
    (card,) = said["replies"]
    update = {**CARD, "main_title": {"title": "已报名"}, "button_list": []}
    product.answers.append(
        product.robot_reply({"response_type": "update_template_card", "template_card": update})
    )

    await stage.simulator.tap("wangfang", card["id"], "join")

    event = product.seen[1].message["event"]
    assert event["eventtype"] == "template_card_event"
    assert event["template_card_event"]["event_key"] == "join"
    assert event["template_card_event"]["task_id"] == "meeting-1"
    shown = (await stage.simulator.chat(WORKERS))[-1]
    assert (shown["id"], shown["data"]["card"]["main_title"]) == (card["id"], {"title": "已报名"})


async def test_a_lost_tap_is_not_sent_again(stage: Stage) -> None:
    product = stage.product
    product.answers.append(product.robot_reply({"msgtype": "template_card", "template_card": CARD}))
    (card,) = (await stage.simulator.say("wangfang", "议 1", chat=WORKERS))["replies"]
    stage.platform.postman.answer_timeout = 0.2
    product.answers.append(None)

    tapped = await stage.simulator.tap("wangfang", card["id"], "join")

    assert (tapped["outcome"], len(tapped["attempts"])) == ("failed", 1)


async def test_the_first_visit_of_the_day_may_be_greeted(stage: Stage) -> None:
    stage.product.answers.append(stage.product.robot_reply({"msgtype": "text", "text": {"content": "您好"}}))

    entered = await stage.simulator.event("wangfang", "enter_chat")

    assert entered["answer"] == "您好"
    assert stage.product.seen[0].message["event"] == {"eventtype": "enter_chat"}


async def test_an_unanswered_robot_message_is_repeated_with_its_msgid(stage: Stage) -> None:
    stage.platform.postman.answer_timeout = 0.2
    stage.product.answers.extend([None, None, None])

    said = await stage.simulator.say("wangfang", "接单 1", chat=WORKERS)

    assert said["outcome"] == "failed"
    assert len({s.message["msgid"] for s in stage.product.seen}) == 1
    assert len({s.query["nonce"] for s in stage.product.seen}) == 3


BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "text to a message": ("message", {"msgtype": "text", "text": {"content": "hi"}}),
    "markdown": ("message", {"msgtype": "markdown", "markdown": {"content": "hi"}}),
    "stream to enter_chat": ("enter_chat", {"msgtype": "stream", "stream": {"id": "1", "content": "hi"}}),
    "no stream id": ("message", {"msgtype": "stream", "stream": {"finish": True, "content": "hi"}}),
    "empty end": ("message", {"msgtype": "stream", "stream": {"id": "1", "finish": True, "content": " "}}),
    "finish in words": (
        "message",
        {"msgtype": "stream", "stream": {"id": "1", "finish": "yes", "content": "x"}},
    ),
    "too long": (
        "message",
        {"msgtype": "stream", "stream": {"id": "1", "finish": True, "content": "字" * 6827}},
    ),
    "bare card": ("message", {"msgtype": "template_card", "template_card": {"card_type": "text_notice"}}),
    "no task id": ("message", {"msgtype": "template_card", "template_card": {**CARD, "task_id": ""}}),
}


@pytest.mark.parametrize(("occasion", "reply"), BAD.values(), ids=BAD.keys())
async def test_a_wrong_reply_is_dropped(stage: Stage, occasion: str, reply: dict[str, Any]) -> None:
    with pytest.raises(BadRobotAnswer):
        read_answer(stage.product.robot_reply(reply), stage.product.robot, occasion=occasion)


@pytest.mark.parametrize("body", ["ok", "[]", '{"encrypt":"x"}', "<xml/>"])
async def test_what_is_not_encrypted_json_is_dropped(stage: Stage, body: str) -> None:
    stage.product.answers.append(body)

    said = await stage.simulator.say("wangfang", "接单 1", chat=WORKERS)

    assert said["outcome"] == "failed"
    assert len(await stage.simulator.chat(WORKERS)) == 1
