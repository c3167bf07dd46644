"""Ballots: one word of one household, or of one person in a survey; only what it counts for may change."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.polls import Ballot, BallotStatus, ballots

COUNTED = text("status = 'counted'")  # SQLite uses the index only for queries that say it literally
_ADD = insert(ballots)
_OF_POLL = select(*ballots.c).where(ballots.c.poll_id == bindparam("poll_id"))
_COUNTED_AT = _OF_POLL.where(ballots.c.door == bindparam("door"), COUNTED)
_COUNTED_OF = _OF_POLL.where(COUNTED).order_by(ballots.c.id)
_BY = _OF_POLL.where(ballots.c.person_id == bindparam("person_id")).order_by(ballots.c.id)
_IS = (
    update(ballots)
    .where(ballots.c.id == bindparam("ballot_id"))
    .values(status=bindparam("is_now", type_=ballots.c.status.type))
)
_HOW_MANY = select(func.count()).where(ballots.c.poll_id == bindparam("poll_id"), COUNTED)
_DOORS = select(ballots.c.door).where(ballots.c.poll_id == bindparam("poll_id"), COUNTED)


def add_ballot(
    db: Connection,
    poll_id: int,
    door: str,
    *,
    person_id: int | None,
    choice: int | None,
    now: datetime,
    words: str = "",
    people: int | None = None,
    area: int | None = None,
    entered_by_id: int | None = None,
    status: BallotStatus = BallotStatus.COUNTED,
) -> int:
    """A word is on record; gives its number. A second one that counts at the same door raises IntegrityError.

    Hold the poll first (`lock_poll`), and set what counted at that door so far to REPLACED.
    """
    row = {"poll_id": poll_id, "door": door, "person_id": person_id, "choice": choice, "words": words}
    row |= {"people": people, "area": area, "entered_by_id": entered_by_id, "cast_at": now, "status": status}
    return insert_row(db, _ADD, row)


def set_ballot_status(db: Connection, ballot_id: int, status: BallotStatus) -> None:
    """The ballot counts, was replaced, or waits for the staff's word."""
    db.execute(_IS, {"ballot_id": ballot_id, "is_now": status})


def counted_ballot(db: Connection, poll_id: int, door: str) -> Ballot | None:
    """What counts at this door now; `None` when nobody there has spoken."""
    return one(Ballot, db.execute(_COUNTED_AT, {"poll_id": poll_id, "door": door}).first())


def counted_ballots(db: Connection, poll_id: int) -> list[Ballot]:
    """Everything that counts, one per door, in the order in which it was said."""
    return many(Ballot, db.execute(_COUNTED_OF, {"poll_id": poll_id}))


def counted_number(db: Connection, poll_id: int) -> int:
    """At how many doors somebody has spoken."""
    return int(db.execute(_HOW_MANY, {"poll_id": poll_id}).scalar_one())


def answered_doors(db: Connection, poll_id: int) -> set[str]:
    """The doors at which somebody has spoken."""
    return set(db.execute(_DOORS, {"poll_id": poll_id}).scalars())


def has_units(db: Connection, poll_id: int, estate_id: int, *, building: str) -> bool:
    """Whether somebody has spoken for a door behind a named entrance of this building."""
    doors = answered_doors(db, poll_id)
    return any(each.startswith(f"{estate_id}|{building}|") and each.split("|")[2] for each in doors)


def ballots_by(db: Connection, poll_id: int, person_id: int) -> list[Ballot]:
    """Everything this person has said in the poll, in order, whatever it counts for."""
    return many(Ballot, db.execute(_BY, {"poll_id": poll_id, "person_id": person_id}))


def ballots_of(db: Connection, poll_id: int, *, status: Collection[BallotStatus] = ()) -> list[Ballot]:
    """Every row of the poll in order; with `status` only these."""
    query = select(*ballots.c).where(ballots.c.poll_id == poll_id)
    if status:
        query = query.where(ballots.c.status.in_(list(status)))
    return many(Ballot, db.execute(query.order_by(ballots.c.id)))


def ballots_at(db: Connection, poll_id: int, door: str) -> list[Ballot]:
    """Everything said at this door in order, whatever it counts for."""
    query = select(*ballots.c).where(ballots.c.poll_id == poll_id, ballots.c.door == door)
    return many(Ballot, db.execute(query.order_by(ballots.c.id)))
