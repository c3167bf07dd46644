"""What a robot answers over its long connection."""

import asyncio
import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.bot.simulator.conftest import WORKERS, Stage
from tests.bot.simulator.socket_product import (
    CARD,
    SECRET,
    Connection,
    Frame,
    card,
    connected,
    stream,
    update,
)

WELCOME = ("aibot_respond_welcome_msg", {"msgtype": "text", "text": {"content": "您好，王芳。"}})


def give_up_quickly(stage: Stage) -> None:
    """Five seconds take no longer than a blink."""
    stage.platform.postman.answer_timeout = 0.02


async def test_a_mention_is_heard_in_the_clear_and_answered_there(stage: Stage, robot: Connection) -> None:
    robot.answers.append(stream("王芳已接单 **1**"))

    said = await stage.simulator.say("王芳", "接单 1", chat=WORKERS)

    (frame,) = robot.seen
    group = next(g for g in stage.platform.world.groups if g.name == WORKERS)
    assert frame["cmd"] == "aibot_msg_callback"
    assert {key: frame["body"][key] for key in ("chatid", "chattype", "from", "msgtype", "text")} == {
        "chatid": group.chat_id,
        "chattype": "group",
        "from": {"userid": "wangfang"},
        "msgtype": "text",
        "text": {"content": "@回音 接单 1"},
    }
    assert not {"response_url", "create_time"} & frame["body"].keys()
    assert (said["outcome"], said["answer"], robot.acks) == ("answered", "王芳已接单 **1**", [0])
    assert [m["text"] for m in await stage.simulator.chat(WORKERS)] == ["@回音 接单 1", "王芳已接单 **1**"]


async def test_a_stream_grows_until_it_is_finished(stage: Stage, robot: Connection) -> None:
    parts = [("正在", False), ("正在查", False), ("正在查：共 3 件", True)]
    robot.answers.append(lambda _: [stream(text, finish=finish) for text, finish in parts])

    said = await stage.simulator.say("wangfang", "统计", chat=WORKERS)

    assert (said["outcome"], said["answer"], said["reason"]) == ("answered", "正在查：共 3 件", "")
    assert [m["text"] for m in await stage.simulator.chat(WORKERS)] == ["@回音 统计", "正在查：共 3 件"]
    assert robot.acks == [0, 0, 0]
    assert (await stage.simulator.ledgers())["callbacks"][-1]["path"] == "/simulator/socket"


async def test_a_stream_that_never_ends_is_cut_after_ten_minutes(stage: Stage, robot: Connection) -> None:
    robot.answers.append(stream("还在查", finish=False))
    saying = asyncio.create_task(stage.simulator.say("wangfang", "统计", chat=WORKERS))
    frame = await robot.next()
    await stage.simulator.wait_for(WORKERS, lambda m: m["text"] == "还在查")

    await stage.simulator.advance(timedelta(minutes=10))

    assert "10 minutes" in (await saying)["reason"]
    assert (await stage.simulator.chat(WORKERS))[-1]["final"]
    assert await robot.do(*stream("查完了"), req_id=frame["headers"]["req_id"]) == 846608


async def test_the_end_of_a_stream_may_be_repeated_but_not_changed(stage: Stage, robot: Connection) -> None:
    robot.answers.append(lambda _: [stream("共 3 件"), stream("共 3 件"), stream("共 4 件")])

    await stage.simulator.say("wangfang", "统计", chat=WORKERS)
    await robot.answered(3)

    assert robot.acks == [0, 0, 846608]
    assert [m["text"] for m in await stage.simulator.chat(WORKERS)] == ["@回音 统计", "共 3 件"]


async def test_what_is_not_answered_in_time_can_be_answered_for_a_day(
    stage: Stage, robot: Connection
) -> None:
    give_up_quickly(stage)
    said = await stage.simulator.say("wangfang", "统计", chat=WORKERS)
    req_id = robot.seen[0]["headers"]["req_id"]

    assert (said["outcome"], said["attempts"][0]["trouble"]) == ("silent", "timeout")
    await stage.simulator.advance(timedelta(hours=23))
    assert await robot.do(*stream("共 3 件"), req_id=req_id) == 0
    await stage.simulator.advance(timedelta(hours=1))
    assert await robot.do(*stream("共 4 件", stream_id="s2"), req_id=req_id) == 846604
    assert [m["text"] for m in await stage.simulator.chat(WORKERS)] == ["@回音 统计", "共 3 件"]


async def test_the_same_message_can_be_sent_again(stage: Stage, robot: Connection) -> None:
    robot.answers.append(stream("收到"))
    said = await stage.simulator.say("wangfang", "统计", chat=WORKERS)
    robot.answers.append(stream("收到"))

    again = await stage.simulator.redeliver(said["message"]["id"])

    first, second = robot.seen
    assert again["outcome"] == "answered"
    assert first["body"]["msgid"] == second["body"]["msgid"]
    assert first["headers"]["req_id"] != second["headers"]["req_id"]


async def test_a_message_may_come_twice_at_once(stage: Stage, robot: Connection) -> None:
    await stage.simulator.fault("duplicate", "/simulator/socket", count=1)
    robot.answers.extend([None, stream("收到")])

    said = await stage.simulator.say("wangfang", "统计", chat=WORKERS)

    assert said["outcome"] == "answered"
    assert len({frame["body"]["msgid"] for frame in robot.seen}) == 1
    assert len({frame["headers"]["req_id"] for frame in robot.seen}) == 2


async def test_answers_go_on_over_a_new_connection(stage: Stage, robot: Connection) -> None:
    give_up_quickly(stage)
    await stage.simulator.say("wangfang", "统计", chat=WORKERS)
    req_id = robot.seen[0]["headers"]["req_id"]

    async with connected(stage.session, stage.url) as second:
        assert await second.subscribe() == 0
        assert await second.do(*stream("共 3 件"), req_id=req_id) == 0


async def test_a_platform_may_forget_what_it_sent_over_a_former_connection(
    stage: Stage, robot: Connection
) -> None:
    give_up_quickly(stage)
    await stage.simulator.say("wangfang", "统计", chat=WORKERS)
    await stage.simulator.fault("stale", "/simulator/socket", count=1)

    async with connected(stage.session, stage.url) as second:
        await second.subscribe()
        req_id = robot.seen[0]["headers"]["req_id"]
        assert await second.do(*stream("共 3 件"), req_id=req_id) == 846605


# ------------------------------------------------------------------ welcome


async def test_who_enters_is_welcomed(stage: Stage, robot: Connection) -> None:
    robot.answers.append(WELCOME)

    entered = await stage.simulator.event("wangfang", "enter_chat")

    body = robot.seen[0]["body"]
    assert (robot.seen[0]["cmd"], body["event"], body["chattype"]) == (
        "aibot_event_callback",
        {"eventtype": "enter_chat"},
        "single",
    )
    assert "chatid" not in body
    assert isinstance(body["create_time"], int)
    assert (entered["outcome"], entered["answer"]) == ("answered", "您好，王芳。")


async def test_a_welcome_is_taken_once_and_in_time_only(stage: Stage, robot: Connection) -> None:
    robot.answers.append(lambda _: [WELCOME, WELCOME])
    await stage.simulator.event("wangfang", "enter_chat")
    await robot.answered(2)
    give_up_quickly(stage)

    entered = await stage.simulator.event("liqiang", "enter_chat")

    late = await robot.do(*WELCOME, req_id=robot.seen[1]["headers"]["req_id"])
    assert (robot.acks, entered["outcome"], late) == ([0, 846605], "silent", 846608)


# ------------------------------------------------------------------ what is refused


REFUSED: dict[str, tuple[str, str, Frame, int]] = {
    "text to a message": ("say", "aibot_respond_msg", {"msgtype": "text", "text": {"content": "hi"}}, 40008),
    "markdown to a message": ("say", "aibot_respond_msg", {"msgtype": "markdown"}, 40008),
    "nothing": ("say", "aibot_respond_msg", {}, 40008),
    "no stream id": ("say", "aibot_respond_msg", {"msgtype": "stream", "stream": {"content": "x"}}, 40058),
    "too long": ("say", *stream("字" * 6827), 40058),
    "bare card": ("say", *card(main_title={}, sub_title_text=""), 40058),
    "welcome to a message": ("say", *WELCOME, 846605),
    "update to a message": ("say", *update(), 846605),
    "stream to enter_chat": ("enter", *stream("您好"), 846605),
    "update to enter_chat": ("enter", *update(), 846605),
    "markdown as a welcome": ("enter", "aibot_respond_welcome_msg", {"msgtype": "markdown"}, 40008),
}


@pytest.mark.parametrize(("occasion", "cmd", "body", "errcode"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_wrong_answer_is_refused_and_shows_nothing(
    stage: Stage, robot: Connection, *, occasion: str, cmd: str, body: Frame, errcode: int
) -> None:
    stage.platform.postman.answer_timeout = 0.3
    robot.answers.append((cmd, body))

    if occasion == "say":
        outcome = await stage.simulator.say("wangfang", "统计", chat="robot:main")
    else:
        outcome = await stage.simulator.event("wangfang", "enter_chat")

    assert robot.acks == [errcode]
    assert outcome["outcome"] == "failed"
    assert outcome["reason"].startswith(str(errcode))
    chat = await stage.simulator.chat("robot:main:wangfang")
    assert [m["sender"] for m in chat] == (["wangfang"] if occasion == "say" else [])


async def test_an_answer_to_nothing_is_refused(robot: Connection) -> None:
    assert await robot.do(*stream("共 3 件"), req_id="0123456789") == 846604
    assert await robot.do(*update(), req_id="0123456789") == 846604


# ------------------------------------------------------------------ photos


def opened(sealed: bytes, key: str) -> bytes:
    """As a product has to: AES-256-CBC under the file's own key, its first half as IV, PKCS#7 to 32."""
    assert len(key) in {43, 44}
    raw = base64.b64decode(key + "=" * (-len(key) % 4))
    decryptor = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()
    assert len(sealed) % 32 == 0
    return plain[: -plain[-1]]


async def fetched(stage: Stage, url: str) -> bytes:
    async with stage.session.get(url) as response:
        assert response.status == 200
        return await response.read()


async def test_each_photo_has_a_key_of_its_own(stage: Stage, robot: Connection) -> None:
    robot.answers.append(stream("收到"))
    photos = [b"\xff\xd8\xff one", b"\xff\xd8\xff two"]

    await stage.simulator.say("wangfang", "办结 1", chat=WORKERS, image=photos)

    words, *images = robot.seen[0]["body"]["mixed"]["msg_item"]
    assert words["text"]["content"] == "@回音 办结 1"
    parts = [item["image"] for item in images]
    assert [opened(await fetched(stage, part["url"]), part["aeskey"]) for part in parts] == photos
    assert len({part["aeskey"].rstrip("=") for part in parts}) == 2
    assert SECRET not in str(parts)


@pytest.mark.parametrize("kind", ["image", "file", "video"])
async def test_a_file_alone_and_quoted(stage: Stage, robot: Connection, kind: str) -> None:
    data = b"\0\0\0\x18ftypmp42" if kind == "video" else b"\xff\xd8\xff one"
    robot.answers.extend([stream("收到"), stream("收到")])
    files: dict[str, Any] = {kind: data}
    said = await stage.simulator.say("wangfang", chat="robot:main", **files)

    await stage.simulator.say("wangfang", "看看", chat="robot:main", quote=said["message"]["id"])

    first, second = (frame["body"] for frame in robot.seen)
    for part in (first[kind], second["quote"][kind]):
        assert opened(await fetched(stage, part["url"]), part["aeskey"]) == data
    assert first[kind]["url"] != second["quote"][kind]["url"]


async def test_a_card_in_answer_to_a_message_and_with_a_stream(stage: Stage, robot: Connection) -> None:
    both = {"msgtype": "stream_with_template_card", "template_card": {**CARD, "task_id": "case-2"}}
    first = {**both, "stream": {"id": "s1", "finish": False, "content": "正在"}}
    last = {**both, "stream": {"id": "s1", "finish": True, "content": "好了"}}
    robot.answers.append(lambda _: [card(), ("aibot_respond_msg", first), ("aibot_respond_msg", last)])

    await stage.simulator.say("wangfang", "查 1", chat=WORKERS)
    await robot.answered(3)

    assert robot.acks == [0, 0, 0]
    shown = [(m["kind"], m["text"]) for m in (await stage.simulator.chat(WORKERS))[1:]]
    assert shown == [("card", "新诉求 2026-0001"), ("markdown", "好了"), ("card", "新诉求 2026-0001")]
