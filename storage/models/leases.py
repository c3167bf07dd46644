"""What one process of many holds, and what was refused at the doors."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint

from storage.models.base import identity, metadata, moment

leases = Table(  # Something only one process may do at a time, held until then by the database's clock.
    "leases",
    metadata,
    identity(),
    Column("name", String(128), nullable=False, unique=True),
    Column("holder", String(64), nullable=False),
    moment("held_until"),
)

refusals = (
    Table(  # Callbacks that were refused: counted by door, reason and hour, so that a flood fills nothing.
        "refusals",
        metadata,
        identity(),
        Column("channel", String(32), nullable=False),
        Column("account", String(64), nullable=False),
        Column("kind", String(32), nullable=False),
        moment("hour"),
        Column("times", Integer, nullable=False),
        Column("last_reason", String(128), nullable=False),
        moment("last_at"),
        UniqueConstraint("channel", "account", "kind", "hour"),
    )
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row of `refusals`; `kind` is forged, replayed or unreadable."""

    id: int
    channel: str
    account: str
    kind: str
    hour: datetime
    times: int
    last_reason: str
    last_at: datetime
