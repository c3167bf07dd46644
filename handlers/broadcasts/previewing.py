"""A broadcast is shown before anything is sent: whom it reaches, when, at what cost, and whom it does not."""

from dataclasses import replace
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
from handlers.errors.broadcasts import BroadcastTooLate, BroadcastTooLong, NobodyReachable
from handlers.rules import Rules
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
    db: Connection, staff: Person, order: Order, *, code: str, now: datetime, rules: Rules
) -> Preview:
    """The broadcast is kept with those it would reach; nothing is sent before its code is given back.

    Raises `NothingToBroadcast`, `BroadcastTooLong`, `BroadcastTooLate`, `NobodyToReach` for a name nobody
    has, `NobodyReachable` when none of those named can be reached, and the refusals of templates.
    """
    community_id = staff.community_id or 0
    order = filled_in(db, community_id, order)
    _ensure_text(db, community_id, order)
    at = _start(order, now=now)
    found = find(db, community_id, order, until=at, now=now, rules=rules)
    if not found.messages:
        raise NobodyReachable(found.unreached or {})
    plan = plan_of(found.messages, at=at, is_urgent=order.is_urgent, rules=rules.broadcasts)
    approval = needs_approval(found.people, is_everyone=found.is_everyone, rules=rules.broadcasts)
    row = _row(staff, order, found, plan=plan, code=code, now=now)
    row["plan"] |= {"approval": approval, "at_once": order.at is None}
    made = rows.add_broadcast(db, row | {"number": rows.next_number(db, community_id)})
    record(db, staff, Audited.BROADCAST_PREVIEWED, now=now, data={"broadcast": made.number})
    return Preview(made, order, found, plan, _others(db, staff) if approval else None)


def reword_broadcast(
    db: Connection, staff: Person, broadcast_id: int, text: str, *, code: str, now: datetime, rules: Rules
) -> Preview:
    """The broadcast that awaits its code has other words, and a new code; it is shown again."""
    old = rows.lock_broadcast(db, broadcast_id)
    rows.change_broadcast(db, old.id, status=BroadcastStatus.CANCELLED)
    return preview_broadcast(
        db, staff, replace(recurring.order_of(old), text=text), code=code, now=now, rules=rules
    )


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


def _start(order: Order, *, now: datetime) -> datetime:
    """When it is to start: now, at its time, or at the first time of a series."""
    if order.rule is not None:
        return recurring.next_time(order.rule, after=now)
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
