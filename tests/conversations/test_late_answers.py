"""An answer too late for the response follows by another way, once; without another way it waits."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.dispatch import Patience
from storage.models.conversations import AnswerRoute
from storage.models.outbox import DeliveryStatus
from tests.conversations.conftest import LI, running_town
from tests.edge import SEWER, Edge, ensure_one_case, message_xml, robot_json, running_edge

SHORT = Patience(late=0.1, due=0.2, dropped=1.0)
NEVER_LATE = Patience(late=60, due=0.2, dropped=0.5)  # the transaction is quick, only the way to it long


@pytest.fixture
async def edge(database_url: str, now: datetime) -> AsyncIterator[Edge]:
    async with running_edge(database_url, now) as running:
        yield running


@pytest.fixture
async def silent_edge(database_url: str, now: datetime) -> AsyncIterator[Edge]:
    """Its account may not send customer messages."""

    def forbid(config: dict[str, Any]) -> None:
        config["official_accounts"]["main"]["customer_messages"] = False

    async with running_edge(database_url, now, change=forbid) as running:
        yield running


# ------------------------------------------------------------------ too late for the response


@pytest.mark.parametrize("patience", [SHORT, NEVER_LATE], ids=["known within", "known at the edge"])
async def test_a_late_answer_follows_once_by_another_way(edge: Edge, patience: Patience) -> None:
    edge.dispatcher.patience = patience
    async with edge.held():
        first = await edge.say(SEWER)
    await edge.dispatcher.drain()

    again = await edge.say(SEWER)

    assert (first.body, again.body) == ("success", "success")
    [late] = await edge.outgoing("answer:")
    assert "2026-0001" in late.body["text"]
    [receipt] = await edge.receipts()
    assert receipt.answer_route is AnswerRoute.OUTBOX
    await ensure_one_case(edge)


async def test_who_still_waits_is_not_answered_when_the_answer_goes_another_way(edge: Edge) -> None:
    edge.dispatcher.patience = NEVER_LATE
    async with edge.held():
        first = await edge.say(SEWER)
        second = asyncio.create_task(edge.say(SEWER))
        await edge.eventually(lambda: edge.in_flight() == 2)

    assert (first.body, (await second).body) == ("success", "success")
    assert len(await edge.outgoing("answer:")) == 1


async def test_a_long_answer_that_is_late_comes_whole(edge: Edge) -> None:
    await edge.say(SEWER)
    await edge.tell_robot(robot_json("办结 1 " + "管道已疏通，" * 200 + "完", key="r1"))
    edge.dispatcher.patience = NEVER_LATE

    async with edge.held():
        assert (await edge.say("查 1", key="2")).body == "success"
    await edge.dispatcher.drain()

    [*_, receipt] = await edge.receipts()
    parts = {each.key: each.body["text"] for each in await edge.outgoing(f"answer:{receipt.id}:")}
    assert len(parts) >= 2
    assert "".join(parts[key] for key in sorted(parts)).count("管道已疏通，") == 200


async def test_a_robots_late_answer_goes_to_its_response_url(edge: Edge) -> None:
    await edge.say(SEWER)
    edge.dispatcher.patience = SHORT

    async with edge.held():
        heard = await edge.tell_robot(robot_json("接单 1", key="r1", response_url="https://r.example/1"))
    await edge.dispatcher.drain()

    assert (heard.status, heard.body) == (200, "")
    [late] = await edge.outgoing("answer:")
    assert "王芳已接单" in late.body["text"]


async def test_without_another_way_the_answer_stays_for_the_next_request(edge: Edge) -> None:
    await edge.say(SEWER)
    edge.dispatcher.patience = SHORT

    async with edge.held():
        heard = await edge.tell_robot(robot_json("接单 1", key="r1"))  # no response_url
    await edge.dispatcher.drain()
    edge.dispatcher.patience = Patience()
    again = await edge.tell_robot(robot_json("接单 1", key="r1"))

    assert heard.body == ""
    assert "王芳已接单" in again.text


async def test_past_four_real_seconds_the_resident_reads_it_as_a_customer_message(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    async with running_town(sqlite_url, tmp_path, now) as town:
        held = Edge(town.app, town.clock, aiohttp.ClientSession(), "")
        async with held.held():
            outcome = await town.simulator.say(LI, SEWER)
        await held.dispatcher.drain()
        await held.session.close()

        assert (outcome["outcome"], len(outcome["attempts"])) == ("silent", 1)
        said = await town.resident_reads(LI)
        assert [("2026-0001" in text) for text in said[1:]] == [True]
        assert len(await town.cases()) == 1


# ------------------------------------------------------------------ accounts that may not push


async def test_without_push_the_platforms_next_request_takes_the_answer(silent_edge: Edge) -> None:
    silent_edge.dispatcher.patience = SHORT
    async with silent_edge.held():
        first = await silent_edge.say(SEWER)  # the platform has hung up by then
        second = asyncio.create_task(silent_edge.say(SEWER))
        await silent_edge.eventually(lambda: silent_edge.in_flight() == 2)

    heard = await second

    assert first.status == 503
    assert "2026-0001" in heard.text
    assert await silent_edge.outgoing("answer:") == []
    await ensure_one_case(silent_edge)


async def test_without_push_an_answer_nobody_waited_for_is_said_with_the_next(silent_edge: Edge) -> None:
    silent_edge.dispatcher.patience = SHORT
    async with silent_edge.held():
        heard = [await silent_edge.say(SEWER) for _ in range(3)]
    await silent_edge.dispatcher.drain()

    following = await silent_edge.say("你好", key="2")

    assert [each.status for each in heard] == [503, 503, 200]
    assert heard[2].body == "success"
    assert following.text.index("2026-0001") < following.text.index("您好")
    third = await silent_edge.say("你好", key="3")
    assert "2026-0001" not in third.text


async def test_without_push_held_notices_are_said_with_the_next_answer_and_only_once(
    silent_edge: Edge,
) -> None:
    edge = silent_edge
    await edge.say(SEWER)
    await edge.tell_robot(robot_json("接单 1", key="r1"))

    for name in ("LOCATION", "VIEW"):  # an answer to these is read by nobody
        fields = f"<Event>{name}</Event>"
        assert (await edge.send(message_xml("event", fields, key=""))).body == "success"
    first = await edge.say("你好", key="2")
    same = await edge.say("你好", key="2")
    second = await edge.say("你好", key="3")

    assert "已由网格员王芳接单" in first.text
    assert first.text == same.text
    assert "接单" not in second.text
    notices = [each for each in await edge.outgoing() if "已由网格员王芳接单" in each.body["text"]]
    assert [each.status for each in notices] == [DeliveryStatus.SENT]
