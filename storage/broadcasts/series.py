"""Broadcasts that recur."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, literal_column, select, update

from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.broadcasts import BroadcastSeries, broadcast_series
from storage.models.organization import communities

_ADD = insert(broadcast_series)
_TABLE = broadcast_series.c
_RUNS: ColumnElement[bool] = literal_column(
    "next_at IS NOT NULL"
)  # literal, so that the partial index serves


def add_series(db: Connection, values: dict[str, Any]) -> BroadcastSeries:
    """A new series with the community's next number; the rest of its columns are `values`."""
    community_id = values["community_id"]
    community = select(communities.c.id).where(communities.c.id == community_id)
    db.execute(community.with_for_update(key_share=True))  # rows that refer to it can still be stored
    highest = select(func.max(_TABLE.number)).where(_TABLE.community_id == community_id)
    number = (db.execute(highest).scalar() or 0) + 1
    row = values | {"number": number}
    return lock_series(db, insert_row(db, _ADD, row))


def lock_series(db: Connection, series_id: int) -> BroadcastSeries:
    """The series as it stands now, held until the transaction ends."""
    query = select(*_TABLE).where(_TABLE.id == series_id).with_for_update()
    return BroadcastSeries(*db.execute(query).one())


def lock_series_numbered(db: Connection, community_id: int, number: int) -> BroadcastSeries | None:
    """The community's series of this number, held; `None` when it has none."""
    query = select(*_TABLE).where(_TABLE.community_id == community_id, _TABLE.number == number)
    return one(BroadcastSeries, db.execute(query.with_for_update()).first())


def change_series(db: Connection, series_id: int, **values: object) -> None:
    """These columns of the series have new values."""
    db.execute(update(broadcast_series).where(_TABLE.id == series_id).values(**values))


def due_series(db: Connection, *, before: datetime, limit: int) -> list[int]:
    """The series whose next time comes before then, the earliest first."""
    query = select(_TABLE.id).where(_RUNS, _TABLE.next_at <= before)
    return list(db.execute(query.order_by(_TABLE.next_at).limit(limit)).scalars())


def series_of(db: Connection, community_id: int) -> list[BroadcastSeries]:
    """The community's series that go on, by number."""
    query = select(*_TABLE).where(_TABLE.community_id == community_id, _RUNS)
    return many(BroadcastSeries, db.execute(query.order_by(_TABLE.number)))
