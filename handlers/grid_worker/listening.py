"""听取日列表, 听取日 11月5日: workers and units read what residents read."""

from handlers.errors.listening import ListeningDaysByStaff
from handlers.grid_worker.router import router
from handlers.listening.planning import standing_days
from handlers.listening.showing import day_asked, shown_days
from handlers.replies import listening as texts
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction


@router.on(TableAction.DAY_LIST)
def list_days(turn: Turn) -> Reply:
    """听取日列表"""
    rows = standing_days(turn.db, turn.community.id, now=turn.now)
    return Reply(texts.listed_for_residents(turn.community.id, rows))


@router.on(TableAction.DAY_SHOW)
def show_day(turn: Turn) -> Reply:
    """听取日 11月5日; without a day the last one, without any when the next is"""
    found = shown_days(
        turn.db, turn.community.id, day_asked(turn.table_word), is_for_staff=False, now=turn.now
    )
    return Reply("\n\n".join(map(texts.summary, found))) if found else list_days(turn)


@router.on(TableAction.DAY_ADD, TableAction.DAY_END)
def leave_to_staff(turn: Turn) -> Reply:
    """听取日 每周三, said by a worker"""
    raise ListeningDaysByStaff
