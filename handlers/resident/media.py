"""What residents send beside words."""

from datetime import timedelta

from handlers.cases.attaching import attach, keep_for_later, sent_of
from handlers.messages import MessageKind
from handlers.resident import asking
from handlers.resident.router import router
from handlers.turn import Reply, Turn

ATTACHED_WITHIN = timedelta(days=1)  # after the report; later photos may be of anything


@router.on(MessageKind.IMAGE, MessageKind.VIDEO)
def photo(turn: Turn) -> Reply:
    """A photo joins the case reported last, within a day; else it waits ten minutes for its words."""
    return _attachment(turn, "photo_needs_words")


@router.on(MessageKind.VOICE)
def voice(turn: Turn) -> Reply:
    """A voice message joins the case reported last too; it cannot be understood."""
    return _attachment(turn, "voice_needs_words")


@router.on(MessageKind.LOCATION)
def location_alone(turn: Turn) -> Reply:
    """A place on the map is read by its label."""
    return asking.place_alone(turn)


def _attachment(turn: Turn, otherwise: str) -> Reply:
    case, sent = asking.newest_open_case(turn), sent_of(turn.message)
    if sent is None:
        return turn.say("not_understood")
    if case is None or turn.now - case.opened_at > ATTACHED_WITHIN:
        keep_for_later(turn.db, turn.person, sent, now=turn.now)
        return turn.say(otherwise)
    attach(turn.db, turn.person, case, sent, now=turn.now)
    return turn.say("attached", label=case.label)
