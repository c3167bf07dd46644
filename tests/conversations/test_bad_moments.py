"""Bugs, refusals and a database that fails: what was said is kept, and nobody is told what is not so."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, event, select, update

from bot.app import SCHEDULE
from bot.dispatch import Patience
from bot.rereading import Rereader
from nlp.places import Places
from nlp.reading import Reader, Reading
from storage.conversations import unhandled_receipts
from storage.models.conversations import Outcome, Step, conversations
from storage.models.outbox import Channel, outbox
from tests.edge import SEWER, Edge, ensure_one_case, robot_json, running_edge


@pytest.fixture
async def edge(database_url: str, now: datetime) -> AsyncIterator[Edge]:
    async with running_edge(database_url, now) as running:
        yield running


async def spoil_draft(edge: Edge) -> None:
    """The resident's dialogue stands at a question whose draft no program ever wrote."""
    await edge.say("下水道堵了，污水往外冒", key="ask")

    def work(db: Connection) -> None:
        row = db.execute(select(conversations.c.draft)).scalar_one()
        db.execute(update(conversations).values(draft=row | {"urgency": "nonsense"}))

    await edge.database.write(work)


def notes_for_staff(db: Connection) -> list[str]:
    return list(db.execute(select(outbox.c.key).where(outbox.c.key.startswith("unhandled:"))).scalars())


async def test_a_bug_is_apologized_for_once_and_keeps_the_message(edge: Edge) -> None:
    await spoil_draft(edge)
    before = await edge.counts()

    heard = [await edge.say("枫桥苑33号楼5单元") for _ in range(2)]
    other = await edge.say(SEWER, sender="oSomebodyElse", key="3")

    assert "没能处理好" in heard[0].text
    assert heard[0].text == heard[1].text
    assert "2026-0001" in other.text
    [unhandled] = await edge.database.read(unhandled_receipts, limit=10)
    assert (unhandled.text, unhandled.outcome) == ("枫桥苑33号楼5单元", Outcome.UNHANDLED)
    assert (await edge.counts())["receipts"] == before["receipts"] + 2
    assert await edge.database.read(notes_for_staff) == [f"unhandled:{unhandled.id}"]


async def test_a_draft_of_another_version_is_let_go_of_and_the_message_handled(edge: Edge) -> None:
    await edge.say("下水道堵了，污水往外冒", key="ask")
    await edge.database.write(lambda db: db.execute(update(conversations).values(draft={"nonsense": 1})))

    assert "2026-0001" in (await edge.say(SEWER, key="again")).text


async def test_a_silent_draft_that_a_bug_cannot_open_is_tried_once(edge: Edge) -> None:
    await spoil_draft(edge)
    edge.clock.move(timedelta(minutes=31))

    await edge.app[SCHEDULE].open_silent_drafts()

    assert (
        await edge.database.read(lambda db: db.execute(select(conversations.c.step)).scalar_one())
        is Step.IDLE
    )


async def test_the_log_of_a_bug_quotes_no_message(edge: Edge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await spoil_draft(edge)

    await edge.say("枫桥苑33号楼5单元，这是秘密")

    assert "a message was not handled" in caplog.text
    assert "秘密" not in caplog.text


class BrokenReader(Reader):
    """A reader with a bug."""

    def __init__(self) -> None:
        pass

    def read(self, text: str, places: Places) -> Reading:
        raise ZeroDivisionError


async def test_a_bug_in_the_reader_keeps_the_message_too(edge: Edge) -> None:
    edge.dispatcher.rereader = Rereader(BrokenReader())

    heard = [await edge.say(SEWER) for _ in range(2)]

    assert "没能处理好" in heard[0].text
    assert heard[0].text == heard[1].text
    [unhandled] = await edge.database.read(unhandled_receipts, limit=10)
    assert unhandled.text == SEWER
    assert (await edge.counts())["cases"] == 0


async def test_a_refusal_keeps_nothing_but_the_receipt(edge: Edge) -> None:
    before = await edge.counts()

    heard = await edge.tell_robot(robot_json("接单 99", key="r1", response_url="https://r.example/1"))

    assert "99" in heard.text
    assert await edge.counts() == before | {"receipts": 1}
    [receipt] = await edge.receipts()
    assert (receipt.outcome, receipt.answer) == (Outcome.REFUSED, heard.text)
    assert (receipt.channel, receipt.text) == (Channel.WECOM_ROBOT, "接单 99")


@pytest.fixture
async def impatient_edge(sqlite_url: str, now: datetime) -> AsyncIterator[Edge]:
    """It never waits for a lock on its database."""
    async with running_edge(sqlite_url, now) as running:

        def do_not_wait(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA busy_timeout=0")

        event.listen(running.database.engine, "connect", do_not_wait)
        running.database.engine.dispose()
        yield running


def locked(edge: Edge) -> sqlite3.Connection:
    """Another program holds the database's only lock until the connection is closed."""
    other = sqlite3.connect(edge.database.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


async def test_while_the_database_fails_nothing_is_called_a_success(impatient_edge: Edge) -> None:
    edge = impatient_edge
    edge.dispatcher.patience = Patience(due=1.5, dropped=1.6, again=(0.05,) * 200)
    other = locked(edge)
    first = await edge.say(SEWER)
    second = asyncio.create_task(edge.say(SEWER))
    await edge.eventually(lambda: edge.in_flight() == 2)
    other.close()

    heard = await second

    assert first.status == 503
    assert "2026-0001" in heard.text
    await ensure_one_case(edge)
    assert await edge.outgoing("answer:") == []


async def test_when_all_requests_are_gone_the_answer_follows_by_itself(impatient_edge: Edge) -> None:
    edge = impatient_edge
    edge.dispatcher.patience = Patience(due=1.5, dropped=1.6, again=(0.05,) * 200)
    other = locked(edge)
    first = await edge.say(SEWER)
    other.close()
    await edge.dispatcher.drain()

    assert first.status == 503
    [late] = await edge.outgoing("answer:")
    assert "2026-0001" in late.body["text"]
    await ensure_one_case(edge)


async def test_when_the_database_stays_away_the_message_is_refused_and_forgotten(
    impatient_edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    edge = impatient_edge
    edge.dispatcher.patience = Patience(again=(0.01,))
    other = locked(edge)

    heard = await edge.say(SEWER)
    other.close()

    assert heard.status == 503
    assert edge.in_flight() == 0
    assert "a message was not stored" in caplog.text
    assert SEWER not in caplog.text
    assert (await edge.counts())["receipts"] == 0
    assert "2026-0001" in (await edge.say(SEWER)).text
