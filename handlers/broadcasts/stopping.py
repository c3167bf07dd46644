"""A broadcast is stopped in the middle, or what failed of it is sent again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.broadcasts.finding import broadcast_meant
from handlers.broadcasts.telling import tell_colleagues
from handlers.errors.broadcasts import NothingFailed, NotSent, OverAlready, SeriesGoesOn
from handlers.replies import broadcasts as texts
from handlers.rules import Rules
from storage import gathering, outbox
from storage.broadcasts import people, progress, rows, series
from storage.gathering import Recall
from storage.models.broadcasts import Broadcast, BroadcastAudience, BroadcastStatus
from storage.models.outbox import DeliveryStatus
from storage.models.people import Person

BEFORE = (BroadcastStatus.AWAITING_APPROVAL, BroadcastStatus.SCHEDULED)
STOPPABLE = (*BEFORE, BroadcastStatus.SENDING)
ENDED = (DeliveryStatus.DEAD, DeliveryStatus.CANCELLED)
OUT = frozenset(DeliveryStatus) - {*ENDED, DeliveryStatus.HELD}
STARTED = (BroadcastStatus.SENDING, BroadcastStatus.DONE, BroadcastStatus.STOPPED)


@dataclass(frozen=True, slots=True)
class BroadcastStopped:
    """What became of its messages: out for good, called back from owners who have not tapped, never sent."""

    broadcast: Broadcast
    out: int = 0
    called_back: int = 0
    cancelled: int = 0


def stop_broadcast(
    db: Connection, staff: Person, number: int | None, *, now: datetime, rules: Rules
) -> BroadcastStopped:
    """Nothing more of the broadcast goes out; what an owner has not confirmed is called back.

    What is out is out. A broadcast that is done can still be called back from owners; `OverAlready` when
    nothing is left to stop.
    """
    of = (*STOPPABLE, BroadcastStatus.DONE)
    broadcast = broadcast_meant(
        db, staff, number, of=of, example="停止群发", may_be=lambda each: _is_open(db, each)
    )
    if broadcast.status is BroadcastStatus.AWAITING_APPROVAL:
        told = texts.stopped_before_approval(broadcast, staff.name)
        tell_colleagues(db, broadcast, told, key="stopped", now=now, rules=rules)
    if broadcast.status in BEFORE:
        rows.change_broadcast(
            db, broadcast.id, status=BroadcastStatus.CANCELLED, stopped_by_id=staff.id, finished_at=now
        )
        record(db, staff, Audited.BROADCAST_STOPPED, now=now, data={"broadcast": broadcast.number})
        return BroadcastStopped(rows.lock_broadcast(db, broadcast.id))
    if broadcast.plan.get("rule") and broadcast.series_id is not None:
        begun = series.lock_series(db, broadcast.series_id)
        if begun.next_at is not None:
            raise SeriesGoesOn(broadcast.number, begun.number)
    if broadcast.status not in (BroadcastStatus.SENDING, BroadcastStatus.DONE):
        raise OverAlready(broadcast.number, texts.status_text(broadcast))
    out, called_back, cancelled = _stopped(db, broadcast, now=now)
    if broadcast.status is BroadcastStatus.DONE and not cancelled and not called_back:
        raise OverAlready(broadcast.number, texts.status_text(broadcast))
    rows.change_broadcast(
        db, broadcast.id, status=BroadcastStatus.STOPPED, stopped_by_id=staff.id, finished_at=now
    )
    record(db, staff, Audited.BROADCAST_STOPPED, now=now, data={"broadcast": broadcast.number})
    return BroadcastStopped(rows.lock_broadcast(db, broadcast.id), out, called_back, cancelled)


def resend_broadcast(
    db: Connection, staff: Person, number: int | None, *, with_uncertain: bool, now: datetime
) -> tuple[Broadcast, int]:
    """What failed is tried anew, what may have arrived only when that is said; gives how many.

    Raises `NothingFailed` when there is nothing to send again, `NotSent` when nothing was ever sent.
    """
    broadcast = broadcast_meant(db, staff, number, of=STARTED, example="重发群发", is_newest=True)
    if broadcast.status not in STARTED:
        raise NotSent(broadcast.number, texts.status_text(broadcast))
    again = progress.stuck_messages(db, broadcast.id, with_uncertain=with_uncertain)
    if not again:
        uncertain = progress.counts(db, broadcast.id).get(DeliveryStatus.UNCERTAIN, 0)
        raise NothingFailed(broadcast.number, uncertain)
    for message_id in again:
        progress.forget_failed_job(db, message_id, now=now)
        outbox.send_again(db, message_id, now=now)
    rows.change_broadcast(db, broadcast.id, status=BroadcastStatus.SENDING, finished_at=None)
    record(db, staff, Audited.BROADCAST_RESENT, now=now, data={"broadcast": broadcast.number})
    return rows.lock_broadcast(db, broadcast.id), len(again)


def _is_open(db: Connection, broadcast: Broadcast) -> bool:
    """Whether something of it can still be stopped."""
    if broadcast.status in STOPPABLE:
        return True
    counts = progress.counts(db, broadcast.id)
    return any(counts.get(each) for each in (DeliveryStatus.WAITING, DeliveryStatus.AWAITING_OWNER))


def _stopped(db: Connection, broadcast: Broadcast, *, now: datetime) -> tuple[int, int, int]:
    """How many are out for good, called back, and never sent."""
    cancelled = progress.cancel_unsent(db, broadcast.id, now=now)
    if broadcast.audience is BroadcastAudience.RESIDENTS:
        ids = [number for body in cancelled for number in _numbers(body.get("people"))]
        people.withdraw_recipients(db, broadcast.id, ids, reason="已停止")
        for message_id in progress.under_way(db, broadcast.id):
            gathering.cancel_task(db, message_id, now=now)  # it is not tried again when this attempt fails
        counts = progress.counts(db, broadcast.id)
        return sum(number for status, number in counts.items() if status in OUT), 0, len(cancelled)
    called_back = progress.call_back_awaiting(db, broadcast.id, now=now)
    others = progress.unsettled(db, broadcast.id)
    recalls = [gathering.cancel_task(db, message_id, now=now) for message_id in others]
    return (
        recalls.count(Recall.OVER),
        called_back + recalls.count(Recall.ASKED),
        len(cancelled) + recalls.count(Recall.STOPPED),
    )


def _numbers(value: object) -> list[int]:
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []
