"""A meeting is public while all its topics are, and a topic while its cases are."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.meetings.changing import MeetingMove, move_meeting
from handlers.meetings.publicity import PLAIN_TITLE, is_public, public_place, public_title
from handlers.topics.making import topic_titled
from storage import cases as case_rows
from storage import meetings
from storage.engine import Database
from tests.handlers.cases.scene import named, reported, settle_in
from tests.handlers.meetings.gathering import RULES
from tests.handlers.meetings.test_calling import call, plan


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def test_one_private_topic_of_two_makes_the_meeting_private(db: Connection, now: datetime) -> None:
    quarrel = reported(db, now=now, by="oHe", text="楼上扰民", kind=("noise", "upstairs"))
    private = call(db, plan(now, quarrel, is_draft=True), now=now)
    both = (
        topic_titled(db, named(db, "李强"), "车棚", now=now),
        meetings.topics_of_meeting(db, private.meeting.id)[0],
    )

    assert [each.is_public for each in both] == [True, False]
    assert not is_public(both)


def test_a_case_that_becomes_private_hides_its_meeting(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    done = call(db, plan(now, case), now=now)
    assert done.meeting.is_public

    case_rows.change_case(db, case.id, is_public=False)

    assert not meetings.meeting_by_id(db, done.meeting.id).is_public
    assert [each.is_public for each in meetings.topics_of_meeting(db, done.meeting.id)] == [False]


def test_another_time_has_another_check_in_code_and_another_place_has_not(
    db: Connection, now: datetime
) -> None:
    staff, done = named(db, "李强"), call(db, plan(now, reported(db, now=now)), now=now)
    meeting = meetings.change_meeting(db, done.meeting.id, code="4821")

    inside = move_meeting(db, staff, meeting, MeetingMove(place="活动室"), now=now, rules=RULES).meeting
    later = MeetingMove(later=timedelta(hours=1))

    assert inside.code == "4821"
    assert not move_meeting(db, staff, inside, later, now=now, rules=RULES).meeting.code


def test_a_title_or_place_that_points_to_a_door_is_not_told(db: Connection, now: datetime) -> None:
    done = call(db, plan(now, reported(db, now=now)), now=now)
    door = {"title": "3号楼2单元201的王姐家漏水", "place": "3号楼2单元201王姐家"}

    named_so = meetings.change_meeting(db, done.meeting.id, **door)

    assert (public_title(named_so), public_place(named_so)) == (PLAIN_TITLE, "")
    assert public_place(done.meeting) == done.meeting.place
