"""催, 催 12: a resident asks for speed."""

from collections.abc import Mapping
from typing import Any, Final

from handlers.cases.urging import urge_case
from handlers.cases.waiting import question_of
from handlers.replies import say
from handlers.replies.formats import date_text, moment_text
from handlers.resident.choosing_case import chosen, offer_choice
from handlers.resident.own_cases import own_case
from handlers.resident.router import router
from handlers.turn import Reply, Turn
from nlp.reading import Intent
from storage import cases as case_rows
from storage.models.cases import OPEN_STATUSES, Case, CaseStatus

SEARCHED: Final = 50  # of the speaker's newest cases
OTHERWISE: Final = {  # what is true of a case that is no longer open
    CaseStatus.RESOLVED: "urge_resolved",
    CaseStatus.REJECTED: "urge_rejected",
    CaseStatus.WITHDRAWN: "urge_withdrawn",
}


@router.on(Intent.URGE)
def urge(turn: Turn) -> Reply:
    """催, 催 12, 麻烦催一下"""
    number = turn.reading.case_number
    if number is not None:
        return _urged(turn, own_case(turn, number, turn.reading.case_year))
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=SEARCHED)
    running = [case for case in own if case.status in OPEN_STATUSES]
    if len(running) > 1:
        return offer_choice(turn, "urge", running)
    if running:
        return _urged(turn, running[0])
    return _urged(turn, own[0]) if own else turn.say("no_cases")


@chosen("urge")
def urge_chosen(turn: Turn, case: Case, kept: Mapping[str, Any]) -> Reply:
    """The number of the case that is to be urged."""
    return _urged(turn, case_rows.case_by_id(turn.db, case.id))


def _urged(turn: Turn, case: Case) -> Reply:
    """What comes of it, said as it is: told, told today already, waiting for the speaker, or over."""
    facts = {"label": case.label, "due": date_text(case.resolve_by), "number": case.number}
    if case.status is CaseStatus.WAITING:
        return turn.say("urge_waiting", question=question_of(turn.db, case), **facts)
    if case.status not in OPEN_STATUSES:
        ended = OTHERWISE.get(case.status, "urge_closed")
        return Reply(say(case.community_id, ended, label=case.label, number=case.number))
    urged = urge_case(turn.db, turn.person, case.id, now=turn.now)
    if urged.before is not None:
        return turn.say("urged_already", when=moment_text(urged.before), **facts)
    is_late = turn.now >= case.resolve_by
    return turn.say("urged_late" if is_late else "urged", count=urged.count, **facts)
