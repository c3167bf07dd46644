"""Who answers a message: the one list of routers, and the order in which keys are tried."""

from collections.abc import Iterator

from handlers import grid_worker, resident, staff
from handlers.errors import UnknownSpeaker
from handlers.lines import each_line, is_of_lines
from handlers.messages import MessageKind
from handlers.turn import Doubt, Key, Reply, Router, Turn
from nlp.consultation import TableAction, TableWord
from nlp.reading import Intent, Kind, Reading
from storage.models.conversations import Step
from storage.models.people import Role

ROUTERS: tuple[Router, ...] = (resident.router, staff.router, grid_worker.router)

MAY_BE_REPORTS = frozenset({Kind.REPORT, Kind.CHAT, Kind.QUESTION, Kind.PROGRESS_QUERY})

SMALL_TALK = frozenset({Kind.GREETING, Kind.CHAT})

ABOUT_A_REPORT = frozenset(
    {
        Step.AWAITING_PLACE,
        Step.CONFIRMING_REPORT,
        Step.CHOOSING_CATEGORY,
        Step.CHOOSING_CASE,
        Step.CONFIRMING_SEVERAL,
        Step.AWAITING_HOME,
    }
)  # what is asked there is never answered with 议事会5, 表决2 同意 or 参加
NEVER_ABOUT_A_REPORT = frozenset({TableAction.JOIN, TableAction.CHECK_IN, TableAction.CONSENT})

RESIDENTS = frozenset({Role.RESIDENT, Role.BUILDING_LEAD})


def answer(turn: Turn) -> Reply:
    """The reply to one message: the first router of the speaker's role that knows one of its keys.

    Tried in order: what a resident who is asked about a report says of a consultation by its number; the step
    that awaits an answer; what was sent, when it is not words; for workers and
    staff what they said of a consultation, then the action they typed; for residents an emergency, what they
    said of a consultation, what they may have meant by it, the intent, the doubt, the kind of sentence.
    Several commands of workers, a line each, are answered one after the other.
    """
    if is_of_lines(turn):
        return each_line(turn, _answer)
    return _answer(turn)


def _answer(turn: Turn) -> Reply:
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
    if turn.table_word is not None and _is_aside(turn, turn.table_word):
        yield turn.table_word.action
    if turn.conversation.step is not Step.IDLE:
        yield turn.conversation.step
    if turn.message.kind is not MessageKind.TEXT:
        yield turn.message.kind
    elif turn.person.role in RESIDENTS:
        if turn.table_word is not None and turn.reading.kind is not Kind.EMERGENCY:
            yield turn.table_word.action
            yield Doubt.UNASKED
        if turn.reading.kind is not Kind.EMERGENCY:
            yield Doubt.ASKED
        yield from _keys_of_reading(turn.reading)
    else:
        if turn.table_word is not None:
            yield turn.table_word.action
        if turn.desk_word is not None:
            yield turn.desk_word.action
        yield turn.command.action


def _is_aside(turn: Turn, word: TableWord) -> bool:
    """Whether a resident who is asked about a report says something else: what is asked stays open."""
    is_text = turn.message.kind is MessageKind.TEXT and turn.reading.kind is not Kind.EMERGENCY
    is_word = word.action in NEVER_ABOUT_A_REPORT and not word.args.get("is_bare")
    is_clear = word.number is not None or is_word
    is_asked = turn.person.role in RESIDENTS and turn.conversation.step in ABOUT_A_REPORT
    return is_text and is_clear and is_asked


def _keys_of_reading(reading: Reading) -> Iterator[Key]:
    if reading.kind is not Kind.EMERGENCY and reading.intent is not Intent.NONE:
        yield reading.intent
    if reading.is_abusive and not reading.opens_case:
        yield Doubt.ABUSE
    if reading.is_unsure or reading.kind in SMALL_TALK:
        yield Doubt.AGAIN
    if reading.is_unsure and reading.kind in MAY_BE_REPORTS:
        yield Doubt.UNSURE
    yield reading.kind
