"""Residents as the readers of a broadcast: who is meant, how each can be reached, who was."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from storage.models.base import many
from storage.models.broadcasts import Way, broadcast_recipients
from storage.models.cases import cases, reports
from storage.models.outbox import Channel, destinations
from storage.models.people import Person, Role, people

T = TypeVar("T")

CHUNK = 1000  # values in one statement
MASS_SENDS_LOCK = 7241967  # with the community's number; any no other advisory lock of ours has
_RESIDENTS = people.c.role.in_([Role.RESIDENT, Role.BUILDING_LEAD])


@dataclass(frozen=True, slots=True)
class Where:
    """A part of a community; `None` and empty mean no narrower than what stands before.

    `wide` are kinds of trouble, category/subcategory, that concern a whole estate: reports of several houses
    are one case then, so that its house says nothing of who reported it.
    """

    community_id: int
    estate_id: int | None = None
    buildings: frozenset[str] = frozenset()
    unit: str | None = None
    wide: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """What is known of a resident's window: when they last wrote, the attempts since, whether it is shut."""

    opened_at: datetime | None
    recent: list[float]
    has_held: bool


def residents_at(db: Connection, where: Where) -> set[int]:
    """Those with a home there, and those who reported something from there."""
    is_here = people.c.community_id == where.community_id
    home = select(people.c.id).where(_RESIDENTS, is_here, *_within(people.c, where))
    told = _reporters(where.community_id).where(*_within(cases.c, where))
    if where.buildings:
        kind = cases.c.category + "/" + cases.c.subcategory
        told = told.where(kind.not_in(sorted(where.wide)))
    return set(db.execute(home).scalars()) | set(db.execute(told).scalars())


def reporters_of_kind(
    db: Connection, where: Where, *, category: str, subcategory: str | None, since: datetime
) -> set[int]:
    """Those who reported this kind of trouble there since then."""
    told = _reporters(where.community_id).where(
        cases.c.category == category, reports.c.reported_at >= since, *_within(cases.c, where)
    )
    if subcategory:
        told = told.where(cases.c.subcategory == subcategory)
    return set(db.execute(told).scalars())


def _reporters(community_id: int) -> Any:
    return (
        select(reports.c.person_id)
        .distinct()
        .join(cases, cases.c.id == reports.c.case_id)
        .join(people, people.c.id == reports.c.person_id)
        .where(reports.c.community_id == community_id, _RESIDENTS)
    )


def _within(columns: Any, where: Where) -> Iterator[ColumnElement[bool]]:
    if where.estate_id is not None:
        yield columns.estate_id == where.estate_id
    if where.buildings:
        yield columns.building.in_(sorted(where.buildings))
    if where.unit is not None:
        yield columns.unit == where.unit


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def people_by_numbers(db: Connection, ids: Iterable[int]) -> list[Person]:
    """The people of these numbers, in no order."""
    found: list[Person] = []
    for chunk in _chunks(ids):
        found += many(Person, db.execute(select(*people.c).where(people.c.id.in_(chunk))))
    return found


def windows_of(db: Connection, account: str, openids: Iterable[str]) -> dict[str, Window]:
    """The windows of these residents of one account, by openid; whoever was never sent to is absent."""
    found: dict[str, Window] = {}
    table = destinations.c
    for chunk in _chunks(openids):
        query = select(table.address, table.opened_at, table.recent, table.has_held).where(
            table.channel == Channel.OFFICIAL_ACCOUNT.value,
            table.account == account,
            table.address.in_(chunk),
        )
        found |= {row[0]: Window(*row[1:]) for row in db.execute(query)}
    return found


def hold_mass_sends(db: Connection, community_id: int) -> None:
    """Whoever else begins a broadcast to residents of the community waits until the transaction ends.

    Else two that begin at once would both count three mass sends of a person. SQLite has one writer.
    """
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(MASS_SENDS_LOCK, community_id)))


def mass_sends_of(
    db: Connection, ids: Collection[int], *, since: datetime, until: datetime
) -> dict[int, int]:
    """How many mass sends each of these people had in that time; whoever had none is absent."""
    found: dict[int, int] = {}
    table = broadcast_recipients.c
    for chunk in _chunks(ids):
        query = (
            select(table.person_id, func.count())
            .where(table.person_id.in_(chunk), table.way == Way.MASS)
            .where(table.planned_at >= since, table.planned_at < until)
            .group_by(table.person_id)
        )
        found |= {row[0]: row[1] for row in db.execute(query)}
    return found


def add_recipients(db: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """These people are reached by the broadcast, each in one way."""
    for chunk in _chunks(rows):
        db.execute(insert(broadcast_recipients), chunk)


def recipients_by_way(db: Connection, broadcast_id: int) -> dict[tuple[Way, str], int]:
    """How many people of the broadcast were to be reached in each way, and why not."""
    table = broadcast_recipients.c
    query = select(table.way, table.reason, func.count()).where(table.broadcast_id == broadcast_id)
    return {(row[0], row[1]): row[2] for row in db.execute(query.group_by(table.way, table.reason))}


def withdraw_recipients(db: Connection, broadcast_id: int, ids: Collection[int], *, reason: str) -> None:
    """These people are not reached by the broadcast after all, and it does not count as one of their four."""
    table = broadcast_recipients
    for chunk in _chunks(ids):
        mine = update(table).where(table.c.broadcast_id == broadcast_id, table.c.person_id.in_(chunk))
        db.execute(mine.values(way=Way.NONE, reason=reason))
