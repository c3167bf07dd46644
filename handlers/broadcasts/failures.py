"""Something of a broadcast fails after its result was told: an owner never taps, the platform refuses."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.broadcasts.telling import tell_desk
from handlers.replies import broadcasts as texts
from storage import gathering
from storage.broadcasts import rows
from storage.models.broadcasts import BroadcastStatus
from storage.models.outbox import OutgoingMessage


def tell_failed_later(
    db: Connection, message: OutgoingMessage, *, whom: str, reason: str, now: datetime
) -> None:
    """The desk reads, once for each broadcast the message carries, that not everybody will have it.

    `whom` is the group that does not get it. Before a broadcast is done its result will say so.
    """
    numbers = {each.broadcast_id for each in (message, *gathering.carried_by(db, message.id))}
    for number in sorted(each for each in numbers if each is not None):
        broadcast = rows.broadcast_by_id(db, number)
        if broadcast.status is not BroadcastStatus.DONE or broadcast.finished_at is None:
            continue
        key = f"broadcast:{number}:failed:{int(broadcast.finished_at.timestamp())}"
        text = texts.failed_later(broadcast, whom, reason)
        tell_desk(db, broadcast.community_id, text, key=key, now=now, called=broadcast.person_id)
