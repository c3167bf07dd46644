"""A robot on its own long connection, in the platform's wire format: heard, answered, pushing, replaced."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import Connection, select, update

from bot.app import DATABASE, DISPATCHER, LINES, SCHEDULE, build_app
from bot.channels.cards import replaced
from bot.channels.wecom_robot.line import RobotLine
from bot.clock import Clock
from bot.dispatch import Patience
from bot.leases import Terms
from bot.simulator.photos import phone_photo
from handlers import routing
from handlers.turn import Reply, Turn
from storage import organization, outbox
from storage.engine import Database, database_now
from storage.models.attachments import AttachmentStatus, attachments
from storage.models.conversations import AnswerRoute, Receipt, receipts
from storage.models.leases import leases
from storage.models.outbox import Channel, DeliveryStatus, OutgoingMessage, Priority
from storage.models.outbox import outbox as outgoing
from storage.outbox import Address, Posting
from tests.conversations.conftest import LI, WANG, ZHAO, Town, free_port, listening, running_town
from tests.edge import SEWER
from tests.words import loaded_lexicon

BOT_ID, SECRET = "aibSampleRobot01", "sample-robot-secret"
SOCKET = "/simulator/socket"
ALONE = f"robot:main:{WANG}"
CARD = {"task_id": "case-1-1-1", "title": "诉求 0001", "words": "下水道堵了", "buttons": [["claim", "接单"]]}
SHORT = Patience(late=0.1, due=0.2, dropped=1.0)


def on_a_line(config: dict[str, Any]) -> None:
    """The robot "main" has a connection of its own."""
    socket_url = config["wecom"]["api_base"].replace("http", "ws") + SOCKET
    robot = {"mode": "socket", "bot_id": BOT_ID, "secret": SECRET, "socket_url": socket_url}
    config["wecom"]["robots"]["main"] = robot


def line_of(app: web.Application) -> RobotLine:
    [line] = app[LINES]
    assert isinstance(line, RobotLine)
    return line


async def is_up(app: web.Application) -> bool:
    return line_of(app).is_up


async def connected(town: Town, app: web.Application | None = None) -> None:
    """This process holds the robot."""
    await town.eventually(lambda: is_up(app or town.app))


@pytest.fixture
async def town(database_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    """On each database, with the robot connected."""
    async with running_town(database_url, tmp_path, now, change=on_a_line) as built:
        await connected(built)
        yield built


@pytest.fixture
async def small_town(sqlite_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    """On SQLite alone, where the database makes no difference."""
    async with running_town(sqlite_url, tmp_path, now, change=on_a_line) as built:
        await connected(built)
        yield built


@asynccontextmanager
async def another_process(town: Town) -> AsyncIterator[web.Application]:
    """A second process on the same database, with a clock that stands like the first."""
    clock = Clock()
    clock.shift = town.clock.shift
    app = build_app(town.tools.settings, clock, loaded_lexicon())
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(listening(app, free_port()))
        yield app


async def push(town: Town, *keys: str, chat: str = "", **body: Any) -> None:
    """Post messages for the robot to send into the workers' group."""
    to = Address(Channel.WECOM_ROBOT, "main", chat or town.workers_chat)
    postings = [Posting(to, key, {"text": key, **body}, Priority.NOTICE, None) for key in keys]
    await town.database.write(outbox.post, postings, now=town.clock.now())
    town.tools.wake()


async def addressed(town: Town) -> None:
    """Somebody has spoken to the robot in the group, which the platform asks for."""
    await town.say_in_group(WANG, "帮助")


async def pushed(town: Town, key: str) -> OutgoingMessage:
    query = select(*outgoing.c).where(outgoing.c.key == key)
    return await town.database.read(lambda db: OutgoingMessage(*db.execute(query).one()))


async def until_sent(town: Town, key: str) -> None:
    async def is_sent() -> bool:
        return (await pushed(town, key)).status is DeliveryStatus.SENT

    await town.eventually(is_sent)


async def told(town: Town, chat: str) -> list[str]:
    """What the robot said there, oldest first."""
    messages = await town.simulator.chat(chat)
    return [each.get("text", "") for each in messages if each["sender"] == "robot:main"]


async def receipt_list(town: Town) -> list[Receipt]:
    query = select(*receipts.c).where(receipts.c.channel == Channel.WECOM_ROBOT).order_by(receipts.c.id)
    return await town.database.read(lambda db: [Receipt(*row) for row in db.execute(query)])


def run_out(db: Connection) -> None:
    """The minute after which a dead holder's leases are anybody's."""
    db.execute(update(leases).values(held_until=database_now(db) - timedelta(seconds=1)))


# ------------------------------------------------------------------ heard and answered


async def test_a_worker_works_over_the_connection(town: Town) -> None:
    await town.simulator.say(LI, SEWER)

    answer = await town.say_in_group(WANG, "接单 1")

    assert "王芳已接单" in answer
    group = await town.database.read(organization.group_by_chat, town.workers_chat)
    assert group is not None
    assert (group.name, group.is_connected, group.robot) == ("第一网格工作群", True, "main")
    [receipt] = await receipt_list(town)
    assert receipt.answer_route is AnswerRoute.PASSIVE
    assert await town.database.read(answers_to_send) == 0


def answers_to_send(db: Connection) -> int:
    return len(db.execute(select(outgoing.c.id).where(outgoing.c.key.startswith("answer:"))).all())


async def test_voice_quotes_and_pictures_beside_words_are_heard(small_town: Town) -> None:
    town = small_town
    await town.simulator.say(LI, SEWER)
    spoken = await town.say(WANG, "", voice=b"#!AMR1", transcript="接单1", chat=ALONE)
    await town.settle()
    [card, *_] = [each for each in await town.simulator.chat(town.workers_chat) if "0001" in each["text"]]
    quoting = await town.say_in_group(WANG, "进展 已到现场", quote=card["id"])
    mixed = await town.simulator.send_photo(WANG, phone_photo(), text="办结 1 已疏通", chat=town.workers_chat)

    assert "王芳已接单" in spoken
    assert "0001" in quoting
    assert mixed["outcome"] == "answered"
    await town.eventually(lambda: is_kept(town))


async def is_kept(town: Town) -> bool:
    """Whether the picture, which came with a key of its own, has been fetched."""
    query = select(attachments.c.status, attachments.c.media_id)
    found = await town.database.read(lambda db: db.execute(query).all())
    assert all("#aeskey=" in media_id for _, media_id in found)
    return [status for status, _ in found] == [AttachmentStatus.KEPT]


async def test_the_first_visit_is_greeted(small_town: Town) -> None:
    outcome = await small_town.simulator.event(WANG, "enter_chat", robot="main")

    assert outcome["outcome"] == "answered"


async def test_a_card_is_pushed_tapped_and_replaced(
    small_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = small_town
    await addressed(town)
    await push(town, "fact", card=CARD, chat_type=2)
    await until_sent(town, "fact")
    [shown] = [each for each in await town.simulator.chat(town.workers_chat) if each["kind"] == "card"]

    def settled(turn: Turn) -> Reply:
        return Reply("王芳，已记下", replaced(CARD, f"{turn.message.payload['event_key']} 已办"))

    monkeypatch.setattr(routing, "answer", settled)  # the wire is tested here, not what a tap does
    outcome = await town.simulator.tap(WANG, shown["id"], "claim")

    assert outcome["outcome"] == "answered"
    [after] = [each for each in await town.simulator.chat(town.workers_chat) if each["kind"] == "card"]
    assert [button["text"] for button in after["data"]["card"]["button_list"]] == ["claim 已办"]
    assert "王芳，已记下" in (await town.texts(town.workers_chat))[-1]


@pytest.mark.parametrize("kind", ["reset", "lost", "busy"])
async def test_a_tap_whose_card_does_not_get_through_still_says_its_words_once(
    small_town: Town, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    town = small_town
    await addressed(town)
    await push(town, "fact", card=CARD, chat_type=2)
    await until_sent(town, "fact")
    [shown] = [each for each in await town.simulator.chat(town.workers_chat) if each["kind"] == "card"]
    reply = Reply("王芳，已记下", replaced(CARD, "已办"))
    monkeypatch.setattr(routing, "answer", lambda _turn: reply)  # what a tap does is not tested here
    await town.simulator.fault(kind, f"{SOCKET}/aibot_respond_update_msg", count=1)

    await town.simulator.tap(WANG, shown["id"], "claim", wait=False)
    await town.eventually(lambda: has_words(town, "王芳，已记下"))
    await town.settle()

    assert sum("王芳，已记下" in text for text in await told(town, town.workers_chat)) == 1
    assert await town.database.read(outbox.dead_letters, limit=9) == []


async def has_words(town: Town, words: str) -> bool:
    return any(words in text for text in await told(town, town.workers_chat))


async def test_a_callback_that_comes_twice_does_everything_once(small_town: Town) -> None:
    town = small_town
    await town.simulator.say(LI, SEWER)
    await town.simulator.fault("duplicate", SOCKET, count=1)

    await town.say_in_group(WANG, "接单 1")
    outcome = await town.simulator.say(WANG, "查 1", chat=town.workers_chat)
    again = await town.simulator.redeliver(outcome["message"]["id"])

    assert len(await receipt_list(town)) == 2
    assert again["outcome"] in ("answered", "silent")
    said = await told(town, town.workers_chat)
    assert sum("王芳已接单" in text for text in said) == 1
    assert len(said) == len(set(said))


async def test_an_answer_too_late_for_the_connection_is_pushed(small_town: Town) -> None:
    town = small_town
    await addressed(town)
    before = len(await told(town, town.workers_chat))
    town.app[DISPATCHER].patience = replace(SHORT, late=0.0)

    outcome = await town.simulator.say(WANG, "帮助", chat=town.workers_chat, wait=False)
    await town.eventually(lambda: has_said(town, before + 1))

    assert outcome["outcome"] == "pending"
    assert [each.answer_route for each in await receipt_list(town)][-1] is AnswerRoute.OUTBOX


async def has_said(town: Town, count: int) -> bool:
    return len(await told(town, town.workers_chat)) == count


@pytest.mark.parametrize("kind", ["reset", "lost"])
async def test_a_connection_that_breaks_under_an_answer_loses_and_doubles_nothing(
    small_town: Town, kind: str
) -> None:
    town = small_town
    await addressed(town)
    before = len(await told(town, town.workers_chat))
    await town.simulator.fault(kind, f"{SOCKET}/aibot_respond_msg", count=1)

    await town.simulator.say(WANG, "统计", chat=town.workers_chat, wait=False)
    await town.eventually(lambda: has_said(town, before + 1))
    await connected(town)
    await town.settle()

    assert len(await told(town, town.workers_chat)) == before + 1


async def test_an_answer_that_the_next_connection_cannot_give_is_pushed(small_town: Town) -> None:
    town = small_town
    await addressed(town)
    before = len(await told(town, town.workers_chat))
    await town.simulator.fault("stale", SOCKET)
    await town.simulator.fault("reset", f"{SOCKET}/aibot_respond_msg", count=1)

    await town.simulator.say(WANG, "统计", chat=town.workers_chat, wait=False)
    await town.eventually(lambda: has_said(town, before + 1))

    assert (await told(town, town.workers_chat))[-1].startswith("（可能重复）")  # nobody can know
    assert [each.answer_route for each in await receipt_list(town)][-1] is AnswerRoute.OUTBOX


# ------------------------------------------------------------------ pushing


async def test_what_waits_is_pushed_in_its_order(town: Town) -> None:
    await addressed(town)

    await push(town, "一", "二", "三", chat_type=2)
    await until_sent(town, "三")

    assert (await told(town, town.workers_chat))[-3:] == ["一", "二", "三"]


@pytest.mark.parametrize(
    ("kind", "said"), [("reset", ["（可能重复）\n一"]), ("lost", ["一", "（可能重复）\n一"])]
)
async def test_a_push_whose_acknowledgement_was_lost_is_repeated_and_says_so(
    small_town: Town, kind: str, said: list[str]
) -> None:
    town = small_town
    await addressed(town)
    before = len(await told(town, town.workers_chat))
    await town.simulator.fault(kind, f"{SOCKET}/aibot_send_msg", count=1)

    await push(town, "一")
    await town.eventually(lambda: is_waiting_again(town, "一"))
    await town.move(timedelta(minutes=1))
    await until_sent(town, "一")

    assert (await told(town, town.workers_chat))[before:] == said
    assert (await pushed(town, "一")).is_doubtful


async def is_waiting_again(town: Town, key: str) -> bool:
    message = await pushed(town, key)
    return message.attempts == 1 and message.attempted_at is None


async def test_a_conversation_that_is_full_waits_and_others_go_on(small_town: Town) -> None:
    town = small_town
    await addressed(town)
    await town.say(WANG, "帮助", chat=ALONE)
    await town.simulator.fault("quota", f"{SOCKET}/aibot_send_msg", count=1)

    await push(town, "群")
    await town.eventually(lambda: is_put_off(town, "群"))
    await push(town, "单", chat=WANG)
    await until_sent(town, "单")
    assert (await pushed(town, "群")).status is DeliveryStatus.WAITING
    await town.move(timedelta(minutes=1))

    await until_sent(town, "群")
    assert not (await pushed(town, "群")).is_doubtful


async def is_put_off(town: Town, key: str) -> bool:
    return bool((await pushed(town, key)).error)


async def test_replies_and_pushes_share_thirty_a_minute(small_town: Town) -> None:
    town = small_town
    for _ in range(10):
        await town.say_in_group(WANG, "帮助")

    await push(town, *(f"第{n}条" for n in range(25)))
    await until_sent(town, "第19条")
    await town.eventually(lambda: is_resting(town))
    sent_before = [each for each in await told(town, town.workers_chat) if each.startswith("第")]
    await town.move(timedelta(minutes=1, seconds=1))
    await until_sent(town, "第24条")

    assert len(sent_before) == 20
    ledger = await town.simulator.ledgers(path=f"{SOCKET}/aibot_send_msg")
    assert "45009" not in str(ledger)  # never asked for more than there is


async def is_resting(town: Town) -> bool:
    """Whether the destination waits for room and nobody is at work on it."""
    to = await pushed(town, "第20条")
    place = await town.database.read(outbox.destination_of, to.destination_id)
    return place.claimed_until is None and place.blocked_until is not None


async def test_where_nobody_has_spoken_to_the_robot_it_is_not_pushed(small_town: Town) -> None:
    town = small_town

    await push(town, "一", chat=town.groups["第二网格工作群"])
    await town.eventually(lambda: is_put_off(town, "一"))

    message = await pushed(town, "一")
    assert message.status is DeliveryStatus.DEAD
    assert "先@机器人说一句话" in message.error


# ------------------------------------------------------------------ held by one process


async def test_a_program_that_takes_over_is_thrown_out_again(
    small_town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town = small_town
    async with aiohttp.ClientSession() as session:
        intruder = await session.ws_connect(town.address.replace("http", "ws") + SOCKET)
        body = {"bot_id": BOT_ID, "secret": SECRET}
        await intruder.send_json({"cmd": "aibot_subscribe", "headers": {"req_id": "1"}, "body": body})
        await intruder.receive_json()

        farewell = await intruder.receive_json(timeout=15)  # the process comes back

    assert farewell["body"]["event"] == {"eventtype": "disconnected_event"}
    assert "another program connected as this robot" in caplog.text
    await connected(town)


async def test_of_two_processes_one_is_the_robot_and_the_other_sends_nothing_by_it(town: Town) -> None:
    await addressed(town)
    async with another_process(town) as other:
        assert not await line_of(other).lease.check()
        await push(town, *(f"第{n}条" for n in range(10)))
        await until_sent(town, "第9条")

        assert not line_of(other).is_up
    assert (await told(town, town.workers_chat))[-10:] == [f"第{n}条" for n in range(10)]


async def test_when_the_holder_stops_the_other_is_the_robot(
    database_url: str, tmp_path: Path, now: datetime
) -> None:
    async with running_town(database_url, tmp_path, now, change=on_a_line) as town, AsyncExitStack() as stack:
        await connected(town)
        hurry(town.app)
        await town.simulator.say(LI, SEWER)
        other = await stack.enter_async_context(another_process(town))
        hurry(other)

        await stop_line(town.app)

        await connected(town, other)
        assert "王芳已接单" in await town.say_in_group(WANG, "接单 1")


async def test_when_the_holder_dies_the_other_is_the_robot_within_the_life_of_its_lease(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def vanish() -> None:
        """A killed process gives nothing back."""

    await addressed(town)
    monkeypatch.setattr(line_of(town.app).lease, "release", vanish)
    async with another_process(town) as other:
        hurry(other)
        await stop_line(town.app)
        assert not await line_of(other).lease.check()
        await push(town, "一")

        await town.database.write(run_out)

        await connected(town, other)
        await until_sent(town, "一")
        assert "一" in (await told(town, town.workers_chat))[-1]


def test_a_dead_holder_is_replaced_within_a_minute() -> None:
    terms = Terms()

    assert terms.life + terms.renewal < timedelta(minutes=1)
    assert terms.margin < terms.renewal < terms.life / 2


def hurry(app: web.Application) -> None:
    """Look for the lease every moment."""
    line_of(app).lease._terms = replace(Terms(), renewal=timedelta(seconds=0.05))


async def stop_line(app: web.Application) -> None:
    """The line of this process ends; the rest of it goes on."""
    [task] = [
        task for task in asyncio.all_tasks() if task.get_name() == line_of(app).name and is_of(task, app)
    ]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def is_of(task: "asyncio.Task[Any]", app: web.Application) -> bool:
    """Whether the task runs this process's line: the two have the same name."""
    frame = task.get_coro().cr_frame  # type: ignore[union-attr]  # it is a coroutine
    return frame is not None and frame.f_locals.get("self") is line_of(app)


# ------------------------------------------------------------------ when it cannot push


async def test_what_waits_for_an_unreachable_robot_goes_by_the_groups_webhook(town: Town) -> None:
    await addressed(town)
    await town.simulator.fault("reset", f"{SOCKET}/aibot_subscribe")
    await town.simulator.fault("reset", f"{SOCKET}/ping")
    town.platform.lines.close()
    await town.eventually(lambda: is_down(town))
    await push(town, "新诉求 0001", card=CARD, chat_type=2)

    await town.app[SCHEDULE].reroute()  # within the minute it waits
    assert (await pushed(town, "新诉求 0001")).body["card"] == CARD
    await town.database.write(run_out)
    await town.app[SCHEDULE].reroute()

    await until_sent(town, "新诉求 0001")
    messages = await town.simulator.chat(town.workers_chat)
    assert (messages[-1]["text"], messages[-1]["sender"].partition(":")[0]) != ("新诉求 0001", "robot")


async def is_down(town: Town) -> bool:
    return not line_of(town.app).is_up


async def test_a_robot_back_on_callbacks_is_replaced_by_the_webhook_at_the_start(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    async with running_town(sqlite_url, tmp_path, now, change=on_a_line) as town:
        await connected(town)
        await addressed(town)
        await stop_line(town.app)
        await push(town, "一")
        assert await group_is_connected(town.database, town.workers_chat)

    async with running_town(sqlite_url, tmp_path, now) as town:
        await until_sent(town, "一")
        assert not await group_is_connected(town.app[DATABASE], town.workers_chat)
        assert await town.texts(town.workers_chat) == ["一"]


async def group_is_connected(database: Database, chat: str) -> bool:
    group = await database.read(organization.group_by_chat, chat)
    assert group is not None
    return group.is_connected


async def test_who_is_unknown_is_refused_on_the_connection_too(small_town: Town) -> None:
    answer = await small_town.say(ZHAO, "接单 99", chat=f"robot:main:{ZHAO}")

    assert "99" in answer
