"""Who hears of the end of a case: its reporters, the grid's workers, and those who are thanked."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.reaching import estate_of, group_posting, tell_groups, tell_reporters
from handlers.replies import judging as texts
from nlp.speakers import mask_speaker
from storage import organization, outbox
from storage.models.cases import Case
from storage.models.organization import Group
from storage.models.outbox import Priority
from storage.models.people import Person


def tell_judgement_awaited(db: Connection, case: Case, event_id: int, *, now: datetime) -> None:
    """Those who reported the case are asked once more what they think of the result."""
    tell_reporters(db, case, event_id, texts.judgement_reminder(case), now=now)


def tell_case_expired(db: Connection, case: Case, event_id: int, *, days: int, now: datetime) -> None:
    """Those who reported the case hear that it was closed without their judgement."""
    tell_reporters(db, case, event_id, texts.case_expired(case, days), now=now)


def tell_workers_resolved(
    db: Connection, case: Case, event_id: int, *, by: Person, said_in: str, now: datetime
) -> None:
    """The grid's group, or without one the desk, reads the result, unless it was said right there."""
    group = organization.workers_group_of_grid(db, case.grid_id) if case.grid_id else None
    group = group or organization.desk_group(db, case.community_id)
    if group is None or (said_in and group.chat_id == said_in):
        return
    card = texts.resolved_card(case, estate_of(db, case), by.name)
    tell_groups(db, case, event_id, card, groups=[group], now=now)


def tell_commendation(
    db: Connection, worker: Person, text: str, commendation_id: int, *, case: Case | None, now: datetime
) -> None:
    """The worker reads the thanks in the group of the own grid, and staff at the desk."""
    userid = organization.wecom_userid_of(db, worker.id)
    card = texts.commendation_card(worker.name, mask_speaker(text), case)
    body = {"text": card, "format": "markdown", "mentions": [userid] if userid else []}
    postings = [
        group_posting(
            db,
            group,
            body,
            key=f"commendation:{commendation_id}:group:{group.id}",
            priority=Priority.NOTICE,
            case_id=case.id if case else None,
        )
        for group in _groups_of(db, worker)
    ]
    outbox.post(db, [each for each in postings if each is not None], now=now)


def _groups_of(db: Connection, worker: Person) -> list[Group]:
    """Where the worker and staff read: each group once."""
    own = [
        organization.workers_group_of_grid(db, grid)
        for grid in organization.grids_of_worker(db, worker.id)[:1]
    ]
    desk = organization.desk_group(db, worker.community_id) if worker.community_id else None
    return list({group.id: group for group in (*own, desk) if group is not None}.values())
