"""Databases of both kinds, and the named people of the sample communities."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.engine import Database
from storage.migrations import migrate
from tests.postgresql import PostgresqlUnavailable, postgresql_server

KEY = "key of the tests"

MakeDatabase = Callable[[], Database]


@pytest.fixture
def now() -> datetime:
    """A Friday morning: 2026-11-20 10:00 in Asia/Shanghai."""
    return datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that every test copies."""
    path = tmp_path_factory.mktemp("template") / "huiyin.db"
    database = Database(f"sqlite:///{path}", encryption_key=KEY)
    migrate(database)
    database.write_now(lambda db: None)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server with a migrated database `template_huiyin`."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgresql_server())
        except PostgresqlUnavailable as reason:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no embedded PostgreSQL on this machine: {reason}")
        _administer(url, "CREATE DATABASE template_huiyin")
        database = Database(f"{url}/template_huiyin", encryption_key=KEY)
        migrate(database)
        database.close()
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "huiyin.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql")
    name = f"test_{uuid.uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE template_huiyin STRATEGY FILE_COPY")
    yield f"{server}/{name}"
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database."""
    path = tmp_path / "huiyin.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database of each kind."""
    opened = Database(database_url, encryption_key=KEY)
    yield opened
    opened.close()


def _administer(server: str, statement: str) -> None:
    url = server.replace("postgresql://", "postgresql+psycopg://") + "/postgres"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(statement))
    engine.dispose()
