"""What only one process may do at a time: held by a lease row, by the database's clock."""

from datetime import timedelta

from sqlalchemy import Connection, bindparam, delete, or_, select

from storage.dialects import PerDialect
from storage.engine import database_now
from storage.models.leases import leases

_HOLD = PerDialect(
    leases,
    lambda statement: statement.on_conflict_do_update(
        index_elements=[leases.c.name],
        set_={"holder": statement.excluded.holder, "held_until": statement.excluded.held_until},
        where=or_(
            leases.c.holder == statement.excluded.holder,
            leases.c.held_until <= bindparam("clock", type_=leases.c.held_until.type),
        ),
    ).returning(leases.c.id),
)


def hold(db: Connection, name: str, holder: str, *, life: timedelta) -> bool:
    """The lease is the holder's from now on for so long; false while somebody else has it."""
    clock = database_now(db)
    lease = {"name": name, "holder": holder, "held_until": clock + life}
    return db.execute(_HOLD.on(db), lease | {"clock": clock}).first() is not None


def release(db: Connection, name: str, holder: str) -> None:
    """The holder lets go, and the next may have it at once."""
    db.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))


def is_held(db: Connection, name: str) -> bool:
    """Whether some process holds it now."""
    held = select(leases.c.id).where(leases.c.name == name, leases.c.held_until > database_now(db))
    return db.execute(held).first() is not None
