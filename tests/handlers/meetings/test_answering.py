"""Answers to an invitation: who comes, who waits, who has a seat then; which meeting is meant."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from handlers.errors.invitations import (
    MeetingHasBegun,
    MeetingIsOff,
    MeetingIsOver,
    MeetingWaits,
    NoMeetingNumbered,
    NothingToDecline,
    NotInvited,
    RoomForFewer,
    TooManyPeople,
    WhichMeeting,
)
from handlers.meetings.answering import Answer, answer_invitation
from handlers.meetings.capacity import let_in, seats_of, waiting_list
from handlers.meetings.inviting import Invited
from storage import invitations, organization
from storage import meetings as meeting_rows
from storage.engine import Database
from storage.models.consultation import Happening
from storage.models.meetings import InvitationAnswer, MeetingStatus, Party
from tests.conftest import KEY
from tests.handlers.cases.scene import DESK, named, reported, resident, sent_to, settle_in, texts
from tests.handlers.meetings.gathering import (
    RULES,
    answers,
    called_meeting,
    comes,
    declines,
    happened,
    invite,
    neighbour,
    row_of,
)

A = InvitationAnswer
SEWER: dict[str, Any] = {"kind": ("water", "sewer"), "text": "3号楼2单元下水道堵了"}


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def test_the_last_answer_counts_either_way(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    invite(db, meeting, now=now)
    li = resident(db, "oLi", now=now)

    assert comes(db, li, meeting, 2, now=now) is A.COMING
    declines(db, li, meeting, "加班", now=now)
    assert (row_of(db, meeting, li).answer, row_of(db, meeting, li).reason) == (A.DECLINED, "加班")
    assert comes(db, li, meeting, 3, now=now) is A.COMING

    row = row_of(db, meeting, li)
    assert (row.answer, row.people, row.reason) == (A.COMING, 3, "")
    assert [each["answer"] for each in happened(db, meeting, Happening.ANSWERED) if each] == [
        "coming", "declined", "coming",
    ]  # fmt: skip


def test_a_required_party_that_stays_away_is_told_to_the_desk_once(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    unit = named(db, "周经理").unit_id or 0
    invite(db, meeting, Invited(required=frozenset({("unit", unit)})), now=now)

    declines(db, named(db, "周经理"), meeting, "设备检修", now=now)
    declines(db, named(db, "周经理"), meeting, "设备检修", now=now)

    [told] = texts(sent_to(db, DESK, having="必到"))
    assert "必到的枫桥物业请假：设备检修" in told


def test_a_units_member_and_a_grids_worker_speak_for_them(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    invite(db, meeting, now=now)
    zhou, wang = named(db, "周经理"), named(db, "王芳")

    comes(db, zhou, meeting, 2, now=now)
    comes(db, wang, meeting, now=now)

    rows = {each.party: each for each in invitations.invitations_of(db, meeting.id)}
    assert (rows[Party.PROPERTY].answer, rows[Party.PROPERTY].answered_by_id) == (A.COMING, zhou.id)
    assert (rows[Party.WORKER].answer, rows[Party.WORKER].answered_by_id) == (A.COMING, wang.id)


# ------------------------------------------------------------------ which meeting


def test_without_a_number_the_only_meeting_ahead_is_meant(db: Connection, now: datetime) -> None:
    case = reported(db, now=now, **SEWER)
    li = resident(db, "oLi", now=now)
    assert answers(db, li, None, Answer(True), now=now) is None
    first = called_meeting(db, now=now, cases=[case])
    invite(db, first, now=now)

    done = answers(db, li, None, Answer(True), now=now)

    assert done is not None
    assert done.meeting.id == first.id
    invite(db, called_meeting(db, now=now, cases=[case]), now=now)
    with pytest.raises(WhichMeeting, match="议事会1 11月27日 周五 10:00 主管道怎么修\n议事会2"):
        answers(db, li, None, Answer(False), now=now)


def test_a_neighbour_signs_up_for_a_public_meeting_of_the_estate(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    invite(db, meeting, now=now)
    wu = neighbour(db, "oWu", now=now)

    done = answers(db, wu, None, Answer(True, 2), now=now)

    assert done is not None
    assert (done.invitation.party, done.invitation.people) == (Party.RESIDENT, 2)
    assert answers(db, neighbour(db, "oSun", now=now), None, Answer(False), now=now) is None
    with pytest.raises(NothingToDecline):
        answers(db, neighbour(db, "oSun", now=now), meeting, Answer(False), now=now)


def test_who_is_not_concerned_is_referred_to_the_phone(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    private = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)], is_public=False)
    he = neighbour(db, "oHe", now=now, at="明园小区")

    for each in (meeting, private):
        with pytest.raises(NotInvited, match="0900-2020000"):
            answers(db, he, each, Answer(True), now=now)
    with pytest.raises(NotInvited):
        answers(db, neighbour(db, "oWu", now=now), private, Answer(True), now=now)


def test_a_draft_is_nobodys_business(db: Connection, now: datetime) -> None:
    draft = called_meeting(db, now=now, status=MeetingStatus.DRAFT)

    with pytest.raises(NoMeetingNumbered):
        answers(db, neighbour(db, "oWu", now=now), draft, Answer(True), now=now)


def test_another_communitys_meeting_is_unknown(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    ma, other = named(db, "马建国"), organization.all_communities(db)[1]

    with pytest.raises(NoMeetingNumbered):
        answer_invitation(db, ma, meeting.number, answer=Answer(True), community=other, now=now, rules=RULES)


@pytest.mark.parametrize(
    ("values", "later", "expected"),
    [
        ({"status": MeetingStatus.CANCELLED}, timedelta(), MeetingIsOff),
        ({"status": MeetingStatus.POSTPONED, "starts_at": None}, timedelta(), MeetingWaits),
        ({}, timedelta(days=7, minutes=5), MeetingHasBegun),
        ({}, timedelta(days=7, hours=3), MeetingIsOver),
        ({"status": MeetingStatus.MINUTED}, timedelta(days=7, hours=3), MeetingIsOver),
    ],
)
def test_an_answer_that_is_too_late_says_what_to_do(
    db: Connection, now: datetime, *, values: dict[str, Any], later: timedelta, expected: type[Exception]
) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    invite(db, meeting, now=now)
    li = resident(db, "oLi", now=now)
    meeting_rows.change_meeting(db, meeting.id, **(values or {"version": 1}))

    for known in (meeting, None):
        with pytest.raises(expected):
            answers(db, li, known, Answer(True), now=now + later)


# ------------------------------------------------------------------ seats


def test_the_full_room_has_a_waiting_list_that_moves_up_in_order(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, capacity=4)
    invite(db, meeting, now=now)
    wu, sun, guo, tian = (neighbour(db, each, now=now) for each in ("oWu", "oSun", "oGuo", "oTian"))
    assert comes(db, wu, meeting, 3, now=now) is A.COMING
    assert comes(db, sun, meeting, 3, now=now + timedelta(minutes=1)) is A.WAITING
    assert comes(db, guo, meeting, 2, now=now + timedelta(minutes=2)) is A.WAITING
    assert comes(db, tian, meeting, 1, now=now + timedelta(minutes=3)) is A.COMING
    assert [each.people for each in waiting_list(invitations.invitations_of(db, meeting.id))] == [3, 2]

    declines(db, wu, meeting, now=now + timedelta(minutes=4))

    assert row_of(db, meeting, sun).answer is A.COMING
    assert row_of(db, meeting, sun).promoted_at == now + timedelta(minutes=4)
    assert row_of(db, meeting, guo).answer is A.WAITING
    assert len(sent_to(db, "oSun", having="有位子了")) == 1
    assert sent_to(db, "oGuo", having="有位子了") == []
    assert len(happened(db, meeting, Happening.PROMOTED)) == 1


def test_three_do_not_fit_into_one_seat_and_the_next_smaller_does(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, capacity=4)
    invite(db, meeting, now=now)
    wu, sun, guo = (neighbour(db, each, now=now) for each in ("oWu", "oSun", "oGuo"))
    comes(db, wu, meeting, 4, now=now)
    comes(db, sun, meeting, 3, now=now + timedelta(minutes=1))
    comes(db, guo, meeting, 1, now=now + timedelta(minutes=2))

    comes(db, wu, meeting, 3, now=now + timedelta(minutes=3))

    assert row_of(db, meeting, sun).answer is A.WAITING
    assert row_of(db, meeting, guo).answer is A.COMING


def test_more_seats_let_in_who_waits(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, capacity=2)
    invite(db, meeting, now=now)
    wu, sun = (neighbour(db, each, now=now) for each in ("oWu", "oSun"))
    comes(db, wu, meeting, 2, now=now)
    comes(db, sun, meeting, 2, now=now)

    larger = meeting_rows.change_meeting(db, meeting.id, capacity=4)
    promoted = let_in(db, larger, now=now, rules=RULES)
    again = let_in(db, larger, now=now, rules=RULES)

    assert [each.person_id for each in promoted] == [sun.id]
    assert again == []


def test_who_waits_may_come_with_fewer_and_keeps_the_place(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, capacity=4)
    invite(db, meeting, now=now)
    wu, sun, guo = (neighbour(db, each, now=now) for each in ("oWu", "oSun", "oGuo"))
    comes(db, wu, meeting, 3, now=now)
    comes(db, sun, meeting, 4, now=now + timedelta(minutes=1))
    comes(db, guo, meeting, 3, now=now + timedelta(minutes=2))

    done = answers(db, sun, meeting, Answer(True, 2), now=now + timedelta(minutes=3))
    assert done is not None
    assert (done.invitation.answer, done.position) == (A.WAITING, 1)
    assert comes(db, sun, meeting, 1, now=now + timedelta(minutes=4)) is A.COMING
    assert sent_to(db, "oSun", having="有位子了") == []  # the answer says it


def test_who_comes_keeps_the_seats_when_more_do_not_fit(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, capacity=4)
    invite(db, meeting, now=now)
    wu, sun = (neighbour(db, each, now=now) for each in ("oWu", "oSun"))
    comes(db, wu, meeting, 1, now=now)
    comes(db, sun, meeting, 1, now=now)

    with pytest.raises(RoomForFewer, match="留着1个位子，最多可以报3人"):
        comes(db, wu, meeting, 4, now=now)

    assert row_of(db, meeting, wu).people == 1
    smaller = meeting_rows.change_meeting(db, meeting.id, capacity=1)
    assert comes(db, wu, smaller, 1, now=now) is A.COMING  # nobody is sent away


def test_required_parties_always_have_a_seat(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, capacity=4, cases=[reported(db, now=now, **SEWER)])
    invite(db, meeting, now=now)
    li, wu, sun = resident(db, "oLi", now=now), neighbour(db, "oWu", now=now), neighbour(db, "oSun", now=now)
    comes(db, wu, meeting, 3, now=now)
    assert comes(db, sun, meeting, 1, now=now) is A.WAITING  # one is kept for who reported it
    rows = invitations.invitations_of(db, meeting.id)
    assert seats_of(meeting_rows.meeting_by_id(db, meeting.id), rows).kept == 1

    assert comes(db, li, meeting, 2, now=now) is A.COMING
    declines(db, li, meeting, now=now)

    assert row_of(db, meeting, sun).answer is A.COMING


def test_seats_are_kept_for_silent_required_parties_of_half_the_room_at_most(
    db: Connection, now: datetime
) -> None:
    cases = [reported(db, by=each, now=now, **SEWER) for each in ("oLi", "oWu", "oGuo")]
    meeting = called_meeting(db, now=now, capacity=2, cases=cases)
    invite(db, meeting, now=now)
    rows = invitations.invitations_of(db, meeting.id)
    assert sum(each.is_required for each in rows) > 1

    assert seats_of(meeting, rows).kept == 1
    assert comes(db, neighbour(db, "oSun", now=now), meeting, now=now) is A.COMING


def test_nobody_is_let_in_once_it_has_begun(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, capacity=1)
    invite(db, meeting, now=now)
    wu, sun = neighbour(db, "oWu", now=now), neighbour(db, "oSun", now=now)
    comes(db, wu, meeting, now=now)
    comes(db, sun, meeting, now=now)
    assert meeting.starts_at is not None

    larger = meeting_rows.change_meeting(db, meeting.id, capacity=4)

    assert let_in(db, larger, now=meeting.starts_at, rules=RULES) == []
    assert row_of(db, meeting, sun).answer is A.WAITING
    assert sent_to(db, "oSun", having="有位子了") == []


def test_a_unit_finds_room_where_residents_wait(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, capacity=1)
    invite(db, meeting, now=now)
    wu, sun = neighbour(db, "oWu", now=now), neighbour(db, "oSun", now=now)

    assert comes(db, wu, meeting, now=now) is A.COMING
    assert comes(db, named(db, "周经理"), meeting, now=now) is A.COMING
    assert comes(db, sun, meeting, now=now) is A.WAITING


@pytest.mark.parametrize("people", [0, 21, 9999])
def test_numbers_nobody_brings_are_refused(db: Connection, now: datetime, *, people: int) -> None:
    meeting = called_meeting(db, now=now)
    invite(db, meeting, now=now)

    with pytest.raises(TooManyPeople):
        comes(db, neighbour(db, "oWu", now=now), meeting, people, now=now)


# ------------------------------------------------------------------ in whatever order


STEPS = st.lists(
    st.tuples(st.sampled_from(["oA", "oB", "oC", "oD"]), st.integers(0, 4)), min_size=1, max_size=12
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, capacity=st.integers(1, 6))
def test_the_room_is_never_overfull_and_no_seat_is_left_that_somebody_fits_into(
    sqlite_url: str, now: datetime, steps: list[tuple[str, int]], capacity: int
) -> None:
    database = Database(sqlite_url, encryption_key=KEY)
    with database.engine.connect() as db:
        settle_in(db, now=now)
        meeting = called_meeting(db, now=now, capacity=capacity)
        invite(db, meeting, now=now)
        for index, (who, people) in enumerate(steps):
            at = now + timedelta(minutes=index)
            person = neighbour(db, who, now=at)
            try:
                answers(db, person, meeting, Answer(people > 0, people or 1), now=at)
            except (RoomForFewer, NothingToDecline):
                continue

        rows = invitations.invitations_of(db, meeting.id)
        seats = seats_of(meeting, rows)
        assert seats.coming <= capacity
        assert not [each for each in waiting_list(rows) if seats.has_room_for(each.people)]
        db.rollback()
    database.close()
