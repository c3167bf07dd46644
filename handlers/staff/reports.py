"""What staff enter for others: calls, visits, sheets of the hotline."""

from handlers.grid_worker.patrol import advised, estates_here, report_from
from handlers.on_behalf import Caller, case_of_outside_number, enter_report
from handlers.places import estate_meant
from handlers.replies import reports as texts
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from nlp.desk_words import DeskAction
from storage import organization, people
from storage.models.cases import Case, Source


@router.on(DeskAction.ON_BEHALF)
def enter(turn: Turn) -> Reply:
    """来电 张大爷 13900001234 枫桥苑3-2-501漏水; 12345 20261120001 …; 代报 李奶奶 …"""
    outside_number = _said(turn, "outside_number")
    known = case_of_outside_number(turn.db, turn.person, outside_number)
    if known is not None:
        return Reply(texts.entered_before(known, outside_number, _owner(turn, known)))
    reading = turn.read(_said(turn, "text"))
    estate = estate_meant(estates_here(turn), reading.location, turn.person)
    report = report_from(
        reading,
        turn.community.id,
        estate,
        source=Source(_said(turn, "source") or Source.ON_BEHALF),
        outside_number=outside_number,
    )
    caller = Caller(_said(turn, "name"), _said(turn, "phone") or None)
    registered = enter_report(
        turn.db, turn.person, caller, report, now=turn.now, rules=turn.rules, read=turn.read
    )
    said = texts.entered(registered, _owner(turn, registered.case))
    return Reply(advised(turn, registered.case, said))


def _owner(turn: Turn, case: Case) -> str:
    """Who has the case: by name, else its grid, else the community."""
    if case.handler_id is not None:
        return people.person_by_id(turn.db, case.handler_id).name
    if case.grid_id is not None:
        return organization.grid_by_id(turn.db, case.grid_id).name
    return turn.community.name


def _said(turn: Turn, name: str) -> str:
    value = turn.desk_word.args.get(name) if turn.desk_word else None
    return value.strip() if isinstance(value, str) else ""
