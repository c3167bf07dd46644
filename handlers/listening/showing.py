"""What somebody reads who asks about listening days."""

from datetime import date, datetime

from sqlalchemy import Connection

from handlers.errors.listening import NoListeningDayThen
from handlers.listening.gathering import Gathered, gathered
from handlers.listening.planning import standing_days
from handlers.replies import listening as texts
from nlp.consultation import TableWord
from storage import listening

LAST = 5  # days named where somebody asks for one that was none


def day_asked(word: TableWord | None) -> date | None:
    """The day that was named; `None` without one."""
    said = word.args.get("day") if word else None
    return date.fromisoformat(said) if isinstance(said, str) else None


def shown_days(
    db: Connection, community_id: int, day: date | None, *, is_for_staff: bool, now: datetime
) -> list[Gathered]:
    """What came in on that day, without one on the last there was; one for each series, empty without any.

    Raises `NoListeningDayThen` when the community did not listen on that day.
    """
    last = listening.last_days(db, community_id, limit=LAST)
    found = listening.days_on(db, community_id, day) if day else last[:1]
    if day is not None and not found:
        standing = standing_days(db, community_id, now=now)
        raise NoListeningDayThen(day, [each.day for each in last], texts.next_one(standing))
    return [gathered(db, each, is_for_staff=is_for_staff, now=now) for each in found]
