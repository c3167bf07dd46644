"""The real server process with its simulator, and Debian's Chromium."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.chromium import opened

CONFIG = Path(__file__).parents[2] / "bot" / "simulator" / "data" / "config.toml"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of `huiyin serve`, started as `make run` starts it but on its own port and database."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    process = subprocess.Popen(
        [Path(sys.executable).parent / "huiyin", "serve", "--config", CONFIG],
        env=os.environ | overrides(address, tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        ready = process.stdout.readline()
        assert f"{address}/simulator" in ready
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()
            process.stdout.close()


def overrides(address: str, folder: Path) -> dict[str, str]:
    """The keys that environment variables override."""
    return {
        "HUIYIN_SERVER__PORT": address.rsplit(":", 1)[1],
        "HUIYIN_SERVER__PUBLIC_URL": address,
        "HUIYIN_DATABASE__URL": f"sqlite:///{folder / 'huiyin.db'}",
        "HUIYIN_OFFICIAL_ACCOUNTS__MAIN__API_BASE": address,
        "HUIYIN_WECOM__API_BASE": address,
        "HUIYIN_WECOM__RESPONSE_URL_BASE": address,
        "HUIYIN_WECOM__ROBOTS__MAIN__SOCKET_URL": f"{address.replace('http', 'ws')}/simulator/socket",
    }


@pytest.fixture
async def page(server: str) -> AsyncIterator[Page]:
    """A browser window of ordinary size at the simulator's page."""
    async with opened(server, width=1360, height=860) as window:
        yield window
