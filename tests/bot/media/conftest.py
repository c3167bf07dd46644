"""A store to download from, and what talks to it."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import pytest
from aiohttp import web

from bot.channels.client import PlatformClient
from bot.media.download import Downloader
from storage.engine import Database
from tests.bot.media.store import Store
from tests.bot.watch import Watch
from tests.conftest import KEY


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """The far end, listening on this machine."""
    far_end = Store()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", far_end.handle)
    runner = web.AppRunner(app, shutdown_timeout=0, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    far_end.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield far_end
    await runner.cleanup()


@pytest.fixture
async def downloader() -> AsyncIterator[Downloader]:
    """The downloader under test."""
    opened = Downloader()
    yield opened
    await opened.close()


@pytest.fixture
async def client() -> AsyncIterator[PlatformClient]:
    """What fetches tokens."""
    opened = PlatformClient()
    yield opened
    await opened.close()


@pytest.fixture
def watch(now: datetime) -> Watch:
    """The time, which the test moves."""
    return Watch(now)


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """An open SQLite database."""
    opened = Database(sqlite_url, encryption_key=KEY)
    yield opened
    opened.close()
