"""What was measured, for people to read."""

import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

HEADS = ("database", "at once", "server", "messages/s", "p50 ms", "p99 ms", "CPU us", "of the ceiling")


def machine() -> dict[str, str]:
    """What the figures depend on."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    packages = {name: version(name) for name in ("aiohttp", "SQLAlchemy", "psycopg", "uvloop")}
    return {
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **packages,
        "load before": f"{load:.2f}",
    }


def table(facts: Mapping[str, str], lines: Sequence[Any]) -> str:  # Any: lines of benchmarks.__main__
    """One line a measurement, the product's beside its ceiling's."""
    ceilings = {
        (line.database, line.concurrency): line.load.rate for line in lines if line.server == "ceiling"
    }
    rows = [HEADS]
    for line in sorted(lines, key=lambda each: (each.database != "sqlite", each.concurrency)):
        top = ceilings.get((line.database, line.concurrency), 0)
        is_product = line.server == "product" and top
        rows.append(
            (
                line.database,
                str(line.concurrency),
                line.server,
                f"{line.load.rate:,.0f}",
                f"{line.load.p50:.1f}",
                f"{line.load.p99:.1f}",
                "" if line.cpu is None else f"{line.cpu:,.0f}",
                f"{line.load.rate / top:.2f}" if is_product else "",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    texts = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    answered = sum(line.load.answered for line in lines if line.server == "product")
    facts_text = ", ".join(f"{name} {value}" for name, value in facts.items())
    return "\n".join(
        [facts_text, "", *texts, "", f"{answered:,} messages: one receipt, report, case and answer each."]
    )
