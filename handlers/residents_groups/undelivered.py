"""What residents' groups will not read, told to staff where it matters at once."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.replies import say
from handlers.residents_groups.desk import tell_desk
from storage import residents_groups
from storage.models.outbox import OutgoingMessage, Priority


def tell_emergency_undelivered(
    db: Connection, message: OutgoingMessage, chat_id: str, *, reason: str, now: datetime
) -> None:
    """Staff read at the desk that the group does not hear of an emergency, and why."""
    group = next(iter(residents_groups.groups_of_chat(db, chat_id)), None)
    community_id = message.community_id or (group.community_id if group else None)
    if community_id is None:
        return
    text = say(
        community_id,
        "emergency_undelivered",
        group=group.name if group else "居民群",
        reason=reason,
        text=str(message.body.get("text", "")),
    )
    key = f"undelivered:{message.id}:{now:%Y%m%dT%H%M%S}"
    tell_desk(db, community_id, text, key=key, now=now, priority=Priority.ANSWER)
