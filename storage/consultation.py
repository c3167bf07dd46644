"""What consultation shares: numbers given, histories kept, and what falls due by itself."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.dialects import PerDialect, insert_row
from storage.models.base import many
from storage.models.consultation import (
    Happening,
    HappeningRow,
    Subject,
    Wake,
    WakeKind,
    happenings,
    numbers,
    wakes,
)

_NUMBER = PerDialect(
    numbers,
    lambda statement: (
        statement.values(last=1)
        .on_conflict_do_update(index_elements=["community_id", "subject"], set_={"last": numbers.c.last + 1})
        .returning(numbers.c.last)
    ),
)
_ADD = insert(happenings)
_SET = PerDialect(
    wakes,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["subject", "subject_id", "kind"],
        set_={"due_at": statement.excluded.due_at, "step": statement.excluded.step},
    ),
)
_DUE = (
    select(*wakes.c)
    .where(wakes.c.due_at <= bindparam("now"))
    .order_by(wakes.c.due_at, wakes.c.id)
    .limit(bindparam("limit"))
)
_OF_WAKE = (wakes.c.id == bindparam("wake_id"), wakes.c.due_at == bindparam("due"))
_TAKE = delete(wakes).where(*_OF_WAKE).returning(wakes.c.id)
_MOVE = update(wakes).where(*_OF_WAKE).values(due_at=bindparam("later"))


def take_number(db: Connection, community_id: int, subject: Subject) -> int:
    """The community's next number of that kind, from 1; whoever asks meanwhile waits for this transaction."""
    row = {"community_id": community_id, "subject": subject}
    return int(db.execute(_NUMBER.on(db), row).scalar_one())


# ------------------------------------------------------------------ histories


def add_happening(
    db: Connection,
    subject: Subject,
    subject_id: int,
    kind: Happening,
    *,
    community_id: int,
    person_id: int | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> int:
    """A line of the history; gives its number, of which the keys of messages are made."""
    values = {
        "community_id": community_id,
        "subject": subject,
        "subject_id": subject_id,
        "kind": kind,
        "person_id": person_id,
        "happened_at": now,
        "data": None if data is None else dict(data),
    }
    return insert_row(db, _ADD, values)


def happenings_of(
    db: Connection, subject: Subject, subject_id: int, *, kinds: Collection[Happening] = ()
) -> list[HappeningRow]:
    """The history in order; with `kinds` only these lines of it."""
    query = select(*happenings.c).where(
        happenings.c.subject == subject, happenings.c.subject_id == subject_id
    )
    if kinds:
        query = query.where(happenings.c.kind.in_(list(kinds)))
    return many(HappeningRow, db.execute(query.order_by(happenings.c.id)))


# ------------------------------------------------------------------ what falls due


def set_wake(
    db: Connection,
    subject: Subject,
    subject_id: int,
    kind: WakeKind,
    *,
    community_id: int,
    due_at: datetime,
    step: str = "",
) -> None:
    """That falls due then; a former one of the same kind is replaced."""
    row = {"community_id": community_id, "subject": subject, "subject_id": subject_id, "kind": kind}
    db.execute(_SET.on(db), row | {"due_at": due_at, "step": step})


def stop_wakes(db: Connection, subject: Subject, subject_id: int, kinds: Collection[WakeKind] = ()) -> None:
    """None of these falls due any more; without kinds nothing at all."""
    mine = delete(wakes).where(wakes.c.subject == subject, wakes.c.subject_id == subject_id)
    db.execute(mine.where(wakes.c.kind.in_(list(kinds))) if kinds else mine)


def wakes_of(db: Connection, subject: Subject, subject_id: int) -> list[Wake]:
    """Everything that is to happen to it by itself, by kind."""
    query = select(*wakes.c).where(wakes.c.subject == subject, wakes.c.subject_id == subject_id)
    return many(Wake, db.execute(query.order_by(wakes.c.kind)))


def due_wakes(db: Connection, *, now: datetime, limit: int) -> list[Wake]:
    """What is due, the longest overdue first."""
    return many(Wake, db.execute(_DUE, {"now": now, "limit": limit}))


def take_wake(db: Connection, wake: Wake) -> bool:
    """Whether the wake is the caller's: it was still there as found.

    Who takes it does what it was for in the same transaction, so that it happens once, whoever else saw it.
    """
    return db.execute(_TAKE, {"wake_id": wake.id, "due": wake.due_at}).first() is not None


def move_wake(db: Connection, wake: Wake, due_at: datetime) -> None:
    """It falls due then instead; nothing changes if it was taken or moved meanwhile."""
    db.execute(_MOVE, {"wake_id": wake.id, "due": wake.due_at, "later": due_at})
