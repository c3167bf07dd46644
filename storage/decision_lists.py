"""Decision items as people look through them: staff, units, workers, residents, everybody at the board."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select, true

from storage.models.base import many, one
from storage.models.cases import cases, reports
from storage.models.decisions import Decision, DecisionStatus, decision_cases, decisions
from storage.models.meetings import Meeting, MeetingStatus, invitations, meetings
from storage.models.topics import topics

OPEN = (DecisionStatus.OPEN, DecisionStatus.REPORTED_DONE)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and so what of it: everything, a unit's own, a worker's, or what a resident may read.

    A worker sees their own items and those of cases in their grids. A resident sees the public ones, those
    of cases they reported, those they own or watch over, and those of meetings they were invited to.
    """

    sees_all: bool = False
    unit_id: int | None = None
    grid_ids: tuple[int, ...] = ()
    person_id: int | None = None
    is_resident: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a list, and how many stand in all of it."""

    decisions: list[Decision]
    total: int


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """How the public items of a community stand; `done` counts those since the moment asked for."""

    open: int
    overdue: int
    done: int


def seen_decisions(
    db: Connection,
    community_id: int,
    viewer: Viewer,
    *,
    status: Collection[DecisionStatus],
    limit: int,
    offset: int = 0,
    overdue_at: datetime | None = None,
) -> Found:
    """What the viewer may see of these: open before reported done, due first, without a date last.

    With `overdue_at` only those open ones that were due before. Ended ones: the last to end first.
    """
    where = [decisions.c.community_id == community_id, decisions.c.status.in_(list(status)), _seen_by(viewer)]
    if overdue_at is not None:
        where.append(decisions.c.due_at < overdue_at)
    total = int(db.execute(_from(select(func.count())).where(*where)).scalar_one())
    is_ended = not set(status) & set(OPEN)
    order = (decisions.c.done_at.desc(), decisions.c.id.desc()) if is_ended else _BY_DUE
    found = _from(select(*decisions.c)).where(*where).order_by(*order).limit(limit).offset(offset)
    return Found(many(Decision, db.execute(found)), total)


def may_see(db: Connection, decision: Decision, viewer: Viewer) -> bool:
    """Whether the viewer may look at this item: their own, or one that everybody may read of."""
    allowed = or_(_seen_by(viewer), PUBLIC)
    found = _from(select(decisions.c.id)).where(decisions.c.id == decision.id, allowed)
    return db.execute(found).first() is not None


def concerns(db: Connection, decision: Decision, viewer: Viewer) -> bool:
    """Whether the resident has more to do with it than everybody who may read of it."""
    found = _from(select(decisions.c.id)).where(decisions.c.id == decision.id, _concerned(viewer))
    return db.execute(found).first() is not None


def decision_numbered(db: Connection, community_id: int, number: int) -> Decision | None:
    """The community's item of this number as it was last committed, not held; `None` when it has none."""
    query = select(*decisions.c).where(decisions.c.community_id == community_id, decisions.c.number == number)
    return one(Decision, db.execute(query).first())


def is_public(db: Connection, decision_id: int) -> bool:
    """Whether everybody may read of it: its topic is public (without one its meeting), and all its cases."""
    found = _from(select(decisions.c.id)).where(decisions.c.id == decision_id, PUBLIC)
    return db.execute(found).first() is not None


def watched_by(
    db: Connection, person_id: int, *, status: Collection[DecisionStatus] = OPEN, limit: int
) -> list[Decision]:
    """The items the resident watches over that stand so, the newest first."""
    query = (
        select(*decisions.c)
        .where(decisions.c.watcher_id == person_id, decisions.c.status.in_(list(status)))
        .order_by(decisions.c.id.desc())
    )
    return many(Decision, db.execute(query.limit(limit)))


# ------------------------------------------------------------------ the board


def public_decisions(
    db: Connection,
    community_id: int,
    *,
    status: Collection[DecisionStatus],
    limit: int,
    done_since: datetime | None = None,
) -> list[Decision]:
    """The items everybody may read of: due first, without a date last; ended ones the last to end first."""
    where = [decisions.c.community_id == community_id, decisions.c.status.in_(list(status)), PUBLIC]
    if done_since is not None:
        where.append(decisions.c.done_at >= done_since)
    order = (decisions.c.done_at.desc(), decisions.c.id.desc()) if done_since is not None else _BY_DUE
    query = _from(select(*decisions.c)).where(*where).order_by(*order).limit(limit)
    return many(Decision, db.execute(query))


def public_counts(db: Connection, community_id: int, *, now: datetime, done_since: datetime) -> BoardCounts:
    """How many public items are open, how many of those are overdue, and how many were done since then."""
    is_open = decisions.c.status.in_(OPEN)
    is_done = and_(decisions.c.status == DecisionStatus.DONE, decisions.c.done_at >= done_since)
    is_late = and_(decisions.c.status == DecisionStatus.OPEN, decisions.c.due_at < now)
    columns = (func.sum(case((each, 1), else_=0)) for each in (is_open, is_late, is_done))
    query = _from(select(*columns)).where(
        decisions.c.community_id == community_id, or_(is_open, is_done), PUBLIC
    )
    counted = db.execute(query).one()
    return BoardCounts(*(int(each or 0) for each in counted))


def public_meetings(db: Connection, community_id: int, *, now: datetime, limit: int) -> list[Meeting]:
    """The public meetings still ahead, the next first."""
    query = (
        select(*meetings.c)
        .where(
            meetings.c.community_id == community_id,
            meetings.c.status == MeetingStatus.INVITED,
            meetings.c.starts_at >= now,
            meetings.c.is_public,
        )
        .order_by(meetings.c.starts_at, meetings.c.id)
        .limit(limit)
    )
    return many(Meeting, db.execute(query))


# ------------------------------------------------------------------ what may be seen


def _from(query: Select[Any]) -> Select[Any]:
    joined = decisions.outerjoin(topics, topics.c.id == decisions.c.topic_id)
    return query.select_from(joined.outerjoin(meetings, meetings.c.id == decisions.c.meeting_id))


def _of_case(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = select(decision_cases.c.case_id).join(cases, cases.c.id == decision_cases.c.case_id)
    return exists(mine.where(decision_cases.c.decision_id == decisions.c.id, *conditions))


def _seen_by(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.sees_all:
        return true()
    if viewer.unit_id is not None:
        return decisions.c.unit_id == viewer.unit_id
    if viewer.is_resident:
        return or_(PUBLIC, _concerned(viewer))
    own = decisions.c.owner_id == viewer.person_id
    return or_(own, _of_case(cases.c.grid_id.in_(viewer.grid_ids))) if viewer.grid_ids else own


def _concerned(viewer: Viewer) -> ColumnElement[bool]:
    own = or_(decisions.c.owner_id == viewer.person_id, decisions.c.watcher_id == viewer.person_id)
    reported = select(reports.c.id).where(
        reports.c.case_id == decision_cases.c.case_id,
        reports.c.person_id == viewer.person_id,
        reports.c.left_at.is_(None),
    )
    return or_(own, _of_case(exists(reported)), _invited(invitations.c.person_id == viewer.person_id))


def _invited(who: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = select(invitations.c.id).where(invitations.c.meeting_id == decisions.c.meeting_id, who)
    return exists(mine)


PUBLIC: ColumnElement[bool] = and_(
    or_(topics.c.is_public, and_(decisions.c.topic_id.is_(None), meetings.c.is_public)),
    ~_of_case(~cases.c.is_public),
)
_BY_DUE = (
    decisions.c.status != DecisionStatus.OPEN,
    decisions.c.due_at.is_(None),
    decisions.c.due_at,
    decisions.c.id,
)
