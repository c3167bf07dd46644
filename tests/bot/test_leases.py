"""What only one process may do: the lease as each of them sees it, on both databases."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.leases import Lease, Terms, holder_id
from storage import leases as rows
from storage.engine import Database

TERMS = Terms(life=timedelta(seconds=30), renewal=timedelta(seconds=0.02), margin=timedelta(seconds=5))
NAME = "robot:main"


@pytest.fixture
def make(database: Database) -> Callable[..., Lease]:
    def build(terms: Terms = TERMS) -> Lease:
        return Lease(database, NAME, terms=terms)

    return build


def test_no_two_holders_have_the_same_name() -> None:
    names = {holder_id() for _ in range(100)}

    assert len(names) == 100
    assert max(map(len, names)) <= 64  # characters of leases.holder


async def test_the_first_has_it_and_the_second_waits(make: Callable[..., Lease]) -> None:
    first, second = make(), make()

    assert [await first.check(), await second.check()] == [True, False]
    assert (first.is_held, second.is_held) == (True, False)


async def test_who_waits_has_it_as_soon_as_the_holder_lets_go(make: Callable[..., Lease]) -> None:
    first, second = make(), make()
    await first.wait()
    waiting = asyncio.create_task(second.wait())

    await first.release()
    await asyncio.wait_for(waiting, 10)

    assert (first.is_held, second.is_held) == (False, True)


async def test_of_many_at_once_one_has_it(make: Callable[..., Lease]) -> None:
    competitors = [make() for _ in range(8)]

    assert sum(await asyncio.gather(*(each.check() for each in competitors))) == 1


async def test_it_ends_here_before_it_ends_in_the_database(make: Callable[..., Lease]) -> None:
    short = Terms(life=timedelta(seconds=5), renewal=timedelta(hours=1), margin=timedelta(seconds=4.9))
    first, second = make(short), make()
    await first.wait()

    await asyncio.wait_for(first.keep(), 10)

    assert not first.is_held
    assert not await second.check()  # nobody has it for the rest of its life


async def test_it_is_kept_while_it_is_renewed(
    make: Callable[..., Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    renewals = asyncio.Semaphore(0)
    genuine = rows.hold

    def counted(*given: Any, **named: Any) -> bool:
        loop.call_soon_threadsafe(renewals.release)
        return genuine(*given, **named)

    loop = asyncio.get_running_loop()
    lease = make()
    await lease.wait()
    monkeypatch.setattr(rows, "hold", counted)  # to hear of each renewal
    keeping = asyncio.create_task(lease.keep())

    for _ in range(3):
        await asyncio.wait_for(renewals.acquire(), 10)

    assert lease.is_held
    assert not keeping.done()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_a_database_that_fails_gives_it_to_nobody(
    make: Callable[..., Lease], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    genuine, failures = rows.hold, iter([True, True])

    def failing(*given: Any, **named: Any) -> bool:
        if next(failures, False):
            raise OSError("the disk is full")
        return genuine(*given, **named)

    monkeypatch.setattr(rows, "hold", failing)  # a database cannot be made to fail so shortly
    lease = make()

    await asyncio.wait_for(lease.wait(), 10)

    assert lease.is_held
    assert caplog.text.count("could not be asked for") == 2


async def test_letting_go_of_what_another_has_takes_nothing_from_it(make: Callable[..., Lease]) -> None:
    first, second, third = make(), make(), make()
    await first.wait()

    await second.release()

    assert not await third.check()
