"""How many cases came in, were settled, are open and are late: for the week's figures and the daily list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, case, func, select

from storage.models.cases import OPEN, CaseStatus, cases


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """The open cases of one grid: how many, how many fall due before the end of the day, how many are late.

    What waits for its reporter is neither due nor late.
    """

    open: int = 0
    due: int = 0
    late: int = 0

    def __add__(self, other: "OpenCounts") -> "OpenCounts":
        """The counts of two grids together."""
        return OpenCounts(self.open + other.open, self.due + other.due, self.late + other.late)


@dataclass(frozen=True, slots=True)
class Flow:
    """Of a period: how many cases were opened, settled, and closed."""

    opened: int
    resolved: int
    closed: int


def open_counts(
    db: Connection, community_id: int, *, now: datetime, day_end: datetime
) -> dict[int | None, OpenCounts]:
    """The open cases of a community by grid; grids without any are absent, `None` are those of no grid."""
    is_running = cases.c.paused_at.is_(None)
    late = and_(is_running, cases.c.resolve_by <= now)
    due = and_(is_running, cases.c.resolve_by > now, cases.c.resolve_by < day_end)
    query = (
        select(cases.c.grid_id, func.count(), _number_of(due), _number_of(late))
        .where(cases.c.community_id == community_id, OPEN)
        .group_by(cases.c.grid_id)
    )
    return {row[0]: OpenCounts(row[1], row[2], row[3]) for row in db.execute(query)}


def flow_of(
    db: Connection, community_id: int, *, among: Sequence[int] | None = None, start: datetime, end: datetime
) -> Flow:
    """What came in and went out from `start` to before `end`, in these grids, or in all when `None`.

    Cases merged into another are counted with it alone.
    """
    here = [cases.c.community_id == community_id, cases.c.status != CaseStatus.MERGED]
    here += [] if among is None else [cases.c.grid_id.in_(list(among))]

    def within(moment: ColumnElement[datetime | None]) -> ScalarSelect[int]:
        return select(func.count()).where(*here, moment >= start, moment < end).scalar_subquery()

    moments = (cases.c.opened_at, cases.c.resolved_at, cases.c.closed_at)
    row = db.execute(select(*(within(each) for each in moments))).one()
    return Flow(row[0], row[1], row[2])


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
