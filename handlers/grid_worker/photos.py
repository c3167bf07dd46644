"""Photos of the work: alone, with a number, or with the words of a command."""

from handlers.cases.attaching import ATTACHED_WITHIN, all_sent_of, keep_for_later
from handlers.cases.proof import add_proof
from handlers.decisions.answers import photo_of_decision
from handlers.grid_worker.lookup import numbered, open_cases
from handlers.grid_worker.naming import NUMBER
from handlers.grid_worker.router import router
from handlers.messages import MessageKind
from handlers.turn import Reply, Turn
from nlp.addresses import find_addresses
from nlp.case_numbers import find_case_number
from nlp.characters import fold
from storage import attachments
from storage.models.cases import Case


@router.on(MessageKind.IMAGE, MessageKind.VIDEO)
def photo(turn: Turn) -> Reply:
    """A photo alone, or with a number or a quoted card: it shows the work at that case.

    Without a number it belongs to the speaker's only open case; with several it waits for the words.
    """
    of_decision = photo_of_decision(turn)
    if of_decision is not None:
        return of_decision
    case = _photographed(turn)
    if case is not None:
        return proof_taken(turn, case)
    for each in all_sent_of(turn.message):
        keep_for_later(turn.db, turn.person, each, now=turn.now)
    return turn.say("proof_kept")


def for_number(turn: Turn, said: str) -> Reply | None:
    """23, after photos without a number: they show the work at that case; `None` for anything else."""
    found = NUMBER.fullmatch(fold(said))
    if found is None:
        return None
    since = turn.now - ATTACHED_WITHIN
    if not attachments.photos_without_case(turn.db, [turn.person.id], since=since):
        return None
    return proof_taken(
        turn, numbered(turn, int(found["number"]), int(found["year"]) if found["year"] else None)
    )


def proof_taken(turn: Turn, case: Case) -> Reply:
    """What came with the message stands with the case as proof; what is still missing are the words."""
    case = add_proof(turn.db, turn.person, case.id, all_sent_of(turn.message), now=turn.now)
    return turn.say("proof_attached", label=case.label, number=case.number)


def _photographed(turn: Turn) -> Case | None:
    """The case named in the text, else in the quoted card, else the only open one the speaker has."""
    for words in (turn.message.text, turn.message.quoted):
        taken = [(address.start, address.end) for address in find_addresses(words)]
        found = find_case_number(words, taken)
        if found is not None:
            return numbered(turn, found.number, found.year)
    own = [case for case in open_cases(turn) if case.handler_id == turn.person.id]
    return own[0] if len(own) == 1 else None
