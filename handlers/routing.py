"""Who answers a message: the one list of routers, and the order in which keys are tried."""

from collections.abc import Iterator

from nlp.reading import Intent, Kind

from handlers import grid_worker, resident, staff
from handlers.errors import UnknownSpeaker
from handlers.messages import MessageKind
from handlers.turn import Key, Reply, Router, Turn
from storage.models.conversations import Step
from storage.models.people import Role

ROUTERS: tuple[Router, ...] = (resident.router, staff.router, grid_worker.router)

RESIDENTS = frozenset({Role.RESIDENT, Role.BUILDING_LEAD})


def answer(turn: Turn) -> Reply:
    """The reply to one message: the first router of the speaker's role that knows one of its keys.

    Tried in order: the step that awaits an answer; what was sent, when it is not words; an emergency;
    the intent; the kind of sentence, or for workers and staff the action they typed.
    """
    routers = [router for router in ROUTERS if turn.person.role in router.roles]
    if not routers:
        raise UnknownSpeaker
    for key in _keys(turn):
        for router in routers:
            handler = router.find(key)
            reply = handler(turn) if handler else None
            if reply is not None:
                return reply
    return Reply()


def _keys(turn: Turn) -> Iterator[Key]:
    if turn.conversation.step is not Step.IDLE:
        yield turn.conversation.step
    if turn.message.kind is not MessageKind.TEXT:
        yield turn.message.kind
    elif turn.person.role in RESIDENTS:
        if turn.reading.kind is not Kind.EMERGENCY and turn.reading.intent is not Intent.NONE:
            yield turn.reading.intent
        yield turn.reading.kind
    else:
        yield turn.command.action
