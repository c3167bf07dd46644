"""听取日 每月5日、15日、25日 …, 听取日列表, 听取日 11月5日, 取消听取日 1"""

from collections.abc import Mapping

from handlers.errors.listening import ListeningDaysMissing, ListeningWordsUnclear
from handlers.listening.planning import (
    ListeningOrder,
    add_listening_days,
    end_listening_days,
    standing_days,
)
from handlers.listening.showing import day_asked, shown_days
from handlers.replies import listening as texts
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage import listening
from storage.models.listening import OnHoliday


@router.on(TableAction.DAY_ADD)
def set_days(turn: Turn) -> Reply:
    """听取日 每月5日、15日、25日 9:00-18:00 遇节假日顺延"""
    args = turn.table_word.args if turn.table_word else {}
    rule = args.get("rule")
    if not isinstance(rule, Mapping):
        raise ListeningDaysMissing
    left = str(args.get("left") or "")
    if left:
        raise ListeningWordsUnclear(left)
    on_holiday = args.get("on_holiday")
    order = ListeningOrder(
        rule,
        str(args.get("starts")),
        str(args.get("ends")),
        on_holiday=OnHoliday(str(on_holiday)) if on_holiday else None,
        call=str(args.get("call") or ""),
    )
    made = add_listening_days(turn.db, turn.person, order, now=turn.now, rules=turn.rules)
    return Reply(texts.planned(made))


@router.on(TableAction.DAY_END)
def end_days(turn: Turn) -> Reply:
    """取消听取日 1, or 取消听取日 while there is only one"""
    number = turn.table_word.number if turn.table_word else None
    return Reply(texts.ended(end_listening_days(turn.db, turn.person, number, now=turn.now)))


@router.on(TableAction.DAY_LIST)
def list_days(turn: Turn) -> Reply:
    """听取日列表"""
    rows = standing_days(turn.db, turn.community.id, now=turn.now)
    counts = listening.number_of_called_days(turn.db, [each.series.id for each in rows])
    return Reply(texts.listed(rows, counts=counts))


@router.on(TableAction.DAY_SHOW)
def show_day(turn: Turn) -> Reply:
    """听取日 11月5日; without a day the last one"""
    found = shown_days(
        turn.db, turn.community.id, day_asked(turn.table_word), is_for_staff=True, now=turn.now
    )
    return Reply("\n\n".join(map(texts.desk_summary, found))) if found else list_days(turn)
