"""A report on its way to becoming a case: opened when its place is known, asked for once when it is not."""

from dataclasses import replace
from datetime import timedelta

from handlers import replies
from handlers.cases.opening import CaseOpened, Place, locate_case, supplement_case
from handlers.cases.subcategories import subcategory_of
from handlers.conversation import Move, move, settle
from handlers.drafts import Draft, open_draft, owner_text
from handlers.notices import estate_of
from handlers.places import spot_said
from handlers.turn import Reply, Turn
from nlp.locations import Location
from storage import cases as case_rows
from storage.models.cases import OPEN_STATUSES, Case, Urgency
from storage.models.organization import Estate

REPEATED_WITHIN = timedelta(days=1)  # the same words of the same person again are the same report
COMPLETED_WITHIN = timedelta(minutes=30)  # a place said so soon after a report belongs to it
SEARCHED = 5  # of a resident's newest cases
BESIDE_A_PLACE = 2  # characters a sentence may have more than its place, to be nothing but a place


def open_or_ask(turn: Turn, draft: Draft, estate: Estate | None) -> Reply:
    """The case is open, or one question is asked; the same words again join the case they opened."""
    known = case_rows.case_with_words(turn.db, turn.person.id, draft.text, since=turn.now - REPEATED_WITHIN)
    if known is not None:
        supplement_case(turn.db, turn.person, known.id, draft.text, now=turn.now)
        return Reply(replies.ALREADY_REGISTERED.format(label=known.label))
    if estate is None:
        return ask(turn, draft)
    return Reply(
        opened_text(turn, open_draft(turn.db, turn.person, draft, estate, now=turn.now, rules=turn.rules))
    )


def ask(turn: Turn, draft: Draft) -> Reply:
    """One question: where; or which estate, when the building was said already."""
    if draft.building is None:
        await_place(turn, draft)
        return Reply(replies.ASK_PLACE)
    await_place(turn, replace(draft, has_asked_estate=True))
    return Reply(replies.ask_estate([each.name for each in turn.estates]))


def await_place(turn: Turn, draft: Draft) -> None:
    """The dialogue waits for the place: briefly for a draft, for a day when its case is open already."""
    is_open = draft.case_id is not None
    lifetime = turn.rules.late_place_lifetime if is_open else turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_PLACE, draft=draft.as_json(), expires_at=turn.now + lifetime)


def complete(turn: Turn, draft: Draft, estate: Estate | None) -> Reply:
    """The answer completes the case; without an estate even now it goes to the desk, and waits for one."""
    if estate is None and draft.building is not None and not draft.has_asked_estate:
        return ask(turn, draft)
    settle(turn.db, turn.conversation)
    if draft.case_id is not None:
        return _located(
            turn,
            locate_case(
                turn.db, turn.person, draft.case_id, draft.place(estate), now=turn.now, rules=turn.rules
            ),
        )
    opened = open_draft(turn.db, turn.person, draft, estate, now=turn.now, rules=turn.rules)
    if estate is None:
        await_place(turn, replace(draft, case_id=opened.case.id))
    return Reply(opened_text(turn, opened))


def opened_text(turn: Turn, opened: CaseOpened) -> str:
    """What the resident reads of the new case, and of what else the sentence told."""
    lines = [replies.case_opened(opened.case, opened.estate, owner_text(turn.db, opened))]
    if turn.reading.also and turn.reading.opens_case:
        kinds = [subcategory_of(each.category, each.subcategory).label for each in turn.reading.also]
        lines.append(replies.also_mentioned(kinds))
    return "\n".join(lines)


def is_place_alone(turn: Turn) -> bool:
    """Whether the sentence is nothing but a place."""
    location = turn.reading.location
    beside = BESIDE_A_PLACE + len(location.text) if location else 0
    return location is not None and len(turn.reading.text.strip()) <= beside


def place_alone(turn: Turn) -> Reply:
    """A bare place completes the case reported a moment ago; else it is asked what is the matter there."""
    location = turn.reading.location
    if location is None:
        return Reply(replies.NOT_UNDERSTOOD)
    case = newest_open_case(turn)
    if case is not None and turn.now - case.opened_at <= COMPLETED_WITHIN:
        place = _filled_in(turn, case, location)
        if place is not None:
            return relocate(turn, case, place)
    return Reply(replies.ASK_WHAT.format(place=location.text))


def relocate(turn: Turn, case: Case, place: Place) -> Reply:
    """The case has this place now, and whoever is concerned is told."""
    return _located(turn, locate_case(turn.db, turn.person, case.id, place, now=turn.now, rules=turn.rules))


def corrected(turn: Turn, case: Case, location: Location) -> Place:
    """The case's place with what the correction names put in its stead."""
    estate = estate_of(turn.db, case)
    if location.estate is not None:
        estate = next((each for each in turn.estates if each.name == location.estate), estate)
    return Place(
        estate,
        location.building or case.building,
        location.unit or case.unit,
        location.room or case.room,
        spot_said(location) or case.spot,
    )


def newest_open_case(turn: Turn, number: int | None = None) -> Case | None:
    """The speaker's open case of this number, or the newest."""
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=SEARCHED)
    return next(
        (each for each in own if each.status in OPEN_STATUSES and number in (None, each.number)), None
    )


def _filled_in(turn: Turn, case: Case, location: Location) -> Place | None:
    """The case's place with its gaps filled; `None` when the sentence adds nothing or contradicts it."""
    estate = estate_of(turn.db, case)
    if estate is not None and location.estate not in (None, estate.name):
        return None
    found = corrected(turn, case, location)
    contradicts = any(
        had is not None and said is not None and had != said
        for had, said in (
            (case.building, location.building),
            (case.unit, location.unit),
            (case.room, location.room),
        )
    )
    adds = (found.estate, found.building, found.unit, found.room) != (
        estate,
        case.building,
        case.unit,
        case.room,
    )
    return found if adds and not contradicts and found.estate is not None else None


def _located(turn: Turn, opened: CaseOpened) -> Reply:
    text = replies.case_located(opened.case, opened.estate, owner_text(turn.db, opened))
    if opened.case.urgency is Urgency.EMERGENCY:
        text = replies.emergency_opened(opened.case, opened.estate, owner_text(turn.db, opened))
    return Reply(text)
