"""Checking in: the code, its day, wrong ones, walk-ins, staff who check in others, and who came."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from handlers.errors import NotAllowed
from handlers.errors.invitations import (
    NamesMissing,
    NoMeetingNumbered,
    NotInvited,
    NotNowAtTheDoor,
    SeveralOfThatName,
)
from handlers.meetings.attendance import CheckedIn, WrongCode, check_in, check_in_for, guests_of
from handlers.meetings.ending import start_meeting
from handlers.meetings.inviting import Invited
from handlers.meetings.turnout import attendance_of, who_comes
from handlers.replies.turnout import attendance_text, who_comes_text
from storage import invitations
from storage import meetings as meeting_rows
from storage.engine import Database
from storage.models.consultation import Happening
from storage.models.meetings import InvitationAnswer, Meeting, MeetingStatus, Party
from storage.models.people import Person
from tests.handlers.cases.scene import named, reported, resident, settle_in
from tests.handlers.meetings.gathering import (
    called_meeting,
    comes,
    community,
    declines,
    happened,
    invite,
    name,
    neighbour,
    row_of,
)

SEWER: dict[str, Any] = {"kind": ("water", "sewer"), "text": "3号楼2单元下水道堵了"}
CODE = "4821"
NEARLY = "4820"
BEGINS = timedelta(hours=5)  # 15:00, said at 10:00


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def started(db: Connection, *, now: datetime, **more: Any) -> Meeting:
    """A meeting this afternoon whose code is shown; the reporter and the property company are invited."""
    meeting = called_meeting(
        db, now=now, cases=[reported(db, now=now, **SEWER)], ahead=BEGINS, code=CODE, **more
    )
    invite(db, meeting, Invited(required=frozenset({("unit", named(db, "周经理").unit_id or 0)})), now=now)
    return meeting


def enters(db: Connection, person: Person, code: str = CODE, *, now: datetime) -> Any:
    return check_in(db, person, code, community=community(db), now=now)


def test_the_code_lets_in_once(db: Connection, now: datetime) -> None:
    meeting, at = started(db, now=now), now + BEGINS
    li = resident(db, "oLi", now=now)

    first, second = enters(db, li, now=at), enters(db, li, now=at)

    assert isinstance(first, CheckedIn)
    assert (first.is_again, first.is_new) == (False, False)
    assert second.is_again
    assert row_of(db, meeting, li).checked_in_at == at
    assert len(happened(db, meeting, Happening.CHECKED_IN)) == 1


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (BEGINS - timedelta(hours=1, seconds=1), False),
        (BEGINS - timedelta(hours=1), True),
        (timedelta(hours=13, minutes=59), True),
        (timedelta(hours=14), False),  # midnight
        (timedelta(days=1), False),
    ],
)
def test_the_code_counts_on_the_day_from_an_hour_before(
    db: Connection, now: datetime, *, at: timedelta, is_open: bool
) -> None:
    meeting = started(db, now=now)

    found = enters(db, resident(db, "oLi", now=now), now=now + at)

    assert isinstance(found, CheckedIn) == is_open
    assert (found is None) == (not is_open)
    assert bool(row_of(db, meeting, resident(db, "oLi", now=now)).checked_in_at) == is_open


@pytest.mark.parametrize("status", [MeetingStatus.CANCELLED, MeetingStatus.POSTPONED])
def test_nobody_checks_in_to_what_does_not_take_place(
    db: Connection, now: datetime, *, status: MeetingStatus
) -> None:
    meeting = started(db, now=now)
    meeting_rows.change_meeting(db, meeting.id, status=status)

    assert enters(db, resident(db, "oLi", now=now), now=now + BEGINS) is None


def test_after_three_wrong_codes_one_has_to_wait(db: Connection, now: datetime) -> None:
    started(db, now=now)
    at, li = now + BEGINS, resident(db, "oLi", now=now)

    tries = [enters(db, li, wrong, now=at) for wrong in ("0000", NEARLY, CODE[::-1], "0000")]

    assert tries == [WrongCode(2), WrongCode(1), WrongCode(0), WrongCode(0)]
    assert enters(db, li, now=at + timedelta(minutes=9)) == WrongCode(0)
    assert isinstance(enters(db, neighbour(db, "oWu", now=now), now=at), CheckedIn)  # others are let in
    assert isinstance(enters(db, li, now=at + timedelta(minutes=10)), CheckedIn)


def test_walk_ins_come_as_residents_or_for_their_unit(db: Connection, now: datetime) -> None:
    meeting, at = started(db, now=now), now + BEGINS
    wu = neighbour(db, "oWu", now=now, at="明园小区")

    found = enters(db, wu, now=at)
    company = enters(db, named(db, "周经理"), now=at)
    grid = enters(db, named(db, "王芳"), now=at)
    other_grid = enters(db, named(db, "赵磊"), now=at)

    assert found.is_new
    row = row_of(db, meeting, wu)
    assert (row.party, row.answer) == (Party.RESIDENT, InvitationAnswer.COMING)
    assert (company.who, company.is_new, grid.who, grid.is_new) == ("枫桥物业", False, "第一网格", False)
    assert (other_grid.is_new, row_of(db, meeting, named(db, "赵磊")).party) == (True, Party.WORKER)


def test_of_two_meetings_with_one_code_the_own_is_meant(db: Connection, now: datetime) -> None:
    called_meeting(db, now=now, ahead=BEGINS, code=CODE)
    own = started(db, now=now)

    found = enters(db, resident(db, "oLi", now=now), now=now + BEGINS)

    assert found.meeting.id == own.id


# ------------------------------------------------------------------ staff for others


def test_staff_check_in_invited_ones_units_neighbours_and_guests(db: Connection, now: datetime) -> None:
    meeting, at = started(db, now=now), now + BEGINS
    name(db, resident(db, "oLi", now=now), "李秀英")
    wu = name(db, neighbour(db, "oWu", now=now), "吴桂兰")
    staff = named(db, "李强")
    names = ["李秀英", "枫桥物业", "吴桂兰", "王大妈", "王大妈", " "]

    done = check_in_for(db, staff, meeting.number, names=names, now=at)
    again = check_in_for(db, staff, None, names=["李秀英", "王大妈"], now=at)

    assert (done.entered, done.guests) == (["李秀英", "枫桥物业", "吴桂兰"], ["王大妈"])
    assert again.again == ["李秀英", "王大妈"]
    assert guests_of(db, meeting.id) == ["王大妈"]
    assert row_of(db, meeting, wu).checked_in_by_id == staff.id


def test_namesakes_that_are_not_invited_are_asked_for(db: Connection, now: datetime) -> None:
    meeting = started(db, now=now)
    for openid in ("oOne", "oTwo"):
        name(db, neighbour(db, openid, now=now), "张伟")

    with pytest.raises(SeveralOfThatName, match="枫桥苑33号楼"):
        check_in_for(db, named(db, "李强"), meeting.number, names=["张伟"], now=now + BEGINS)


def test_namesakes_that_are_invited_are_in_one_after_the_other(db: Connection, now: datetime) -> None:
    meeting = started(db, now=now)
    both = [name(db, neighbour(db, openid, now=now), "张伟") for openid in ("oOne", "oTwo")]
    for each in both:
        comes(db, each, meeting, now=now)

    for _ in both:
        check_in_for(db, named(db, "李强"), meeting.number, names=["张伟"], now=now + BEGINS)

    assert all(row_of(db, meeting, each).checked_in_at for each in both)


def test_only_staff_check_in_others_and_only_at_the_time(db: Connection, now: datetime) -> None:
    meeting = started(db, now=now)
    staff, at = named(db, "李强"), now + BEGINS

    with pytest.raises(NotAllowed):
        check_in_for(db, named(db, "王芳"), meeting.number, names=["王大妈"], now=at)
    with pytest.raises(NamesMissing):
        check_in_for(db, staff, meeting.number, names=[], now=at)
    with pytest.raises(NotNowAtTheDoor, match="提前一小时"):
        check_in_for(db, staff, meeting.number, names=["王大妈"], now=now)
    with pytest.raises(NotNowAtTheDoor, match="已经结束"):
        check_in_for(db, staff, meeting.number, names=["王大妈"], now=now + timedelta(days=1))
    with pytest.raises(NoMeetingNumbered):
        check_in_for(db, staff, 99, names=["王大妈"], now=at)
    with pytest.raises(NoMeetingNumbered):
        check_in_for(db, named(db, "马建国"), meeting.number, names=["王大妈"], now=at)


# ------------------------------------------------------------------ lists


def test_attendance_says_party_by_party_who_came_and_who_is_missing(db: Connection, now: datetime) -> None:
    meeting, at = started(db, now=now), now + BEGINS
    name(db, resident(db, "oLi", now=now), "李秀英")
    enters(db, resident(db, "oLi", now=now), now=at)
    wu = name(db, neighbour(db, "oWu", now=now), "吴桂兰")
    comes(db, wu, meeting, now=now)
    check_in_for(db, named(db, "李强"), meeting.number, names=["王大妈"], now=at)

    told = attendance_text(attendance_of(db, named(db, "李强"), meeting.number, community=community(db)))
    counted = attendance_text(attendance_of(db, named(db, "王芳"), meeting.number, community=community(db)))

    assert told.splitlines() == [
        "议事会1到会2方：",
        "反映人：到1/1（李秀英）",
        "居民：到0/1",
        "物业：到0/1",
        "网格：到0/1",
        "来宾：1（王大妈）",
        "必到还缺1方：枫桥物业",
    ]
    assert not any(each in counted for each in ("李秀英", "王大妈", "枫桥物业"))


def test_staff_read_who_comes_and_residents_how_many(db: Connection, now: datetime) -> None:
    meeting = started(db, now=now, capacity=6)
    li = name(db, resident(db, "oLi", now=now), "李秀英")
    wu = name(db, neighbour(db, "oWu", now=now), "吴桂兰")
    sun = name(db, neighbour(db, "oSun", now=now), "孙晓梅")
    comes(db, wu, meeting, 4, now=now)
    comes(db, sun, meeting, 2, now=now)
    declines(db, li, meeting, "加班", now=now)

    told = who_comes_text(who_comes(db, named(db, "李强"), meeting.number, community=community(db)))
    counted = who_comes_text(who_comes(db, li, meeting.number, community=community(db)))

    assert "参加4人，名额6（留1个给没答复的必到方），候补1家共2人，请假1，未答复2" in told
    for words in (
        "吴桂兰（居民） 4人",
        "第1位 孙晓梅（居民） 2人",
        "李秀英（反映人）：加班",
        "枫桥物业（物业）",
    ):
        assert words in told
    assert "参加4人" in counted
    assert not any(each in counted for each in ("吴桂兰", "孙晓梅", "李秀英", "枫桥物业"))
    with pytest.raises(NotInvited):
        who_comes(db, neighbour(db, "oHe", now=now, at="明园小区"), meeting.number, community=community(db))


def test_long_lists_are_cut(db: Connection, now: datetime) -> None:
    meeting = started(db, now=now)
    for index in range(60):
        comes(db, neighbour(db, f"oMany{index}", now=now), meeting, now=now)

    told = who_comes_text(who_comes(db, named(db, "李强"), meeting.number, community=community(db)))

    assert "……还有20家" in told
    assert len(invitations.invitations_of(db, meeting.id)) == 64


def test_the_chair_who_opens_the_meeting_is_there(db: Connection, now: datetime) -> None:
    chair = named(db, "陈静")
    meeting = started(db, now=now, chair_id=chair.id)
    there = now + BEGINS

    start_meeting(db, named(db, "李强"), meeting, code=CODE, now=there)
    assert row_of(db, meeting, chair).checked_in_at is None
    start_meeting(db, chair, meeting, code=CODE, now=there)
    start_meeting(db, chair, meeting, code=CODE, now=there + timedelta(minutes=5))

    assert row_of(db, meeting, chair).checked_in_at == there
    assert "陈静" not in attendance_of(db, chair, meeting.number, community=community(db)).missing
