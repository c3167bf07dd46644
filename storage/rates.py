"""The figures behind the three rates, counted by the database: per community, grid, estate or worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ColumnElement, Connection, and_, case, func, or_, select

from storage.models.cases import SILENT, CaseStatus, cases
from storage.models.judgements import evaluations

SATISFIED = 3  # of 5: 基本满意; from here the trouble counts as solved


class Unit(StrEnum):
    """Of what the figures are told."""

    COMMUNITY = "community"
    GRID = "grid"
    ESTATE = "estate"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one unit and period.

    `due`: cases whose first response fell due. `in_time`: of these, answered by then. `judged`: cases their
    reporters judged, each by the last word. `solved`: judged 3 or better and not 部分解决. `content`: judged
    满意 or 基本满意. `silent`: cases closed without a judgement.
    """

    due: int = 0
    in_time: int = 0
    judged: int = 0
    solved: int = 0
    content: int = 0
    silent: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """The figures of two units, or of two periods, together."""
        return Figures(
            self.due + other.due,
            self.in_time + other.in_time,
            self.judged + other.judged,
            self.solved + other.solved,
            self.content + other.content,
            self.silent + other.silent,
        )


_COLUMNS: dict[Unit, Column[int]] = {
    Unit.COMMUNITY: cases.c.community_id,
    Unit.GRID: cases.c.grid_id,
    Unit.ESTATE: cases.c.estate_id,
    Unit.WORKER: cases.c.handler_id,
}
_ANSWERED_AT = func.coalesce(  # a refusal is an answer too
    cases.c.responded_at, case((cases.c.status == CaseStatus.REJECTED, cases.c.closed_at))
)
_CALLED_OFF_BEFORE = and_(  # nobody was waiting any more when the answer fell due
    _ANSWERED_AT.is_(None),
    or_(
        cases.c.status == CaseStatus.MERGED,
        and_(cases.c.status == CaseStatus.WITHDRAWN, cases.c.closed_at < cases.c.respond_by),
    ),
)


def figures_by_unit(
    db: Connection, community_ids: Sequence[int], *, unit: Unit, start: datetime, end: datetime
) -> dict[int | None, Figures]:
    """The figures of a period, from `start` to before `end`, by unit; units without any are absent.

    `None`: cases that no unit of this kind has. A first response counts in the period in which it falls due,
    a judgement in that of the person's latest word, silence in that of the closing. Of a case reopened by a
    judgement the last word of the period counts, so that a later good one makes up for it.
    """
    column = _COLUMNS[unit]
    found: dict[int | None, Figures] = {}
    for part in (
        _responses(db, column, community_ids, start=start, end=end),
        _judgements(db, column, community_ids, start=start, end=end),
        _silences(db, column, community_ids, start=start, end=end),
    ):
        for key, figures in part.items():
            found[key] = found.get(key, Figures()) + figures
    return found


Counted = dict[int | None, Figures]


def _responses(
    db: Connection, unit: Column[int], community_ids: Sequence[int], *, start: datetime, end: datetime
) -> Counted:
    in_time = func.sum(case((cases.c.respond_by >= _ANSWERED_AT, 1), else_=0))
    query = (
        select(unit, func.count(), in_time)
        .where(
            cases.c.community_id.in_(list(community_ids)),
            cases.c.respond_by >= start,
            cases.c.respond_by < end,
            ~_CALLED_OFF_BEFORE,
        )
        .group_by(unit)
    )
    return {row[0]: Figures(due=row[1], in_time=row[2]) for row in db.execute(query)}


def _judgements(
    db: Connection, unit: Column[int], community_ids: Sequence[int], *, start: datetime, end: datetime
) -> Counted:
    newest_first = (evaluations.c.round.desc(), evaluations.c.evaluated_at.desc(), evaluations.c.id.desc())
    said = (
        select(
            evaluations.c.case_id,
            evaluations.c.rating,
            evaluations.c.is_partly,
            func.row_number()
            .over(partition_by=evaluations.c.case_id, order_by=newest_first)
            .label("position"),
        )
        .where(
            evaluations.c.community_id.in_(list(community_ids)),
            evaluations.c.evaluated_at >= start,
            evaluations.c.evaluated_at < end,
        )
        .subquery()
    )
    is_content = said.c.rating >= SATISFIED
    query = (
        select(unit, func.count(), _number_of(and_(is_content, ~said.c.is_partly)), _number_of(is_content))
        .join(cases, cases.c.id == said.c.case_id)
        .where(said.c.position == 1)
        .group_by(unit)
    )
    return {row[0]: Figures(judged=row[1], solved=row[2], content=row[3]) for row in db.execute(query)}


def _silences(
    db: Connection, unit: Column[int], community_ids: Sequence[int], *, start: datetime, end: datetime
) -> Counted:
    query = (
        select(unit, func.count())
        .where(
            cases.c.community_id.in_(list(community_ids)),
            SILENT,
            cases.c.closed_at >= start,
            cases.c.closed_at < end,
        )
        .group_by(unit)
    )
    return {row[0]: Figures(silent=row[1]) for row in db.execute(query)}


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
