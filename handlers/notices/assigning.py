"""Who hears when a case changes hands, is handed back, or is turned down."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.cards import cards_of
from handlers.notices.reaching import (
    URGENT,
    estate_of,
    tell_desk,
    tell_reporters,
    tell_workers,
    worker_postings,
)
from handlers.notices.words import words_for_workers
from handlers.replies import assigning as texts
from handlers.replies import say
from handlers.rules import Rules
from storage import organization, outbox
from storage.models.cases import Case
from storage.models.outbox import Priority
from storage.models.people import Person, Role


def tell_case_assigned(
    db: Connection,
    case: Case,
    by: Person,
    to: Person,
    *,
    event_id: int,
    now: datetime,
    reason: str,
    rules: Rules,
) -> None:
    """Whoever has the case now is called where they work, and alone by the app where there is one.

    Those who reported it read the new name.
    """
    userid = organization.wecom_userid_of(db, to.id)
    mentions = [userid] if userid else []
    words = words_for_workers(db, case, case.summary)
    card = texts.case_assigned(case, estate_of(db, case), words, by=by.name, to=to.name, reason=reason)
    if to.role is Role.GRID_WORKER:
        tell_workers(db, case, event_id, card, mentions=mentions, is_urgent=True, now=now)
    else:
        tell_desk(db, case, event_id, card, mentions=mentions, now=now)
    if to.id != by.id:
        urgent, body = URGENT.get(case.urgency, Priority.ANSWER), {"text": card, "format": "markdown"}
        key = f"case:{case.id}:{event_id}:person:{to.id}"
        alone = worker_postings(db, to, body, key=key, rules=rules, priority=urgent, case_id=case.id)
        outbox.post(db, alone, now=now)
    facts = {"label": case.label, "worker": to.name}
    tell_reporters(db, case, event_id, say(case.community_id, "case_handed_over", **facts), now=now)


def tell_case_declined(
    db: Connection, case: Case, worker: Person, reason: str, *, event_id: int, now: datetime
) -> None:
    """The group and the desk both read that nobody has the case, so that somebody takes it."""
    text = texts.case_declined(case, worker.name, reason)
    words = f"{worker.name}退还：{reason}。{words_for_workers(db, case, case.summary)}"
    card = cards_of(db, case, event_id, about="被退还，现在没有人接", words=words, now=now)
    tell_workers(db, case, event_id, text, is_urgent=True, card=card, now=now)
    tell_desk(db, case, event_id, text, card=card, now=now)


def tell_rejection_proposed(
    db: Connection, case: Case, worker: Person, reason: str, *, event_id: int, now: datetime
) -> None:
    """Staff are asked at the desk."""
    words = words_for_workers(db, case, case.summary)
    text = texts.rejection_proposed(case, words, worker=worker.name, reason=reason)
    tell_desk(db, case, event_id, text, now=now)


def tell_rejection_refused(db: Connection, case: Case, reason: str, *, event_id: int, now: datetime) -> None:
    """Those who have the case read that it is to be dealt with."""
    tell_workers(db, case, event_id, texts.rejection_refused(case, reason), now=now)


def tell_case_rejected(db: Connection, case: Case, reason: str, *, event_id: int, now: datetime) -> None:
    """Those who reported it read why and where to go; those who had it, that nothing is to be done."""
    phone = organization.community_by_id(db, case.community_id).phone
    facts = {"label": case.label, "reason": reason, "phone": phone}
    tell_reporters(db, case, event_id, say(case.community_id, "case_rejected", **facts), now=now)
    tell_workers(db, case, event_id, texts.case_rejected(case, reason), now=now)
