"""The migrations give exactly the tables that the models declare, on both databases."""

import asyncio
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from storage.engine import Database
from storage.migrations import is_current, migrate
from storage.models import metadata


def differences(db: Connection) -> list[object]:
    context = MigrationContext.configure(db, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def indexes(db: Connection) -> set[tuple[str, str]]:
    inspector = inspect(db)
    return {
        (table, str(index["name"]))
        for table in inspector.get_table_names()
        for index in inspector.get_indexes(table)
    }


def test_migrations_equal_the_models(database: Database) -> None:
    assert database.read_now(differences) == []


def test_migrations_make_the_indexes_of_the_models(database: Database) -> None:
    declared = {
        (table.name, str(index.name)) for table in metadata.tables.values() for index in table.indexes
    }

    made = database.read_now(indexes)

    assert declared - made == set()


def test_migrating_again_changes_nothing(database: Database) -> None:
    assert database.read_now(is_current)

    migrate(database)

    assert database.read_now(differences) == []


async def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    first, second = Database(url, encryption_key="x"), Database(url, encryption_key="x")

    await asyncio.gather(asyncio.to_thread(migrate, first), asyncio.to_thread(migrate, second))

    assert first.read_now(is_current)
    first.close()
    second.close()
