"""A broadcast is shown before anything is sent: whom it reaches, when, at what cost, and whom it does not."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.broadcasts import recurring
from handlers.broadcasts.orders import Order
from handlers.broadcasts.planning import Plan, needs_approval, plan_of
from handlers.broadcasts.previews import Preview
from handlers.broadcasts.reach import Found, find
from handlers.broadcasts.templates import filled_in
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import NothingToBroadcast
from handlers.errors.broadcasts import BroadcastTooLate, BroadcastTooLong, NobodyReachable, SeriesAtNight
from handlers.rules import Rules
from handlers.working_days import local
from storage import organization, people
from storage.broadcasts import rows
from storage.models.broadcasts import BroadcastAudience, BroadcastStatus
from storage.models.people import Person

LONGEST = {  # UTF-8 bytes: what one task, one message to a group, one message to a person may hold
    BroadcastAudience.RESIDENTS_GROUPS: 4000,
    BroadcastAudience.WORKERS_GROUPS: 4000,
    BroadcastAudience.RESIDENTS: 2048,
}
FARTHEST = timedelta(days=180)  # what was read as farther away is a date that is over


def preview_broadcast(
    db: Connection,
    staff: Person,
    order: Order,
    *,
    code: str,
    now: datetime,
    rules: Rules,
    asked_in: str = "",
) -> Preview:
    """The broadcast is kept with those it would reach; nothing is sent before its code is given back.

    `asked_in` is the group in which it was ordered, empty when it was said one-to-one.
    Raises `NothingToBroadcast`, `BroadcastTooLong`, `BroadcastTooLate`, `NobodyToReach` for a name nobody
    has, `NobodyReachable` when none of those named can be reached, and the refusals of templates.
    """
    community_id = staff.community_id or 0
    order = filled_in(db, community_id, order)
    _ensure_text(db, community_id, order)
    at = _start(order, now=now, rules=rules)
    quiet_until = None if order.is_urgent else rules.broadcasts.quiet.ends_at(at)
    found = find(db, community_id, order, at=quiet_until or at, now=now, rules=rules)
    if not found.messages:
        raise NobodyReachable(found.unreached or {})
    plan = plan_of(found.paced, at=at, is_urgent=order.is_urgent, rules=rules.broadcasts)
    approval = needs_approval(found.people, is_everyone=found.is_everyone, rules=rules.broadcasts)
    row = _row(staff, order, found, plan=plan, code=code, now=now)
    row["plan"] |= {"approval": approval, "at_once": order.at is None, "asked_in": asked_in}
    row["plan"] |= found.later(is_urgent=order.is_urgent)
    made = rows.add_broadcast(db, row | {"number": rows.next_number(db, community_id)})
    record(db, staff, Audited.BROADCAST_PREVIEWED, now=now, data={"broadcast": made.number})
    return Preview(made, order, found, plan, _others(db, staff) if approval else None)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different of a broadcast that awaits its code; what is empty stays."""

    text: str = ""
    at: datetime | None = None
    is_urgent: bool = False


def reword_broadcast(
    db: Connection,
    staff: Person,
    broadcast_id: int,
    change: Change,
    *,
    code: str,
    now: datetime,
    rules: Rules,
) -> Preview:
    """The broadcast that awaits its code has other words, another time or is urgent; it is shown again.

    It has a new code.
    """
    old = rows.lock_broadcast(db, broadcast_id)
    rows.change_broadcast(db, old.id, status=BroadcastStatus.CANCELLED)
    order = recurring.order_of(old)
    if change.at is not None and order.rule is not None:
        order = replace(order, rule={**order.rule, "at_time": f"{local(change.at):%H:%M}"})
    elif change.at is not None:
        order = replace(order, at=change.at)
    order = replace(order, text=change.text or order.text, is_urgent=order.is_urgent or change.is_urgent)
    asked_in = str(old.plan.get("asked_in") or "")
    return preview_broadcast(db, staff, order, code=code, now=now, rules=rules, asked_in=asked_in)


def _others(db: Connection, staff: Person) -> tuple[str, ...]:
    everybody = people.people_with_roles(db, staff.community_id or 0, COMMUNITY_ROLES)
    return tuple(each.name for each in everybody if each.id != staff.id)


def _ensure_text(db: Connection, community_id: int, order: Order) -> None:
    estates = organization.estates_of_communities(db, [community_id])
    if not order.text or order.text in {estate.name for estate in estates}:
        raise NothingToBroadcast
    limit, size = LONGEST[order.audience], len(order.text.encode())
    if size > limit:
        raise BroadcastTooLong(limit // 3, len(order.text))


def _start(order: Order, *, now: datetime, rules: Rules) -> datetime:
    """When it is to start: now, at its time, or at the first time of a series."""
    if order.rule is not None:
        first = recurring.next_time(order.rule, after=now)
        quiet_until = None if order.is_urgent else rules.broadcasts.quiet.ends_at(first)
        if quiet_until is not None:
            raise SeriesAtNight(f"{local(first):%H:%M}", f"{local(quiet_until):%H:%M}")
        return first
    if order.at is None:
        return now
    if not now < order.at < now + FARTHEST:
        raise BroadcastTooLate(order.at)
    return order.at


def _row(
    staff: Person, order: Order, found: Found, *, plan: Plan, code: str, now: datetime
) -> dict[str, Any]:
    return {
        "community_id": staff.community_id,
        "person_id": staff.id,
        "text": order.text,
        "target": order.label,
        "group_ids": [group.id for group in found.groups],
        "code": code,
        "wrong_codes": 0,
        "status": BroadcastStatus.PREVIEWED,
        "created_at": now,
        "audience": order.audience,
        "is_urgent": order.is_urgent,
        "people": found.people,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "plan": {
            "per_minute": plan.per_minute,
            "minutes": len(plan.turns),
            "order": order.as_json() | ({"at": order.at.isoformat()} if order.at else {}),
            "rule": dict(order.rule) if order.rule else None,
            "people_ids": [each.person_id for each in found.routes],
        },
    }
