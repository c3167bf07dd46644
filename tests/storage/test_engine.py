"""Writes are committed before they are answered, alone or in groups, and a failing one leaves no trace."""

import asyncio

import pytest
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from storage.engine import Database, database_now
from storage.models.organization import communities
from storage.writers import savepoint


def add(db: Connection, code: str) -> str:
    db.execute(insert(communities).values(code=code, name=code))
    return code


def add_then_fail(db: Connection, code: str) -> None:
    add(db, code)
    raise LookupError(code)


def count(db: Connection) -> int:
    total: int = db.execute(select(func.count()).select_from(communities)).scalar_one()
    return total


async def test_a_write_gives_its_result_and_is_read_afterwards(database: Database) -> None:
    result = await database.write(add, "a")

    assert result == "a"
    assert await database.read(count) == 1


async def test_in_a_group_the_failing_function_alone_is_undone(database: Database) -> None:
    writes = [database.write(add_then_fail if i % 10 == 3 else add, f"c{i}") for i in range(100)]

    results = await asyncio.gather(*writes, return_exceptions=True)

    failed = [i for i, result in enumerate(results) if isinstance(result, LookupError)]
    assert failed == [i for i in range(100) if i % 10 == 3]
    assert await database.read(count) == 90


async def test_a_broken_constraint_is_the_callers_error_and_nobody_elses(database: Database) -> None:
    results = await asyncio.gather(
        *(database.write(add, code) for code in ["a", "a", "b"]), return_exceptions=True
    )

    assert sum(isinstance(result, IntegrityError) for result in results) == 1
    assert await database.read(count) == 2


async def test_being_cancelled_while_waiting_undoes_nothing(database: Database) -> None:
    waiting = asyncio.create_task(database.write(add, "a"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    await database.write(add, "b")

    async with asyncio.timeout(10):
        while await database.read(count) < 2:  # noqa: ASYNC110 - PostgreSQL may commit the second first
            await asyncio.sleep(0.01)


async def test_a_savepoint_undoes_its_block_and_keeps_the_rest(database: Database) -> None:
    def work(db: Connection) -> None:
        add(db, "kept")
        with pytest.raises(LookupError), savepoint(db):
            add_then_fail(db, "undone")
        with pytest.raises(IntegrityError), savepoint(db):
            add(db, "kept")
        add(db, "after")

    await database.write(work)

    assert await database.read(count) == 2


async def test_reading_cannot_change_anything_on_sqlite(sqlite_url: str) -> None:
    database = Database(sqlite_url, encryption_key="x")
    with pytest.raises(Exception, match=r"readonly|read-only"):
        await database.read(add, "a")
    database.close()


async def test_the_database_clock_is_aware_and_moves_on(database: Database) -> None:
    first = await database.read(database_now)
    second = await database.read(database_now)

    assert first.utcoffset() is not None
    assert first <= second
