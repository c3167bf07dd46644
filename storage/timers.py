"""What falls due for a case: setting it, stopping it, finding it, and taking it exactly once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.dialects import PerDialect
from storage.models.base import many
from storage.models.timers import Timer, TimerKind, timers

_ADD = insert(timers)
_SET = PerDialect(
    timers,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["case_id", "kind"],
        set_={"due_at": statement.excluded.due_at, "step": statement.excluded.step},
    ),
)
_DUE = (
    select(*timers.c)
    .where(timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("limit"))
)
_OF_CASE = select(*timers.c).where(timers.c.case_id == bindparam("case_id")).order_by(timers.c.kind)
_TAKE = (
    delete(timers)
    .where(timers.c.id == bindparam("timer_id"), timers.c.due_at == bindparam("due"))
    .returning(timers.c.id)
)
_MOVE = (
    update(timers)
    .where(timers.c.id == bindparam("timer_id"), timers.c.due_at == bindparam("due"))
    .values(due_at=bindparam("later"))
)
_STOP = delete(timers).where(timers.c.case_id == bindparam("of_case"))


def add_timers(
    db: Connection,
    case_id: int,
    kinds: Sequence[tuple[TimerKind, datetime, str]],
    *,
    community_id: int,
) -> None:
    """The first timers of a case that has just been opened: kind, when it is due, its first step."""
    case = {"case_id": case_id, "community_id": community_id}
    if kinds:
        db.execute(_ADD, [case | {"kind": kind, "due_at": due, "step": step} for kind, due, step in kinds])


def set_timer(
    db: Connection, case_id: int, kind: TimerKind, *, community_id: int, due_at: datetime, step: str = ""
) -> None:
    """The case has this timer; one of the same kind is replaced."""
    row = {"case_id": case_id, "community_id": community_id, "kind": kind, "due_at": due_at, "step": step}
    db.execute(_SET.on(db), row)


def stop_timers(db: Connection, case_id: int, kinds: Sequence[TimerKind] = ()) -> None:
    """The case has none of these timers any more; without kinds, none at all."""
    statement = _STOP if not kinds else _STOP.where(timers.c.kind.in_(list(kinds)))
    db.execute(statement, {"of_case": case_id})


def due_timers(db: Connection, *, now: datetime, limit: int) -> list[Timer]:
    """What is due, the longest overdue first."""
    return many(Timer, db.execute(_DUE, {"now": now, "limit": limit}))


def timers_of(db: Connection, case_id: int) -> list[Timer]:
    """Everything that is to happen to the case, by kind."""
    return many(Timer, db.execute(_OF_CASE, {"case_id": case_id}))


def take_timer(db: Connection, timer: Timer) -> bool:
    """Whether the timer is the caller's: it was still there as found; lock its case before.

    Who takes it does what it was for in the same transaction, so that it happens once, whoever else saw it.
    """
    return db.execute(_TAKE, {"timer_id": timer.id, "due": timer.due_at}).first() is not None


def move_timer(db: Connection, timer: Timer, due_at: datetime) -> None:
    """The timer falls due then instead; nothing changes if it was taken or moved meanwhile."""
    db.execute(_MOVE, {"timer_id": timer.id, "due": timer.due_at, "later": due_at})
