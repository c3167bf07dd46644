"""Talks between residents and staff: open ones by number, how long each may stay silent."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, literal_column, select, update

from storage.dialects import insert_row
from storage.models.base import one
from storage.models.desk import Talk, talks

_MOMENT = talks.c.until.type
_ADD = insert(talks)
_OPEN: ColumnElement[bool] = literal_column("closed_at IS NULL")
_LOCK_OPEN = select(*talks.c).where(talks.c.id == bindparam("talk_id"), _OPEN).with_for_update()
_EXTEND = (
    update(talks).where(talks.c.id == bindparam("talk_id")).values(until=bindparam("later", type_=_MOMENT))
)
_CLOSE = (
    update(talks)
    .where(talks.c.id == bindparam("talk_id"), talks.c.closed_at.is_(None))
    .values(closed_at=bindparam("at", type_=_MOMENT), closed_by_id=bindparam("by"))
)


def add_talk(
    db: Connection, *, community_id: int, person_id: int, conversation_id: int, until: datetime, now: datetime
) -> Talk:
    """A resident speaks with staff from now on; the talk's number is what staff answer to."""
    row: dict[str, Any] = {
        "community_id": community_id,
        "person_id": person_id,
        "conversation_id": conversation_id,
        "opened_at": now,
        "until": until,
        "closed_at": None,
        "closed_by_id": None,
    }
    return Talk(insert_row(db, _ADD, row), **row)


def lock_open_talk(db: Connection, talk_id: int) -> Talk | None:
    """The talk of this number, held until the transaction ends; `None` when it is over or never was."""
    return one(Talk, db.execute(_LOCK_OPEN, {"talk_id": talk_id}).first())


def talk_numbered(db: Connection, talk_id: int) -> Talk | None:
    """The talk of this number, over or not; `None` when there never was one."""
    return one(Talk, db.execute(select(*talks.c).where(talks.c.id == talk_id)).first())


def extend_talk(db: Connection, talk_id: int, *, until: datetime) -> None:
    """Somebody spoke: the talk may stay silent until then."""
    db.execute(_EXTEND, {"talk_id": talk_id, "later": until})


def close_talk(db: Connection, talk_id: int, *, by: int | None, now: datetime) -> bool:
    """Whether the talk was open and is over now; `by` nobody when its time ran out."""
    return db.execute(_CLOSE, {"talk_id": talk_id, "at": now, "by": by}).rowcount == 1


def open_talks(db: Connection, community_id: int, *, limit: int) -> list[Talk]:
    """The talks of a community that wait for staff, oldest first."""
    query = select(*talks.c).where(talks.c.community_id == community_id, _OPEN).order_by(talks.c.id)
    return [Talk(*row) for row in db.execute(query.limit(limit))]
