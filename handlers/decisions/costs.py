"""Money for a decision: shared among households, or from a fund; exact to the cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.consultation import telling
from handlers.decisions.rights import ensure_may_work, ensure_stands, held_decision
from handlers.decisions.supervision import add_line
from handlers.decisions.telling import Movement
from handlers.errors import NotAllowed
from handlers.errors.costs import (
    AlreadyShared,
    AmountMissing,
    CostIncomplete,
    NothingShared,
    PartOfACent,
    SharesDoNotAddUp,
    TooManyRooms,
)
from handlers.replies import costs as texts
from handlers.rules import Rules
from storage import costs as rows
from storage.costs import Door
from storage.models.consultation import Happening
from storage.models.decisions import Consent, Cost, CostKind, CostShare, Decision, DecisionStatus
from storage.models.organization import Estate
from storage.models.people import Person, Role

MOST: Final = 200  # households of one cost
NOTE: Final = 200
STANDS: Final = (DecisionStatus.OPEN, DecisionStatus.REPORTED_DONE)
ENTERING: Final = COMMUNITY_ROLES | {Role.GRID_WORKER}


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a cost is to be shared: cents in all, or for each; `own` are the cents of single rooms."""

    cents: int | None
    each: int | None
    estate: Estate | None
    building: str
    unit: str
    rooms: tuple[str, ...]
    own: Mapping[str, int]
    has_part_of_cent: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """A cost with its shares; `silent` are rooms of which nobody is reached here."""

    decision: Decision
    cost: Cost
    shares: tuple[CostShare, ...]
    silent: tuple[str, ...] = ()


def divided(cents: int, count: int) -> list[int]:
    """The whole in so many parts; the cents that are left over go one each to the first."""
    part, left = divmod(cents, count)
    return [part + (1 if index < left else 0) for index in range(count)]


def share_cost(
    db: Connection, who: Person, number: int, sharing: Sharing, *, now: datetime, rules: Rules
) -> Shared:
    """The cost is shared among these households, and everybody whose home is one of them is asked one-to-one.

    As long as no household has spoken or paid it may be shared anew. Only staff and grid workers of its grid.
    Raises `CostIncomplete`, `PartOfACent`, `SharesDoNotAddUp`, `TooManyRooms`, `AlreadyShared`.
    """
    decision = _held(db, who, number, "分摊费用")
    amounts = _amounts(number, sharing)
    assert sharing.estate is not None
    cost = rows.lock_shared_cost(db, decision.id)
    if cost is not None and any(map(_has_moved, rows.shares_of(db, cost.id))):
        raise AlreadyShared(number)
    if cost is not None:
        rows.remove_cost(db, cost.id)
    total = sum(amounts.values())
    cost = _add_cost(db, who, decision, CostKind.SHARED, cents=total, note="", now=now)
    estate_id = sharing.estate.id
    doors = [Door(estate_id, sharing.building, sharing.unit, room) for room in amounts]
    _ensure_one_unit(db, number, doors)
    rows.add_shares(db, cost.id, list(zip(doors, amounts.values(), strict=True)))
    data = {"cost": cost.id, "cents": total, "households": len(doors)}
    event_id = add_line(db, decision, Happening.COST_RECORDED, who, data=data, now=now)
    shares = rows.shares_of(db, cost.id)
    silent = _ask(db, Movement(decision, event_id, now, rules, by=who), shares, total=total)
    return Shared(decision, cost, tuple(shares), tuple(silent))


def shares_for(db: Connection, who: Person, number: int) -> Shared:
    """What every household pays and said, for staff and grid workers; `NothingShared`."""
    decision = held_decision(db, who.community_id, number)
    ensure_enters(db, who, decision, "查看分摊")
    cost = shared_cost(db, decision)
    return Shared(decision, cost, tuple(rows.shares_of(db, cost.id)))


def record_fund(
    db: Connection,
    who: Person,
    number: int,
    kind: CostKind,
    *,
    cents: int | None,
    note: str,
    now: datetime,
) -> tuple[Decision, Cost, int]:
    """Money of a fund, or other money, is on record for the decision; gives the sum of its kind.

    The owner, a worker of its grid, or staff (`NotYourDecision`). Raises `AmountMissing`.
    """
    decision = held_decision(db, who.community_id, number)
    ensure_may_work(db, who, decision)
    if cents is None:
        raise AmountMissing(number)
    cost = _add_cost(db, who, decision, kind, cents=cents, note=note[:NOTE], now=now)
    data = {"cost": cost.id, "kind": kind.value, "cents": cents}
    add_line(db, decision, Happening.COST_RECORDED, who, data=data, now=now)
    return decision, cost, rows.total_of_kind(db, decision.id, kind)


def _held(db: Connection, who: Person, number: int, what: str) -> Decision:
    decision = held_decision(db, who.community_id, number)
    ensure_enters(db, who, decision, what)
    ensure_stands(decision, STANDS, what)
    return decision


def ensure_enters(db: Connection, who: Person, decision: Decision, what: str) -> None:
    """Staff, and grid workers who may work on it: what households pay is no business of units."""
    if who.role not in ENTERING:
        raise NotAllowed(what)
    ensure_may_work(db, who, decision)


def shared_cost(db: Connection, decision: Decision) -> Cost:
    """What households share for the decision, held; `NothingShared`."""
    cost = rows.lock_shared_cost(db, decision.id)
    if cost is None:
        raise NothingShared(decision.number)
    return cost


def _has_moved(share: CostShare) -> bool:
    return share.consent is not Consent.OPEN or share.paid_at is not None


def _ensure_one_unit(db: Connection, number: int, doors: Sequence[Door]) -> None:
    """101 of two entrances are two households: then the entrance must be said."""
    if not doors[0].unit and any(len(rows.units_with(db, door)) > 1 for door in doors):
        raise CostIncomplete(number, "单元（这栋楼不止一个单元有这些门牌）")


def _amounts(number: int, sharing: Sharing) -> dict[str, int]:
    """The cents of each room, in the order they were named."""
    if sharing.has_part_of_cent:
        raise PartOfACent
    if not sharing.rooms:
        raise CostIncomplete(number, "哪几户分摊")
    if sharing.estate is None or not sharing.building:
        raise CostIncomplete(number, "小区和楼号")
    if len(sharing.rooms) > MOST:
        raise TooManyRooms(MOST)
    rooms = list(dict.fromkeys([*sharing.rooms, *sharing.own]))
    others = [room for room in rooms if room not in sharing.own]
    own = sum(sharing.own.values())
    total = sharing.cents if sharing.each is None else own + sharing.each * len(others)
    total = own if total is None and not others else total
    if total is None:
        raise CostIncomplete(number, "总金额")
    if own > total or (own == total) is not (not others) or (total - own) < len(others):
        raise SharesDoNotAddUp(texts.yuan(total), texts.yuan(own))
    parts = dict(zip(others, divided(total - own, len(others)), strict=True)) if others else {}
    return {room: sharing.own.get(room, parts.get(room, 0)) for room in rooms}


def _ask(db: Connection, movement: Movement, shares: Sequence[CostShare], *, total: int) -> list[str]:
    """Everybody of each household is asked; gives the rooms of which nobody is reached."""
    silent: list[str] = []
    for share in shares:
        persons = at_home(db, share)
        text = texts.asked(movement.decision, share, total=total, count=len(shares))
        unreached = telling.tell_people(db, movement.news(f"share:{share.id}"), persons, text)
        silent += [share.room] if len(unreached) == len(persons) else []
    return silent


def at_home(db: Connection, share: CostShare) -> list[Person]:
    """Everybody here whose home that household is."""
    return rows.people_at(db, [Door(share.estate_id, share.building, share.unit, share.room)])


def _add_cost(
    db: Connection, who: Person, decision: Decision, kind: CostKind, *, cents: int, note: str, now: datetime
) -> Cost:
    return rows.add_cost(
        db,
        {
            "community_id": decision.community_id,
            "decision_id": decision.id,
            "kind": kind,
            "cents": cents,
            "note": note,
            "recorded_by_id": who.id,
            "recorded_at": now,
        },
    )
