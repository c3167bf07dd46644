"""Who hears of a new case, and of what is said of it afterwards."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.households import care_of_case
from handlers.notices.cards import card_of_person, cards_of
from handlers.notices.reaching import (
    URGENT,
    address_of_group,
    group_posting,
    tell_desk,
    tell_workers,
    worker_postings,
    workers_groups,
)
from handlers.notices.words import words_for_workers
from handlers.privacy import concerns_a_worker
from handlers.replies import say, workers
from handlers.rules import Rules
from nlp.masking import mask_contacts
from storage import organization, outbox
from storage.models.cases import Case
from storage.models.organization import Estate
from storage.models.outbox import Priority
from storage.models.people import Person


def tell_case_opened(
    db: Connection,
    case: Case,
    event_id: int,
    *,
    estate: Estate | None,
    worker: Person | None,
    is_seen: bool = False,
    now: datetime,
    rules: Rules,
) -> None:
    """The grid's workers get the card; a case no grid covers goes to the community's desk, never nowhere.

    Of an emergency both are told, and of a case whose grid has nobody. What is confidential is told to the
    desk without its words. The worker it falls to is mentioned, and told alone where no group can be reached,
    and when they only stand in: who does is no member of the grid's group. What the worker saw themselves is
    theirs: the group reads so, and there is nothing to claim.
    """
    words, needs_care = words_for_workers(db, case, case.summary), bool(care_of_case(db, case))
    if is_seen and worker is not None:
        text = workers.seen_card(case, estate, words, worker=worker.name)
        tell_workers(db, case, event_id, text, now=now)
        return
    text = workers.case_card(case, estate, words, needs_care=needs_care)
    about = "新诉求，家有特殊人员，请优先" if needs_care else ""
    card = cards_of(db, case, event_id, about=about, now=now)
    userid = organization.wecom_userid_of(db, worker.id) if worker else None
    tell_workers(db, case, event_id, text, mentions=[userid] if userid else [], card=card, now=now)
    urgency = URGENT.get(case.urgency, Priority.NOTICE)
    is_empty = worker is None and case.grid_id is not None
    if is_empty and not organization.workers_of_grid(db, case.grid_id or 0):
        tell_desk(db, case, event_id, text, priority=urgency, card=card, now=now)
    if worker is None or _is_reached(db, case, worker):
        return
    body: dict[str, object] = {"text": text, "format": "markdown"}
    if alone := card_of_person(db, case, event_id, worker, about=about, now=now):
        body |= {"card": alone}
    key = f"case:{case.id}:{event_id}:person:{worker.id}"
    outbox.post(
        db,
        worker_postings(db, worker, body, key=key, rules=rules, priority=urgency, case_id=case.id),
        now=now,
    )


def _is_reached(db: Connection, case: Case, worker: Person) -> bool:
    """Whether the worker reads what the case's groups read: one of the grid's own, and there is a way in."""
    own = organization.regular_workers_of_grid(db, case.grid_id) if case.grid_id else []
    is_member = any(each.id == worker.id for each in own)
    return is_member and any(address_of_group(group) for group in workers_groups(db, case))


def tell_supplement(db: Connection, case: Case, text: str, event_id: int, *, now: datetime) -> None:
    """Those who have the case read what else the resident said."""
    words = words_for_workers(db, case, text)
    card = cards_of(db, case, event_id, about="居民有补充", words=words, now=now)
    tell_workers(db, case, event_id, workers.case_supplemented(case, words), card=card, now=now)
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
    if desk is None:
        return
    body = {"text": workers.unhandled(receipt_id, mask_contacts(text)), "format": "markdown"}
    posting = group_posting(db, desk, body, key=f"unhandled:{receipt_id}", priority=Priority.NOTICE)
    outbox.post(db, [posting] if posting else [], now=now)
