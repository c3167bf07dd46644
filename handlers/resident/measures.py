"""改造1, 改造列表: what residents said before, during and after a measure"""

from handlers.measures.comparing import compared
from handlers.measures.making import surveys_of
from handlers.replies import measures as texts
from handlers.resident.router import router
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage import measures

LISTED = 10  # in one answer


@router.on(TableAction.MEASURE_SHOW)
def show(turn: Turn) -> Reply | None:
    """改造1; a number that no measure has may mean something else."""
    number = (turn.table_word.number if turn.table_word else None) or 0
    measure = measures.measure_numbered(turn.db, turn.community.id, number)
    if measure is None:
        return None
    found = compared(turn.db, measure)
    return Reply(texts.shown(found, public_url=turn.rules.public_url, is_staff=False))


@router.on(TableAction.MEASURE_LIST)
def list_measures(turn: Turn) -> Reply | None:
    """改造列表; without any the words may mean something else."""
    rows, total = measures.measures_of(turn.db, turn.community.id, limit=LISTED)
    listed = [(each, surveys_of(turn.db, each)) for each in rows]
    return Reply(texts.listed(listed, total)) if rows else None
