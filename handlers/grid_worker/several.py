"""One command for several numbers: each is done, and the answer says of each what became of it."""

from collections.abc import Callable

from handlers.cases.states import CaseAction
from handlers.errors import UserError
from handlers.grid_worker.lookup import LISTED, case_meant, numbered
from handlers.turn import Reply, Turn
from storage.models.cases import Case
from storage.writers import savepoint

Doing = Callable[[Turn, Case], str]


def for_each(turn: Turn, example: str, action: CaseAction | None, *, do: Doing) -> Reply:
    """What became of the one case meant, or of each that is numbered (接单 5 6 7), a line each.

    What is refused of one case is undone for that case alone.
    """
    numbers = turn.command.args.get("cases")
    if not isinstance(numbers, list):
        return Reply(do(turn, case_meant(turn, example, action)))
    return Reply("\n".join(_one(turn, int(str(number)), do) for number in numbers[:LISTED]))


def _one(turn: Turn, number: int, do: Doing) -> str:
    try:
        with savepoint(turn.db):
            return do(turn, numbered(turn, number))
    except UserError as refusal:
        return str(refusal)
