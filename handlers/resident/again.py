"""The same trouble again: 还在漏, 又吵起来了, 重办 12."""

import re
from datetime import timedelta
from typing import Final

from handlers.cases.locating import supplement_case
from handlers.cases.reopening import reopen_case
from handlers.replies.formats import due_text
from handlers.resident import asking
from handlers.resident.own_cases import newest_settled_case, own_case, owner_of, tell_handlers
from handlers.resident.router import router
from handlers.turn import Doubt, Reply, Turn
from nlp.reading import Intent, Kind
from storage import cases as case_rows
from storage.models.cases import OPEN_STATUSES, Case, Urgency

AGAIN: Final = re.compile(r"^(?:又|还在|还是|仍然?|依旧|依然|照样|老样子|怎么又|一点没变)")
STILL_GOING_ON: Final = timedelta(hours=1)  # after an emergency was told of
VAGUE: Final = (None, "general", "person")  # dangers that may be part of any other
LOOKED_AT: Final = 5  # of the speaker's newest cases
SHORT: Final = 20  # characters; a longer sentence tells a story of its own


@router.on(Kind.FEEDBACK_NEGATIVE)
def still_there(turn: Turn) -> Reply:
    """还在漏，没修好 — the case settled last is dealt with again, unless another place is named."""
    location = turn.reading.location
    settled = newest_settled_case(turn, turn.reading.case_number)
    if settled is None or (location is not None and location.is_somewhere):
        return tell_handlers(turn) or asking.report(turn)
    return _reopened(turn, settled)


@router.on(Intent.REOPEN)
def again(turn: Turn) -> Reply:
    """重办 12"""
    number = turn.reading.case_number
    case = own_case(turn, number, turn.reading.case_year) if number else newest_settled_case(turn, None)
    if case is None:
        return turn.say("nothing_to_reopen")
    return _reopened(turn, case)


@router.on(Doubt.AGAIN)
def of_what_was_told(turn: Turn) -> Reply | None:
    """我头晕, 关着我妈呢: of the emergency just told of; 又吵起来了: of what was settled."""
    is_polite = turn.reading.kind in (Kind.GREETING, Kind.THANKS) and not turn.reading.is_unsure
    return None if is_polite else of_emergency(turn) or of_settled(turn)


def of_emergency(turn: Turn) -> Reply | None:
    """Who told of an emergency within the hour, and names no other place, says more of it."""
    location = turn.reading.location
    if location is not None and location.is_address:
        return None
    names_another = turn.reading.kind is Kind.EMERGENCY and turn.reading.subcategory not in VAGUE
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=LOOKED_AT)
    since = turn.now - STILL_GOING_ON
    told = (case for case in own if case.status in OPEN_STATUSES and case.round_at >= since)
    standing = next((case for case in told if case.urgency is Urgency.EMERGENCY), None)
    if standing is None or (names_another and turn.reading.subcategory != standing.subcategory):
        return None
    case = supplement_case(turn.db, turn.person, standing.id, turn.message.text, now=turn.now)
    where = turn.say("ask_place_now").text if case.estate_id is None else ""
    return Reply(turn.say("emergency_supplemented", label=case.label).text + where)


def of_settled(turn: Turn) -> Reply | None:
    """又吵起来了, 还在弹: said so shortly of what was settled, it is there again."""
    text, location = turn.message.text.strip(), turn.reading.location
    settled = newest_settled_case(turn, None)
    if settled is None or location is not None or len(text) > SHORT or not AGAIN.match(text):
        return None
    return _reopened(turn, settled)


def _reopened(turn: Turn, settled: Case) -> Reply:
    case = reopen_case(turn.db, turn.person, settled.id, turn.message.text, now=turn.now, rules=turn.rules)
    owner = owner_of(turn, case)
    return turn.say("reopened_for_you", label=case.label, owner=owner, due=due_text(case))
