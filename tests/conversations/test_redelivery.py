"""A message that comes twice, together with itself, or to two processes: one case and one answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import pytest

from tests.edge import OPENID, SEWER, Edge, Heard, ensure_one_case, message_xml, running_edge

SEWERS = [f"枫桥苑{building}号楼下水道堵了" for building in range(1, 16)]


@pytest.fixture
async def edge(database_url: str, now: datetime) -> AsyncIterator[Edge]:
    async with running_edge(database_url, now) as running:
        yield running


async def test_three_deliveries_are_one_case_and_one_answer(edge: Edge) -> None:
    heard = [await edge.say(SEWER) for _ in range(3)]

    assert "2026-0001" in heard[0].text
    assert {each.text for each in heard} == {heard[0].text}
    await ensure_one_case(edge)


async def test_a_redelivery_while_the_first_is_at_work_waits_for_the_same_answer(edge: Edge) -> None:
    async with edge.held():
        waiting = [asyncio.create_task(edge.say(SEWER)) for _ in range(3)]
        await edge.eventually(lambda: edge.in_flight() == 3)
        assert not any(task.done() for task in waiting)

    heard = await asyncio.gather(*waiting)

    assert "2026-0001" in heard[0].text
    assert {each.text for each in heard} == {heard[0].text}
    await ensure_one_case(edge)
    assert edge.in_flight() == 0


async def test_two_processes_at_once_are_one_case_and_one_answer(database_url: str, now: datetime) -> None:
    async with running_edge(database_url, now) as one, running_edge(database_url, now) as other:
        both = [
            asyncio.gather(*(edge.say(SEWERS[n], sender=f"oPerson{n}", key=f"k{n}") for edge in (one, other)))
            for n in range(15)
        ]
        heard: list[tuple[Heard, ...]] = [tuple(await pair) for pair in both]

        assert all(first.text == second.text != "" for first, second in heard)
        counts = await one.counts()
        assert (counts["receipts"], counts["cases"]) == (15, 15)


async def test_the_second_process_waits_while_the_first_is_at_work(database_url: str, now: datetime) -> None:
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(running_edge(database_url, now)) for _ in range(2)]
        async with one.held():
            waiting = [asyncio.create_task(edge.say(SEWER)) for edge in (one, other)]
            await one.eventually(lambda: one.in_flight() == other.in_flight() == 1)

        first, second = await asyncio.gather(*waiting)

        assert "2026-0001" in first.text
        assert first.text == second.text
        await ensure_one_case(one)


async def test_who_hangs_up_and_asks_again_gets_the_answer(edge: Edge) -> None:
    async with edge.held():
        hasty = asyncio.create_task(edge.say(SEWER))
        await edge.eventually(lambda: edge.in_flight() == 1)
        hasty.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hasty

    heard = await edge.say(SEWER)

    assert "2026-0001" in heard.text
    await ensure_one_case(edge)


async def test_two_different_messages_of_one_new_resident_make_one_person(edge: Edge) -> None:
    heard = await asyncio.gather(*(edge.say(f"枫桥苑{n}号楼下水道堵了", key=str(n)) for n in range(1, 9)))

    assert all("已登记" in each.text for each in heard)
    counts = await edge.counts()
    people = {each.person_id for each in await edge.receipts()}
    assert (counts["receipts"], counts["cases"], counts["conversations"], len(people)) == (8, 8, 1, 1)


async def test_stopping_waits_for_what_is_at_work(edge: Edge) -> None:
    async with edge.held():
        waiting = asyncio.create_task(edge.say(SEWER))
        await edge.eventually(lambda: edge.in_flight() == 1)
        drained = asyncio.create_task(edge.dispatcher.drain())
        await asyncio.sleep(0)
        assert not drained.done()

    await drained

    assert "2026-0001" in (await waiting).text


async def test_a_redelivery_after_a_day_is_still_the_same_message(edge: Edge) -> None:
    first = await edge.say(SEWER)
    edge.clock.move(timedelta(days=1))

    again = await edge.say(SEWER)

    assert again.text == first.text
    await ensure_one_case(edge)


async def test_events_without_an_id_are_told_apart_and_repeated_ones_are_not(edge: Edge) -> None:
    def clicked(key: str, created: int) -> str:
        fields = f"<Event>CLICK</Event><EventKey>{key}</EventKey>"
        return message_xml("event", fields, sender=OPENID, key="", created=created)

    for xml in (clicked("A", 1), clicked("A", 1), clicked("B", 1), clicked("A", 2)):
        await edge.send(xml)

    assert (await edge.counts())["receipts"] == 3
