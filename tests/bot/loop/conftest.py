"""The sample communities, founded once."""

from pathlib import Path

import pytest

from tests.bot.loop.world import found_town


@pytest.fixture(scope="session")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file of the sample communities, to be copied."""
    path = tmp_path_factory.mktemp("town") / "huiyin.db"
    found_town(sqlite_template, path)
    return path
