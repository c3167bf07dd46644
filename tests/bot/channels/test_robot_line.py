"""A robot's long connection: who holds it, what is heard on it, and how answers get through."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import Connection, update

from bot.channels.errors import AnswerLost, TryAgain
from bot.channels.wecom_robot import hearing
from bot.clock import Clock
from bot.leases import Terms
from bot.refusals import Kind, Refusals
from handlers.messages import MessageKind
from storage import leases as lease_rows
from storage import rerouting
from storage.engine import Database, database_now
from storage.models.conversations import AnswerRoute
from storage.models.leases import leases
from tests.bot.channels.robot_platform import (
    LOST,
    MUTE,
    QUICK,
    SECRET,
    TERMS,
    Begin,
    Desk,
    RobotPlatform,
    Running,
    eventually,
    new_line,
)

RESPOND, WELCOME, UPDATE, SEND = (
    "aibot_respond_msg", "aibot_respond_welcome_msg", "aibot_respond_update_msg", "aibot_send_msg",
)  # fmt: skip
SUBSCRIBE = "aibot_subscribe"
CARD = {"task_id": "case-1", "title": "诉求 0001", "note": "已由王芳接单"}


@pytest.fixture
async def far() -> AsyncIterator[RobotPlatform]:
    """The platform, listening on this machine."""
    fake = RobotPlatform()
    app = web.Application()
    app.router.add_get("/socket", fake.handle)
    runner = web.AppRunner(app, shutdown_timeout=0, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/socket".replace("http", "ws")
    yield fake
    await runner.cleanup()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def begin(sqlite_database: Database, far: RobotPlatform, desk: Desk) -> AsyncIterator[Begin]:
    """Starts lines; all are stopped at the end."""
    running: list[Running] = []

    def start(**options: Any) -> Running:
        database = options.pop("database", sqlite_database)
        line = new_line(database, options.pop("url", far.url), **options)
        running.append(Running(line, asyncio.create_task(line.run(options.pop("desk", desk)))))
        return running[-1]

    yield start
    for each in running:
        await each.stop()


@pytest.fixture
async def up(begin: Begin) -> Running:
    """A line that is connected."""
    running = begin()
    await eventually(lambda: running.line.is_up)
    return running


def is_held(db: Connection) -> bool:
    return lease_rows.is_held(db, "robot:main")


def run_out(db: Connection) -> None:
    """The time of every lease is over, as after the death of its holder."""
    db.execute(update(leases).values(held_until=database_now(db) - timedelta(seconds=1)))


# ------------------------------------------------------------------ connecting


async def test_it_subscribes_with_its_id_and_secret(far: RobotPlatform, up: Running) -> None:
    assert far.bodies(SUBSCRIBE) == [{"bot_id": "bot-1", "secret": SECRET}]


async def test_whoever_waits_to_send_hears_that_it_is_up(begin: Begin) -> None:
    woken = asyncio.Event()
    begin(on_up=woken.set)

    async with asyncio.timeout(10):
        await woken.wait()


async def test_a_wrong_secret_is_said_clearly_and_not_tried_again_soon(
    far: RobotPlatform, begin: Begin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    running = begin(secret="wrong")

    await eventually(lambda: "again in 60.0 s" in caplog.text)

    assert "check bot_id and secret in [wecom.robots.main]" in caplog.text
    assert "wrong" not in caplog.text
    assert (far.connections, running.line.is_up) == (1, False)


@pytest.mark.parametrize("trouble", [-1, 45009, LOST, MUTE])
async def test_a_platform_in_trouble_is_asked_again_soon(
    far: RobotPlatform, begin: Begin, trouble: int | str
) -> None:
    far.will(SUBSCRIBE, trouble)
    running = begin()

    await eventually(lambda: running.line.is_up)

    assert far.connections == 2


async def test_a_connection_that_ends_is_made_again(far: RobotPlatform, up: Running) -> None:
    await far.drop()

    await eventually(lambda: far.connections == 2 and up.line.is_up)


async def test_nobody_there_is_no_end(begin: Begin, caplog: pytest.LogCaptureFixture) -> None:
    running = begin(url="ws://127.0.0.1:9/socket")

    await eventually(lambda: caplog.text.count("no line to the platform") >= 3)

    assert not running.task.done()
    assert not running.line.is_up


def test_pauses_grow_to_a_minute(sqlite_database: Database) -> None:
    line = new_line(sqlite_database, "ws://127.0.0.1:9", pace=None)

    pauses = [line._pause_after(number) for number in (1, 2, 6, 7, 100)]

    expected = [1, 2, 32, 60, 60]
    assert all(0.8 * each <= pause <= 1.2 * each for pause, each in zip(pauses, expected, strict=True))


async def test_it_pings_and_notes_that_it_is_up(
    far: RobotPlatform, begin: Begin, sqlite_database: Database
) -> None:
    begin(pace=replace(QUICK, ping=0.02))

    await eventually(lambda: far.pings >= 2)

    is_noted = await sqlite_database.read(lambda db: lease_rows.is_held(db, "robot-up:main"))
    assert is_noted
    assert await sqlite_database.read(rerouting.unreachable_robots) == []


async def test_two_missing_acknowledgements_of_pings_are_a_dead_connection(
    far: RobotPlatform, begin: Begin
) -> None:
    far.will("ping", MUTE, MUTE)
    running = begin(pace=replace(QUICK, ping=0.02, ack=0.05))

    await eventually(lambda: far.connections == 2 and running.line.is_up)


async def test_one_missing_acknowledgement_is_not(far: RobotPlatform, begin: Begin) -> None:
    far.will("ping", MUTE)
    begin(pace=replace(QUICK, ping=0.02, ack=0.05))

    await eventually(lambda: far.pings >= 4)

    assert far.connections == 1


# ------------------------------------------------------------------ the lease


async def test_only_one_of_two_processes_connects(far: RobotPlatform, up: Running, begin: Begin) -> None:
    other = begin()

    assert not await other.line.lease.check()
    assert (far.connections, other.line.is_up) == (1, False)


async def test_a_clean_stop_lets_the_next_in_at_once(far: RobotPlatform, up: Running, begin: Begin) -> None:
    other = begin()

    await up.stop()

    await eventually(lambda: other.line.is_up)


async def test_a_dead_holder_is_replaced_when_its_lease_is_over(
    up: Running, begin: Begin, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def vanish(*_: object) -> None:
        """What a killed process does about its lease."""

    monkeypatch.setattr(up.line.lease, "release", vanish)
    await up.stop()
    other = begin()
    assert not await other.line.lease.check()

    await sqlite_database.write(run_out)

    await eventually(lambda: other.line.is_up)


async def test_who_lost_the_lease_hangs_up(
    far: RobotPlatform, up: Running, sqlite_database: Database
) -> None:
    await sqlite_database.write(run_out)
    terms = Terms(life=timedelta(seconds=60))
    assert await sqlite_database.write(lease_rows.hold, "robot:main", "another", life=terms.life)

    await eventually(lambda: not up.line.is_up and far.socket is None)

    with pytest.raises(TryAgain):
        await up.line.ask(SEND, {})
    assert far.connections == 1


async def test_a_lease_that_cannot_be_renewed_ends_the_connection_before_it_ends(
    far: RobotPlatform, begin: Begin, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = Terms(timedelta(seconds=20), renewal=timedelta(seconds=0.05), margin=timedelta(seconds=19.5))
    running = begin(terms=terms)
    await eventually(lambda: running.line.is_up)

    def failing(*_: object, **__: object) -> bool:
        raise OSError("the database is gone")

    monkeypatch.setattr(lease_rows, "hold", failing)
    await eventually(lambda: far.socket is None)

    assert not running.line.is_up
    async with asyncio.timeout(10):  # given back, for it could be: a moment after the connection has ended
        while await sqlite_database.read(is_held):  # noqa: ASYNC110 - the condition is in the rows
            await asyncio.sleep(0.01)


async def test_nothing_is_sent_once_the_lease_is_over(far: RobotPlatform, up: Running) -> None:
    up.line.lease._until = Clock.monotonic() - 1

    with pytest.raises(TryAgain):
        await up.line.ask(SEND, {"chatid": "wrTeam"})

    assert far.bodies(SEND) == []


async def test_taken_over_it_looks_at_its_lease_first(
    far: RobotPlatform, up: Running, caplog: pytest.LogCaptureFixture
) -> None:
    await far.call_back("aibot_event_callback", msgtype="event", event={"eventtype": "disconnected_event"})

    await eventually(lambda: far.connections == 2 and up.line.is_up)

    assert "another program connected as this robot" in caplog.text


async def test_taken_over_by_right_it_waits(
    far: RobotPlatform, begin: Begin, sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    running = begin(terms=replace(TERMS, renewal=timedelta(hours=1)))  # only the farewell makes it look
    await eventually(lambda: running.line.is_up)

    def take(db: Connection) -> bool:
        run_out(db)
        return lease_rows.hold(db, "robot:main", "another", life=timedelta(minutes=1))

    await sqlite_database.write(take)
    await far.call_back("aibot_event_callback", msgtype="event", event={"eventtype": "disconnected_event"})

    await eventually(lambda: "taken over by the process that holds the lease now" in caplog.text)
    assert far.connections == 1


# ------------------------------------------------------------------ answers


async def test_words_are_answered_by_a_finished_stream_under_the_same_id(
    far: RobotPlatform, up: Running, desk: Desk
) -> None:
    req_id = await far.say("@回音 接单 1", chattype="group", chatid="wrTeam")

    await eventually(lambda: bool(far.bodies(RESPOND)))

    [message] = desk.heard
    assert (message.text, message.chat, message.is_connected) == ("接单 1", "wrTeam", True)
    stream = {"id": "answer-1", "finish": True, "content": "回答：接单 1"}
    assert far.bodies(RESPOND) == [{"msgtype": "stream", "stream": stream}]
    assert far.frames[-1]["headers"] == {"req_id": req_id}
    assert desk.refiled == []


async def test_a_visit_is_answered_by_a_greeting(far: RobotPlatform, up: Running) -> None:
    await far.call_back("aibot_event_callback", msgtype="event", event={"eventtype": "enter_chat"})

    await eventually(lambda: bool(far.bodies(WELCOME)))

    assert far.bodies(WELCOME) == [{"msgtype": "text", "text": {"content": "回答："}}]


async def test_a_tap_is_answered_by_the_card_that_replaces_it(
    far: RobotPlatform, up: Running, desk: Desk
) -> None:
    desk.card = CARD
    tap = {"card_type": "button_interaction", "event_key": "claim", "task_id": "case-1"}
    event = {"eventtype": "template_card_event", "template_card_event": tap}
    await far.call_back("aibot_event_callback", msgtype="event", event=event)

    await eventually(lambda: bool(far.bodies(UPDATE)))

    [body] = far.bodies(UPDATE)
    assert desk.heard[0].kind is MessageKind.CARD
    assert body["response_type"] == "update_template_card"
    assert body["template_card"]["task_id"] == "case-1"


async def test_a_tap_without_a_new_card_gets_nothing(far: RobotPlatform, up: Running, desk: Desk) -> None:
    tap = {"event_key": "claim", "task_id": "case-1"}
    event = {"eventtype": "template_card_event", "template_card_event": tap}
    await far.call_back("aibot_event_callback", msgtype="event", event=event)
    await far.say("后来")

    await eventually(lambda: bool(far.bodies(RESPOND)))

    assert (len(desk.heard), far.bodies(UPDATE), desk.refiled) == (2, [], [])


@pytest.mark.parametrize("route", [AnswerRoute.OUTBOX, AnswerRoute.NONE])
async def test_what_goes_another_way_is_not_said_here(
    far: RobotPlatform, up: Running, desk: Desk, route: AnswerRoute
) -> None:
    desk.route = route
    await far.say("慢")
    await eventually(lambda: len(desk.heard) == 1)
    desk.route = AnswerRoute.PASSIVE
    await far.say("快")

    await eventually(lambda: bool(far.bodies(RESPOND)))

    assert [body["stream"]["content"] for body in far.bodies(RESPOND)] == ["回答：快"]


async def test_a_callback_that_comes_twice_is_answered_once(
    far: RobotPlatform, up: Running, desk: Desk
) -> None:
    for _ in range(2):
        await far.say("接单 1", msgid="same")
    await far.say("后来")

    await eventually(lambda: len(far.bodies(RESPOND)) >= 2)

    contents = [body["stream"]["content"] for body in far.bodies(RESPOND)]
    assert contents == ["回答：接单 1", "回答：后来"]


async def test_a_lost_acknowledgement_is_asked_for_on_the_next_connection(
    far: RobotPlatform, up: Running, desk: Desk
) -> None:
    far.will(RESPOND, LOST)
    req_id = await far.say("接单 1")

    await eventually(lambda: len(far.bodies(RESPOND)) == 2)

    said = [frame for frame in far.frames if frame["cmd"] == RESPOND]
    assert said[0] == said[1]  # the same stream of the same id: nobody reads it twice
    assert said[0]["headers"] == {"req_id": req_id}
    await up.stop()
    assert desk.refiled == []


async def test_an_answer_whose_acknowledgement_never_comes_says_that_it_may_be_there(
    far: RobotPlatform, up: Running, desk: Desk
) -> None:
    far.will(RESPOND, MUTE, MUTE)
    await far.say("接单 1")

    await eventually(lambda: bool(desk.refiled))

    assert desk.refiled == [("回答：接单 1", True)]


@pytest.mark.parametrize("code", [-1, 45009, 846604, 846605, 40058])
async def test_a_refused_answer_goes_out_by_itself(
    far: RobotPlatform, up: Running, desk: Desk, code: int
) -> None:
    far.will(RESPOND, code)
    await far.say("接单 1")

    await eventually(lambda: bool(desk.refiled))

    assert desk.refiled == [("回答：接单 1", False)]
    assert len(far.bodies(RESPOND)) == 1


async def test_a_refused_answer_after_a_lost_one_is_in_doubt(
    far: RobotPlatform, up: Running, desk: Desk
) -> None:
    far.will(RESPOND, LOST, 846604)
    await far.say("接单 1")

    await eventually(lambda: bool(desk.refiled))

    assert desk.refiled == [("回答：接单 1", True)]


async def test_an_answer_without_a_connection_goes_out_by_itself(
    far: RobotPlatform, up: Running, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "BACK_WITHIN", 0.05)
    desk.gates["接单 1"] = asyncio.Event()
    await far.say("接单 1")
    await eventually(lambda: len(desk.heard) == 1)

    far.will(SUBSCRIBE, *[MUTE] * 50)
    await far.drop()
    await eventually(lambda: not up.line.is_up)
    desk.gates["接单 1"].set()

    await eventually(lambda: bool(desk.refiled))
    assert desk.refiled == [("回答：接单 1", False)]


async def test_an_answer_waits_for_the_next_connection(far: RobotPlatform, up: Running, desk: Desk) -> None:
    desk.gates["接单 1"] = asyncio.Event()
    await far.say("接单 1")
    await eventually(lambda: len(desk.heard) == 1)
    await far.drop()
    await eventually(lambda: not up.line.is_up)

    desk.gates["接单 1"].set()

    await eventually(lambda: len(far.bodies(RESPOND)) == 1)
    assert desk.refiled == []


async def test_a_greeting_or_card_that_fails_is_not_tried_again(
    far: RobotPlatform, up: Running, desk: Desk
) -> None:
    far.will(WELCOME, MUTE)
    await far.call_back("aibot_event_callback", msgtype="event", event={"eventtype": "enter_chat"})

    await eventually(lambda: bool(desk.refiled))

    assert (desk.refiled, len(far.bodies(WELCOME))) == ([("回答：", True)], 1)


async def test_a_message_is_asked_about_again_while_the_database_fails(
    far: RobotPlatform, up: Running, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "ASK_AGAIN", (0.01, 0.01, 0.01))
    desk.is_unavailable = 3
    await far.say("接单 1")

    await eventually(lambda: bool(far.bodies(RESPOND)))


async def test_one_persons_messages_are_taken_one_after_the_other_and_others_meanwhile(
    far: RobotPlatform, up: Running, desk: Desk
) -> None:
    desk.gates["甲"] = asyncio.Event()
    await far.say("甲")
    await far.say("乙")
    await far.say("丙", **{"from": {"userid": "zhaolei"}})

    await eventually(lambda: len(far.bodies(RESPOND)) == 1)
    assert [message.text for message in desk.heard] == ["甲", "丙"]
    desk.gates["甲"].set()
    await eventually(lambda: len(far.bodies(RESPOND)) == 3)

    contents = [body["stream"]["content"] for body in far.bodies(RESPOND)]
    assert contents == ["回答：丙", "回答：甲", "回答：乙"]


async def test_at_a_clean_stop_whoever_was_heard_is_answered(
    far: RobotPlatform, up: Running, desk: Desk
) -> None:
    desk.gates["接单 1"] = asyncio.Event()
    await far.say("接单 1")
    await eventually(lambda: len(desk.heard) == 1)

    stopping = asyncio.create_task(up.stop())
    await asyncio.sleep(0)  # it begins
    desk.gates["接单 1"].set()
    await stopping

    assert len(far.bodies(RESPOND)) == 1


async def test_what_is_broken_off_at_a_stop_goes_out_by_itself(
    far: RobotPlatform, up: Running, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "BREAKING_OFF", 0.05)
    up.line._pace = replace(QUICK, ack=30)
    await far.drop()
    await eventually(lambda: far.connections == 2 and up.line.is_up)
    far.will(RESPOND, MUTE)
    await far.say("接单 1")
    await eventually(lambda: bool(far.bodies(RESPOND)))

    await up.stop()

    assert desk.refiled == [("回答：接单 1", True)]


# ------------------------------------------------------------------ what cannot be read

UNREADABLE = {
    "no JSON": "接单",
    "no object": "[]",
    "deep": "[" * 100_000,
    "no headers": json.dumps({"cmd": "aibot_msg_callback", "body": {}}),
    "headers a list": json.dumps({"cmd": "aibot_msg_callback", "headers": [], "body": {}}),
    "no id": json.dumps({"cmd": "aibot_msg_callback", "headers": {"req_id": ""}, "body": {}}),
    "long id": json.dumps({"cmd": "aibot_msg_callback", "headers": {"req_id": "x" * 600}, "body": {}}),
    "no body": json.dumps({"cmd": "aibot_msg_callback", "headers": {"req_id": "1"}}),
    "nobody": json.dumps({"cmd": "aibot_msg_callback", "headers": {"req_id": "1"}, "body": {"msgid": "1"}}),
    "cmd a number": json.dumps({"cmd": 5, "headers": {"req_id": "1"}, "body": {}}),
}
IGNORED = {
    "another command": json.dumps({"cmd": "aibot_future_callback", "headers": {"req_id": "1"}, "body": {}}),
    "an answer to nothing": json.dumps({"headers": {"req_id": "1"}, "errcode": 0}),
}


@pytest.mark.parametrize("frame", [*UNREADABLE.values(), *IGNORED.values()], ids=[*UNREADABLE, *IGNORED])
async def test_an_odd_frame_ends_nothing(
    far: RobotPlatform, begin: Begin, sqlite_database: Database, frame: str
) -> None:
    refusals = Refusals(sqlite_database, Clock())
    running = begin(refusals=refusals)
    await eventually(lambda: running.line.is_up)

    await far.send(frame)
    await far.say("还在吗")

    await eventually(lambda: bool(far.bodies(RESPOND)))
    assert refusals.total(Kind.UNREADABLE) == int(frame in UNREADABLE.values())
    assert far.connections == 1


async def test_bytes_end_nothing(far: RobotPlatform, up: Running) -> None:
    assert far.socket is not None
    await far.socket.send_bytes(b"\x00\xff")
    await far.say("还在吗")

    await eventually(lambda: bool(far.bodies(RESPOND)))


# ------------------------------------------------------------------ asking


async def test_an_acknowledgement_belongs_to_its_question(far: RobotPlatform, up: Running) -> None:
    far.will(SEND, 0, 45009, 0)

    answers = await asyncio.gather(*(up.line.ask(SEND, {"n": n}) for n in range(3)))

    assert [answer["errcode"] for answer in answers] == [0, 45009, 0]


@pytest.mark.parametrize("trouble", [LOST, MUTE])
async def test_without_an_acknowledgement_nobody_knows(far: RobotPlatform, up: Running, trouble: str) -> None:
    far.will(SEND, trouble)

    with pytest.raises(AnswerLost):
        await up.line.ask(SEND, {})


async def test_without_a_connection_nothing_was_sent(begin: Begin) -> None:
    running = begin(url="ws://127.0.0.1:9/socket")

    with pytest.raises(TryAgain):
        await running.line.ask(SEND, {})
