"""What is due for topics, meetings, decisions and polls happens, exactly once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import Connection

from handlers.rules import Rules
from storage import consultation
from storage.models.consultation import Subject, Wake, WakeKind

TRIED_AGAIN_AFTER: Final = timedelta(hours=1)  # what a bug kept from happening


class Fire(Protocol):
    """What one kind of wake does; it holds its subject first and looks whether there is something to do."""

    def __call__(self, db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
        """It has happened."""


FIRES: Final[Mapping[tuple[Subject, WakeKind], Fire]] = {}


def fire_wake(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """What the wake was set for has happened, unless another process was first or it was moved meanwhile.

    `secret` is fresh, random and long: links and codes of what is made now are made of it.
    """
    if consultation.take_wake(db, wake):
        FIRES[wake.subject, wake.kind](db, wake, secret=secret, now=now, rules=rules)


def postpone_wake(db: Connection, wake: Wake, *, now: datetime) -> None:
    """What a bug kept from happening is tried again in an hour; nothing changes if it was moved meanwhile."""
    consultation.move_wake(db, wake, now + TRIED_AGAIN_AFTER)
