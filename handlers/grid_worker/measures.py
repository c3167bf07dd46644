"""改造1, 改造列表: the three surveys of a measure, for workers, units and staff."""

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import NotAllowed
from handlers.errors.surveys import NoSuchMeasure
from handlers.grid_worker.router import router
from handlers.measures.comparing import compared
from handlers.measures.making import surveys_of
from handlers.replies import measures as texts
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage import measures

LISTED = 20  # in one answer


@router.on(TableAction.MEASURE_SHOW)
def show(turn: Turn) -> Reply:
    """改造1"""
    number = (turn.table_word.number if turn.table_word else None) or 0
    measure = measures.measure_numbered(turn.db, turn.community.id, number)
    if measure is None:
        raise NoSuchMeasure(number)
    is_staff = turn.person.role in COMMUNITY_ROLES
    found = compared(turn.db, measure)
    return Reply(texts.shown(found, public_url=turn.rules.public_url, is_staff=is_staff))


@router.on(TableAction.MEASURE_LIST)
def list_measures(turn: Turn) -> Reply:
    """改造列表"""
    rows, total = measures.measures_of(turn.db, turn.community.id, limit=LISTED)
    return Reply(texts.listed([(each, surveys_of(turn.db, each)) for each in rows], total))


@router.on(TableAction.MEASURE_SURVEY)
def leave_to_staff(turn: Turn) -> Reply:
    """改造1 改造前调查, said by a worker"""
    raise NotAllowed("征询和改造调查")
