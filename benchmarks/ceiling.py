"""The ceiling: a bare aiohttp handler that writes, in one raw transaction, the rows the product writes.

`python -m benchmarks.ceiling URL PORT`. It goes on in a database the product has used: the newest row of each
table is the pattern, so that columns, indices and table sizes are the product's own. Nothing is verified,
decrypted, read or decided. SQLite: one connection, WAL, `synchronous=FULL`, a commit a message on the loop.
PostgreSQL: a few connections, each transaction sent in one pipeline.
"""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, Protocol

import psycopg
import uvloop
from aiohttp import web
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from sqlalchemy import make_url

CONNECTIONS: Final = 8  # to PostgreSQL, as many as the product has writers
NEWEST: Final = (
    "people",
    "identities",
    "conversations",
    "receipts",
    "cases",
    "reports",
    "case_events",
    "outbox",
)
ANSWER: Final = b"x" * 900  # about as long as an encrypted answer

Row = dict[str, Any]
Statement = tuple[str, Row]


@dataclass(slots=True)
class Rows:
    """What one message writes, after the pattern of the product's newest rows."""

    patterns: Mapping[str, Row]
    _numbers: Mapping[str, "count[int]"] = field(init=False)
    _known: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = {table: count(row["id"] + 1) for table, row in self.patterns.items()}

    def of_message(self, openid: str) -> list[Statement]:
        """The statements of a report: receipt, window, number, case, report, event, wake-up, card."""
        statements = [] if openid in self._known else self._of_newcomer(openid)
        person_id, case_id = self._known[openid], next(self._numbers["cases"])
        case, receipt_id = self.patterns["cases"], next(self._numbers["receipts"])
        return [
            *statements,
            self._insert("receipts", receipt_id, message_key=f"bare-{receipt_id}", person_id=person_id),
            self._touch(self.patterns["destinations"]["id"], "opened_at"),
            (
                "UPDATE case_counters SET last = last + 1 WHERE community_id = :community AND year = :year",
                {"community": case["community_id"], "year": case["year"]},
            ),
            self._insert("cases", case_id, number=1_000_000 + case_id),
            self._insert("reports", next(self._numbers["reports"]), case_id=case_id, person_id=person_id),
            self._insert("case_events", next(self._numbers["case_events"]), case_id=case_id),
            self._touch(self.patterns["outbox"]["destination_id"], "ready_at"),
            self._insert("outbox", next(self._numbers["outbox"]), key=f"bare-{case_id}", case_id=case_id),
        ]

    def _of_newcomer(self, openid: str) -> list[Statement]:
        person_id = self._known[openid] = next(self._numbers["people"])
        identity = {"person_id": person_id, "external_id": f"bare-{openid}"}
        return [
            self._insert("people", person_id),
            self._insert("identities", next(self._numbers["identities"]), **identity),
            self._insert("conversations", next(self._numbers["conversations"]), person_id=person_id),
        ]

    def _insert(self, table: str, row_id: int, **changed: Any) -> Statement:
        row = self.patterns[table] | changed | {"id": row_id}
        return f"INSERT INTO {table} ({', '.join(row)}) VALUES (:{', :'.join(row)})", row  # noqa: S608

    def _touch(self, destination_id: int, column: str) -> Statement:
        row = {"moment": self.patterns["destinations"][column], "id": destination_id}
        return f"UPDATE destinations SET {column} = :moment WHERE id = :id", row  # noqa: S608


class Store(Protocol):
    """Commits statements together."""

    async def commit(self, statements: list[Statement]) -> None:
        """All of them are on disk."""


class SqliteStore:
    """One connection, on the loop."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
            self._db.execute(f"PRAGMA {pragma}")

    async def patterns(self) -> dict[str, Row]:
        """The newest row of each table."""
        self._db.row_factory = sqlite3.Row
        return {table: dict(self._db.execute(query).fetchone()) for table, query in _queries().items()}

    async def commit(self, statements: list[Statement]) -> None:
        """All of them are on disk."""
        self._db.execute("BEGIN IMMEDIATE")
        for statement, row in statements:
            self._db.execute(statement, row)
        self._db.execute("COMMIT")


class PostgresqlStore:
    """A few connections, taken in turn."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._free: asyncio.Queue[psycopg.AsyncConnection[Row]] = asyncio.Queue()
        self._known: dict[str, str] = {}

    async def patterns(self) -> dict[str, Row]:
        """The newest row of each table."""
        for _ in range(CONNECTIONS):
            db = await psycopg.AsyncConnection.connect(self._url, row_factory=dict_row)
            self._free.put_nowait(db)
        found = {}
        for table, query in _queries().items():
            row = await (await db.execute(query)).fetchone()
            found[table] = {name: _as_parameter(value) for name, value in (row or {}).items()}
        await db.rollback()
        return found

    async def commit(self, statements: list[Statement]) -> None:
        """All of them are on disk."""
        db = await self._free.get()
        try:
            async with db.pipeline(), db.transaction():
                for statement, row in statements:
                    await db.execute(self._translated(statement, row), row)
        finally:
            self._free.put_nowait(db)

    def _translated(self, statement: str, row: Row) -> str:
        known = self._known.get(statement)
        if known is None:
            known = statement
            for name in sorted(row, key=len, reverse=True):
                known = known.replace(f":{name}", f"%({name})s")
            self._known[statement] = known
        return known


def _queries() -> dict[str, str]:
    newest = {table: f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1" for table in NEWEST}  # noqa: S608
    resident = "SELECT * FROM destinations WHERE opened_at IS NOT NULL ORDER BY id DESC LIMIT 1"
    return newest | {"destinations": resident}


def _as_parameter(value: object) -> object:
    return Jsonb(value) if isinstance(value, dict | list) else value


def build_app(store: SqliteStore | PostgresqlStore) -> web.Application:
    """One handler."""
    rows: list[Rows] = []

    async def open_rows(_app: web.Application) -> AsyncIterator[None]:
        rows.append(Rows(await store.patterns()))
        yield

    async def message(request: web.Request) -> web.Response:
        await request.read()
        await store.commit(rows[0].of_message(request.query["openid"]))
        return web.Response(body=ANSWER, content_type="application/xml")

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    app = web.Application()
    app.cleanup_ctx.append(open_rows)
    app.router.add_post("/wechat/{name}", message)
    app.router.add_get("/healthz", healthz)
    return app


def main(url: str, port: int) -> None:
    """Serve until ended."""
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    store = SqliteStore(make_url(url).database or "") if is_sqlite else PostgresqlStore(url)
    loop = uvloop.new_event_loop()
    web.run_app(build_app(store), host="127.0.0.1", port=port, loop=loop, access_log=None, print=None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
