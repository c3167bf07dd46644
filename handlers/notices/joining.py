"""Who hears that cases and reports came together, came back, or went."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.ladder import AUDIENCES, Audience
from handlers.notices.cards import cards_of
from handlers.notices.reaching import estate_of, tell_desk, tell_reporters, tell_workers
from handlers.notices.words import words_for_workers
from handlers.replies import joining
from storage import organization, people
from storage.models.cases import Case
from storage.models.people import Person, Role

SHORT: Final = 15  # characters of 又坏了, which tells nothing without what it was


def tell_case_joined(
    db: Connection, case: Case, text: str, event_id: int, *, reporters: int, is_new: bool, now: datetime
) -> None:
    """Those who have the case read the new words, and by how many people it is reported now."""
    words = words_for_workers(db, case, text)
    card = joining.joined_card(case, words, reporters=reporters if is_new else None)
    drawn = cards_of(db, case, event_id, about="又有人反映" if is_new else "居民有补充", words=words, now=now)
    tell_workers(db, case, event_id, card, card=drawn, now=now)


def tell_case_reopened(
    db: Connection, case: Case, reason: str, event_id: int, *, by: Person, now: datetime
) -> None:
    """The workers read what is the matter and how it was solved last time; so do those one level higher.

    The reporters hear that it is dealt with again, but the one who said so.
    """
    handler = people.person_by_id(db, case.handler_id) if case.handler_id else None
    first = f"（原诉求：{case.summary}）" if len(reason) <= SHORT and reason not in case.summary else ""
    words = words_for_workers(db, case, f"{reason}{first}")
    card = joining.reopened_card(case, estate_of(db, case), words, handler=handler.name if handler else "")
    userid = organization.wecom_userid_of(db, handler.id) if handler else None
    about = f"第{case.reopen_count}次重办"
    drawn = cards_of(db, case, event_id, about=about, words=words, now=now)
    tell_workers(
        db,
        case,
        event_id,
        card,
        mentions=[userid] if userid else [],
        is_urgent=True,
        card=drawn,
        now=now,
    )
    told = AUDIENCES[: case.supervision_level + 1]
    if Audience.STAFF in told and case.grid_id is not None:
        heads = people.userids_of_role(db, case.community_id, Role.HEAD) if Audience.HEAD in told else []
        tell_desk(db, case, event_id, card, mentions=heads, now=now)
    tell_reporters(db, case, event_id, joining.reopened_notice(case), but=by.id, now=now)


def tell_reporter_left(db: Connection, case: Case, event_id: int, *, reporters: int, now: datetime) -> None:
    """The workers read that one reporter no longer wants it, and that the others still do."""
    tell_workers(db, case, event_id, joining.left_card(case, reporters), now=now)


def tell_case_withdrawn(db: Connection, case: Case, event_id: int, *, now: datetime) -> None:
    """The workers read that nothing is to be done any more."""
    tell_workers(db, case, event_id, joining.withdrawn_card(case), now=now)


def tell_case_merged(
    db: Connection, case: Case, into: Case, event_id: int, *, by: Person, said_in: str, now: datetime
) -> None:
    """The reporters of the merged case hear under which number it goes on; the workers of both read so.

    `said_in`: the chat where it was said has read it in the answer.
    """
    tell_reporters(db, case, event_id, joining.merged_notice(case, into), now=now)
    card = joining.merged_card(case, into, by.name)
    tell_workers(db, case, event_id, card, said_in=said_in, now=now)
    if into.grid_id != case.grid_id:
        tell_workers(db, into, event_id, card, said_in=said_in, now=now)


def tell_case_unmerged(
    db: Connection, case: Case, event_id: int, *, by: Person, said_in: str, now: datetime
) -> None:
    """The reporters hear that the case has its own number again, and the workers have it back."""
    tell_reporters(db, case, event_id, joining.unmerged_notice(case), now=now)
    tell_workers(db, case, event_id, joining.unmerged_card(case, by.name), said_in=said_in, now=now)
