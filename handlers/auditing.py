"""What is on record of who looked at what is protected."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from storage import audit
from storage.models.cases import Case
from storage.models.people import Person


class Audited(StrEnum):
    """What is on record: a look, or that somebody wanted one and was refused."""

    REPORTERS_SHOWN = "reporters_shown"
    REPORTERS_REFUSED = "reporters_refused"
    HOUSEHOLDS_SHOWN = "households_shown"
    HOUSEHOLDS_REFUSED = "households_refused"


def record(
    db: Connection, person: Person, action: Audited, *, now: datetime, case: Case | None = None
) -> None:
    """The log says who did it, and of which case; what was seen is not repeated there."""
    audit.add_entry(
        db,
        action.value,
        person_id=person.id,
        community_id=person.community_id,
        case_id=case.id if case else None,
        now=now,
    )
