"""A broadcast begins at its time, all its messages made in one transaction; it is done when none waits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.broadcasts.planning import plan_of
from handlers.broadcasts.postings import to_groups, to_residents
from handlers.broadcasts.progress import counts_of
from handlers.broadcasts.reach import Found, groups_found, residents_found
from handlers.broadcasts.telling import tell_sender
from handlers.replies import broadcasts as texts
from handlers.rules import Rules
from storage import organization, outbox
from storage.broadcasts import people, progress, rows
from storage.models.broadcasts import Broadcast, BroadcastAudience, BroadcastStatus


@dataclass(frozen=True, slots=True)
class BroadcastStarted:
    """The broadcast as it now stands, and whom it goes to."""

    broadcast: Broadcast
    found: Found


def start_broadcast(
    db: Connection, broadcast_id: int, *, now: datetime, rules: Rules
) -> BroadcastStarted | None:
    """Every message of the broadcast is made, each with its time by the plan; `None`: it was begun before.

    Whoever can no longer be reached is left out; nobody is added to those of the preview.
    """
    broadcast = rows.lock_broadcast(db, broadcast_id)
    if broadcast.status is not BroadcastStatus.SCHEDULED or (broadcast.starts_at or now) > now:
        return None
    found = _found(db, broadcast, now=now, rules=rules)
    plan = plan_of(found.paced, at=now, is_urgent=broadcast.is_urgent, rules=rules.broadcasts)
    postings = list(to_groups(db, broadcast, found.groups, plan))
    if broadcast.audience is BroadcastAudience.RESIDENTS:
        postings, recipients = to_residents(broadcast, found.routes, plan)
        people.add_recipients(db, recipients)
    outbox.post(db, postings, now=now)
    unreached = {reason: list(names) for reason, names in (found.unreached or {}).items()}
    promised = (
        broadcast.plan
        | {"unreached": unreached, "minutes": len(plan.turns)}
        | found.later(is_urgent=broadcast.is_urgent)
    )
    rows.change_broadcast(
        db,
        broadcast.id,
        status=BroadcastStatus.SENDING,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        people=found.people,
        plan=promised,
    )
    return BroadcastStarted(rows.lock_broadcast(db, broadcast.id), found)


def finish_broadcast(db: Connection, broadcast_id: int, *, now: datetime, rules: Rules) -> bool:
    """Nothing of the broadcast waits any more: it is done, and who ordered it is told the result, once."""
    if progress.is_waiting(db, broadcast_id):
        return False
    sending = (BroadcastStatus.SENDING,)
    if not rows.claim_broadcast(db, broadcast_id, of=sending, status=BroadcastStatus.DONE, finished_at=now):
        return False
    broadcast = rows.lock_broadcast(db, broadcast_id)
    result = texts.broadcast_result(broadcast, counts_of(db, broadcast))
    tell_sender(db, broadcast, result, key=f"done:{int(now.timestamp())}", now=now, rules=rules)
    return True


def _found(db: Connection, broadcast: Broadcast, *, now: datetime, rules: Rules) -> Found:
    community_id = broadcast.community_id
    if broadcast.audience is BroadcastAudience.RESIDENTS:
        ids = list(broadcast.plan.get("people_ids") or [])
        people.hold_mass_sends(db, community_id)
        until = max(now, broadcast.ends_at or now)
        return residents_found(db, community_id, ids, at=now, until=until, rules=rules.broadcasts)
    groups = organization.groups_by_ids(db, broadcast.group_ids)
    return groups_found(db, community_id, groups, is_urgent=broadcast.is_urgent, at=now, rules=rules)
