"""The history of a meeting: what happened to it, in one line each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from storage import consultation
from storage.models.consultation import Happening, Subject
from storage.models.meetings import Meeting
from storage.models.people import Person


def note(
    db: Connection,
    meeting: Meeting,
    kind: Happening,
    who: Person | None,
    *,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> int:
    """A line of the meeting's history; `who` is `None` for what time did. Gives the number of the line."""
    return consultation.add_happening(
        db,
        Subject.MEETING,
        meeting.id,
        kind,
        community_id=meeting.community_id,
        person_id=who.id if who else None,
        now=now,
        data=data,
    )
