"""The number that a word of staff waited for."""

from handlers.grid_worker import router as workers
from handlers.grid_worker.naming import named
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from storage.models.conversations import Step


@router.on(Step.NAMING_CASE)
def name_case(turn: Turn) -> Reply | None:
    """23, after the bot asked which case is meant"""
    return named(turn, _obey)


def _obey(turn: Turn) -> Reply | None:
    """What waited for its number, done now: what is for staff alone comes first."""
    keys = [*([turn.desk_word.action] if turn.desk_word else []), turn.command.action]
    handlers = (each.find(key) for key in keys for each in (router, workers))
    return next((reply for each in handlers if each and (reply := each(turn)) is not None), None)
