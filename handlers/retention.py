"""What was kept long enough is forgotten, as the privacy sentence promises."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.rules import Rules
from storage import personal_data

AT_ONCE: Final = 50  # cases in one transaction
YEAR: Final = timedelta(days=365)


def forget_old_cases(db: Connection, *, now: datetime, rules: Rules) -> bool:
    """Words and photos of cases that ended so many years ago are gone; tells whether there may be more.

    Kind, place, dates and how it was judged stay, without anybody's words, for the figures.
    """
    old = personal_data.cases_to_forget(db, closed_before=now - rules.retention_years * YEAR, limit=AT_ONCE)
    if old:
        personal_data.forget_cases(db, old)
    return len(old) == AT_ONCE
