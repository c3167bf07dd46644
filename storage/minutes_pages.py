"""The meeting behind the address of the page where its minutes are written."""

from sqlalchemy import Connection, select

from storage.models.base import one
from storage.models.meetings import Meeting, meetings


def meeting_behind_desk(db: Connection, token: str, *, is_held: bool = False) -> Meeting | None:
    """The meeting whose page has this token, `is_held` until the transaction ends; `None`: none has."""
    if not token:
        return None
    query = select(*meetings.c).where(meetings.c.desk_token == token, meetings.c.desk_token != "")
    return one(Meeting, db.execute(query.with_for_update() if is_held else query).first())
