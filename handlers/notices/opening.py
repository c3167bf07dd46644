"""Who hears of a new case, and of what is said of it afterwards."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.households import care_of_case
from handlers.notices.reaching import URGENT, tell_desk, tell_workers
from handlers.privacy import concerns_a_worker
from handlers.replies import say, workers
from nlp.masking import mask_contacts
from nlp.speakers import mask_speaker
from storage import organization, outbox
from storage.models.cases import Case
from storage.models.organization import Estate
from storage.models.outbox import Channel, Priority
from storage.models.people import Person
from storage.outbox import Address, Posting


def tell_case_opened(
    db: Connection,
    case: Case,
    event_id: int,
    *,
    estate: Estate | None,
    worker: Person | None,
    now: datetime,
) -> None:
    """The grid's workers get the card; a case no grid covers goes to the community's desk, never nowhere.

    Of an emergency both are told, and of a case whose grid has nobody. What is confidential is told to the
    desk without its words. The worker it falls to is mentioned.
    """
    words, needs_care = words_for_workers(db, case, case.summary), bool(care_of_case(db, case))
    card = workers.case_card(case, estate, words, needs_care=needs_care)
    userid = organization.wecom_userid_of(db, worker.id) if worker else None
    tell_workers(db, case, event_id, card, mentions=[userid] if userid else [], now=now)
    is_empty = worker is None and case.grid_id is not None
    if is_empty and not organization.workers_of_grid(db, case.grid_id or 0):
        tell_desk(db, case, event_id, card, priority=URGENT.get(case.urgency, Priority.NOTICE), now=now)


def tell_supplement(db: Connection, case: Case, text: str, event_id: int, *, now: datetime) -> None:
    """Those who have the case read what else the resident said."""
    card = workers.case_supplemented(case, words_for_workers(db, case, text))
    tell_workers(db, case, event_id, card, now=now)
    tell_complaint(db, case, text, event_id, now=now)


def tell_complaint(db: Connection, case: Case, text: str, event_id: int, *, now: datetime) -> None:
    """Words that complain of a worker reach staff, who read that there are some and look them up alone."""
    is_at_desk = case.grid_id is None or organization.workers_group_of_grid(db, case.grid_id) is None
    if not case.is_confidential and not is_at_desk and concerns_a_worker(db, case.community_id, text):
        card = workers.case_supplemented(case, say(case.community_id, "confidential"))
        tell_desk(db, case, event_id, card, now=now)


def tell_unhandled(db: Connection, community_id: int, text: str, *, receipt_id: int, now: datetime) -> None:
    """Staff see at the desk that a message was left unanswered for a bug, and what it said."""
    desk = organization.desk_group(db, community_id)
    if desk is None or not desk.webhook:
        return
    body = {"text": workers.unhandled(receipt_id, mask_contacts(text)), "format": "markdown"}
    to = Address(Channel.GROUP_WEBHOOK, "", desk.webhook)
    outbox.post(db, [Posting(to, f"unhandled:{receipt_id}", body, Priority.NOTICE, community_id)], now=now)


def words_for_staff(_db: Connection, case: Case, text: str) -> str:
    """What staff read one-to-one: of a whisper nothing that tells who speaks, for that is on record."""
    return mask_speaker(text) if case.has_whisper else text


def words_for_workers(db: Connection, case: Case, text: str) -> str:
    """What workers may read of somebody's words: without phone numbers, and nothing of a complaint of them.

    Of what was said in confidence nothing that tells who speaks.
    """
    if case.is_confidential or concerns_a_worker(db, case.community_id, text):
        return say(case.community_id, "confidential")
    return mask_speaker(text) if case.has_whisper else mask_contacts(text)
