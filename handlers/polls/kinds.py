"""Where surveys answer the words they share with votes: 征询4 B, 开始征询4, 结束征询4, 征询4.

The handlers of polls look the number up first and hand what is a survey over to these routers.
"""

from typing import Final

from handlers.turn import Reply, Router, Turn
from nlp.consultation import TableAction
from storage.models.people import Role

resident_surveys: Final = Router("surveys of residents", frozenset({Role.RESIDENT, Role.BUILDING_LEAD}))
worker_surveys: Final = Router(
    "surveys of workers and staff",
    frozenset({Role.GRID_WORKER, Role.UNIT_MEMBER, Role.STAFF, Role.HEAD, Role.ADMIN}),
)


def survey_reply(surveys: Router, turn: Turn, action: TableAction) -> Reply | None:
    """What surveys answer to this; `None` when they do not know the word."""
    handler = surveys.find(action)
    return handler(turn) if handler else None
