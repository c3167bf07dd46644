"""What only one process may do at a time: held by a lease row, by the database's clock."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.engine import database_now
from storage.models.leases import leases

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}  # no common base


def hold(db: Connection, name: str, holder: str, *, life: timedelta) -> bool:
    """The lease is the holder's from now on for so long; false while somebody else has it."""
    clock = database_now(db)
    statement = _INSERT[db.dialect.name](leases).values(name=name, holder=holder, held_until=clock + life)
    taken = statement.on_conflict_do_update(
        index_elements=[leases.c.name],
        set_={"holder": holder, "held_until": clock + life},
        where=or_(leases.c.holder == holder, leases.c.held_until <= clock),
    ).returning(leases.c.id)
    return db.execute(taken).first() is not None


def release(db: Connection, name: str, holder: str) -> None:
    """The holder lets go, and the next may have it at once."""
    db.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))


def is_held(db: Connection, name: str) -> bool:
    """Whether some process holds it now."""
    held = select(leases.c.id).where(leases.c.name == name, leases.c.held_until > database_now(db))
    return db.execute(held).first() is not None
