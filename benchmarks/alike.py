"""Finding the open case that a new report belongs to, among 100,000: `python -m benchmarks.alike`."""

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, insert

from benchmarks.reading import MESSAGES
from nlp.lexicon import CATEGORIES, Lexicon
from nlp.places import Places
from nlp.reading import Reader
from nlp.similarity import same_problem
from storage.cases import open_cases_alike
from storage.engine import Database
from storage.migrations import migrate
from storage.models.cases import CaseStatus, Urgency, cases
from storage.models.organization import communities, estates

CASES: Final = 100_000
ESTATES: Final = 40
BUILDINGS: Final = 30
LOOKED_AT: Final = 20  # candidates that are read and compared
ROUNDS: Final = 200
BATCH: Final = 5_000


def main() -> None:
    """Fill a fresh SQLite file, then look for the case of many reports."""
    reader, places = Reader(Lexicon.load(Path("var"))), Places.of([])
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/alike.db", encryption_key="bench")
        migrate(database)
        database.write_now(_fill)
        spent = [database.read_now(_look, reader, places, number) for number in range(ROUNDS)]
        database.close()
    for name, times in zip(
        ("candidates from the index", "read and compared"), zip(*spent, strict=True), strict=True
    ):
        print(f"{name}: median {statistics.median(times) * 1000:.2f} ms, slowest {max(times) * 1000:.2f} ms")


def _look(db: Connection, reader: Reader, places: Places, number: int) -> tuple[float, float]:
    started = time.perf_counter()
    found = open_cases_alike(
        db,
        1,
        categories=["water", "property"],
        estate_id=number % ESTATES + 1,
        building=str(number % BUILDINGS + 1),
        limit=LOOKED_AT,
    )
    between = time.perf_counter()
    reading = reader.read(MESSAGES[number % len(MESSAGES)], places)
    for case in found:
        same_problem(reading, reader.read(case.summary, places))
    return between - started, time.perf_counter() - between


def _fill(db: Connection) -> None:
    db.execute(insert(communities).values(code="one", name="one", phone="", official_account=""))
    names = [
        {"community_id": 1, "name": f"estate {n}", "aliases": [], "buildings": ""} for n in range(ESTATES)
    ]
    db.execute(insert(estates), names)
    for start in range(0, CASES, BATCH):
        db.execute(insert(cases), [_case(number) for number in range(start, start + BATCH)])


def _case(number: int) -> dict[str, Any]:
    now = datetime(2026, 11, 20, 10, tzinfo=UTC)
    return {
        "community_id": 1,
        "year": 2026,
        "number": number + 1,
        "category": CATEGORIES[number % len(CATEGORIES)],
        "subcategory": "general",
        "urgency": Urgency.NORMAL,
        "status": CaseStatus.REGISTERED,
        "is_public": True,
        "is_confidential": False,
        "summary": MESSAGES[number % len(MESSAGES)],
        "estate_id": number // 7 % ESTATES + 1,
        "building": str(number // 3 % BUILDINGS + 1),
        "unit": None,
        "room": None,
        "spot": None,
        "grid_id": None,
        "handler_id": None,
        "opened_at": now,
        "respond_by": now,
        "resolve_by": now,
        "responded_at": None,
        "resolved_at": None,
        "resolution": "",
    }


if __name__ == "__main__":
    main()
