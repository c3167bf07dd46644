"""进展 1 …, 进展 师傅明天到: said of a case, and meant of what was agreed at the table."""

from typing import Final

from sqlalchemy import Connection

from handlers.cases.attaching import all_sent_of
from handlers.decisions.ownership import is_owner
from handlers.decisions.progress import report_progress
from handlers.decisions.proof import add_shown
from handlers.decisions.rights import viewer_of
from handlers.errors import NoSuchCase, NotYourGrid, UserError
from handlers.errors.decisions import DecisionMeant
from handlers.errors.units import NotAssignedToYou
from handlers.grid_worker.lookup import open_cases, text_of
from handlers.replies import decision_lists as texts
from handlers.turn import Reply, Turn
from storage import decision_lists
from storage.models.decisions import Decision, DecisionStatus
from storage.models.people import Person

LOOKED_AT: Final = 200  # open items among which the own are looked for
NOT_THEIRS: Final = (NoSuchCase, NotYourGrid, NotAssignedToYou)


def hinted(turn: Turn, refusal: UserError, word: str) -> UserError:
    """The refusal, which names the words for the decision item where the speaker has one of this number."""
    number = turn.command.case
    if number is None or not isinstance(refusal, NOT_THEIRS):
        return refusal
    community_id = turn.person.community_id or 0
    found = decision_lists.decision_numbered(turn.db, community_id, number)
    is_meant = found is not None and found.status is DecisionStatus.OPEN and is_owner(found, turn.person)
    return DecisionMeant(refusal, word, number) if is_meant else refusal


def progress_of_only(turn: Turn) -> Reply | None:
    """进展 师傅明天到: how far the speaker's only open item is, when they have no open case.

    `None` when a case may be meant, or several items, or nothing is told.
    """
    note = text_of(turn, "note")
    if (
        turn.command.case is not None
        or turn.command.args.get("query")
        or not note
        or open_cases(turn, limit=1)
    ):
        return None
    own = _own_open(turn.db, turn.person)
    if len(own) != 1:
        return None
    decision = report_progress(
        turn.db,
        turn.person,
        own[0].number,
        note,
        said_in=turn.message.chat,
        now=turn.now,
        rules=turn.rules,
    )
    add_shown(turn.db, turn.person, decision, all_sent_of(turn.message), now=turn.now)
    return Reply(texts.progressed(decision))


def _own_open(db: Connection, who: Person) -> list[Decision]:
    found = decision_lists.seen_decisions(
        db,
        who.community_id or 0,
        viewer_of(db, who),
        status=(DecisionStatus.OPEN,),
        limit=LOOKED_AT,
        offset=0,
        overdue_at=None,
    )
    return [each for each in found.decisions if is_owner(each, who)]
