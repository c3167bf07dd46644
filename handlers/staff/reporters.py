"""Who reported a case: for staff alone, and every look is on record."""

from handlers.auditing import Audited, record
from handlers.errors.desk import OnlyAlone
from handlers.grid_worker.lookup import desk_case
from handlers.replies import protected
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from nlp.desk_words import DeskAction
from storage import cases as case_rows
from storage import people


@router.on(DeskAction.REPORTERS)
def show_reporters(turn: Turn) -> Reply:
    """反映人 23"""
    if turn.message.chat:
        raise OnlyAlone("反映人 23")
    case = desk_case(turn, "反映人 23")
    record(turn.db, turn.person, Audited.REPORTERS_SHOWN, now=turn.now, case=case)
    reports = case_rows.reports_of(turn.db, case.id)
    entering = {each.entered_by_id for each in reports if each.entered_by_id}
    known = people.people_by_ids(turn.db, sorted(entering | {each.person_id for each in reports}))
    estates = {each.id: each for each in turn.estates}
    return Reply(protected.reporters(case, reports, people=known, estates=estates))
