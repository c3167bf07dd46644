"""What the writers do when the database, or the function they run, fails."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, func, insert, select, text, update
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ProgrammingError

from storage.engine import Database
from storage.models.organization import communities
from storage.writers import GroupWriter, PooledWriter, is_failure, savepoint

GRACE = 30  # seconds a test waits for another thread before it fails


def add(db: Connection, code: str) -> str:
    db.execute(insert(communities).values(code=code, name=code))
    return code


def add_much(db: Connection, code: str) -> str:
    db.execute(insert(communities).values(code=code, name="x" * 2_000_000))
    return code


def raising(error: BaseException) -> Callable[[Connection], None]:
    def work(db: Connection) -> None:
        add(db, "half-done")
        raise error

    return work


def misspelt(db: Connection) -> None:
    add(db, "half-done")
    db.execute(text("SELECT no_such_column FROM communities"))


def codes(db: Connection) -> list[str]:
    return list(db.execute(select(communities.c.code).order_by(communities.c.id)).scalars())


async def together(database: Database, *works: Callable[[Connection], object]) -> list[object]:
    """The results of functions that stand in the queue at once."""
    begun, gate = threading.Event(), threading.Event()

    def hold(_db: Connection) -> None:
        begun.set()
        gate.wait(GRACE)

    held = asyncio.ensure_future(database.write(hold))
    await asyncio.to_thread(begun.wait, GRACE)
    waiting = [asyncio.ensure_future(database.write(work)) for work in works]
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    await held
    return list(results)


# ------------------------------------------------------------------ a function that fails


class Interrupted(BaseException):
    """Not an `Exception`, as little as what ends a process."""


@pytest.mark.parametrize(
    ("error", "arrives"),
    [
        (LookupError("a"), LookupError),
        (MemoryError(), MemoryError),
        (Interrupted(), Interrupted),
        (StopIteration("a"), RuntimeError),  # no future takes it as it is
    ],
    ids=repr,
)
async def test_whatever_a_function_raises_is_its_own_and_the_others_are_answered(
    database: Database, error: BaseException, arrives: type[BaseException]
) -> None:
    results = await together(database, lambda db: add(db, "a"), raising(error), lambda db: add(db, "b"))

    assert [results[0], type(results[1]), results[2]] == ["a", arrives, "b"]
    assert sorted(await database.read(codes)) == ["a", "b"]
    assert await database.write(add, "c") == "c"


async def test_a_broken_statement_is_no_failure_of_the_database(database: Database) -> None:
    """SQLite calls it operational all the same."""

    def work(db: Connection) -> str:
        add(db, "kept")
        with pytest.raises((OperationalError, ProgrammingError)) as caught, savepoint(db):
            misspelt(db)
        assert not is_failure(caught.value)
        return add(db, "after")

    assert await database.write(work) == "after"

    assert await database.read(codes) == ["kept", "after"]


async def test_bad_data_is_no_failure_of_the_database(database: Database) -> None:
    def work(db: Connection) -> str:
        add(db, "kept")
        too_big = select(1).where(communities.c.id == 10**30)
        with pytest.raises((DataError, OverflowError, ProgrammingError)) as caught, savepoint(db):
            db.execute(too_big).all()
        with pytest.raises(IntegrityError) as twice, savepoint(db):
            add(db, "kept")
        assert not is_failure(caught.value)
        assert not is_failure(twice.value)
        return add(db, "after")

    assert await database.write(work) == "after"

    assert await database.read(codes) == ["kept", "after"]


async def test_errors_show_no_texts(database: Database) -> None:
    await database.write(add, "枫桥苑33号楼")

    with pytest.raises(IntegrityError) as caught:
        await database.write(add, "枫桥苑33号楼")

    assert "INSERT" in str(caught.value)
    assert "parameters hidden" in str(caught.value)


async def test_after_closing_a_write_is_refused_instead_of_waiting_for_ever(database: Database) -> None:
    await database.write(add, "a")
    database.close()

    with pytest.raises(RuntimeError):
        await database.write(add, "b")


# ------------------------------------------------------------------ SQLite: a group shares its fate


@pytest.fixture
def sqlite(sqlite_url: str) -> Database:
    return Database(sqlite_url, encryption_key="x")


def limit_pages(engine: Engine, *, spare: int) -> None:
    """The disk is full after so many more pages."""

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + spare}")

    engine.dispose()
    event.listen(engine, "connect", on_connect)


async def test_a_full_disk_fails_what_does_not_fit_and_lies_about_nothing(sqlite: Database) -> None:
    limit_pages(sqlite.engine, spare=3)

    results = await together(
        sqlite, lambda db: add(db, "a"), lambda db: add_much(db, "much"), lambda db: add(db, "b")
    )

    said = {result for result in results if isinstance(result, str)}
    assert isinstance(results[1], OperationalError)
    assert is_failure(results[1])
    assert said == set(await sqlite.read(codes)), "an answer was given exactly for what is on disk"
    assert await sqlite.write(add, "later") == "later"
    sqlite.close()


async def test_a_full_disk_inside_a_savepoint_is_not_taken_for_a_refusal(sqlite: Database) -> None:
    limit_pages(sqlite.engine, spare=3)

    def work(db: Connection) -> None:
        add(db, "a")
        with savepoint(db):
            add_much(db, "much")

    with pytest.raises(OperationalError, match="full"):
        await sqlite.write(work)

    assert await sqlite.read(codes) == []
    sqlite.close()


async def test_when_the_commit_fails_nobody_is_told_that_it_worked(sqlite: Database) -> None:
    failures: list[Exception] = []

    def on_commit(_db: Connection) -> None:
        if failures:
            raise failures.pop()

    event.listen(sqlite.engine, "commit", on_commit)
    assert await sqlite.write(add, "a") == "a"
    failures.append(sqlite3.OperationalError("disk I/O error"))
    results = await asyncio.gather(sqlite.write(add, "b"), sqlite.write(add, "c"), return_exceptions=True)

    assert sqlite3.OperationalError in [type(result) for result in results]
    said = [result for result in results if isinstance(result, str)]
    assert await sqlite.read(codes) == ["a", *said]
    assert await sqlite.write(add, "d") == "d"
    sqlite.close()


async def test_a_transaction_that_is_gone_fails_the_whole_group(sqlite: Database) -> None:
    def vanishing(db: Connection) -> None:
        db.exec_driver_sql("ROLLBACK")  # what a full disk may do by itself
        raise Interrupted

    results = await together(sqlite, lambda db: add(db, "a"), vanishing, lambda db: add(db, "b"))

    assert [type(result) for result in results] == [Interrupted] * 3
    assert await sqlite.read(codes) == []
    assert await sqlite.write(add, "c") == "c"
    sqlite.close()


async def test_a_lock_held_by_another_program_is_waited_for(sqlite: Database) -> None:
    other = sqlite3.connect(sqlite.url.database or "", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    tries: list[int] = []

    def do_not_wait(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    def on_error(_context: object) -> None:
        tries.append(1)
        if len(tries) == 3:
            other.execute("COMMIT")

    event.listen(sqlite.engine, "connect", do_not_wait)
    event.listen(sqlite.engine, "handle_error", on_error)

    assert await sqlite.write(add, "a") == "a"

    assert len(tries) == 3
    other.close()
    sqlite.close()


async def test_two_processes_take_turns_on_one_file(sqlite_url: str) -> None:
    one, two = (Database(sqlite_url, encryption_key="x") for _ in range(2))

    await asyncio.gather(
        *(database.write(add, f"{name}{i}") for i in range(50) for name, database in (("a", one), ("b", two)))
    )

    assert len(await one.read(codes)) == 100
    one.close()
    two.close()


async def test_a_loop_that_is_gone_does_not_stop_the_writer(sqlite: Database) -> None:
    gate = threading.Event()
    writer = GroupWriter(sqlite.engine)

    def elsewhere() -> None:
        async def leave() -> None:
            writer.submit(lambda _db: gate.wait(GRACE))
            writer.submit(lambda db: add(db, "a"))

        asyncio.run(leave())

    await asyncio.to_thread(elsewhere)
    waiting = writer.submit(lambda db: add(db, "b"))
    gate.set()

    assert await waiting == "b"
    assert await sqlite.read(codes) == ["a", "b"]
    writer.close()
    sqlite.close()


# ------------------------------------------------------------------ PostgreSQL: deadlocks, lost connections


on_postgresql = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@on_postgresql
async def test_two_updates_in_opposite_order_both_come_true(database: Database) -> None:
    for code in ("a", "b"):
        await database.write(add, code)
    both_hold_one = threading.Barrier(2)
    runs: list[str] = []

    def rename(db: Connection, first: str, second: str) -> None:
        runs.append(first)
        with savepoint(db):  # a deadlock inside a handler's savepoint is no refusal either
            db.execute(update(communities).where(communities.c.code == first).values(name=f"by {first}"))
            if len(runs) <= 2:
                both_hold_one.wait(GRACE)
            db.execute(update(communities).where(communities.c.code == second).values(phone=f"by {first}"))

    await asyncio.gather(database.write(rename, "a", "b"), database.write(rename, "b", "a"))

    rows = await database.read(
        lambda db: db.execute(
            select(communities.c.code, communities.c.name, communities.c.phone).order_by(communities.c.code)
        ).all()
    )
    assert [tuple(row) for row in rows] == [("a", "by a", "by b"), ("b", "by b", "by a")]
    assert len(runs) == 3, "one was the deadlock's victim and ran again"


@on_postgresql
async def test_a_lost_connection_is_replaced_and_the_function_runs_again(database: Database) -> None:
    killer = create_engine(database.url)
    runs: list[int] = []

    def work(db: Connection) -> str:
        own: int = db.execute(select(func.pg_backend_pid())).scalar_one()
        runs.append(own)
        with savepoint(db):
            add(db, "a")
            if len(runs) == 1:
                with killer.begin() as other:
                    other.execute(select(func.pg_terminate_backend(own, GRACE * 1000)))
            return add(db, "b")

    assert await database.write(work) == "b"

    assert await database.read(codes) == ["a", "b"]
    assert len(runs) == 2
    killer.dispose()


@on_postgresql
async def test_a_lock_that_never_comes_is_given_up_after_its_tries(database: Database) -> None:
    await database.write(add, "a")
    runs: list[int] = []

    def work(db: Connection) -> None:
        runs.append(1)
        with savepoint(db):
            db.execute(select(communities).with_for_update(nowait=True)).all()

    with database.engine.begin() as holder:
        holder.execute(select(communities).with_for_update()).all()
        with pytest.raises(OperationalError) as caught:
            await database.write(work)

    assert is_failure(caught.value)
    assert len(runs) == 6
    assert await database.write(add, "b") == "b"


@on_postgresql
async def test_nul_in_a_text_is_bad_data_and_not_tried_again(database: Database) -> None:
    runs: list[int] = []

    def work(db: Connection) -> None:
        runs.append(1)
        add(db, "a\x00b")

    with pytest.raises(DataError) as caught:
        await database.write(work)

    assert not is_failure(caught.value)
    assert len(runs) == 1


@on_postgresql
async def test_a_statement_that_asks_too_much_is_no_failure_of_the_database(database: Database) -> None:

    def work(db: Connection) -> bool:
        with pytest.raises(OperationalError) as caught, savepoint(db):
            db.execute(text(f"SELECT {','.join(['1'] * 1700)}"))  # at most 1664 columns
        add(db, "a")
        return is_failure(caught.value)

    assert await database.write(work) is False

    assert await database.read(codes) == ["a"]


@on_postgresql
async def test_a_closed_pool_refuses(database: Database) -> None:
    writer = PooledWriter(database.engine, 1)
    writer.close()

    with pytest.raises(RuntimeError):
        writer.submit(codes)
