"""Polls: made, held, changed, found. Surveys and votes share their numbers."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, TextClause, bindparam, func, insert, select, text, update

from storage.consultation import take_number
from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.consultation import Subject
from storage.models.polls import Basis, Poll, PollKind, PollStatus, polls

ENDED_POLLS = (PollStatus.CLOSED, PollStatus.CANCELLED)
_RUNS = text("status = 'open'")  # SQLite uses the index only for queries that say it literally
_EMPTY = {
    "basis": Basis.HOUSEHOLDS,
    "is_listed": False,
    "is_of_cast": False,
    "is_secret": False,
    "quorum": "",
    "threshold": "",
    "status": PollStatus.DRAFT,
}
_ADD = insert(polls)
_BY_ID = select(*polls.c).where(polls.c.id == bindparam("poll_id"))
_LOCK = _BY_ID.with_for_update()
_NUMBERED = select(*polls.c).where(
    polls.c.community_id == bindparam("community_id"), polls.c.number == bindparam("number")
)
_LOCK_NUMBERED = _NUMBERED.with_for_update()
_OPEN = select(*polls.c).where(polls.c.community_id == bindparam("community_id"), _RUNS)
_OPEN_OF_COMMUNITY = _OPEN.order_by(polls.c.closes_at, polls.c.id)
_OPEN_OF_ESTATE = _OPEN.where(
    polls.c.estate_id == bindparam("estate_id"), polls.c.kind == PollKind.VOTE
).order_by(polls.c.closes_at, polls.c.id)


def add_poll(db: Connection, values: dict[str, Any]) -> Poll:
    """A new poll with the community's next number, a draft unless `values` says otherwise; gives it held."""
    number = take_number(db, values["community_id"], Subject.POLL)
    return lock_poll(db, insert_row(db, _ADD, _EMPTY | values | {"number": number}))


def poll_by_id(db: Connection, poll_id: int) -> Poll:
    """The poll as it was last committed, not held."""
    return Poll(*db.execute(_BY_ID, {"poll_id": poll_id}).one())


def lock_poll(db: Connection, poll_id: int) -> Poll:
    """The poll as it stands now, held until the transaction ends: whoever votes meanwhile waits."""
    return Poll(*db.execute(_LOCK, {"poll_id": poll_id}).one())


def poll_numbered(db: Connection, community_id: int, number: int) -> Poll | None:
    """The community's poll of this number, not held; `None` when it has none."""
    return one(Poll, db.execute(_NUMBERED, {"community_id": community_id, "number": number}).first())


def lock_poll_numbered(db: Connection, community_id: int, number: int) -> Poll | None:
    """The community's poll of this number, held; `None` when it has none."""
    key = {"community_id": community_id, "number": number}
    return one(Poll, db.execute(_LOCK_NUMBERED, key).first())


def change_poll(db: Connection, poll_id: int, **values: object) -> Poll:
    """These columns of the poll have new values; gives it as it now stands, held."""
    db.execute(update(polls).where(polls.c.id == poll_id).values(**values))
    return lock_poll(db, poll_id)


# ------------------------------------------------------------------ found


def open_polls(db: Connection, community_id: int) -> list[Poll]:
    """Everything that can be answered in the community now, votes and surveys, the first to end first."""
    return many(Poll, db.execute(_OPEN_OF_COMMUNITY, {"community_id": community_id}))


def open_votes(db: Connection, community_id: int, estate_id: int) -> list[Poll]:
    """The votes of the estate, or of a part of it, that are open now, the first to end first."""
    return many(Poll, db.execute(_OPEN_OF_ESTATE, {"community_id": community_id, "estate_id": estate_id}))


def waiting_votes(db: Connection, community_id: int, title: str) -> list[Poll]:
    """The votes of this title that are drafts or run, in order."""
    query = select(*polls.c).where(
        polls.c.community_id == community_id,
        polls.c.kind == PollKind.VOTE,
        polls.c.title == title,
        polls.c.status.in_([PollStatus.DRAFT, PollStatus.OPEN]),
    )
    return many(Poll, db.execute(query.order_by(polls.c.number)))


def polls_of(
    db: Connection, community_id: int, *, kind: PollKind | None = None, limit: int
) -> tuple[list[Poll], int]:
    """The community's polls, the newest first, at most `limit`; and how many there are."""
    here = [polls.c.community_id == community_id, *([polls.c.kind == kind] if kind else [])]
    query = select(*polls.c).where(*here).order_by(polls.c.number.desc()).limit(limit)
    count = select(func.count()).select_from(polls).where(*here)
    return many(Poll, db.execute(query)), int(db.execute(count).scalar_one())


def closed_votes(db: Connection, community_id: int, *, limit: int) -> list[Poll]:
    """The votes that have a result, the newest first."""
    query = (
        select(*polls.c)
        .where(
            polls.c.community_id == community_id,
            polls.c.kind == PollKind.VOTE,
            polls.c.status == PollStatus.CLOSED,
        )
        .order_by(polls.c.closed_at.desc(), polls.c.id.desc())
        .limit(limit)
    )
    return many(Poll, db.execute(query))


def polls_of_measure(db: Connection, measure_id: int) -> list[Poll]:
    """The surveys of this measure, in order."""
    return _found(db, polls.c.measure_id == measure_id)


def _found(db: Connection, where: ColumnElement[bool] | TextClause) -> list[Poll]:
    return many(Poll, db.execute(select(*polls.c).where(where).order_by(polls.c.number)))
