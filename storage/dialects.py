"""Inserting: ON CONFLICT, which the two databases spell differently, and the number of a new row."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy import Insert as PlainInsert
from sqlalchemy.dialects import postgresql, sqlite

Insert = Any  # the two dialects' Insert classes share no base that knows on_conflict

INSERTS: dict[str, Callable[[Table], Insert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class PerDialect:
    """A statement built once for each database at import, picked by the connection."""

    def __init__(self, table: Table, build: Callable[[Insert], Insert]) -> None:
        self._statements = {name: build(insert(table)) for name, insert in INSERTS.items()}

    def on(self, db: Connection) -> Insert:
        """The statement for this connection's database."""
        return self._statements[db.dialect.name]


def insert_row(db: Connection, statement: PlainInsert, row: dict[str, Any]) -> int:
    """The row is there; gives the number the database gave it."""
    key = db.execute(statement, row).inserted_primary_key
    assert key is not None
    return int(key[0])
