"""Alembic migrations; `migrate` brings a database to the newest."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.engine import Database


def migrate(database: Database, revision: str = "head") -> str:
    """The database has the tables of this program version; gives the revision it now stands at."""

    def upgrade(db: Connection) -> str:
        _serialize(db)
        config = _config()
        config.attributes["connection"] = db
        command.upgrade(config, revision)
        return _revision(db)

    return database.write_now(upgrade)


def is_current(db: Connection) -> bool:
    """Whether the database has every migration this program knows, and no other."""
    return _revision(db) == ScriptDirectory.from_config(_config()).get_current_head()


def _revision(db: Connection) -> str:
    return MigrationContext.configure(db).get_current_revision() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _serialize(db: Connection) -> None:
    if db.dialect.name == "postgresql":  # two processes that start together take turns
        db.exec_driver_sql("SELECT pg_advisory_xact_lock(7241965)")
