"""Who hears that a case needs a meeting."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.reaching import tell_desk
from handlers.notices.words import words_for_workers
from handlers.replies import workers
from storage.models.cases import Case
from storage.models.people import Person


def tell_consultation_proposed(
    db: Connection, case: Case, worker: Person, event_id: int, *, topic: int, now: datetime
) -> None:
    """Staff read who wants a meeting for which case, which topic it is, and how to call it."""
    words = words_for_workers(db, case, case.summary)
    tell_desk(
        db, case, event_id, workers.consultation_proposed(case, worker.name, words, topic=topic), now=now
    )
