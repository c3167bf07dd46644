"""Who hears of what is done with a case."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.reaching import (
    estate_of,
    number_without_account,
    tell_desk,
    tell_groups,
    tell_reporters,
    tell_residents_groups,
)
from handlers.privacy import public_wording
from handlers.replies import residents, residents_groups, workers
from storage import organization
from storage.models.cases import Case
from storage.models.people import Person, Role


def tell_case_claimed(db: Connection, case: Case, worker: Person, event_id: int, *, now: datetime) -> None:
    """Those who reported the case read who has it."""
    title = "网格员" if worker.role is Role.GRID_WORKER else "社区工作人员"
    tell_reporters(db, case, event_id, residents.case_claimed(case, worker.name, title=title), now=now)


def tell_claimed_elsewhere(
    db: Connection, case: Case, worker: Person, event_id: int, *, said_in: str, now: datetime
) -> None:
    """The grid's group, or without one the desk, reads who has the case, unless it was said right there."""
    group = organization.workers_group_of_grid(db, case.grid_id) if case.grid_id else None
    group = group or organization.desk_group(db, case.community_id)
    if group is None or (said_in and group.chat_id == said_in):
        return
    text = workers.claimed_elsewhere(case, estate_of(db, case), worker.name)
    tell_groups(db, case, event_id, text, groups=[group], now=now)


def tell_progress(db: Connection, case: Case, note: str, event_id: int, *, now: datetime) -> None:
    """Those who reported the case read how far it is."""
    tell_reporters(db, case, event_id, residents.case_progressed(case, note), now=now)


def tell_case_resolved(db: Connection, case: Case, event_id: int, *, now: datetime) -> None:
    """Those who reported the case read how it was settled; the residents' group too, without name or door.

    Staff call those who called.
    """
    tell_reporters(db, case, event_id, residents.resolution_notice(case), now=now)
    callers = number_without_account(db, case)
    if callers:
        tell_desk(db, case, event_id, workers.to_be_called(case, callers), about=":call", now=now)
    estate = estate_of(db, case)
    if case.is_public and estate is not None:
        text = residents_groups.public_resolution(case, estate, public_wording(case.resolution))
        tell_residents_groups(db, case, event_id, text, now=now)
