"""Threads that run write functions in transactions and answer only after COMMIT."""

import asyncio
import contextlib
import queue
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

try:
    import fcntl
except ImportError:  # Windows: no second process may write to the same SQLite file there
    fcntl = None  # type: ignore[assignment]

Work = Callable[[Connection], Any]

GROUP = 64  # functions in one SQLite transaction
TRIES = 6  # of one function, when the database itself failed in passing
RETRYABLE_STATES = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock not available
PROGRAM_LIMIT = "54"  # class of PostgreSQL states: the statement itself asks for too much
LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


@dataclass(slots=True)
class Job:
    """A function waiting for its transaction, and the future that waits for the result."""

    work: Work
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None


class GroupWriter:
    """SQLite's one writer: everything that waits goes into one transaction, each in a savepoint."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = FileLock(engine.url.database)
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> "asyncio.Future[Any]":
        """Queue a function; its future is set only after the commit."""
        if self._is_closed:
            raise RuntimeError("the database is closed")
        job = Job(work, asyncio.get_running_loop().create_future())
        self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        self._is_closed = True
        self._jobs.put(None)
        self._thread.join()
        self._lock.close()

    def _run(self) -> None:
        is_open = True
        while is_open:
            first = self._jobs.get()
            if first is None:
                return
            jobs = [first]
            while len(jobs) < GROUP:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    is_open = False
                    break
                jobs.append(job)
            self._commit(jobs)
            _settle(jobs)

    def _commit(self, jobs: list[Job]) -> None:
        for attempt in range(TRIES):
            try:
                self._commit_once(jobs)
                return
            except OperationalError as error:
                if attempt + 1 == TRIES or not _is_locked(error):
                    _fail(jobs, error)
                    return
                time.sleep(_pause(attempt))
            except BaseException as error:  # the thread must live: nobody else would answer the next
                _fail(jobs, error)
                return

    def _commit_once(self, jobs: list[Job]) -> None:
        with self._lock, self._engine.connect() as db, db.begin():
            for job in jobs:
                _run_in_savepoint(db, job)


class PooledWriter:
    """PostgreSQL's writers: one function per transaction; the server groups commits by itself."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="write")

    def submit(self, work: Work) -> "asyncio.Future[Any]":
        """Queue a function; its future is set only after the commit."""
        return asyncio.get_running_loop().run_in_executor(self._pool, self._commit, work)

    def close(self) -> None:
        """Finish what is queued and end the threads."""
        self._pool.shutdown()

    def _commit(self, work: Work) -> Any:
        for attempt in range(TRIES):
            try:
                with self._engine.begin() as db:
                    return work(db)
            except StopIteration as error:
                raise _undeliverable(error) from error
            except DBAPIError as error:
                if attempt + 1 == TRIES or not _is_passing(error):
                    raise
                time.sleep(_pause(attempt))
        raise AssertionError("unreachable")


def _run_in_savepoint(db: Connection, job: Job) -> None:
    """Run one function of a group; a failing one leaves no trace and does not disturb the others.

    A full disk rolls the whole transaction back, savepoints and all: that error ends the group.
    """
    db.exec_driver_sql("SAVEPOINT one")
    try:
        job.result, job.error = job.work(db), None
    except BaseException as error:
        if not _is_in_transaction(db) or (isinstance(error, OperationalError) and _is_locked(error)):
            raise
        job.result = None
        job.error = _undeliverable(error) if isinstance(error, StopIteration) else error
        db.exec_driver_sql("ROLLBACK TO one")
    db.exec_driver_sql("RELEASE one")


def _is_in_transaction(db: Connection) -> bool:
    driver = db.connection.driver_connection
    return isinstance(driver, sqlite3.Connection) and driver.in_transaction


def _fail(jobs: list[Job], error: BaseException) -> None:
    for job in jobs:
        job.result, job.error = None, error


def _settle(jobs: list[Job]) -> None:
    """Hand the results to their loops, with one wake-up per loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.future.get_loop(), []).append(job)
    for loop, of_loop in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop was closed while the commit ran
            loop.call_soon_threadsafe(_answer, of_loop)


def _answer(jobs: list[Job]) -> None:
    for job in jobs:
        if job.future.cancelled():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)


def _undeliverable(error: StopIteration) -> RuntimeError:
    """No future takes a StopIteration; setting it would leave this and the next waiting for ever."""
    return RuntimeError(f"a database function raised {error!r}")


def is_failure(error: BaseException) -> bool:
    """Whether the database itself failed (locked, deadlock, disk full, gone) and not the statement.

    Then nothing of the transaction holds. SQLite calls a misspelt column operational, too.
    """
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return isinstance(error, OperationalError) and _sqlite_code(error) != sqlite3.SQLITE_ERROR
    state = getattr(error.orig, "sqlstate", None) or ""
    return isinstance(error, OperationalError) and not state.startswith(PROGRAM_LIMIT)


def _is_locked(error: OperationalError) -> bool:
    return _sqlite_code(error) in LOCKED


def _sqlite_code(error: DBAPIError) -> int:
    extended: int = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return extended & 0xFF  # the rest says where it happened


def _is_passing(error: DBAPIError) -> bool:
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in RETRYABLE_STATES


def _pause(attempt: int) -> float:
    return float(0.01 * 2**attempt * (0.5 + random.random()))  # seconds, with jitter


class FileLock:
    """A turn for each process on one SQLite file; without it back-to-back groups starve the other."""

    def __init__(self, database: str | None) -> None:
        is_needed = fcntl is not None and database
        self._file = Path(f"{database}.lock").open("ab") if is_needed else None  # noqa: SIM115 - held till close

    def __enter__(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the lock file."""
        if self._file is not None:
            self._file.close()


@contextlib.contextmanager
def savepoint(db: Connection) -> Iterator[None]:
    """Undo what the block did when it raises, and only that; a quarter of the cost of `begin_nested`.

    A failure of the database (locked, deadlock, disk full) undoes nothing here: the whole must go.
    """
    db.exec_driver_sql("SAVEPOINT inner_work")
    try:
        yield
    except BaseException as error:
        if not is_failure(error):
            db.exec_driver_sql("ROLLBACK TO inner_work")
            db.exec_driver_sql("RELEASE inner_work")
        raise
    db.exec_driver_sql("RELEASE inner_work")
