"""What was taken for somebody else's trouble gets a case of its own."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.cases.alike import Read
from handlers.cases.joining import How, Registered
from handlers.cases.opening import open_case
from handlers.cases.reports import Place
from handlers.cases.reports import Report as NewReport
from handlers.notices.joining import tell_reporter_left
from handlers.places import spot_said
from handlers.rules import Rules
from nlp.locations import Location
from storage import cases as case_rows
from storage import organization
from storage.models.cases import Case, EventKind, Report
from storage.models.people import Person

SPLIT_WITHIN: Final = timedelta(days=1)  # after the report; later it is for staff to take apart


def split_report(
    db: Connection, reporter: Person, *, now: datetime, rules: Rules, read: Read
) -> Registered | None:
    """The speaker's last report leaves the case it had joined and opens its own.

    `None` when the speaker has joined no case within the last day, or is the only one left in it.
    """
    found = case_rows.last_joined(db, reporter.id, since=now - SPLIT_WITHIN)
    if found is None:
        return None
    case = case_rows.lock_case(db, found.case_id)
    others = case_rows.number_of_reporters(db, case.id) - 1
    if others < 1:  # the others have left: it is the speaker's own by now
        return None
    case_rows.leave_case(db, case.id, reporter.id, now=now)
    event_id = case_rows.add_event(db, case, EventKind.LEFT, person_id=reporter.id, now=now)
    tell_reporter_left(db, case, event_id, reporters=others, now=now)
    opened = open_case(db, reporter, _report_of(db, case, found, read), now=now, rules=rules)
    return Registered(opened.case, opened.grid, opened.estate, How.OPENED, 1)


def _report_of(db: Connection, case: Case, said: Report, read: Read) -> NewReport:
    """What was said, at the place it names; the estate and building of the other case where it names none."""
    own = read(said.text).location or Location()
    estate = organization.estate_by_id(db, case.estate_id) if case.estate_id else None
    return NewReport(
        community_id=case.community_id,
        category=case.category,
        subcategory=case.subcategory,
        urgency=case.urgency,
        text=said.text,
        place=Place(estate, own.building or case.building, own.unit, own.room, spot_said(own)),
        is_whisper=said.is_whisper,
        source=said.source,
        outside_number=said.outside_number,
        entered_by_id=said.entered_by_id,
    )
