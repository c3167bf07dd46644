"""How fast a message becomes a durable case and its answer: `python -m benchmarks` (`make bench`).

Signed safe-mode callbacks go to the product, one process of it, and after that to a bare aiohttp handler that
makes one raw commit of the same rows in the same database: the ceiling. Every message is a different report.
Workers' cards go to a platform on this machine that accepts everything; past twenty a minute and group they
wait, as they would in earnest. Afterwards every answer must have told a number, and every message must have
one receipt, one report and one case. Then the questions of daily work are measured while the cases that stand
grow to a million (`python -m benchmarks.growth`).
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, select

from benchmarks.growth import SIZES, print_growth
from benchmarks.load import Load, Order
from benchmarks.messages import Account
from benchmarks.processes import (
    SAMPLE,
    ceiling,
    cpu_seconds,
    free_port,
    fresh_database,
    open_database,
    product,
    run_load,
    sink,
)
from benchmarks.tables import machine, table
from bot.config import load_settings
from storage.models.cases import cases, reports
from storage.models.conversations import receipts

FASTEST = 6000  # messages a second for which enough are prepared
KINDS = ("sqlite", "postgresql")
TIME_IT_TAKES = (
    "Two minutes for the messages, then some three for the growth to a million cases, on two cores."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, and how much at once."""

    concurrencies: tuple[int, ...]
    warm_up: float  # seconds
    seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table."""

    database: str
    server: str  # product or ceiling
    concurrency: int
    load: Load
    cpu: float | None  # microseconds of the server's processor time a message


def measure(kind: str, plan: Plan) -> list[Measured]:
    """The product and then the ceiling at every concurrency, on one fresh database."""
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(kind))
        port, sink_port = free_port(), free_port()
        stack.enter_context(sink(sink_port))
        with product(url, port, sink_port) as pid:
            lines = list(_levels(kind, "product", plan, pid=pid, port=port))
        _check(url, lines)
        with ceiling(url, port) as pid:
            return [*lines, *_levels(kind, "ceiling", plan, pid=pid, port=port)]


def _levels(kind: str, server: str, plan: Plan, *, pid: int, port: int) -> Iterator[Measured]:
    at_most = int(FASTEST * (plan.warm_up + plan.seconds)) + 1000
    for position, concurrency in enumerate(plan.concurrencies):
        order = Order(
            account=_account(port),
            concurrency=concurrency,
            warm_up=plan.warm_up,
            seconds=plan.seconds,
            first=position * at_most,
            at_most=at_most,
        )
        before = cpu_seconds(pid)
        load = run_load(order)
        after = cpu_seconds(pid)
        has_cpu = before is not None and after is not None and load.answered
        cpu = (after - before) / load.answered * 1e6 if has_cpu else None  # type: ignore[operator]
        yield Measured(kind, server, concurrency, load, cpu)


def _check(url: str, lines: list[Measured]) -> None:
    """Nothing refused, nothing lost, nothing doubled, every answer with a number.

    Reports of one trouble share a case.
    """
    answered = sum(line.load.answered for line in lines)
    numbered = sum(line.load.numbered for line in lines)
    failed = sum(line.load.refused + line.load.unanswered for line in lines)
    with open_database(url) as database:
        stored = database.read_now(_stored)
    shared = stored.pop("cases") <= answered
    if failed or numbered != answered or not shared or stored != dict.fromkeys(stored, answered):
        raise SystemExit(f"{answered} answered, {numbered} with a number, {failed} failed; stored: {stored}")


def _stored(db: Connection) -> dict[str, int]:
    tables = (receipts, reports, cases)
    return {each.name: db.execute(select(func.count()).select_from(each)).scalar_one() for each in tables}


def _account(port: int) -> Account:
    account = load_settings(SAMPLE / "config.toml").official_accounts["main"]
    aes_key = account.aes_key.get_secret_value() if account.aes_key else ""
    return Account("127.0.0.1", port, "main", account.app_id, account.token.get_secret_value(), aes_key)


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n\n")[0])
    parser.add_argument("--database", choices=KINDS, action="append", help="only this one (default: both)")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 16, 64])
    parser.add_argument("--seconds", type=float, default=6.0, help="measured at each concurrency")
    parser.add_argument("--warm-up", type=float, default=1.5, help="seconds before that")
    parser.add_argument("--json", action="store_true", help="one JSON line of this instead of the tables")
    parser.add_argument("--without-growth", action="store_true", help="messages only")
    options = parser.parse_args()
    plan = Plan(tuple(options.concurrency), options.warm_up, options.seconds)
    if not options.json:
        print(TIME_IT_TAKES, flush=True)
    facts = machine()
    lines = [line for kind in options.database or KINDS for line in measure(kind, plan)]
    if options.json:
        rows = [asdict(line) | {"rate": line.load.rate} for line in lines]
        print(json.dumps({"machine": facts, "lines": rows}))
        return
    print(table(facts, lines), flush=True)
    if not options.without_growth:
        print_growth(options.database or KINDS, SIZES)


if __name__ == "__main__":
    main()
