"""A report on its way to becoming a case: opened when its place is known, asked for once when it is not."""

from dataclasses import replace
from datetime import timedelta

from handlers.cases.joining import How, Registered
from handlers.cases.locating import locate_case, supplement_case
from handlers.cases.opening import CaseOpened
from handlers.cases.reports import Place
from handlers.conversation import WITH_DRAFT, Move, move, settle
from handlers.emergency_contacts import whom_to_call
from handlers.notices.reaching import estate_of
from handlers.places import estate_meant, estate_named, estates_offered, spot_said
from handlers.replies import dialogue, joining, residents
from handlers.resident.at_home import with_home
from handlers.resident.drafts import (
    Draft,
    draft_of,
    kept_draft,
    open_all,
    open_draft,
    open_silent_draft,
    owner_text,
)
from handlers.resident.problems import separate_problems
from handlers.turn import Reply, Turn
from nlp.locations import Location
from storage import cases as case_rows
from storage import conversations
from storage.listening import is_listening
from storage.models.cases import OPEN_STATUSES, Case, Urgency
from storage.models.organization import Estate

REPEATED_WITHIN = timedelta(days=1)  # the same words of the same person again are the same report
COMPLETED_WITHIN = timedelta(minutes=30)  # a place said so soon after a report belongs to it
SEARCHED = 5  # of a resident's newest cases
BESIDE_AN_ANSWER = 8  # characters beside the place, in an answer to where
BESIDE_A_PLACE = 2  # characters a sentence may have more than its place, to be nothing but a place


def report(turn: Turn) -> Reply:
    """What the sentence tells is a case, or one question is asked; what it does not say of the place the
    speaker's home does.
    """
    draft, estate = draft_and_estate(turn)
    further = separate_problems(turn.reading)
    if further:
        also = [[each.category, each.subcategory] for each in further]
        return ask_several(turn, replace(draft, also=also), estate)
    return open_or_ask(turn, draft, estate)


def draft_and_estate(turn: Turn) -> tuple[Draft, Estate | None]:
    """What the sentence says of a problem, and the estate it is in, as far as it or the home says."""
    estate = estate_meant(turn.estates, turn.reading.location, turn.person)
    draft = draft_of(turn.reading, community_id=turn.community.id)
    draft = with_home(draft, turn.person, turn.reading, estates=turn.estates)
    if draft.is_home:
        estate = next((each for each in turn.estates if each.id == turn.person.estate_id), estate)
    return replace(draft, estate_id=estate.id if estate else None), estate


def estate_of_draft(turn: Turn, draft: Draft) -> Estate | None:
    """The estate a draft names; else the one it was taken to be in."""
    named = estate_named(turn.estates, draft.estate, turn.person) if draft.estate else None
    return named or next((each for each in turn.estates if each.id == draft.estate_id), None)


def ask_several(turn: Turn, draft: Draft, estate: Estate | None) -> Reply:
    """Several problems in one sentence: which of them are to be registered, before anything else."""
    known = case_rows.case_with_words(turn.db, turn.person.id, draft.text, since=turn.now - REPEATED_WITHIN)
    if known is not None:  # the same words again: they were asked about before
        return open_or_ask(turn, draft, estate)
    release_draft(turn, draft)
    until = turn.now + turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_SEVERAL, draft=draft.as_json(), expires_at=until)
    return Reply(dialogue.ask_several(turn.community.id, problems_of(draft)))


def problems_of(draft: Draft) -> list[list[str]]:
    """Every problem of the draft, category and subcategory, the main one first."""
    return [[draft.category, draft.subcategory or "general"], *draft.also]


def release_draft(turn: Turn, following: Draft | None = None) -> None:
    """What still waits for an answer is opened before something else takes its place; nothing is lost.

    A draft that `following` continues stays what it is.
    """
    standing = conversations.lock_conversation_by_id(turn.db, turn.conversation.id)
    waiting = kept_draft(standing) if standing.step in WITH_DRAFT else None
    if waiting is None or waiting.case_id is not None:
        return
    if following is None or not following.text.startswith(waiting.text):
        open_silent_draft(turn.db, standing, now=turn.now, rules=turn.rules, read=turn.read)


def open_or_ask(turn: Turn, draft: Draft, estate: Estate | None) -> Reply:
    """The case is open, or one question is asked; the same words again join the case they opened."""
    known = case_rows.case_with_words(turn.db, turn.person.id, draft.text, since=turn.now - REPEATED_WITHIN)
    if known is not None:
        supplement_case(turn.db, turn.person, known.id, draft.text, now=turn.now)
        return turn.say("already_registered", label=known.label)
    if estate is None:
        return ask(turn, draft)
    return Reply(register_all(turn, draft, estate)[1])


def register(turn: Turn, draft: Draft, estate: Estate | None) -> Registered:
    """The draft belongs to a case now."""
    return open_draft(turn.db, turn.person, draft, estate, now=turn.now, rules=turn.rules, read=turn.read)


def register_all(turn: Turn, draft: Draft, estate: Estate | None) -> tuple[Registered, str]:
    """Each problem of the draft belongs to a case now; the main one, and what the resident reads of all."""
    opened, *further = open_all(
        turn.db, turn.person, draft, estate, now=turn.now, rules=turn.rules, read=turn.read
    )
    lines = [registered_text(turn, opened), *dialogue.further_lines(further)]
    if is_listening(turn.db, opened.case.community_id, now=turn.now):
        lines.append(turn.say("listening_note").text)
    if draft.is_home:
        lines.append(turn.say("home_assumed").text)
    if draft.on_behalf_of:
        lines.append(turn.say("for_another", name=draft.on_behalf_of).text)
    return opened, "\n".join(lines)


def ask(turn: Turn, draft: Draft) -> Reply:
    """One question: where; or which estate, when the building was said already."""
    if draft.building is None:
        await_place(turn, draft)
        return turn.say("ask_place")
    await_place(turn, replace(draft, has_asked_estate=True))
    names = [each.name for each in estates_offered(turn.estates, turn.person)]
    return Reply(residents.ask_estate(turn.community.id, names))


def await_place(turn: Turn, draft: Draft) -> None:
    """The dialogue waits for the place: briefly for a draft, for a day when its case is open already."""
    release_draft(turn, draft)
    is_open = draft.case_id is not None
    lifetime = turn.rules.late_place_lifetime if is_open else turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_PLACE, draft=draft.as_json(), expires_at=turn.now + lifetime)


def is_over(turn: Turn, draft: Draft) -> bool:
    """Whether the case whose place is awaited has ended, or was merged, meanwhile."""
    return (
        draft.case_id is not None and case_rows.case_by_id(turn.db, draft.case_id).status not in OPEN_STATUSES
    )


def complete(turn: Turn, draft: Draft, estate: Estate | None) -> Reply:
    """The answer completes the case; without an estate even now it goes to the desk, and waits for one."""
    if estate is None and draft.building is not None and not draft.has_asked_estate:
        return ask(turn, draft)
    settle(turn.db, turn.conversation)
    if draft.case_id is not None:
        if not is_place_alone(turn):  # what was said beside the place must not be lost
            supplement_case(turn.db, turn.person, draft.case_id, turn.message.text, now=turn.now)
        return _located(
            turn,
            locate_case(
                turn.db, turn.person, draft.case_id, draft.place(estate), now=turn.now, rules=turn.rules
            ),
        )
    opened, text = register_all(turn, draft, estate)
    if estate is None:
        await_place(turn, replace(draft, case_id=opened.case.id, also=[]))
    return Reply(text)


def registered_text(turn: Turn, opened: Registered) -> str:
    """Whether the case is new, known from a neighbour, known from the speaker, or back again."""
    case, owner = opened.case, owner_text(turn.db, opened)
    match opened.how:
        case How.OPENED:
            return residents.case_opened(case, opened.estate, owner)
        case How.JOINED:
            return joining.case_joined(case, owner, reporters=opened.reporters)
        case How.REPEATED:
            return turn.say("already_registered", label=case.label).text
        case How.REOPENED:
            return joining.case_brought_back(case, owner)


def is_hardly_more_than_a_place(turn: Turn) -> bool:
    """Whether hardly more than a place is said: 在枫桥苑3号楼，快点来."""
    location = turn.reading.location
    beside = BESIDE_AN_ANSWER + len(location.text) if location else 0
    return location is not None and len(turn.reading.text.strip()) <= beside


def is_place_alone(turn: Turn) -> bool:
    """Whether the sentence is nothing but a place."""
    location = turn.reading.location
    beside = BESIDE_A_PLACE + len(location.text) if location else 0
    return location is not None and len(turn.reading.text.strip()) <= beside


def place_alone(turn: Turn) -> Reply:
    """A bare place completes the case reported a moment ago; else it is asked what is the matter there."""
    location = turn.reading.location
    if location is None:
        return turn.say("not_understood")
    case = newest_open_case(turn)
    if case is not None and turn.now - case.opened_at <= COMPLETED_WITHIN:
        place = _filled_in(turn, case, location)
        if place is not None:
            return relocate(turn, case, place)
    return turn.say("ask_what", place=location.text)


def relocate(turn: Turn, case: Case, place: Place) -> Reply:
    """The case has this place now, and whoever is concerned is told."""
    return _located(turn, locate_case(turn.db, turn.person, case.id, place, now=turn.now, rules=turn.rules))


def corrected(turn: Turn, case: Case, location: Location) -> Place:
    """The case's place with what the correction names put in its stead."""
    estate = estate_of(turn.db, case)
    if location.estate is not None:
        estate = next((each for each in turn.estates if each.name == location.estate), estate)
    hides_door = case.has_whisper and location.is_home  # the own door would tell who speaks
    return Place(
        estate,
        location.building or case.building,
        case.unit if hides_door else location.unit or case.unit,
        case.room if hides_door else location.room or case.room,
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
    text = residents.case_located(opened.case, opened.estate, owner_text(turn.db, opened))
    if opened.case.urgency is Urgency.EMERGENCY:
        contact, owner = whom_to_call(turn.db, opened.case), owner_text(turn.db, opened)
        text = residents.emergency_opened(opened.case, opened.estate, owner, contact=contact)
    return Reply(text)
