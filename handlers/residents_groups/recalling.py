"""What residents' groups were told and is true no more is called back, where its owner has not tapped yet."""

from datetime import datetime

from sqlalchemy import Connection

from storage import cases as case_rows
from storage import gathering
from storage.gathering import Recall, cancel_task
from storage.models.cases import Case, EventKind

__all__ = ["Recall", "call_back_resolution", "cancel_task"]


def call_back_resolution(db: Connection, case: Case, *, now: datetime) -> int:
    """The groups are not told any more that the case is settled; gives how many messages were called back.

    What an owner has confirmed stays sent.
    """
    count = 0
    for event in case_rows.events_of(db, case.id, kinds=[EventKind.RESOLVED]):
        for message_id in gathering.tasks_of_case(db, case.id, key=f"case:{case.id}:{event.id}:group:"):
            count += cancel_task(db, message_id, now=now) is not Recall.OVER
    return count
