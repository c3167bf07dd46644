"""The router of what grid workers, unit members and staff say; the modules of this folder register on it."""

from handlers.grid_worker.naming import AskingRouter, named
from handlers.turn import Reply, Turn
from storage.models.conversations import Step
from storage.models.people import Role

router = AskingRouter(
    "grid worker",
    frozenset({Role.GRID_WORKER, Role.UNIT_MEMBER, Role.STAFF, Role.HEAD, Role.ADMIN}),
)


@router.on(Step.NAMING_CASE)
def name_case(turn: Turn) -> Reply | None:
    """23, after the bot asked which case is meant"""
    return named(turn, _obey)


def _obey(turn: Turn) -> Reply | None:
    """What waited for its number, done now."""
    keys = [*([turn.desk_word.action] if turn.desk_word else []), turn.command.action]
    handlers = (router.find(key) for key in keys)
    return next((reply for each in handlers if each and (reply := each(turn)) is not None), None)
