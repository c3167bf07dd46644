"""The one door to the database: `await database.write(f, …)` and `await database.read(f, …)`.

Functions run in database threads inside a transaction; only the modules `engine` and `writers` commit.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event, func, make_url, select
from sqlalchemy.engine import URL

from storage.types import UtcDateTime, cipher_from, dump_json
from storage.writers import FileLock, GroupWriter, PooledWriter

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4  # threads; SQLite readers each have their own connection, PostgreSQL's come from the pool
WRITERS = 8  # PostgreSQL writer threads, one transaction each
BUSY_SECONDS = 30  # how long SQLite waits for a lock that another program holds


class Writer(Protocol):
    """Runs functions in committed transactions."""

    def submit(self, work: Callable[[Connection], Any]) -> "asyncio.Future[Any]":
        """Queue a function; its future is set only after the commit."""

    def close(self) -> None:
        """Finish what is queued and end the threads."""


class Database:
    """One database of Huiyin: SQLite in a file, or PostgreSQL by its URL."""

    def __init__(self, url: str, *, encryption_key: str) -> None:
        self.url = _driver_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._cipher = cipher_from(encryption_key)
        self.engine = self._open(for_writing=True)
        self._reader = self._open(for_writing=False) if self.is_sqlite else self.engine
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._writer: Writer | None = None

    async def write(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of `function(connection, …)` once its transaction is on disk.

        Rolled back on an exception, which is passed on. Being cancelled while waiting undoes nothing.
        """
        if self._writer is None:
            self._writer = GroupWriter(self.engine) if self.is_sqlite else PooledWriter(self.engine, WRITERS)
        result: T = await asyncio.shield(self._writer.submit(lambda db: function(db, *args, **kwargs)))
        return result

    async def read(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of `function(connection, …)` in a transaction that changes nothing."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(function, *args, **kwargs))

    def read_now(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same in the calling thread, for command lines and tests."""
        with self._reader.connect() as db:
            return function(db, *args, **kwargs)

    def write_now(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """One committed transaction in the calling thread, for command lines and tests."""
        lock = FileLock(self.url.database if self.is_sqlite else None)
        with contextlib.closing(lock), lock, self.engine.begin() as db:
            return function(db, *args, **kwargs)

    def close(self) -> None:
        """Finish what was queued, then let go of every connection."""
        if self._writer is not None:
            self._writer.close()
        self._readers.shutdown()
        self.engine.dispose()
        self._reader.dispose()

    def _open(self, *, for_writing: bool) -> Engine:
        options: dict[str, Any] = {"json_serializer": dump_json, "hide_parameters": True}  # no texts in logs
        if not self.is_sqlite:
            options |= {"pool_size": WRITERS + READERS, "max_overflow": 4, "pool_pre_ping": True}
        engine = create_engine(self.url, **options)
        engine.dialect.huiyin_cipher = self._cipher  # type: ignore[attr-defined]  # read by EncryptedText
        if self.is_sqlite:
            _prepare_folder(self.url)
            _set_up_sqlite(engine, for_writing=for_writing)
        return engine


def database_now(db: Connection) -> datetime:
    """The database's own clock, by which leases of all processes are measured."""
    if db.dialect.name == "sqlite":
        clock = func.strftime("%Y-%m-%d %H:%M:%f", "now", type_=UtcDateTime)
    else:
        clock = func.clock_timestamp(type_=UtcDateTime)
    moment: datetime = db.execute(select(clock)).scalar_one()
    return moment


def _driver_url(url: str) -> URL:
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _prepare_folder(url: URL) -> None:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        Path(url.database).touch(mode=0o600)  # what residents write is nobody else's business


def _set_up_sqlite(engine: Engine, *, for_writing: bool) -> None:
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would make RELEASE SAVEPOINT commit
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-32000",  # KiB
            f"query_only={int(not for_writing)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def begin(dbapi_connection: PoolProxiedConnection) -> None:
        dbapi_connection.cursor().execute("BEGIN IMMEDIATE" if for_writing else "BEGIN")

    event.listen(engine, "connect", on_connect)
    # no "begin" event: with one, every statement looks for listeners, 11 % of a message's transaction
    engine.dialect.do_begin = begin  # type: ignore[method-assign]
