"""Who else hears of what happened to a case: workers' groups, those who reported it, residents' groups.

Every notice has a key made of facts, so that handling the same event again posts nothing twice.
"""

from datetime import datetime

from sqlalchemy import Connection

from handlers import replies
from handlers.privacy import public_wording
from nlp.masking import mask_contacts
from storage import cases as case_rows
from storage import organization, outbox, people
from storage.models.cases import Case, Urgency
from storage.models.meetings import Meeting
from storage.models.organization import Estate, Grid, Group
from storage.models.outbox import Channel, Priority
from storage.models.people import Person
from storage.outbox import Address, Posting

URGENT = {  # both pass the quiet hours: somebody must answer within two hours
    Urgency.EMERGENCY: Priority.EMERGENCY,
    Urgency.HIGH: Priority.ANSWER,
}


def tell_case_opened(
    db: Connection, case: Case, grid: Grid | None, event_id: int, *, estate: Estate | None, now: datetime
) -> None:
    """The grid's workers get the card; a case no grid covers goes to the community's desk, never nowhere.

    Of an emergency both are told. What is confidential is told to the desk without its words.
    """
    words = replies.CONFIDENTIAL if case.is_confidential else mask_contacts(case.summary)
    grid_id = grid.id if grid else None
    _tell_workers(db, case, grid_id, event_id, text=replies.case_card(case, estate, words), now=now)


def tell_supplement(db: Connection, case: Case, text: str, event_id: int, *, now: datetime) -> None:
    """Those who have the case read what else the resident said."""
    words = replies.CONFIDENTIAL if case.is_confidential else mask_contacts(text)
    card = replies.case_supplemented(case, words)
    _tell_workers(db, case, case.grid_id, event_id, text=card, now=now)


def tell_case_claimed(db: Connection, case: Case, worker: Person, event_id: int, *, now: datetime) -> None:
    """Those who reported the case read who has it."""
    _tell_reporters(db, case, event_id, replies.case_claimed(case, worker.name), now=now)


def tell_progress(db: Connection, case: Case, note: str, event_id: int, *, now: datetime) -> None:
    """Those who reported the case read how far it is."""
    _tell_reporters(db, case, event_id, replies.case_progressed(case, note), now=now)


def tell_meeting_called(
    db: Connection, case: Case, meeting: Meeting, event_id: int, *, now: datetime
) -> None:
    """Those who reported the case are invited, and the residents' group where it may know of it."""
    _tell_reporters(db, case, event_id, replies.meeting_invitation(case, meeting), now=now)
    estate = estate_of(db, case)
    if case.is_public and estate is not None:
        place = public_wording(meeting.place)
        text = replies.public_invitation(case, estate, meeting, place=place)
        _tell_residents(db, case, event_id, text, now=now)


def tell_case_resolved(db: Connection, case: Case, event_id: int, *, now: datetime) -> None:
    """Those who reported the case read how it was settled; the residents' group too, without name or door."""
    _tell_reporters(db, case, event_id, replies.resolution_notice(case), now=now)
    estate = estate_of(db, case)
    if case.is_public and estate is not None:
        text = replies.public_resolution(case, estate, public_wording(case.resolution))
        _tell_residents(db, case, event_id, text, now=now)


def tell_unhandled(db: Connection, community_id: int, text: str, *, receipt_id: int, now: datetime) -> None:
    """Staff see at the desk that a message was left unanswered for a bug, and what it said."""
    desk = organization.desk_group(db, community_id)
    if desk is None or not desk.webhook:
        return
    body = {"text": replies.unhandled(receipt_id, mask_contacts(text)), "format": "markdown"}
    to = Address(Channel.GROUP_WEBHOOK, "", desk.webhook)
    outbox.post(db, [Posting(to, f"unhandled:{receipt_id}", body, Priority.NOTICE, community_id)], now=now)


def estate_of(db: Connection, case: Case) -> Estate | None:
    """The estate of a case, when its place is known."""
    return None if case.estate_id is None else organization.estate_by_id(db, case.estate_id)


def residents_posting(
    db: Connection, group: Group, text: str, *, key: str, priority: Priority, case_id: int | None = None
) -> Posting | None:
    """A message to a residents' group, for its owner to confirm; `None` when the group cannot be reached."""
    owner = organization.wecom_userid_of(db, group.owner_id) if group.owner_id else None
    if not group.customer_group or owner is None:
        return None
    to = Address(Channel.GROUP_TASK, "", group.customer_group)
    return Posting(to, key, {"text": text, "sender": owner}, priority, group.community_id, case_id)


def _tell_reporters(db: Connection, case: Case, event_id: int, text: str, *, now: datetime) -> None:
    postings = [
        Posting(
            Address(Channel.OFFICIAL_ACCOUNT, account, openid),
            f"case:{case.id}:{event_id}:person:{reporter.id}:{account}",
            {"text": text},
            Priority.NOTICE,
            case.community_id,
            case.id,
        )
        for reporter in case_rows.reporters_of(db, case.id)
        for channel, account, openid in people.external_ids_of(db, reporter.id)
        if channel == Channel.OFFICIAL_ACCOUNT
    ]
    outbox.post(db, postings, now=now)


def _tell_residents(db: Connection, case: Case, event_id: int, text: str, *, now: datetime) -> None:
    groups = organization.residents_groups_of_estate(db, case.estate_id) if case.estate_id else []
    postings = [
        residents_posting(
            db,
            group,
            text,
            key=f"case:{case.id}:{event_id}:group:{group.id}",
            priority=Priority.NOTICE,
            case_id=case.id,
        )
        for group in groups
    ]
    outbox.post(db, [each for each in postings if each is not None], now=now)


def _tell_workers(
    db: Connection, case: Case, grid_id: int | None, event_id: int, *, text: str, now: datetime
) -> None:
    group = organization.workers_group_of_grid(db, grid_id) if grid_id else None
    is_emergency = case.urgency is Urgency.EMERGENCY
    groups = {group.id: group} if group else {}
    if group is None or is_emergency:
        desk = organization.desk_group(db, case.community_id)
        groups |= {desk.id: desk} if desk else {}
    body = {"text": text, "format": "markdown", "mentions": ["@all"] if is_emergency else []}
    postings = [
        Posting(
            Address(Channel.GROUP_WEBHOOK, "", each.webhook),
            f"case:{case.id}:{event_id}:group:{each.id}",
            body,
            URGENT.get(case.urgency, Priority.NOTICE),
            case.community_id,
            case.id,
        )
        for each in groups.values()
        if each.webhook
    ]
    outbox.post(db, postings, now=now)
