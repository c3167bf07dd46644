"""Consultation meetings."""

from typing import Any

from sqlalchemy import Connection, insert

from storage.dialects import insert_row
from storage.models.meetings import Meeting, meetings

_ADD = insert(meetings)


def add_meeting(db: Connection, values: dict[str, Any]) -> Meeting:
    """A new row of `meetings`, whole: `values` has every column but the id."""
    return Meeting(insert_row(db, _ADD, values), **values)
