"""A second member of staff agrees to what reaches very many, or does not."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.broadcasts.confirming import release_broadcast
from handlers.broadcasts.finding import broadcast_meant
from handlers.broadcasts.telling import tell_desk, tell_sender
from handlers.errors import ReasonMissing
from handlers.errors.broadcasts import BroadcastTimePassed, NotAwaitingApproval, OwnApproval
from handlers.replies import broadcasts as texts
from handlers.rules import Rules
from storage.broadcasts import rows
from storage.models.broadcasts import Broadcast, BroadcastStatus
from storage.models.people import Person

WAITS = (BroadcastStatus.AWAITING_APPROVAL,)
LATEST = timedelta(hours=1)  # after the time it was ordered for somebody may still agree


def approve_broadcast(
    db: Connection, staff: Person, number: int | None, *, now: datetime, rules: Rules
) -> Broadcast:
    """The broadcast goes on, and who ordered it is told.

    Raises `NotAwaitingApproval` when it does not wait (any more), `OwnApproval` for the one who ordered it,
    `BroadcastTimePassed` when the time it was ordered for is long over.
    """
    broadcast = _awaiting(db, staff, number, now=now, rules=rules, example="同意群发")
    if broadcast.person_id == staff.id:
        raise OwnApproval(broadcast.number)
    _ensure_in_time(broadcast, now=now)
    rows.change_broadcast(db, broadcast.id, approved_by_id=staff.id)
    record(db, staff, Audited.BROADCAST_APPROVED, now=now, data={"broadcast": broadcast.number})
    released = release_broadcast(db, broadcast.id, now=now, rules=rules)
    told = texts.approved(released, staff.name, now=now)
    tell_sender(db, released, told, key="approved", now=now, rules=rules)
    return released


def refuse_broadcast(
    db: Connection, staff: Person, number: int | None, reason: str, *, now: datetime, rules: Rules
) -> Broadcast:
    """The broadcast will never be sent, and who ordered it is told why; they may take it back too."""
    broadcast = _awaiting(db, staff, number, now=now, rules=rules, example="不同意群发")
    if not reason and broadcast.person_id != staff.id:
        raise ReasonMissing(f"不同意群发 {broadcast.number} 因为时间写错了")
    rows.change_broadcast(db, broadcast.id, status=BroadcastStatus.CANCELLED, finished_at=now)
    record(db, staff, Audited.BROADCAST_REFUSED, now=now, data={"broadcast": broadcast.number})
    told = texts.not_approved(broadcast, staff.name, reason)
    tell_sender(db, broadcast, told, key="refused", now=now, rules=rules)
    return rows.lock_broadcast(db, broadcast.id)


def expire_approval(db: Connection, broadcast_id: int, *, now: datetime, rules: Rules) -> bool:
    """Nobody agreed in time: it will never be sent, and staff are told; false when somebody was first."""
    if not rows.claim_broadcast(
        db, broadcast_id, of=WAITS, status=BroadcastStatus.CANCELLED, finished_at=now
    ):
        return False
    broadcast = rows.lock_broadcast(db, broadcast_id)
    key = f"broadcast:{broadcast.id}:unapproved"
    tell_desk(
        db,
        broadcast.community_id,
        texts.approval_expired(broadcast),
        key=key,
        now=now,
        called=broadcast.person_id,
    )
    return True


def _ensure_in_time(broadcast: Broadcast, *, now: datetime) -> None:
    """“今天9点停水” must not go out in the evening because somebody agreed so late."""
    at = broadcast.starts_at
    has_time = at is not None and not broadcast.plan.get("at_once") and not broadcast.plan.get("rule")
    if has_time and at is not None and at + LATEST < now:
        raise BroadcastTimePassed(broadcast.number, at)


def _awaiting(
    db: Connection, staff: Person, number: int | None, *, now: datetime, rules: Rules, example: str
) -> Broadcast:
    broadcast = broadcast_meant(db, staff, number, of=WAITS, example=example)
    asked_at = broadcast.confirmed_at or now
    is_over = asked_at + rules.broadcasts.approval_wait <= now
    if broadcast.status is not BroadcastStatus.AWAITING_APPROVAL or is_over:
        raise NotAwaitingApproval(broadcast.number, texts.status_text(broadcast))
    return broadcast
