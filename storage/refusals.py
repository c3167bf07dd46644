"""Refused callbacks, counted by hour."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.models.base import many
from storage.models.leases import Refusal, refusals

NAME_LENGTH = 64  # characters of refusals.account
REASON_LENGTH = 128  # characters of refusals.last_reason
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}  # no common base


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
        statement = _INSERT[db.dialect.name](refusals).values(
            channel=each.channel,
            account=each.account,
            kind=each.kind,
            hour=each.hour,
            times=each.times,
            last_reason=each.reason,
            last_at=each.at,
        )
        new = statement.excluded
        db.execute(
            statement.on_conflict_do_update(
                index_elements=[refusals.c.channel, refusals.c.account, refusals.c.kind, refusals.c.hour],
                set_={
                    "times": refusals.c.times + new.times,
                    "last_reason": new.last_reason,
                    "last_at": new.last_at,
                },
            )
        )


def refusals_since(db: Connection, since: datetime) -> list[Refusal]:
    """What was refused in the hours from then on, the newest first."""
    query = (
        select(*refusals.c).where(refusals.c.hour >= since).order_by(refusals.c.hour.desc(), refusals.c.id)
    )
    return many(Refusal, db.execute(query))
