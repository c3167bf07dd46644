"""The evening of a listening day: what came in is told, once."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.consultation.telling import news_of, tell_desk, tell_residents_groups
from handlers.listening.days import made_up_until
from handlers.listening.gathering import gathered
from handlers.listening.room import groups_with_room
from handlers.replies import listening as texts
from handlers.rules import Rules
from storage import consultation, listening
from storage.models.consultation import Happening, Subject, Wake
from storage.models.listening import ListeningDay


def summarise_day(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """The desk reads what came in on the day; residents' groups too, where they had been called.

    Made up for until noon of the next working day; later only the desk reads it.
    """
    day = listening.lock_day(db, wake.subject_id)
    if day.summarised_at is not None:
        return
    listening.note_summary(db, day.id, now=now)
    event_id = consultation.add_happening(
        db,
        Subject.LISTENING_DAY,
        day.id,
        Happening.SUMMARISED,
        community_id=day.community_id,
        person_id=None,
        now=now,
    )
    news = news_of(
        Subject.LISTENING_DAY, day.id, event_id, community_id=day.community_id, now=now, rules=rules
    )
    without: list[str] = []
    until = made_up_until(day.day)
    is_late = now >= until
    if day.called_at is not None and not is_late:
        groups, left = groups_with_room(db, day.community_id, until=until, now=now, rules=rules)
        left += tell_residents_groups(db, news, groups, public_summary(db, day, now=now))
        without = [each.name for each in left]
    found = gathered(db, day, is_for_staff=True, now=now)
    tell_desk(db, news, texts.desk_summary(found, without=without, is_late=is_late))


def public_summary(db: Connection, day: ListeningDay, *, now: datetime) -> str:
    """What residents read of the day: nobody's name and door, and no case that is not public."""
    return texts.summary(gathered(db, day, is_for_staff=False, now=now))
