"""Money for decisions, and each household's share of what is paid together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.decisions import (
    Consent,
    Cost,
    CostKind,
    CostShare,
    DecisionStatus,
    cost_shares,
    costs,
    decisions,
)
from storage.models.people import Person, Role, people
from storage.models.polls import rooms

LIVES_THERE = (Role.RESIDENT, Role.BUILDING_LEAD)
_ADD = insert(costs)


@dataclass(frozen=True, slots=True)
class Door:
    """One household: the estate, the building, the unit (empty without one) and the room."""

    estate_id: int
    building: str
    unit: str
    room: str


def add_cost(db: Connection, values: dict[str, Any]) -> Cost:
    """Money for a decision; whole cents."""
    cost_id = insert_row(db, _ADD, {"note": ""} | values)
    return Cost(*db.execute(select(*costs.c).where(costs.c.id == cost_id)).one())


def costs_of(db: Connection, decision_id: int) -> list[Cost]:
    """All money for the decision, in the order it was recorded."""
    query = select(*costs.c).where(costs.c.decision_id == decision_id)
    return many(Cost, db.execute(query.order_by(costs.c.id)))


def lock_shared_cost(db: Connection, decision_id: int) -> Cost | None:
    """What households share for the decision, held until the transaction ends; `None` without such."""
    query = (
        select(*costs.c)
        .where(costs.c.decision_id == decision_id, costs.c.kind == CostKind.SHARED)
        .order_by(costs.c.id.desc())
        .limit(1)
        .with_for_update()
    )
    return one(Cost, db.execute(query).first())


def add_shares(db: Connection, cost_id: int, shares: Sequence[tuple[Door, int]]) -> None:
    """Each of these households owes so many cents, and has not said whether it agrees."""
    rows = [
        {
            "cost_id": cost_id,
            "estate_id": door.estate_id,
            "building": door.building,
            "unit": door.unit,
            "room": door.room,
            "cents": cents,
            "consent": Consent.OPEN,
            "reason": "",
        }
        for door, cents in shares
    ]
    db.execute(insert(cost_shares), rows)


def remove_cost(db: Connection, cost_id: int) -> None:
    """The cost and its shares are no more: nobody had spoken, and it was entered anew."""
    db.execute(delete(cost_shares).where(cost_shares.c.cost_id == cost_id))
    db.execute(delete(costs).where(costs.c.id == cost_id))


def shares_of(db: Connection, cost_id: int) -> list[CostShare]:
    """Every household's share of the cost, in the order they were named."""
    query = select(*cost_shares.c).where(cost_shares.c.cost_id == cost_id)
    return many(CostShare, db.execute(query.order_by(cost_shares.c.id)))


def change_share(db: Connection, share_id: int, **values: object) -> CostShare:
    """These columns of the share have new values; the caller holds its cost."""
    db.execute(update(cost_shares).where(cost_shares.c.id == share_id).values(**values))
    return CostShare(*db.execute(select(*cost_shares.c).where(cost_shares.c.id == share_id)).one())


def open_shares_at(db: Connection, door: Door) -> list[tuple[CostShare, int]]:
    """What this household is asked to pay for decisions that are not ended, with the decision's number."""
    query = (
        select(*cost_shares.c, decisions.c.number)
        .join(costs, costs.c.id == cost_shares.c.cost_id)
        .join(decisions, decisions.c.id == costs.c.decision_id)
        .where(
            cost_shares.c.estate_id == door.estate_id,
            cost_shares.c.building == door.building,
            cost_shares.c.room == door.room,
            decisions.c.status != DecisionStatus.DROPPED,
        )
        .order_by(cost_shares.c.id)
    )
    rows = [(CostShare(*row[:-1]), int(row[-1])) for row in db.execute(query)]
    return [
        (share, number) for share, number in rows if not (share.unit and door.unit) or share.unit == door.unit
    ]


def people_at(db: Connection, doors: Collection[Door]) -> list[Person]:
    """The residents whose home is one of these households, each once; a unit left out may be any."""
    found: dict[int, Person] = {}
    for door in doors:
        query = select(*people.c).where(
            people.c.estate_id == door.estate_id,
            people.c.building == door.building,
            people.c.room == door.room,
            people.c.role.in_(LIVES_THERE),
        )
        for person in many(Person, db.execute(query.order_by(people.c.id))):
            if not (person.unit and door.unit) or person.unit == door.unit:
                found.setdefault(person.id, person)
    return list(found.values())


def units_with(db: Connection, door: Door) -> set[str]:
    """The entrances of the building that have this room, by its list of rooms and by what residents said."""
    found: set[str] = set()
    for table in (rooms, people):
        query = select(table.c.unit).where(
            table.c.estate_id == door.estate_id,
            table.c.building == door.building,
            table.c.room == door.room,
        )
        found |= {unit for unit in db.execute(query.distinct()).scalars() if unit}
    return found


def total_of_kind(db: Connection, decision_id: int, kind: CostKind) -> int:
    """How many cents of this kind were recorded for the decision."""
    query = select(func.coalesce(func.sum(costs.c.cents), 0)).where(
        costs.c.decision_id == decision_id, costs.c.kind == kind
    )
    return int(db.execute(query).scalar_one())
