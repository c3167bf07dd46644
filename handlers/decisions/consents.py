"""What households say to their share of a cost, and whether they have paid it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.consultation import telling
from handlers.decisions.costs import STANDS, at_home, ensure_enters, shared_cost
from handlers.decisions.rights import ensure_stands, held_decision
from handlers.decisions.supervision import add_line
from handlers.decisions.telling import Movement, tell_circle, tell_desk
from handlers.errors.costs import (
    AlreadyPaid,
    HomeUnknown,
    NoShareForYou,
    NoSuchRoom,
    RefusalReasonMissing,
    RoomsMissing,
    WhichShare,
)
from handlers.replies import costs as texts
from handlers.rules import Rules
from storage import costs as rows
from storage import organization
from storage.costs import Door
from storage.models.consultation import Happening
from storage.models.decisions import Consent, Cost, CostShare, Decision
from storage.models.people import Person

REASON: Final = 300  # characters that are kept


@dataclass(frozen=True, slots=True)
class Consented:
    """What a household said; `before` is what it had said."""

    decision: Decision
    share: CostShare
    before: Consent


def consent(
    db: Connection,
    resident: Person,
    number: int | None,
    *,
    agrees: bool,
    reason: str,
    now: datetime,
    rules: Rules,
) -> Consented | None:
    """The resident's household agrees to its share, or does not; it may change its word until it pays.

    Without a number the only share it is asked for; `None` when there is none at all. Raises `HomeUnknown`,
    `WhichShare`, `NoShareForYou`, `RefusalReasonMissing`, `AlreadyPaid`.
    """
    open_ones = _asked_of(db, resident)
    if number is None and not open_ones:
        return None
    if number is None and len({each for _, each in open_ones}) > 1:
        raise WhichShare(sorted({each for _, each in open_ones}), agrees=agrees)
    number = number or open_ones[0][1]
    decision = held_decision(db, resident.community_id, number)
    if resident.room is None or resident.estate_id is None:
        raise HomeUnknown
    cost = rows.lock_shared_cost(db, decision.id)
    mine = [each for each in (rows.shares_of(db, cost.id) if cost else []) if _is_home(resident, each)]
    if cost is None or not mine:
        raise NoShareForYou(number)
    return _said(db, resident, decision, mine[0], agrees=agrees, reason=reason, now=now, rules=rules)


def shares_awaiting(db: Connection, resident: Person) -> list[int]:
    """The decisions whose cost the resident's household is asked to share and has said nothing to."""
    asked = _asked_of(db, resident)
    return sorted({number for share, number in asked if share.consent is Consent.OPEN})


def consent_for(
    db: Connection,
    who: Person,
    number: int,
    names: Sequence[str],
    *,
    agrees: bool | None,
    reason: str,
    now: datetime,
    rules: Rules,
) -> list[Consented]:
    """A worker enters what households told them, marked so; the households may still change it themselves.

    All or nothing. Raises `NotAllowed`, `NothingShared`, `RoomsMissing`, `NoSuchRoom`,
    `RefusalReasonMissing`, `AlreadyPaid`.
    """
    decision = held_decision(db, who.community_id, number)
    ensure_enters(db, who, decision, "代签分摊")
    if agrees is None or not names:
        raise RoomsMissing(f"代签分摊 决议{number} 101 同意")
    cost = shared_cost(db, decision)
    found = _of_rooms(db, decision, cost, names)
    return [
        _said(db, who, decision, each, agrees=agrees, reason=reason, is_for=True, now=now, rules=rules)
        for each in found
    ]


def record_paid(
    db: Connection,
    who: Person,
    number: int,
    names: Sequence[str],
    *,
    is_all: bool,
    is_paid: bool,
    now: datetime,
    rules: Rules,
) -> tuple[Decision, list[CostShare], int]:
    """The money of these households came (or did not after all); each reads it once. Gives how many are left.

    Raises `NotAllowed`, `NothingShared`, `RoomsMissing`, `NoSuchRoom`.
    """
    decision = held_decision(db, who.community_id, number)
    ensure_enters(db, who, decision, "记收款")
    cost = shared_cost(db, decision)
    if not names and not is_all:
        raise RoomsMissing(f"已收 决议{number} 101、102")
    wanted = rows.shares_of(db, cost.id) if is_all else _of_rooms(db, decision, cost, names)
    fresh = [each for each in wanted if (each.paid_at is None) is is_paid]
    changed = [rows.change_share(db, each.id, paid_at=now if is_paid else None) for each in fresh]
    for each in changed if is_paid else []:
        event_id = add_line(db, decision, Happening.PAID, who, data={"share": each.id}, now=now)
        news = Movement(decision, event_id, now, rules, by=who).news("receipt")
        telling.tell_people(db, news, at_home(db, each), texts.receipt(decision, each))
    left = sum(1 for each in rows.shares_of(db, cost.id) if each.paid_at is None)
    return decision, changed or wanted, left


def _said(
    db: Connection,
    who: Person,
    decision: Decision,
    share: CostShare,
    *,
    agrees: bool,
    reason: str,
    is_for: bool = False,
    now: datetime,
    rules: Rules,
) -> Consented:
    """What the household said is on record; the desk hears of a refusal, everybody when all agree.

    `is_for`: somebody who works here has entered it for the household.
    """
    ensure_stands(decision, STANDS, "答复分摊")
    if share.paid_at is not None:
        raise AlreadyPaid(share.room)
    if not agrees and not reason.strip():
        raise RefusalReasonMissing(decision.number)
    said = Consent.AGREED if agrees else Consent.REFUSED
    changed = rows.change_share(
        db,
        share.id,
        consent=said,
        said_by_id=None if is_for else who.id,
        entered_by_id=who.id if is_for else None,
        said_at=now,
        reason=reason.strip()[:REASON],
    )
    data = {"share": share.id, "consent": said.value}
    event_id = add_line(db, decision, Happening.CONSENTED, who, data=data, now=now)
    movement = Movement(decision, event_id, now, rules, by=who)
    if is_for:
        told = texts.entered_by_other(decision, changed)
        telling.tell_people(db, movement.news("household"), at_home(db, changed), told)
    if said is Consent.REFUSED and (share.consent is not said or share.reason != changed.reason):
        estates = {changed.estate_id: organization.estate_by_id(db, changed.estate_id)}
        tell_desk(db, movement, texts.refused(decision, changed, estates))
    if said is Consent.AGREED and share.consent is not said:
        _tell_if_all(db, movement, share.cost_id)
    return Consented(decision, changed, share.consent)


def _tell_if_all(db: Connection, movement: Movement, cost_id: int) -> None:
    shares = rows.shares_of(db, cost_id)
    if any(each.consent is not Consent.AGREED for each in shares):
        return
    decision, count, total = movement.decision, len(shares), sum(each.cents for each in shares)
    tell_circle(
        db,
        movement,
        to_residents=texts.all_agreed_to_residents(decision, total, count),
        to_workers=texts.all_agreed(decision, total, count),
    )


def _asked_of(db: Connection, resident: Person) -> list[tuple[CostShare, int]]:
    """What the resident's household is asked for, or has answered and may change."""
    if resident.estate_id is None or not resident.building or not resident.room:
        return []
    door = Door(resident.estate_id, resident.building, resident.unit or "", resident.room)
    found = [each for each in rows.open_shares_at(db, door) if each[0].paid_at is None]
    return [each for each in found if each[0].consent is Consent.OPEN] or found


def _is_home(resident: Person, share: CostShare) -> bool:
    is_unit = not share.unit or not resident.unit or share.unit == resident.unit
    here = (resident.estate_id, resident.building, resident.room)
    return is_unit and here == (share.estate_id, share.building, share.room)


def _of_rooms(db: Connection, decision: Decision, cost: Cost, names: Sequence[str]) -> list[CostShare]:
    by_room = {each.room: each for each in rows.shares_of(db, cost.id)}
    unknown = [name for name in names if name not in by_room]
    if unknown:
        raise NoSuchRoom(decision.number, unknown, list(by_room))
    return [by_room[name] for name in dict.fromkeys(names)]
