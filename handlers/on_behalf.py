"""Reports for somebody else: whom a resident speaks for, and what staff enter from the phone or a visit."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.alike import Read
from handlers.cases.joining import Registered, report_problem
from handlers.cases.reports import Report
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import NotAllowed
from handlers.rules import Rules
from storage import reports as report_rows
from storage.models.cases import Case, Source
from storage.models.people import Person

NAME_LENGTH: Final = 64  # characters of a name in the table
LOOKED_AT: Final = 50  # namesakes whose phone is compared
NO_WHOLE_NAME: Final = re.compile(
    r"先生|女士|小姐|太太|阿姨|大爷|大妈|老师|师傅|^[老小].$|^.?[叔婶姨伯姐哥嫂爷奶]+$"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called or came, as far as they said."""

    name: str = ""
    phone: str | None = None


def in_whose_name(
    db: Connection, speaker: Person, name: str, report: Report, *, now: datetime
) -> tuple[Person, Report]:
    """Who reports: the speaker, or with a name whoever they speak for, known again by that name.

    The report then says who entered it; notices go to the speaker, as the other has no account here.
    """
    if not name:
        return speaker, report
    community_id = report.community_id
    known = report_rows.spoken_for(db, speaker.id, community_id=community_id, name=name[:NAME_LENGTH])
    person = known or report_rows.add_stand_in(
        db, community_id=community_id, name=name[:NAME_LENGTH], phone=None, now=now
    )
    return person, replace(report, source=Source.ON_BEHALF, entered_by_id=speaker.id)


def enter_report(
    db: Connection,
    staff: Person,
    caller: Caller,
    report: Report,
    *,
    now: datetime,
    rules: Rules,
    read: Read,
) -> Registered:
    """What somebody told by phone or in person belongs to a case, in their name; staff are on record."""
    if staff.role not in COMMUNITY_ROLES:
        raise NotAllowed("登记来电来访")
    person = _known_caller(db, report.community_id, caller) or report_rows.add_stand_in(
        db,
        community_id=report.community_id,
        name=caller.name[:NAME_LENGTH],
        phone=caller.phone,
        now=now,
    )
    entered = replace(report, entered_by_id=staff.id)
    return report_problem(db, person, entered, now=now, rules=rules, read=read)


def case_of_outside_number(db: Connection, staff: Person, outside_number: str) -> Case | None:
    """The case that another office's number was entered for already; `None` without a number."""
    if not outside_number:
        return None
    return report_rows.case_with_outside_number(db, staff.community_id or 0, outside_number)


def _known_caller(db: Connection, community_id: int, caller: Caller) -> Person | None:
    """Somebody of this name with this phone; without a phone the only one of a whole name."""
    if not caller.name:
        return None
    namesakes = report_rows.entered_by_staff(db, community_id, caller.name[:NAME_LENGTH], limit=LOOKED_AT)
    if caller.phone:
        return next((each for each in namesakes if each.phone == caller.phone), None)
    is_whole = NO_WHOLE_NAME.search(caller.name) is None
    return namesakes[0] if is_whole and len(namesakes) == 1 else None
