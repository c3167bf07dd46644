"""Years of cases in a database, made by the database itself: closed ones, open ones, and what hangs on them.

Five communities, 40 estates of 30 buildings, two grids each; 20,000 residents. Every 50th case is of one busy
building. Closed cases ended evenly over the last five years, open ones are of this year. One resident has
200 cases. Each open case has three timers, the next ten seconds after the last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnDefault, Connection, Table, insert, text

from benchmarks.messages import SENTENCES
from nlp.places import Places
from nlp.reading import Reader
from storage.models import metadata
from storage.models.cases import OPEN_STATUSES, cases
from storage.models.organization import (
    Audience,
    GridMode,
    communities,
    estates,
    grid_covers,
    grid_workers,
    grids,
    groups,
)
from storage.models.people import Role, identities, people
from storage.models.timers import TimerKind

NOW: Final = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
YEARS: Final = (2021, 2022, 2023, 2024, 2025, 2026)  # the last is that of the open ones
COMMUNITIES: Final = 5
ESTATES: Final = 40
BUILDINGS: Final = 30
GRIDS: Final = 2 * ESTATES
RESIDENTS: Final = 20_000
FIRST_RESIDENT: Final = 1000  # the one with many cases; the numbers below are those who work
OF_ONE_RESIDENT: Final = 200  # cases
JUDGED: Final = 55  # of a hundred closed ones
TIMERS: Final = (TimerKind.RESPONSE, TimerKind.SUPERVISION, TimerKind.ANSWER)
BETWEEN_TIMERS: Final = timedelta(seconds=10)
NAMES: Final = [
    f"{first}{last}" for first in ("朝阳", "晨曦", "和平", "建设", "幸福") for last in "里苑园庭湾居坊府"
]
COMMUNITY: Final = f"e % {COMMUNITIES} + 1"
GRID: Final = f"2 * e + b / {BUILDINGS // 2} + 1"

_STEPS: Final = """WITH RECURSIVE n(s) AS (
  SELECT CAST(:first AS BIGINT) UNION ALL SELECT s + 1 FROM n WHERE s < :last
), d AS (
  SELECT s,
    CASE WHEN s % 50 = 0 THEN 0 ELSE s * 1566083941 % 2147483647 / 53687092 END AS e,
    CASE WHEN s % 50 = 0 THEN 0 ELSE s * 1358796423 % 2147483647 / 71582789 END AS b,
    s * 1099087573 % 2147483647 / 107374183 AS k,
    s * 715225739 % 2147483399 AS h,
    s * 1288490189 % 2147483399 % 100 AS p
  FROM n
)"""


@dataclass(frozen=True, slots=True)
class Span:
    """Cases of consecutive numbers of row, all of them closed or all open."""

    first: int
    last: int
    is_open: bool
    before: int  # open cases that stand already


def found_town(db: Connection, reader: Reader) -> None:
    """The communities with their grids, workers, groups and residents; no case yet."""
    workers = [_person(g + 1, g // 2, Role.GRID_WORKER) for g in range(GRIDS)]
    staff = [_person(100 + c, c, Role.STAFF) for c in range(COMMUNITIES)]
    heads = [_person(200 + c, c, Role.HEAD) for c in range(COMMUNITIES)]
    residents = [_person(FIRST_RESIDENT + r, r, Role.RESIDENT) for r in range(RESIDENTS)]
    everybody = [*workers, *staff, *heads, *residents]
    rows: list[tuple[Table, list[dict[str, Any]]]] = [
        (communities, [_community(c) for c in range(COMMUNITIES)]),
        (estates, [_estate(e) for e in range(ESTATES)]),
        (people, everybody),
        (identities, [_identity(each) for each in everybody]),
        (grids, [_grid(g) for g in range(GRIDS)]),
        (grid_covers, [_cover(g) for g in range(GRIDS)]),
        (grid_workers, [_service(g) for g in range(GRIDS)]),
        (groups, [_group(g) for g in range(GRIDS)] + [_desk(c) for c in range(COMMUNITIES)]),
    ]
    for table, values in rows:
        db.execute(insert(table), values)
    _keep_sentences(db, reader)
    count_rows(db)


def estate_names() -> Places:
    """The estates of the town, as its reader knows them."""
    return Places.of([(name, ()) for name in NAMES])


def add_history(db: Connection, span: Span) -> None:
    """These cases are there with their reports, events, timers and judgements."""
    for table, named, condition in _contents(Sql(db.dialect.name, span), span):
        columns = _defaults(metadata.tables[table]) | named
        names, values = ", ".join(columns), ", ".join(columns.values())
        source = "d JOIN bench_sentences AS w ON w.position = k" if table == "cases" else "d"
        statement = f"INSERT INTO {table} ({names}) {_STEPS} SELECT {values} FROM {source} WHERE {condition}"  # noqa: S608
        db.execute(text(statement), {"first": span.first, "last": span.last})


def relax(db: Connection) -> None:
    """Filling need not survive a power cut, and what a row refers to is known to be there."""
    if db.dialect.name == "postgresql":
        db.execute(text("SET LOCAL session_replication_role = replica"))


def count_rows(db: Connection) -> None:
    """The numbers that come next follow those given."""
    for year in YEARS:
        db.execute(text("DELETE FROM case_counters WHERE year = :year"), {"year": year})
        last = "SELECT id, :year, (SELECT COALESCE(MAX(id), 0) FROM cases) FROM communities"
        db.execute(text(f"INSERT INTO case_counters (community_id, year, last) {last}"), {"year": year})
    if db.dialect.name == "postgresql":
        for table in (communities, estates, people, grids, groups, cases):
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            db.execute(text(f"SELECT setval({sequence}, (SELECT COALESCE(MAX(id), 1) FROM {table.name}))"))  # noqa: S608


class Sql:
    """Moments as the two databases write them."""

    def __init__(self, dialect: str, span: Span) -> None:
        self._is_sqlite = dialect == "sqlite"
        ago = "60 * (h % 2628000)"  # within five years
        self.opened = self.moment("-60 * (h % 20160)" if span.is_open else f"-432000 - {ago}")
        self.ended = self.moment(f"-{ago}")

    def moment(self, seconds: str) -> str:
        """So many seconds after now."""
        if self._is_sqlite:
            base = NOW.strftime("%Y-%m-%d %H:%M:%S")
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', '{base}', ({seconds}) || ' seconds')"
        return f"TIMESTAMPTZ '{NOW.isoformat()}' + ({seconds}) * INTERVAL '1 second'"


def _contents(sql: Sql, span: Span) -> Iterator[tuple[str, dict[str, str], str]]:
    """Each table to fill, what stands in its columns, and for which cases."""
    yield (
        "cases",
        _case_columns(sql) | (_open_columns(sql) if span.is_open else _settled_columns(sql)),
        "TRUE",
    )
    resident = f"{FIRST_RESIDENT} + 1 + h % {RESIDENTS - 1}"
    if span.first == 1:
        share = (span.last - span.first + 1) // OF_ONE_RESIDENT
        resident = f"CASE WHEN s % {share} = 0 THEN {FIRST_RESIDENT} ELSE {resident} END"
    neighbour = f"{FIRST_RESIDENT} + 1 + (h + 7) % {RESIDENTS - 1}"
    yield "reports", _report_columns(sql, resident), "TRUE"
    yield "reports", _report_columns(sql, neighbour), "p < 20"
    yield "case_events", _event_columns("opened", sql.opened), "TRUE"
    yield "case_events", _event_columns("claimed", sql.opened), "TRUE"
    if not span.is_open:
        yield "case_events", _event_columns("resolved", sql.ended), "TRUE"
        yield "evaluations", _evaluation_columns(sql), f"p < {JUDGED}"
        return
    for position, kind in enumerate(TIMERS):
        order = f"{len(TIMERS)} * (s - {span.first} + {span.before}) + {position} + 1"
        yield "timers", _timer_columns(kind, sql.moment(f"{BETWEEN_TIMERS.seconds} * ({order})")), "TRUE"


def _defaults(table: Table) -> dict[str, str]:
    """What stands in the columns that nobody names: the model's own beginnings."""
    begun = {
        column.name: column.default.arg
        for column in table.columns
        if isinstance(column.default, ColumnDefault) and column.default.is_scalar
    }
    return {name: f"'{arg}'" if isinstance(arg, str) else str(arg).upper() for name, arg in begun.items()}


def _case_columns(sql: Sql) -> dict[str, str]:
    estate = "(SELECT name FROM estates WHERE id = e + 1)"
    place = f"{estate} || (b + 1) || '号楼' || (h % 4 + 1) || '单元' || (h % 97 + 101)"
    return {
        "id": "s",
        "community_id": COMMUNITY,
        "category": "w.category",
        "subcategory": "w.subcategory",
        "urgency": "'normal'",
        "is_public": "TRUE",
        "is_confidential": "FALSE",
        "summary": f"{place} || w.words",
        "estate_id": "e + 1",
        "building": "CAST(b + 1 AS VARCHAR(16))",
        "grid_id": GRID,
        "handler_id": GRID,
        "opened_at": sql.opened,
        "round_at": sql.opened,
        "respond_by": sql.opened,
    }


def _open_columns(sql: Sql) -> dict[str, str]:
    words = " ".join(f"WHEN {at} THEN '{status}'" for at, status in enumerate(OPEN_STATUSES))
    return {
        "year": str(YEARS[-1]),
        "number": "s",
        "status": f"CASE s % {len(OPEN_STATUSES)} {words} END",
        "resolve_by": sql.moment("60 * (h % 14400)"),
    }


def _settled_columns(sql: Sql) -> dict[str, str]:
    """Of a hundred 89 are closed, 1 resolved this week, 4 rejected, 4 withdrawn, 2 merged into another."""
    recently = sql.moment("-60 * (h % 10080)")
    return {
        "year": f"{YEARS[0]} + s % {len(YEARS) - 1}",
        "number": f"s / {len(YEARS) - 1} + 1",
        "status": "CASE WHEN p < 89 THEN 'closed' WHEN p < 90 THEN 'resolved' WHEN p < 94 THEN 'rejected'"
        " WHEN p < 98 OR s = 1 THEN 'withdrawn' ELSE 'merged' END",
        "resolve_by": sql.ended,
        "responded_at": sql.opened,
        "resolved_at": f"CASE WHEN p < 89 THEN {sql.ended} WHEN p < 90 THEN {recently} END",
        "closed_at": f"CASE WHEN p < 89 OR p >= 90 THEN {sql.ended} END",
        "merged_into_id": "CASE WHEN p >= 98 AND s > 1 THEN s - 1 END",
        "is_judged": f"p < {JUDGED}",
    }


def _report_columns(sql: Sql, person: str) -> dict[str, str]:
    return {
        "community_id": COMMUNITY,
        "case_id": "s",
        "person_id": person,
        "text": "'还是没有修好'",
        "reported_at": sql.opened,
        "source": "'account'",
    }


def _event_columns(kind: str, moment: str) -> dict[str, str]:
    return {"community_id": COMMUNITY, "case_id": "s", "kind": f"'{kind}'", "happened_at": moment}


def _timer_columns(kind: str, due: str) -> dict[str, str]:
    step = "'remind'" if kind == "supervision" else "''"
    return {"community_id": COMMUNITY, "case_id": "s", "kind": f"'{kind}'", "due_at": due, "step": step}


def _evaluation_columns(sql: Sql) -> dict[str, str]:
    person = f"{FIRST_RESIDENT} + 1 + h % {RESIDENTS - 1}"
    row = {"community_id": COMMUNITY, "case_id": "s", "person_id": person, "round": "0"}
    return row | {"rating": "p % 5 + 1", "is_partly": "FALSE", "evaluated_at": sql.ended}


def _keep_sentences(db: Connection, reader: Reader) -> None:
    """What residents say, and as what it is read."""
    db.execute(
        text(
            "CREATE TABLE bench_sentences (position BIGINT PRIMARY KEY, category VARCHAR(32),"
            " subcategory VARCHAR(32), words TEXT)"
        )
    )
    known = estate_names()
    for position, sentence in enumerate(SENTENCES):
        reading = reader.read(sentence.format(place=f"{NAMES[0]}3号楼"), known)
        row = {"category": reading.category, "subcategory": reading.subcategory}
        db.execute(
            text("INSERT INTO bench_sentences VALUES (:position, :category, :subcategory, :words)"),
            row | {"position": position, "words": sentence.format(place="")},
        )


def _person(number: int, estate: int, role: Role) -> dict[str, Any]:
    name = "" if role is Role.RESIDENT else f"{role.value}{number}"
    return {
        "id": number,
        "community_id": estate % COMMUNITIES + 1,
        "name": name,
        "role": role,
        "created_at": NOW,
    }


def _identity(person: dict[str, Any]) -> dict[str, Any]:
    is_resident = person["role"] is Role.RESIDENT
    channel, account = ("official_account", "main") if is_resident else ("wecom", "")
    return {
        "person_id": person["id"],
        "channel": channel,
        "account": account,
        "external_id": f"o-{person['id']}",
    }


def _community(c: int) -> dict[str, Any]:
    return {"id": c + 1, "code": f"c{c}", "name": f"第{c + 1}社区", "phone": "", "official_account": "main"}


def _estate(e: int) -> dict[str, Any]:
    row = {"id": e + 1, "community_id": e % COMMUNITIES + 1, "name": NAMES[e], "aliases": []}
    return row | {"buildings": f"1-{BUILDINGS}", "households": 900}


def _grid(g: int) -> dict[str, Any]:
    community = g // 2 % COMMUNITIES + 1
    return {
        "id": g + 1,
        "community_id": community,
        "name": f"网格{g + 1}",
        "mode": GridMode.FIXED,
        "turns": 0,
    }


def _cover(g: int) -> dict[str, Any]:
    first = 1 + g % 2 * (BUILDINGS // 2)
    last = first + BUILDINGS // 2 - 1
    return {"grid_id": g + 1, "estate_id": g // 2 + 1, "first_building": first, "last_building": last}


def _service(g: int) -> dict[str, Any]:
    return {"grid_id": g + 1, "person_id": g + 1, "position": 0, "is_deputy": False}


def _group(g: int) -> dict[str, Any]:
    return _desk(g // 2) | {"name": f"网格{g + 1}工作群", "grid_id": g + 1, "webhook": f"bench-{g}"}


def _desk(c: int) -> dict[str, Any]:
    row = {"community_id": c % COMMUNITIES + 1, "name": "社区工作群", "audience": Audience.WORKERS}
    return row | {"grid_id": None, "webhook": f"bench-desk-{c % COMMUNITIES}"}
