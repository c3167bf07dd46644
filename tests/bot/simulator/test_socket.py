"""A robot's long connection: who may have it, how it is kept and how it ends."""

import pytest

from bot.simulator.socket_lines import Line
from tests.bot.simulator.conftest import WORKERS, Stage
from tests.bot.simulator.socket_product import BOT_ID, SECRET, Connection, connected, stream, use_socket


async def is_connected(stage: Stage) -> bool:
    (robot,) = (await stage.simulator.world())["robots"]
    assert robot["mode"] == "socket"
    return bool(robot["connected"])


async def test_a_subscribed_robot_is_connected_until_it_leaves(stage: Stage) -> None:
    use_socket(stage.platform)
    assert not await is_connected(stage)

    async with connected(stage.session, stage.url) as robot:
        assert await robot.subscribe() == 0
        assert await is_connected(stage)

    await stage.simulator.wait_for_robot("main", connected=False)


@pytest.mark.parametrize(
    ("bot_id", "secret"), [(BOT_ID, "wrong"), ("aibOther", SECRET), ("", ""), (BOT_ID, "ß")]
)
async def test_a_wrong_secret_is_refused_and_the_connection_closed(
    stage: Stage, bot_id: str, secret: str
) -> None:
    use_socket(stage.platform)

    async with connected(stage.session, stage.url) as stranger:
        assert await stranger.subscribe(bot_id, secret) == 40001
        await stranger.closed.wait()

    assert not await is_connected(stage)


async def test_who_does_not_subscribe_first_is_sent_away(stage: Stage) -> None:
    use_socket(stage.platform)

    async with connected(stage.session, stage.url) as stranger:
        assert await stranger.do("ping") == 846609
        await stranger.closed.wait()


async def test_a_webhook_robot_has_no_connection(stage: Stage) -> None:
    robot = stage.platform.world.robots[0]

    async with connected(stage.session, stage.url) as stranger:
        assert await stranger.subscribe(robot.bot_id, robot.secret) == 40001


async def test_a_new_connection_takes_the_place_of_the_old_one(stage: Stage, robot: Connection) -> None:
    async with connected(stage.session, stage.url) as second:
        assert await second.subscribe() == 0
        farewell = await robot.next()
        await robot.closed.wait()
        second.answers.append(stream("在"))

        said = await stage.simulator.say("wangfang", "在吗", chat="robot:main")

        assert farewell["cmd"] == "aibot_event_callback"
        assert farewell["body"]["event"] == {"eventtype": "disconnected_event"}
        assert farewell["body"]["aibotid"] == BOT_ID
        assert (said["answer"], len(robot.seen)) == ("在", 1)
        assert await is_connected(stage)


async def test_who_was_replaced_can_do_nothing_but_hears_so(stage: Stage, robot: Connection) -> None:
    former = stage.platform.lines.of("main")
    assert former is not None
    stage.platform.lines.subscribe(Line(former.socket, None), "main")

    assert await robot.do("aibot_send_msg", {}) == 846609
    assert not robot.closed.is_set()


async def test_a_platform_that_stops_lets_its_robots_go(stage: Stage, robot: Connection) -> None:
    stage.platform.lines.close()

    await robot.closed.wait()


async def test_subscribing_twice_on_one_connection_changes_nothing(robot: Connection) -> None:
    assert await robot.subscribe() == 0
    assert await robot.do("ping") == 0
    assert robot.seen == []


NO_FRAMES = [
    "hello",
    "[]",
    "{}",
    '{"cmd":"ping"}',
    '{"headers":{"req_id":"1"}}',
    '{"cmd":"\\ud800"}',
    "[" * 50_000,
]


@pytest.mark.parametrize("text", NO_FRAMES, ids=lambda text: text[:20])
async def test_what_is_no_frame_is_refused_and_the_connection_kept(robot: Connection, text: str) -> None:
    waiting = robot.expect("")

    await robot.socket.send_str(text)

    assert (await waiting)["errcode"] == 40058
    assert await robot.do("ping") == 0


async def test_bytes_end_the_connection(robot: Connection) -> None:
    await robot.socket.send_bytes(b"\x00")

    await robot.closed.wait()


async def test_an_unknown_command_is_refused(robot: Connection) -> None:
    assert await robot.do("aibot_dance", {}) == 40058


async def test_a_silent_connection_is_given_up(stage: Stage) -> None:
    use_socket(stage.platform)
    stage.platform.lines.silence = 0.05

    async with connected(stage.session, stage.url) as robot:
        assert await robot.subscribe() == 0
        await robot.closed.wait()

    await stage.simulator.wait_for_robot("main", connected=False)


async def test_a_message_to_a_robot_that_is_not_connected_is_lost(stage: Stage) -> None:
    use_socket(stage.platform)

    said = await stage.simulator.say("wangfang", "接单 1", chat=WORKERS)

    assert (said["outcome"], said["reason"]) == ("failed", "the robot is not connected")
    async with connected(stage.session, stage.url) as robot:
        await robot.subscribe()
        assert await robot.do("ping") == 0
        assert robot.seen == []
        robot.answers.append(stream("收到"))
        again = await stage.simulator.redeliver(said["message"]["id"])
        assert (again["outcome"], again["callback"]) == ("answered", robot.seen[0]["body"]["msgid"])


async def test_a_plain_request_gets_no_connection(stage: Stage) -> None:
    async with stage.session.get(f"{stage.url}/simulator/socket") as response:
        assert response.status == 400


async def test_the_ledger_shows_frames_without_the_secret(stage: Stage, robot: Connection) -> None:
    await robot.do("ping")

    ledgers = await stage.simulator.ledgers()

    assert ledgers["counts"] == {"/simulator/socket/aibot_subscribe": 1}
    assert ledgers["requests"][0]["body"]["body"] == {"bot_id": BOT_ID, "secret": "…"}
    assert SECRET not in str(ledgers)
