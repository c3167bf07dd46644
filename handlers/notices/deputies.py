"""Who hears that somebody stands in, and that they do so no more."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.reaching import group_posting, worker_postings
from handlers.replies import deputies as texts
from handlers.rules import Rules
from storage import organization, outbox
from storage.deputies import GridWorker
from storage.models.organization import Grid
from storage.models.outbox import Priority
from storage.models.people import Person


def tell_deputy(
    db: Connection,
    grid: Grid,
    person: Person,
    row: GridWorker,
    *,
    away: Person | None,
    begins: bool,
    now: datetime,
    rules: Rules,
) -> None:
    """The grid's group, and the deputy alone where there is an app, read that the days begin or are over."""
    text = texts.begins(grid, person, row, away=away) if begins else texts.ends(grid, person, away)
    userid = organization.wecom_userid_of(db, person.id)
    body = {"text": text, "format": "markdown", "mentions": [userid] if userid else []}
    key = f"deputy:{grid.id}:{person.id}:{'begins' if begins else 'ends'}:{now.isoformat()}"
    group = organization.workers_group_of_grid(db, grid.id) or organization.desk_group(db, grid.community_id)
    posting = group_posting(db, group, body, key=key, priority=Priority.NOTICE) if group else None
    alone = worker_postings(db, person, body, key=f"{key}:alone", rules=rules)
    outbox.post(db, [*([posting] if posting else []), *alone], now=now)
