"""The processes of a run: the product, the ceiling, the sink, the load; and the databases they use."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.error import URLError

import psycopg

from benchmarks.load import Load, Order
from bot.organization_file import load_organization
from handlers.organization import import_organization
from storage.engine import Database
from storage.migrations import migrate
from tests.postgresql import postgresql_server

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "bot" / "simulator" / "data"
KEY = "encryption key of the benchmark, of no use elsewhere"
START = 60.0  # seconds a server may take to answer


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def fresh_database(kind: str) -> Iterator[str]:
    """The URL of a database with the sample communities."""
    with empty_database(kind) as url:
        _prepare(url)
        yield url


@contextmanager
def empty_database(kind: str) -> Iterator[str]:
    """The URL of a database without tables: a file beside the code, not in a memory disk, or a server's."""
    if kind == "sqlite":
        (ROOT / "var").mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var") as folder:
            yield f"sqlite:///{folder}/huiyin.db"
        return
    with postgresql_server() as server:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as db:
            db.execute("CREATE DATABASE bench")
        yield f"{server}/bench"


@contextmanager
def open_database(url: str) -> Iterator[Database]:
    """The database, for looking into."""
    database = Database(url, encryption_key=KEY)
    try:
        yield database
    finally:
        database.close()


def _prepare(url: str) -> None:
    with open_database(url) as database:
        migrate(database)
        organization = load_organization(SAMPLE / "organization.toml")
        database.write_now(import_organization, organization, now=datetime.now(UTC))


@contextmanager
def product(url: str, port: int, sink_port: int) -> Iterator[int]:
    """The product as it is served: the sample's accounts, no simulator, cards going to the sink."""
    sink = f"http://127.0.0.1:{sink_port}"
    settings = {
        "HUIYIN_DATABASE__URL": url,
        "HUIYIN_SERVER__PORT": str(port),
        "HUIYIN_SERVER__PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HUIYIN_SECURITY__SESSION_KEY": "session key of the benchmark, of no use elsewhere",
        "HUIYIN_SECURITY__ENCRYPTION_KEY": KEY,
        "HUIYIN_OFFICIAL_ACCOUNTS__MAIN__API_BASE": sink,
        "HUIYIN_WECOM__API_BASE": sink,
        "HUIYIN_WECOM__RESPONSE_URL_BASE": sink,
        "HUIYIN_WECOM__ROBOTS__MAIN__MODE": "webhook",  # of the sink there is no long connection
        "HUIYIN_QUIET_HOURS__START": "00:00",  # never quiet, whenever this is run
        "HUIYIN_QUIET_HOURS__END": "00:00",
        "HUIYIN_SIMULATOR__ENABLED": "false",
    }
    with _process(
        ["-c", "from bot.cli import main; main()", "serve", "--config", str(SAMPLE / "config.toml")],
        port,
        settings,
    ) as pid:
        yield pid


@contextmanager
def ceiling(url: str, port: int) -> Iterator[int]:
    """The bare handler on a database the product has used."""
    with _process(["-m", "benchmarks.ceiling", url, str(port)], port, {}) as pid:
        yield pid


@contextmanager
def sink(port: int) -> Iterator[int]:
    """A platform that accepts everything."""
    with _process(["-m", "benchmarks.sink", str(port)], port, {}) as pid:
        yield pid


def run_load(order: Order) -> Load:
    """The load in its own process."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(order)).encode(),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    return Load(**json.loads(done.stdout))


def cpu_seconds(pid: int) -> float | None:
    """What the process has used of the processor so far; `None` where `/proc` does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _process(arguments: list[str], port: int, settings: dict[str, str]) -> Iterator[int]:
    """A Python of ours, from its first answer on `/healthz` to its end; `settings` join the environment."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    with tempfile.TemporaryFile() as log:
        started = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=inherited | settings,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            _wait_until_it_answers(started, f"http://127.0.0.1:{port}/healthz")
            yield started.pid
        finally:
            _end(started)
            _show_trouble(log)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _show_trouble(log: IO[bytes]) -> None:
    """Warnings, errors and tracebacks are for whoever runs this; news are not."""
    log.seek(0)
    lines = [line for line in log.read().decode(errors="replace").splitlines() if " INFO " not in line]
    if lines:
        print("\n".join(lines[-30:]), file=sys.stderr)


def _wait_until_it_answers(process: "subprocess.Popen[bytes]", url: str) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise SystemExit(f"{url} did not answer within {START:.0f} s")
