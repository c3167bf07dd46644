"""The product as a process of its own: started, killed in the middle of things, started again."""

import asyncio
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import aiohttp

from bot.simulator.world import World, build_world
from handlers.organization import import_organization, parse_organization
from storage.engine import Database
from tests.conversations.conftest import DATA, free_port, read, sample_config

ROOT = Path(__file__).parents[1]
ENCRYPTION_KEY = "e" * 40
START = 60  # seconds a start may take on a busy machine


class Process:
    """`python -m bot serve` on one database, with no quiet hours; what it prints goes to a file."""

    def __init__(self, database_url: str, folder: Path, *, platform_url: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"process-{self.port}.log"
        self._running: subprocess.Popen[bytes] | None = None
        given = {
            "SERVER__PORT": str(self.port),
            "SERVER__PUBLIC_URL": self.url,
            "SERVER__CACHE_DIR": str(ROOT / "var"),
            "DATABASE__URL": database_url,
            "OFFICIAL_ACCOUNTS__MAIN__API_BASE": platform_url,
            "WECOM__API_BASE": platform_url,
            "WECOM__RESPONSE_URL_BASE": platform_url,
            "WECOM__ROBOTS__MAIN__MODE": "webhook",
            "SECURITY__SESSION_KEY": "s" * 40,
            "SECURITY__ENCRYPTION_KEY": ENCRYPTION_KEY,
            "QUIET_HOURS__START": "00:00",
            "QUIET_HOURS__END": "00:00",
            "SIMULATOR__ENABLED": "false",
        }
        self._environment = os.environ | {f"HUIYIN_{name}": value for name, value in given.items()}

    async def start(self) -> None:
        """It answers."""
        command = [sys.executable, "-m", "bot", "serve", "--config", str(DATA / "config.toml")]
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: ASYNC220 - over in milliseconds
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        async with asyncio.timeout(START), aiohttp.ClientSession() as session:
            while not await self._is_ready(session):
                assert self._running.poll() is None, self.log.read_text("utf-8")
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        """It is gone at once, whatever it was doing."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False


def import_sample_organization(database: Database, *, now: datetime) -> None:
    organization = parse_organization(read("organization.toml"))
    database.write_now(import_organization, organization, now=now)


def sample_world(product_url: str) -> World:
    """The platform's sample accounts, groups and people, their callbacks going to that address."""
    config = sample_config()
    return build_world(config, read("organization.toml"), read("residents.toml"), product_url=product_url)
