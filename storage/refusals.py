"""Refused callbacks, counted by hour."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from storage.dialects import PerDialect
from storage.models.base import many
from storage.models.leases import Refusal, refusals

NAME_LENGTH = 64  # characters of refusals.account
REASON_LENGTH = 128  # characters of refusals.last_reason
_COUNT = PerDialect(
    refusals,
    lambda statement: statement.on_conflict_do_update(
        index_elements=[refusals.c.channel, refusals.c.account, refusals.c.kind, refusals.c.hour],
        set_={
            "times": refusals.c.times + statement.excluded.times,
            "last_reason": statement.excluded.last_reason,
            "last_at": statement.excluded.last_at,
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """So many of one kind at one door within an hour, and the last of them."""

    channel: str
    account: str
    kind: str
    hour: datetime
    times: int
    reason: str
    at: datetime


def add_refusals(db: Connection, counted: list[Refused]) -> None:
    """They count beside those of other processes."""
    for each in counted:
        row = {
            "channel": each.channel,
            "account": each.account,
            "kind": each.kind,
            "hour": each.hour,
            "times": each.times,
            "last_reason": each.reason,
            "last_at": each.at,
        }
        db.execute(_COUNT.on(db), row)


def refusals_since(db: Connection, since: datetime) -> list[Refusal]:
    """What was refused in the hours from then on, the newest first."""
    query = (
        select(*refusals.c).where(refusals.c.hour >= since).order_by(refusals.c.hour.desc(), refusals.c.id)
    )
    return many(Refusal, db.execute(query))
