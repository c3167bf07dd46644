"""What a robot sends of its own accord: where to, how often, and what the connection's faults do to it."""

from datetime import timedelta

import pytest

from tests.bot.simulator.conftest import WORKERS, Stage
from tests.bot.simulator.socket_product import (
    CARD,
    LOST,
    Connection,
    Frame,
    connected,
    markdown,
    stream,
)

SEND = "aibot_send_msg"
SOCKET = "/simulator/socket"
SENDING = f"{SOCKET}/{SEND}"


async def addressed(stage: Stage, robot: Connection) -> str:
    """The id of the workers' group, in which 王芳 has just spoken to the robot and been answered."""
    robot.answers.append(stream("在"))
    said = await stage.simulator.say("wangfang", "在吗", chat=WORKERS)
    assert said["outcome"] == "answered"
    return str(said["message"]["chat"])


def card_for(chat: str, task_id: str = "case-9") -> Frame:
    return {"chatid": chat, "msgtype": "template_card", "template_card": {**CARD, "task_id": task_id}}


async def test_a_chat_in_which_somebody_spoke_to_the_robot_can_be_written_to(
    stage: Stage, robot: Connection
) -> None:
    group = await addressed(stage, robot)

    assert await robot.do(SEND, markdown(group, "**新诉求** 1", chat_type=2)) == 0
    assert await robot.do(SEND, markdown(group, "新诉求 2")) == 0
    assert await robot.do(SEND, card_for(group)) == 0

    shown = [(m["kind"], m["text"]) for m in (await stage.simulator.chat(WORKERS))[2:]]
    assert shown == [("markdown", "**新诉求** 1"), ("markdown", "新诉求 2"), ("card", "新诉求 2026-0001")]


async def test_alone_the_chat_is_the_userid(stage: Stage, robot: Connection) -> None:
    robot.answers.append(stream("在"))
    await stage.simulator.say("wangfang", "在吗", chat="robot:main")

    codes = [await robot.do(SEND, markdown("wangfang", chat_type=kind)) for kind in (0, 1, 2)]

    assert codes == [0, 0, 93006]
    assert len(await stage.simulator.chat("robot:main:wangfang")) == 4


async def test_where_nobody_spoke_to_the_robot_nothing_can_be_sent(stage: Stage, robot: Connection) -> None:
    group = await addressed(stage, robot)
    other = next(g for g in stage.platform.world.groups if g.name == "第二网格工作群")
    await stage.simulator.say("zhaolei", "吃饭了吗", chat=other.chat_id, mention=False)
    stage.platform.postman.answer_timeout = 0.01
    await stage.simulator.event("wangfang", "enter_chat")

    chats = [other.chat_id, "wangfang", "nobody", "wrSampleFengqiao"]
    codes = [await robot.do(SEND, markdown(chat)) for chat in chats]

    assert codes == [93006] * 4
    assert await robot.do(SEND, markdown(group, chat_type=1)) == 93006


WRONG: dict[str, tuple[Frame, int]] = {
    "text": ({"msgtype": "text", "text": {"content": "hi"}}, 40008),
    "stream": ({"msgtype": "stream", "stream": {"id": "1", "finish": True, "content": "x"}}, 40008),
    "empty": ({"msgtype": "markdown", "markdown": {"content": " "}}, 44004),
    "too long": ({"msgtype": "markdown", "markdown": {"content": "字" * 6827}}, 45002),
    "bare card": ({"msgtype": "template_card", "template_card": {"card_type": "text_notice"}}, 40058),
    "chat_type 3": ({"msgtype": "markdown", "markdown": {"content": "hi"}, "chat_type": 3}, 40058),
    "chat_type in words": ({"msgtype": "markdown", "markdown": {"content": "hi"}, "chat_type": "2"}, 40058),
    "a list": ({"msgtype": "markdown", "markdown": {"content": "hi"}, "chat_type": [2]}, 40058),
}


@pytest.mark.parametrize(("body", "errcode"), WRONG.values(), ids=WRONG.keys())
async def test_what_is_malformed_is_refused(
    stage: Stage, robot: Connection, body: Frame, errcode: int
) -> None:
    group = await addressed(stage, robot)

    assert await robot.do(SEND, {"chatid": group, **body}) == errcode
    assert len(await stage.simulator.chat(WORKERS)) == 2


async def test_a_task_id_is_used_for_one_card_only(stage: Stage, robot: Connection) -> None:
    group = await addressed(stage, robot)

    codes = [await robot.do(SEND, card_for(group, task)) for task in ("a", "b", "a")]

    assert codes == [0, 0, 40058]
    assert len(await stage.simulator.chat(WORKERS)) == 4


# ------------------------------------------------------------------ how often


async def test_thirty_a_minute_with_the_replies_and_no_more(stage: Stage, robot: Connection) -> None:
    group = await addressed(stage, robot)  # its reply is the first of the thirty

    codes = [await robot.do(SEND, markdown(group, f"{n}")) for n in range(31)]

    assert codes == [0] * 29 + [45009] * 2
    robot.answers.append(stream("在"))
    stage.platform.postman.answer_timeout = 0.2
    said = await stage.simulator.say("wangfang", "在吗", chat=WORKERS)
    assert (said["outcome"], robot.acks[-1]) == ("failed", 45009)
    assert (await stage.simulator.ledgers())["robots_left"] == {group: 0}
    await stage.simulator.advance(60)
    assert await robot.do(SEND, markdown(group, "下一分钟")) == 0
    assert (await stage.simulator.ledgers())["robots_left"] == {group: 29}


async def test_another_conversation_has_its_own_thirty(stage: Stage, robot: Connection) -> None:
    group = await addressed(stage, robot)
    robot.answers.append(stream("在"))
    await stage.simulator.say("wangfang", "在吗", chat="robot:main")
    for n in range(30):
        await robot.do(SEND, markdown(group, f"{n}"))

    assert await robot.do(SEND, markdown("wangfang")) == 0


async def test_a_thousand_an_hour(stage: Stage, robot: Connection) -> None:
    group = await addressed(stage, robot)
    codes = []
    for n in range(1001):
        if n % 29 == 0:
            stage.platform.clock.move(timedelta(minutes=1))
        codes.append(await robot.do(SEND, markdown(group, f"{n}")))

    assert codes == [0] * 999 + [45009] * 2


async def test_a_stream_that_grows_is_one_message(stage: Stage, robot: Connection) -> None:
    robot.answers.append(lambda _: [stream("查" * n, finish=n == 40) for n in range(1, 41)])

    said = await stage.simulator.say("wangfang", "统计", chat=WORKERS)

    assert (said["outcome"], said["reason"]) == ("answered", "")
    assert (await stage.simulator.ledgers())["robots_left"] == {said["message"]["chat"]: 29}


# ------------------------------------------------------------------ faults


@pytest.mark.parametrize(("kind", "errcode"), [("busy", -1), ("quota", 45009)])
async def test_a_frame_is_refused_for_no_fault_of_its_own(
    stage: Stage, robot: Connection, kind: str, errcode: int
) -> None:
    group = await addressed(stage, robot)
    await stage.simulator.fault(kind, SOCKET, count=1)

    codes = [await robot.do(SEND, markdown(group)) for _ in range(2)]

    assert codes == [errcode, 0]
    assert len(await stage.simulator.chat(WORKERS)) == 3


@pytest.mark.parametrize(("kind", "shown"), [("reset", 2), ("lost", 3)])
async def test_the_connection_breaks_before_or_after_the_work(
    stage: Stage, robot: Connection, kind: str, shown: int
) -> None:
    group = await addressed(stage, robot)
    await stage.simulator.fault(kind, SENDING, count=1)

    with pytest.raises(ConnectionError):
        await robot.do(SEND, markdown(group))

    await stage.simulator.wait_for_robot("main", connected=False)
    assert len(await stage.simulator.chat(WORKERS)) == shown
    answers = [r["answer"] for r in (await stage.simulator.ledgers(path=SENDING))["requests"]]
    assert answers == [kind]


async def test_a_card_whose_acknowledgement_was_lost_is_known_by_its_task_id(
    stage: Stage, robot: Connection
) -> None:
    group = await addressed(stage, robot)
    await stage.simulator.fault("lost", SENDING, count=1)
    with pytest.raises(ConnectionError):
        await robot.do(SEND, card_for(group))

    async with connected(stage.session, stage.url) as second:
        await second.subscribe()
        assert await second.do(SEND, card_for(group)) == 40058

    assert len(await stage.simulator.chat(WORKERS)) == 3


async def test_an_answer_whose_acknowledgement_was_lost_is_shown(stage: Stage, robot: Connection) -> None:
    await stage.simulator.fault("lost", f"{SOCKET}/aibot_respond_msg", count=1)
    robot.answers.append(stream("收到"))

    said = await stage.simulator.say("wangfang", "在吗", chat=WORKERS)

    await robot.answered(1)
    assert (said["outcome"], robot.acks) == ("answered", [LOST])


async def test_a_slow_acknowledgement_holds_up_nothing_else(stage: Stage, robot: Connection) -> None:
    group = await addressed(stage, robot)
    await stage.simulator.fault("slow", SENDING, seconds=3600, count=1)
    slow = robot.expect("slow-one")

    frame = {"cmd": SEND, "headers": {"req_id": "slow-one"}, "body": markdown(group, "一")}
    await robot.socket.send_json(frame)

    assert await robot.do(SEND, markdown(group, "二")) == 0
    assert [m["text"] for m in (await stage.simulator.chat(WORKERS))[2:]] == ["一", "二"]
    assert not slow.done()


async def test_a_slow_acknowledgement_comes(stage: Stage, robot: Connection) -> None:
    group = await addressed(stage, robot)
    await stage.simulator.fault("slow", SENDING, seconds=0.01, count=1)

    assert await robot.do(SEND, markdown(group)) == 0


async def test_pings_are_struck_only_by_a_fault_of_their_own(stage: Stage, robot: Connection) -> None:
    await stage.simulator.fault("busy", SOCKET)
    await stage.simulator.fault("quota")
    assert await robot.do("ping") == 0

    await stage.simulator.fault("reset", f"{SOCKET}/ping", count=1)
    with pytest.raises(ConnectionError):
        await robot.do("ping")


async def test_a_busy_platform_takes_no_subscription(stage: Stage, robot: Connection) -> None:
    await stage.simulator.fault("busy", f"{SOCKET}/aibot_subscribe", count=1)

    async with connected(stage.session, stage.url) as second:
        assert await second.subscribe() == -1
        await second.closed.wait()
    assert await robot.do("ping") == 0
