"""Knocks at doors that led to no answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.dialects import insert_row
from storage.models.polls import VisitOutcome, visits

_ADD = insert(visits)


@dataclass(frozen=True, slots=True)
class Visited:
    """What knocking at a door led to so far: how often nobody was home, and the last time's outcome."""

    nobody_home: int
    last: VisitOutcome


def add_visit(
    db: Connection, poll_id: int, door: str, *, worker_id: int, outcome: VisitOutcome, now: datetime
) -> int:
    """Somebody knocked there and got no answer to enter."""
    row = {"poll_id": poll_id, "door": door, "worker_id": worker_id, "outcome": outcome, "visited_at": now}
    return insert_row(db, _ADD, row)


def visits_of(db: Connection, poll_id: int) -> dict[str, Visited]:
    """What knocking led to, by door; doors nobody knocked at are absent."""
    query = select(visits.c.door, visits.c.outcome).where(visits.c.poll_id == poll_id).order_by(visits.c.id)
    found: dict[str, Visited] = {}
    for door, outcome in db.execute(query):
        before = found.get(door)
        times = before.nobody_home if before else 0
        found[door] = Visited(times + (outcome is VisitOutcome.NOBODY_HOME), outcome)
    return found
