"""How the questions of daily work grow with the cases that stand: `python -m benchmarks.growth`.

A fresh database is filled with a thousand closed cases and a tenth as many open ones, then with ten times as
many, up to a million and a hundred thousand (benchmarks/history.py). At each size every operation runs for
other places, people and numbers each time. What writes is rolled back: no figure has the wait for the disk.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from benchmarks import history
from benchmarks.history import BUILDINGS, COMMUNITIES, ESTATES, FIRST_RESIDENT, GRIDS, NAMES, NOW, RESIDENTS
from benchmarks.messages import SENTENCES
from benchmarks.processes import KEY, empty_database
from benchmarks.tables import machine
from bot.rereading import Rereader
from handlers.cases.alike import Read
from handlers.cases.firing import fire_timer
from handlers.cases.joining import report_problem
from handlers.cases.opening import open_case
from handlers.cases.reports import Place, Report
from handlers.rules import Rules
from nlp.lexicon import Lexicon
from nlp.reading import Reader
from storage import cases, organization, people, timers
from storage.alike import cases_alike
from storage.engine import Database
from storage.migrations import migrate
from storage.models.cases import Urgency
from storage.models.people import Person
from storage.models.timers import TimerKind

SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)  # closed cases; a tenth as many are open
KINDS: Final = ("sqlite", "postgresql")
TIMES: Final = 200  # of each operation at each size
RULES: Final = Rules()
LOOKED_AT: Final = 20
Step = Callable[[Connection], object]  # what is timed


@dataclass(slots=True)
class Town:
    """What stands in the database, and chance to choose from it."""

    reader: Reader
    closed: int = 0
    opened: range = range(0)  # the rows of the open cases added last
    open: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    reread: Rereader = field(init=False)

    def __post_init__(self) -> None:
        self.reread = Rereader(self.reader)

    def estate(self) -> int:
        """One of the estates."""
        return self.chance.randrange(ESTATES) + 1

    def building(self) -> str:
        """One of an estate's buildings."""
        return str(self.chance.randrange(BUILDINGS) + 1)

    def case(self) -> int:
        """Any case's row."""
        return self.chance.randrange(self.closed + self.open) + 1

    def remembering(self) -> Read:
        """How words are read by a process that has run for a while."""
        return self.reread.within(history.estate_names())

    def forgetting(self) -> Read:
        """How words are read by a process that has just started."""
        return Rereader(self.reader).within(history.estate_names())


def community_of(estate: int) -> int:
    """The community an estate belongs to."""
    return (estate - 1) % COMMUNITIES + 1


def grow(db: Database, town: Town, size: int) -> None:
    """So many cases are closed now, and a tenth as many open."""
    first, more = town.closed + town.open + 1, size - town.closed
    still = max(size // 10, 1) - town.open
    closed = history.Span(first, first + more - 1, is_open=False, before=town.open)
    opened = history.Span(first + more, first + more + still - 1, is_open=True, before=town.open)
    db.write_now(_fill, (closed, opened))
    town.closed, town.open, town.opened = size, town.open + still, range(opened.first, opened.last + 1)
    if not db.is_sqlite:  # as PostgreSQL does by itself after a while; SQLite never does
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _fill(db: Connection, spans: Iterable[history.Span]) -> None:
    history.relax(db)
    for span in spans:
        history.add_history(db, span)
    history.count_rows(db)


def joining_candidates(town: Town, *, is_settled: bool, is_wide: bool = False, is_busy: bool = False) -> Step:
    """Cases that a report may belong to, of two categories."""
    estate, building = (1, "1") if is_busy else (town.estate(), town.building())
    since = NOW - RULES.supervision.reopen_within if is_settled else None
    return lambda db: cases_alike(
        db,
        community_of(estate),
        categories=["water", "property"],
        estate_id=estate,
        building=building,
        wide="outage" if is_wide else None,
        limit=LOOKED_AT,
        settled_since=since,
    )


def reporting(town: Town, db: Connection, read: Read) -> Step:
    """A whole report: it joins, brings back or opens a case, and everybody concerned is told."""
    reporter, report = _report(town, db, read)
    return lambda db: report_problem(db, reporter, report, now=NOW, rules=RULES, read=read)


def _report(town: Town, db: Connection, read: Read) -> tuple[Person, Report]:
    estate, building = town.estate(), town.building()
    words = town.chance.choice(SENTENCES).format(place=f"{NAMES[estate - 1]}{building}号楼")
    reading = read(words)
    report = Report(
        community_id=community_of(estate),
        category=str(reading.category),
        subcategory=reading.subcategory,
        urgency=Urgency(reading.urgency),
        text=words,
        place=Place(organization.estate_by_id(db, estate), building),
    )
    return people.person_by_id(db, FIRST_RESIDENT + 1 + town.chance.randrange(RESIDENTS - 1)), report


def opening(town: Town, db: Connection) -> Step:
    """A case begins, whatever else stands at the place."""
    reporter, report = _report(town, db, town.remembering())
    return lambda db: open_case(db, reporter, report, now=NOW, rules=RULES)


def remembered(town: Town, db: Connection) -> Step:
    """The same once more: the words of its candidates were read before."""
    step, point = reporting(town, db, town.remembering()), db.begin_nested()
    step(db)
    point.rollback()
    return step


def ladder_step(town: Town, db: Connection) -> Step:
    """The reminder of a deadline fires and the next step is set."""
    case_id = town.chance.choice(town.opened)
    timer = next(each for each in timers.timers_of(db, case_id) if each.kind is TimerKind.SUPERVISION)
    now = cases.case_by_id(db, case_id).resolve_by + timedelta(seconds=1)
    return lambda db: fire_timer(db, timer, now=now, rules=RULES)


def own_cases(town: Town, *, is_heavy: bool) -> Step:
    """The newest of somebody's own cases."""
    person = FIRST_RESIDENT if is_heavy else FIRST_RESIDENT + 1 + town.chance.randrange(RESIDENTS - 1)
    return lambda db: cases.cases_of_person(db, person, limit=6)


def own_numbered(town: Town) -> Step:
    """A case of the resident who has many, by its number."""
    number = town.chance.randrange(200) + 1
    return lambda db: cases.own_cases_numbered(db, FIRST_RESIDENT, number)


def open_of_grids(town: Town) -> Step:
    """The list of a worker who serves two grids."""
    first = town.chance.randrange(GRIDS - 1) + 1
    return lambda db: cases.open_cases_of_grids(db, [first, first + 1], limit=20)


def open_of_community(town: Town) -> Step:
    """The list of a community's staff."""
    community = community_of(town.estate())
    return lambda db: cases.open_cases_of_community(db, community, limit=20)


def numbered(town: Town) -> Step:
    """A case by the number people say, without the year."""
    community, number = community_of(town.estate()), town.case() // 5 + 1
    return lambda db: cases.case_numbered(db, community_id=community, number=number)


def reporters(town: Town) -> Step:
    """Everybody who reports a case or one merged into it."""
    case_id = town.case()
    return lambda db: cases.reporters_of(db, case_id)


def due(at: datetime) -> Step:
    """What is due by then."""
    return lambda db: timers.due_timers(db, now=at, limit=100)


Prepare = Callable[[Town, Connection], Step]
OPERATIONS: Final[Mapping[str, Prepare]] = {
    "open cases it may join": lambda town, _: joining_candidates(town, is_settled=False),
    "settled ones it may reopen": lambda town, _: joining_candidates(town, is_settled=True),
    "settled, busiest building": lambda town, _: joining_candidates(town, is_settled=True, is_busy=True),
    "settled, whole estate": lambda town, _: joining_candidates(town, is_settled=True, is_wide=True),
    "whole report": remembered,
    "whole report, candidates unread": lambda town, db: reporting(town, db, town.forgetting()),
    "case opened and told": opening,
    "own cases": lambda town, _: own_cases(town, is_heavy=False),
    "own cases, of 200": lambda town, _: own_cases(town, is_heavy=True),
    "own case by number, of 200": lambda town, _: own_numbered(town),
    "open cases of two grids": lambda town, _: open_of_grids(town),
    "open cases of a community": lambda town, _: open_of_community(town),
    "case by number": lambda town, _: numbered(town),
    "reporters of a case": lambda town, _: reporters(town),
    "timers due: none": lambda _, __: due(NOW),
    "timers due: 100": lambda _, __: due(NOW + 100 * history.BETWEEN_TIMERS),
    "step of the ladder": ladder_step,
}


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of one operation at one size."""

    median: float
    p95: float

    def __str__(self) -> str:
        return f"{self.median:.2f} / {self.p95:.2f}"


def measure(kind: str, sizes: Iterable[int], *, calls: int = TIMES) -> Iterator[tuple[int, dict[str, Spent]]]:
    """At each size what every operation takes, on one database of this kind that grows."""
    town = Town(Reader(Lexicon.load(Path("var"))))
    with empty_database(kind) as url:
        db = Database(url, encryption_key=KEY)
        try:
            migrate(db)
            db.write_now(history.found_town, town.reader)
            for size in sorted(sizes):
                grow(db, town, size)
                yield size, {name: time_of(db, town, each, calls) for name, each in OPERATIONS.items()}
        finally:
            db.close()


def time_of(db: Database, town: Town, prepare: Prepare, calls: int) -> Spent:
    """What the operation takes: the median and the 95th of a hundred."""
    spent = []
    with db.engine.connect() as connection:
        for number in range(calls + 5):  # the first few only warm up: statements are compiled
            with connection.begin() as transaction:
                step = prepare(town, connection)
                started = time.perf_counter()
                step(connection)
                spent += [time.perf_counter() - started] if number >= 5 else []
                transaction.rollback()
    in_order = sorted(each * 1000 for each in spent)
    return Spent(statistics.median(in_order), in_order[int(len(in_order) * 0.95)])


def table(columns: Mapping[int, Mapping[str, Spent]]) -> str:
    """One line an operation, one column a size."""
    heads = ["ms: median / p95", *(f"{size:,}" for size in columns)]
    rows = [[name, *(str(column[name]) for column in columns.values())] for name in OPERATIONS]
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in [heads, *rows]
    )


def print_growth(kinds: Iterable[str], sizes: Iterable[int]) -> None:
    """The tables of these databases, each as soon as it is measured."""
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    for kind in kinds:
        started = time.perf_counter()
        columns = dict(measure(kind, sizes))
        print(f"\n{kind}, closed cases (a tenth as many open):\n{table(columns)}")
        print(f"filled and measured in {time.perf_counter() - started:.0f} s", flush=True)


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__.split("\n\n")[0])
    parser.add_argument("--database", choices=KINDS, action="append", help="only this one (default: both)")
    parser.add_argument("--cases", default=",".join(map(str, SIZES)), help="closed cases: 1000,10000,…")
    options = parser.parse_args()
    print_growth(options.database or KINDS, [int(size) for size in options.cases.split(",")])


if __name__ == "__main__":
    main()
