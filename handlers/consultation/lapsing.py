"""What nobody has read yet and holds no more is not sent: the reminder of a meeting that is over."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from storage import consultation, gathering, unread
from storage.models.consultation import Happening, Subject


def let_lapse(
    db: Connection, subject: Subject, subject_id: int, kinds: Collection[Happening], *, now: datetime
) -> int:
    """What people were to read of these happenings and is not out is not sent any more; gives how many.

    Held for a resident who has been silent, waiting for its turn, or for the tap of a group's owner, who is
    asked to leave it. Called before the news that takes its place is told.
    """
    events = consultation.happenings_of(db, subject, subject_id, kinds=kinds)
    prefixes = [f"{subject.value}:{subject_id}:{each.id}:" for each in events]
    if not prefixes:
        return 0
    count = unread.drop_held(db, prefixes, now=now)
    for message_id in unread.unsent_messages(db, prefixes):
        count += gathering.cancel_task(db, message_id, now=now) is not gathering.Recall.OVER
    return count
