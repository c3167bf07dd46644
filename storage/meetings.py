"""Consultation meetings."""

from typing import Any

from sqlalchemy import Connection, insert, select

from storage.dialects import insert_row
from storage.models.base import many
from storage.models.meetings import Meeting, meetings

_ADD = insert(meetings)


def add_meeting(db: Connection, values: dict[str, Any]) -> Meeting:
    """A new row of `meetings`, whole: `values` has every column but the id."""
    return Meeting(insert_row(db, _ADD, values), **values)


def meetings_of_case(db: Connection, case_id: int) -> list[Meeting]:
    """The meetings called for a case, oldest first."""
    query = select(*meetings.c).where(meetings.c.case_id == case_id).order_by(meetings.c.id)
    return many(Meeting, db.execute(query))
