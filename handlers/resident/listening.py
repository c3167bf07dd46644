"""听取日, 听取日是哪天, 听取日 11月5日"""

from handlers.listening.planning import standing_days
from handlers.listening.showing import day_asked, shown_days
from handlers.replies import listening as texts
from handlers.resident.router import router
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction


@router.on(TableAction.DAY_LIST)
def list_days(turn: Turn) -> Reply:
    """听取日是哪天"""
    rows = standing_days(turn.db, turn.community.id, now=turn.now)
    return Reply(texts.listed_for_residents(turn.community.id, rows))


@router.on(TableAction.DAY_SHOW)
def show_day(turn: Turn) -> Reply:
    """听取日 11月5日 shows what came in; 听取日 alone when the next is."""
    day = day_asked(turn.table_word)
    if day is None:
        return list_days(turn)
    found = shown_days(turn.db, turn.community.id, day, is_for_staff=False, now=turn.now)
    return Reply("\n\n".join(map(texts.summary, found)))
