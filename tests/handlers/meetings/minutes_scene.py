"""A meeting that is under way in the sample community, ready for its minutes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from handlers.meetings import minutes
from handlers.meetings.items import line_of
from handlers.meetings.minutes import MinutesWritten, Writ
from handlers.rules import Rules
from nlp.consultation.minutes import read_minutes
from storage import cases as case_rows
from storage import meetings as rows
from storage.models.cases import Case, CaseStatus
from storage.models.meetings import InvitationAnswer, Meeting, MeetingStatus, Party, invitations
from storage.models.people import Person
from storage.models.people import people as people_rows
from tests.handlers.cases.scene import named, reported, resident
from tests.handlers.meetings.gathering import called_meeting

RULES = Rules(public_url="https://huiyin.example")
SEWER: dict[str, Any] = {"kind": ("water", "sewer"), "text": "3号楼2单元下水道堵了"}
ESTATE_GROUP = "wrSampleFengqiao"
AGREED = "大家同意换管\n决议：枫桥物业 11月30日前 疏通主管道 监督人李秀英"


def known(db: Connection, openid: str, said: str, *, now: datetime) -> Person:
    """A resident who has told us the name."""
    person = resident(db, openid, now=now)
    db.execute(update(people_rows).where(people_rows.c.id == person.id).values(name=said, community_id=1))
    return resident(db, openid, now=now)


def sewer(db: Connection, *, now: datetime, by: str = "oLi") -> Case:
    """A public case that is talked over."""
    case = reported(db, now=now, by=by, **SEWER)
    case_rows.change_case(db, case.id, status=CaseStatus.CONSULTING)
    return case_rows.case_by_id(db, case.id)


def held(db: Connection, *, now: datetime, cases: Iterable[Case] = (), **more: Any) -> Meeting:
    """A meeting about these cases that was held an hour ago."""
    made = called_meeting(db, now=now, cases=cases, ahead=-timedelta(hours=2), **more)
    values = {"status": MeetingStatus.HELD, "held_at": now - timedelta(hours=1)}
    return rows.change_meeting(db, made.id, **values)


def sat(
    db: Connection,
    meeting: Meeting,
    *,
    now: datetime,
    person: Person | None = None,
    unit_id: int | None = None,
) -> None:
    """Somebody came."""
    row = {
        "community_id": meeting.community_id,
        "meeting_id": meeting.id,
        "party": Party.PROPERTY if unit_id else Party.RESIDENT,
        "person_id": person.id if person else None,
        "unit_id": unit_id,
        "is_required": False,
        "invited_at": now,
        "answer": InvitationAnswer.COMING,
        "people": 1,
        "reason": "",
        "checked_in_at": now,
    }
    db.execute(insert(invitations), row)


def writ(text: str, *, now: datetime, is_whole: bool = False) -> Writ:
    """What somebody types behind 纪要 议事会5."""
    read: dict[str, Any] = read_minutes(text, now)
    lines = tuple(line_of(each) for each in read["decisions"])
    return Writ(str(read["words"]), lines, tuple(read["later"]), is_whole)


def write(
    db: Connection,
    meeting: Meeting,
    text: str = AGREED,
    *,
    now: datetime,
    is_whole: bool = False,
    said_in: str = "",
) -> MinutesWritten:
    """李强 writes these minutes."""
    return minutes.write_minutes(
        db,
        named(db, "李强"),
        rows.lock_meeting(db, meeting.id),
        writ(text, now=now, is_whole=is_whole),
        said_in=said_in,
        now=now,
        rules=RULES,
    )
