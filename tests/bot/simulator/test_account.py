"""A resident speaks to the Official Account."""

import asyncio

import pytest

from bot.simulator.account import FAILURE_LINE
from tests.bot.simulator.conftest import Stage


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_a_passive_reply_is_shown_in_every_mode(stage: Stage, mode: str) -> None:
    stage.use_account(mode=mode)
    stage.product.answers.append(stage.product.text_reply("收到，编号 2026-0001"))

    said = await stage.simulator.say("李秀英", "下水道堵了 ]]> & <b>")

    assert said["outcome"] == "answered"
    assert [m["text"] for m in said["replies"]] == ["收到，编号 2026-0001"]
    assert stage.product.seen[0].message["Content"] == "下水道堵了 ]]> & <b>"
    assert ("Encrypt" in stage.product.seen[0].body) == (mode != "plain")
    assert ("Content" in stage.product.seen[0].body) == (mode != "safe")


async def test_an_unanswered_message_is_sent_three_times_with_one_msg_id(stage: Stage) -> None:
    stage.platform.postman.answer_timeout = 0.2
    stage.product.answers.extend([None, None, None])

    said = await stage.simulator.say("lixiuying", "有人吗")

    seen = stage.product.seen
    assert said["outcome"] == "failed"
    assert len(seen) == 3
    assert len({s.message["MsgId"] for s in seen}) == 1
    assert len({s.query["nonce"] for s in seen}) == len({s.query["signature"] for s in seen}) == 3
    assert [m["text"] for m in said["replies"]] == [FAILURE_LINE]


async def test_the_third_request_may_still_be_answered(stage: Stage) -> None:
    stage.platform.postman.answer_timeout = 0.5
    stage.product.answers.extend([None, None, stage.product.text_reply("来了")])

    said = await stage.simulator.say("lixiuying", "有人吗")

    assert [(a["status"], a["trouble"]) for a in said["attempts"]] == [
        (None, "timeout"),
        (None, "timeout"),
        (200, ""),
    ]
    assert [m["text"] for m in await resident_chat(stage)] == ["有人吗", "来了"]


@pytest.mark.parametrize("answer", ["success", ""])
async def test_success_and_an_empty_body_show_nothing(stage: Stage, answer: str) -> None:
    stage.product.answers.append(answer)

    said = await stage.simulator.say("lixiuying", "谢谢")

    assert (said["outcome"], said["replies"]) == ("silent", [])


@pytest.mark.parametrize("answer", ['{"errcode":0}', 500, "<xml></xml>"])
async def test_a_malformed_answer_shows_the_grey_line_at_once(stage: Stage, answer: str | int) -> None:
    stage.product.answers.append(answer)

    said = await stage.simulator.say("lixiuying", "你好")

    assert len(stage.product.seen) == 1
    assert [(m["kind"], m["text"]) for m in said["replies"]] == [("system", FAILURE_LINE)]


async def test_nobody_at_the_far_end_shows_the_grey_line(stage: Stage) -> None:
    stage.platform.postman.answer_timeout = 0.05
    stage.use_account(callback="http://127.0.0.1:9/wechat/main")

    said = await stage.simulator.say("lixiuying", "你好")

    assert [a["status"] for a in said["attempts"]] == [None, None, None]
    assert said["outcome"] == "failed"


async def test_a_redelivery_has_the_same_msg_id_and_is_shown_once(stage: Stage) -> None:
    stage.product.answers.extend([stage.product.text_reply("一"), stage.product.text_reply("一")])
    said = await stage.simulator.say("lixiuying", "你好")

    again = await stage.simulator.redeliver(said["message"]["id"])

    assert again["answer"] == "一"
    assert stage.product.seen[0].message == stage.product.seen[1].message
    assert stage.product.seen[0].query["nonce"] != stage.product.seen[1].query["nonce"]
    assert [m["text"] for m in await resident_chat(stage)] == ["你好", "一"]


async def test_a_duplicated_callback_arrives_twice_and_is_shown_once(stage: Stage) -> None:
    await stage.simulator.fault("duplicate", "/wechat/main", count=1)
    stage.product.answers.extend([stage.product.text_reply("一"), stage.product.text_reply("一")])

    await stage.simulator.say("lixiuying", "你好")

    assert [s.message["MsgId"] for s in stage.product.seen] == [stage.product.seen[0].message["MsgId"]] * 2
    assert [m["text"] for m in await resident_chat(stage)] == ["你好", "一"]


async def test_many_residents_at_once_each_get_their_own_answer(stage: Stage) -> None:
    stage.product.answers.extend([stage.product.text_reply("好")] * 60)
    people = [p.id for p in stage.platform.world.people if p.kind == "resident"]

    said = await asyncio.gather(
        *(stage.simulator.say(people[n % len(people)], f"第{n}句") for n in range(60))
    )

    assert {s["outcome"] for s in said} == {"answered"}
    assert len({s.message["MsgId"] for s in stage.product.seen}) == 60


async def test_photo_and_location_arrive_as_their_message_types(stage: Stage) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 100
    await stage.simulator.say("lixiuying", image=picture)
    place = {"lat": 30.5, "lng": 120.25, "label": "枫桥苑33号楼"}
    await stage.simulator.say("lixiuying", location=place)

    photo, location = (s.message for s in stage.product.seen)
    token = await stage.account_token()
    query = {"access_token": token, "media_id": photo["MediaId"]}
    async with stage.session.get(f"{stage.url}/cgi-bin/media/get", params=query) as response:
        assert (await response.read(), response.content_type) == (picture, "image/png")
    async with stage.session.get(photo["PicUrl"]) as response:
        assert await response.read() == picture
    assert (location["MsgType"], location["Location_X"], location["Location_Y"], location["Label"]) == (
        "location",
        "30.5",
        "120.25",
        "枫桥苑33号楼",
    )


async def test_events_carry_no_msg_id(stage: Stage) -> None:
    await stage.simulator.event("lixiuying", "unsubscribe")
    await stage.simulator.event("lixiuying", "SCAN", key="building-33")
    await stage.simulator.event("lixiuying", "SCAN", key="building-33")
    await stage.simulator.event("lixiuying", "CLICK", key="my-cases")

    messages = [s.message for s in stage.product.seen]
    assert [(m["Event"], m.get("EventKey")) for m in messages] == [
        ("unsubscribe", None),
        ("subscribe", "qrscene_building-33"),
        ("SCAN", "building-33"),
        ("CLICK", "my-cases"),
    ]
    assert all("MsgId" not in m for m in messages)


async def test_the_callback_address_is_verified(stage: Stage) -> None:
    assert await stage.simulator.verify(account="main")
    assert await stage.simulator.verify(robot="main")


async def resident_chat(stage: Stage) -> list[dict[str, str]]:
    return await stage.simulator.chat("account:main:lixiuying")
