"""Who hears of questions and answers, of extensions, and of another kind or deadline."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.reaching import tell_desk, tell_reporters, tell_workers
from handlers.notices.supervision import handlers_userids
from handlers.notices.words import words_for_workers
from handlers.replies import supervision as texts
from storage.models.cases import Case
from storage.models.people import Person


def tell_question(db: Connection, case: Case, question: str, event_id: int, *, now: datetime) -> None:
    """Everybody who reported the case is asked."""
    tell_reporters(db, case, event_id, texts.question(case, question), now=now)


def tell_answer(db: Connection, case: Case, words: str, event_id: int, *, now: datetime) -> None:
    """Those who asked read the answer, and by when it is to be done now."""
    card = texts.answer_card(case, words_for_workers(db, case, words))
    tell_workers(db, case, event_id, card, mentions=handlers_userids(db, case), is_urgent=True, now=now)


def tell_unanswered(
    db: Connection, case: Case, question: str, event_id: int, *, days: int, now: datetime
) -> None:
    """Workers and reporters read that it goes on without the answer."""
    card = texts.unanswered_card(case, words_for_workers(db, case, question), days=days)
    tell_workers(db, case, event_id, card, mentions=handlers_userids(db, case), now=now)
    tell_reporters(db, case, event_id, texts.question_lapsed(case), now=now)


def tell_extended(db: Connection, case: Case, reason: str, event_id: int, *, now: datetime) -> None:
    """Everybody who reported the case reads the new date and the reason."""
    tell_reporters(db, case, event_id, texts.extension_notice(case, reason), now=now)


def tell_extension_proposed(
    db: Connection, case: Case, by: Person, event_id: int, *, days: int, reason: str, now: datetime
) -> None:
    """Staff read who asks for how many days more, and why."""
    tell_desk(db, case, event_id, texts.proposal_card(case, by=by.name, days=days, reason=reason), now=now)


def tell_extension_decided(
    db: Connection, case: Case, by: Person, event_id: int, *, reason: str, is_accepted: bool, now: datetime
) -> None:
    """The workers read whether they have more time."""
    card = texts.decided_card(case, by=by.name, reason=reason, is_accepted=is_accepted)
    tell_workers(db, case, event_id, card, mentions=handlers_userids(db, case), now=now)


def tell_recategorized(db: Connection, case: Case, event_id: int, *, now: datetime) -> None:
    """Everybody who reported the case reads as what it is dealt with now, and by when."""
    tell_reporters(db, case, event_id, texts.kind_notice(case), now=now)
