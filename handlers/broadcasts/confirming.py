"""The code is given back: the broadcast goes out, is planned, or waits for a second person."""

import hmac
import unicodedata
from datetime import datetime

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.broadcasts import recurring
from handlers.broadcasts.planning import plan_of
from handlers.broadcasts.telling import tell_colleagues
from handlers.replies import broadcasts as texts
from handlers.rules import Rules
from storage.broadcasts import rows
from storage.models.broadcasts import Broadcast, BroadcastStatus
from storage.models.people import Person

MAX_WRONG_CODES = 3


def confirm_broadcast(
    db: Connection, staff: Person, broadcast_id: int, code: str, *, now: datetime, rules: Rules
) -> Broadcast:
    """With the right code the broadcast goes on; a third wrong one cancels it.

    The status of the broadcast given back tells which: still previewed means that the code was wrong.
    """
    broadcast = rows.lock_broadcast(db, broadcast_id)
    if broadcast.status is not BroadcastStatus.PREVIEWED:
        return broadcast
    given = unicodedata.normalize("NFKC", code).strip()
    if not hmac.compare_digest(broadcast.code.encode(), given.encode()):
        wrong = broadcast.wrong_codes + 1
        status = BroadcastStatus.CANCELLED if wrong >= MAX_WRONG_CODES else BroadcastStatus.PREVIEWED
        rows.change_broadcast(db, broadcast_id, wrong_codes=wrong, status=status)
        return rows.lock_broadcast(db, broadcast_id)
    record(db, staff, Audited.BROADCAST_CONFIRMED, now=now, data={"broadcast": broadcast.number})
    if broadcast.plan.get("approval"):
        rows.change_broadcast(db, broadcast_id, status=BroadcastStatus.AWAITING_APPROVAL, confirmed_at=now)
        told = texts.approval_wanted(rows.lock_broadcast(db, broadcast_id), staff.name)
        tell_colleagues(db, broadcast, told, key="approval", now=now, rules=rules)
        return rows.lock_broadcast(db, broadcast_id)
    rows.change_broadcast(db, broadcast_id, confirmed_at=now)
    return release_broadcast(db, broadcast_id, now=now, rules=rules)


def release_broadcast(db: Connection, broadcast_id: int, *, now: datetime, rules: Rules) -> Broadcast:
    """Everybody has agreed: it starts at its time; a series begins.

    What is to go at once starts with the next look at what is due: its messages may be very many, and whoever
    gave the code is not kept waiting for them.
    """
    broadcast = rows.lock_broadcast(db, broadcast_id)
    if broadcast.plan.get("rule"):
        return recurring.begin_series(db, broadcast, now=now)
    quiet_until = None if broadcast.is_urgent else rules.broadcasts.quiet.ends_at(now)
    starts_at = max(broadcast.starts_at or now, quiet_until or now)
    if broadcast.plan.get("at_once"):
        starts_at = quiet_until or now
    rows.change_broadcast(
        db,
        broadcast_id,
        status=BroadcastStatus.SCHEDULED,
        starts_at=starts_at,
        ends_at=_end(broadcast, starts_at, rules=rules),
    )
    return rows.lock_broadcast(db, broadcast_id)


def _end(broadcast: Broadcast, starts_at: datetime, *, rules: Rules) -> datetime:
    """When the last go out, as long after the start as the preview promised."""
    messages = int(broadcast.plan.get("minutes") or 1) * rules.broadcasts.per_minute
    plan = plan_of(messages, at=starts_at, is_urgent=broadcast.is_urgent, rules=rules.broadcasts)
    return plan.ends_at


def cancel_broadcast(db: Connection, broadcast_id: int) -> Broadcast:
    """A broadcast that was not confirmed will never be sent."""
    broadcast = rows.lock_broadcast(db, broadcast_id)
    if broadcast.status is BroadcastStatus.PREVIEWED:
        rows.change_broadcast(db, broadcast_id, status=BroadcastStatus.CANCELLED)
    return rows.lock_broadcast(db, broadcast_id)
