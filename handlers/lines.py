"""Several commands in one message, a line each: every line is done, and answered with a line."""

from collections.abc import Callable
from dataclasses import replace

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import UserError
from handlers.messages import MessageKind
from handlers.turn import Reply, Turn
from storage.models.conversations import Step
from storage.models.people import Role
from storage.writers import savepoint

COMMANDING = COMMUNITY_ROLES | {Role.GRID_WORKER, Role.UNIT_MEMBER}


def is_of_lines(turn: Turn) -> bool:
    """Whether a worker or a member of staff commands several things at once, and nothing else is awaited."""
    is_typed = turn.message.kind is MessageKind.TEXT and turn.person.role in COMMANDING
    is_unread = turn.desk_word is None and turn.table_word is None
    is_free = is_unread and turn.conversation.step is Step.IDLE
    return is_typed and is_free and len(turn.command.lines) > 1


def each_line(turn: Turn, answer: Callable[[Turn], Reply]) -> Reply:
    """What became of each line; what is refused of one is undone for that line alone."""
    return Reply("\n".join(_line_done(turn, index, answer) for index in range(len(turn.command.lines))))


def _line_done(turn: Turn, index: int, answer: Callable[[Turn], Reply]) -> str:
    """Photos that came with the message belong to its first line."""
    text, command = turn.command.lines[index]
    payload = {name: value for name, value in turn.message.payload.items() if name != "urls" or not index}
    own = replace(turn, message=replace(turn.message, text=text, payload=payload), command=command)
    try:
        with savepoint(turn.db):
            return answer(own).text
    except UserError as refusal:
        return str(refusal)
