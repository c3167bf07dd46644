"""Meetings are called and drafted: agenda, cases, rights, clashes, names; what is refused makes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from handlers.cases.handling import claim_case
from handlers.cases.joining import second_case
from handlers.errors import MeetingInThePast, NotAllowed, NotYourGrid, UserError
from handlers.errors.meetings import (
    AmbiguousInvitee,
    CapacityWrong,
    MeetingAlreadyAhead,
    MeetingHourMissing,
    MeetingIncomplete,
    MeetingMoveNotAllowed,
    MeetingTextTooLong,
    MeetingTooFar,
    NoSuchChair,
    OwnCasesOnly,
    UnknownInvitees,
)
from handlers.errors.topics import NoSuchTopic
from handlers.meetings.calling import MeetingCalled, call_meeting, send_meeting
from handlers.meetings.changing import cancel_meeting, invite_to_meeting
from handlers.meetings.clashes import ClashKind, place_key
from handlers.meetings.finding import meeting_to_run
from handlers.meetings.plans import MeetingOrder, MeetingPlan, read_order
from handlers.topics.making import topic_titled
from storage import cases as case_rows
from storage import invitations, meetings
from storage.engine import Database
from storage.models.cases import Case, CaseStatus, EventKind
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.meetings import meetings as meeting_table
from storage.models.topics import TopicStatus
from storage.models.topics import topics as topic_table
from tests.handlers.cases.scene import DESK, GRID_GROUP, events, named, reported, sent_to, settle_in
from tests.handlers.meetings.gathering import RULES, name, neighbour

DAY = timedelta(days=1)
ROOM = "居委会会议室"


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def plan(now: datetime, *cases: Case, **more: Any) -> MeetingPlan:
    whole: dict[str, Any] = {
        "starts_at": now + 3 * DAY,
        "place": ROOM,
        "case_ids": tuple(each.id for each in cases),
    }
    return MeetingPlan(**(whole | more))


def call(db: Connection, wanted: MeetingPlan, *, now: datetime, by: str = "李强") -> MeetingCalled:
    return call_meeting(db, named(db, by), wanted, secret=f"secret {by}", now=now, rules=RULES)


def order(db: Connection, by: str = "李强", **said: Any) -> MeetingPlan:
    return read_order(db, named(db, by), MeetingOrder(**said))


def held(db: Connection, meeting: Meeting, by: str = "李强") -> Meeting:
    return meeting_to_run(db, named(db, by), meeting.number, of=[], example="")


def counts(db: Connection) -> tuple[int, int]:
    """How many meetings and topics there are."""
    tables = (meeting_table, topic_table)
    meetings_made, topics_made = (
        int(db.execute(select(func.count()).select_from(each)).scalar_one()) for each in tables
    )
    return meetings_made, topics_made


# ------------------------------------------------------------------ what is made


def test_a_meeting_about_two_cases_has_one_topic_and_both_are_consulted_on(
    db: Connection, now: datetime
) -> None:
    first, second = reported(db, now=now), reported(db, now=now, by="oHe", text="5号楼灯不亮")

    done = call(db, plan(now, first, second), now=now)

    assert done.meeting.status is MeetingStatus.INVITED
    assert [each.status for each in done.topics] == [TopicStatus.SCHEDULED]
    assert [each.id for each in done.cases] == [first.id, second.id]
    for case in (first, second):
        assert case_rows.lock_case(db, case.id).status is CaseStatus.CONSULTING
        [called] = events(db, case, EventKind.CONSULTATION_CALLED)
        assert called.data == {"meeting": done.meeting.id}
    assert done.meeting.token != done.meeting.desk_token


def test_numbers_count_in_each_community_alone(db: Connection, now: datetime) -> None:
    first = call(db, plan(now, title="地锁怎么办"), now=now)
    other = call(db, plan(now, title="停车怎么办"), now=now, by="马建国")
    second = call(db, plan(now + DAY, title="充电桩"), now=now)

    assert [each.meeting.number for each in (first, other, second)] == [1, 1, 2]


def test_a_title_alone_is_a_new_topic_and_a_draft_tells_nobody(db: Connection, now: datetime) -> None:
    done = call(db, plan(now, title="加装电梯", is_draft=True), now=now)

    [topic] = done.topics
    assert (done.meeting.status, done.invited) == (MeetingStatus.DRAFT, None)
    assert (topic.title, topic.status) == ("加装电梯", TopicStatus.ACCEPTED)
    assert invitations.invitations_of(db, done.meeting.id) == []


def test_a_draft_that_is_sent_consults_and_invites_everybody_named_meanwhile(
    db: Connection, now: datetime
) -> None:
    case = reported(db, now=now)
    draft = replace(order(db, names=("综合执法中队",), cases=(case.number,)), is_draft=True)
    made = call(db, draft, now=now).meeting
    assert case_rows.lock_case(db, case.id).status is not CaseStatus.CONSULTING
    staff = named(db, "李强")
    invite_to_meeting(db, staff, made, ["自来水公司"], is_required=True, now=now, rules=RULES)
    with pytest.raises(MeetingIncomplete):
        send_meeting(db, staff, held(db, made), secret="s", now=now, rules=RULES)
    meetings.change_meeting(db, made.id, starts_at=now + DAY, place=ROOM)

    sent = send_meeting(db, staff, held(db, made), secret="s", now=now, rules=RULES)

    assert sent.meeting.status is MeetingStatus.INVITED
    assert case_rows.lock_case(db, case.id).status is CaseStatus.CONSULTING
    units = {
        each.unit_id: each.is_required for each in invitations.invitations_of(db, made.id) if each.unit_id
    }
    assert sorted(units.values())[-1] is True
    assert len(units) >= 2
    with pytest.raises(MeetingMoveNotAllowed):
        send_meeting(db, staff, held(db, made), secret="s", now=now, rules=RULES)


def test_a_topic_of_a_meeting_that_was_held_is_carried_over(db: Connection, now: datetime) -> None:
    first = call(db, plan(now, title="地锁怎么办"), now=now)
    meetings.change_meeting(db, first.meeting.id, status=MeetingStatus.HELD)

    second = call(db, plan(now + DAY, topic_ids=(first.topics[0].id,)), now=now)

    [item] = meetings.agenda_of(db, second.meeting.id)
    assert item.is_carried_over
    assert second.meeting.title == "地锁怎么办"


def test_one_confidential_case_makes_the_meeting_private(db: Connection, now: datetime) -> None:
    open_case = reported(db, now=now)
    secret = reported(db, now=now, by="oHe", text="楼上扰民，别说是我说的", kind=("noise", "upstairs"))
    case_rows.change_case(db, secret.id, is_public=False, is_confidential=True)

    done = call(db, plan(now, open_case, case_rows.lock_case(db, secret.id)), now=now)

    assert not done.meeting.is_public
    assert sent_to(db, "wrSampleFengqiao", having="议事会") == []


# ------------------------------------------------------------------ what is refused


def test_a_case_that_is_over_is_refused_by_its_number_and_nothing_is_made(
    db: Connection, now: datetime
) -> None:
    good, over = reported(db, now=now), reported(db, now=now, by="oHe", text="5号楼灯不亮")
    claim_case(db, named(db, "王芳"), over.id, now=now)
    case_rows.change_case(db, over.id, status=CaseStatus.CLOSED)

    with pytest.raises(UserError, match=over.label), db.begin_nested():
        call(db, plan(now, good, over), now=now)

    assert counts(db) == (0, 0)
    assert case_rows.lock_case(db, good.id).status is not CaseStatus.CONSULTING


def test_a_case_or_topic_has_one_meeting_ahead(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    done = call(db, plan(now, case), now=now)

    with pytest.raises(MeetingAlreadyAhead, match="议事会1"):
        call(db, plan(now + DAY, case), now=now)
    with pytest.raises(MeetingAlreadyAhead, match=f"议题{done.topics[0].number}"):
        call(db, plan(now + DAY, topic_ids=(done.topics[0].id,)), now=now)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"starts_at": None}, MeetingIncomplete),
        ({"place": ""}, MeetingIncomplete),
        ({"place": "字" * 61}, MeetingTextTooLong),
        ({"title": "字" * 61}, MeetingTextTooLong),
        ({"capacity": 10_001}, CapacityWrong),
        ({"capacity": -3}, CapacityWrong),
    ],
)
def test_what_does_not_fit_is_refused(
    db: Connection, now: datetime, more: dict[str, Any], error: type[UserError]
) -> None:
    with pytest.raises(error):
        call(db, plan(now, reported(db, now=now), **more), now=now)


def test_the_time_lies_ahead_within_a_year(db: Connection, now: datetime) -> None:
    for starts_at, error in ((now, MeetingInThePast), (now + 400 * DAY, MeetingTooFar)):
        with pytest.raises(error):
            call(db, plan(now, title="停车", starts_at=starts_at), now=now)
    with pytest.raises(MeetingHourMissing):
        order(db, starts_at=now + DAY, has_clock=False)


def test_a_grid_worker_calls_meetings_about_cases_of_the_own_grid_alone(
    db: Connection, now: datetime
) -> None:
    case = reported(db, now=now)

    assert call(db, plan(now, case), now=now, by="王芳").meeting.number == 1

    with pytest.raises(NotYourGrid):
        call(db, plan(now, reported(db, now=now, by="oHe", text="8号楼漏水")), now=now, by="赵磊")
    with pytest.raises(OwnCasesOnly):
        call(db, plan(now, title="地锁"), now=now, by="王芳")
    with pytest.raises(NotAllowed):
        call(db, plan(now, case), now=now, by="周经理")


def test_numbers_of_another_community_are_not_found(db: Connection, now: datetime) -> None:
    topic = topic_titled(db, named(db, "马建国"), "翠湖的事", now=now)

    with pytest.raises(NoSuchTopic):
        order(db, topics=(topic.number,))


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("枫桥物业", "unit"),
        ("执法", "unit"),
        ("执法队", "unit"),
        ("枫桥苑居民群", "group"),
        ("枫桥苑的居民", "group"),
        ("第一网格", "group"),
        ("王芳", "person"),
        ("陈主任", "person"),
        ("王大妈", "person"),
    ],
)
def test_names_are_units_groups_places_and_people(
    db: Connection, now: datetime, said: str, kind: str
) -> None:
    name(db, neighbour(db, "oWang", now=now), "王大妈")

    found = order(db, names=(said,)).extra

    assert (bool(found.unit_ids), bool(found.group_ids), bool(found.person_ids)) == (
        kind == "unit",
        kind == "group",
        kind == "person",
    )


def test_unknown_names_are_all_refused_with_near_ones(db: Connection) -> None:
    with pytest.raises(UnknownInvitees) as refusal:
        order(db, names=("枫桥物夜", "张三丰", "枫桥物业"))

    assert "“枫桥物夜”（是不是枫桥物业" in str(refusal.value)
    assert "“张三丰”" in str(refusal.value)


def test_namesakes_are_told_apart_without_their_doors(db: Connection, now: datetime) -> None:
    name(db, neighbour(db, "oWang", now=now, building="33"), "王大妈")
    name(db, neighbour(db, "oWang2", now=now, building="12"), "王大妈")

    with pytest.raises(AmbiguousInvitee) as refusal:
        order(db, names=("王大妈",))

    assert "王大妈（33号楼）" in str(refusal.value)
    assert "201" not in str(refusal.value)


def test_a_chair_is_one_of_the_communitys_own_people(db: Connection) -> None:
    assert order(db, chair="李强").chair_id == named(db, "李强").id
    with pytest.raises(NoSuchChair):
        order(db, chair="周经理")


# ------------------------------------------------------------------ clashes


def test_the_same_room_chair_or_required_party_at_the_same_time_is_pointed_out(
    db: Connection, now: datetime
) -> None:
    chair = named(db, "李强").id
    extra = order(db, required=("枫桥物业",)).extra
    first = call(db, plan(now, title="停车", chair_id=chair, extra=extra), now=now).meeting
    half_an_hour_later = now + 3 * DAY + timedelta(minutes=30)

    done = call(
        db,
        plan(
            now,
            title="地锁",
            starts_at=half_an_hour_later,
            place="在居委会 会议室",
            chair_id=chair,
            extra=extra,
        ),
        now=now,
    )

    found = {(each.kind, each.meeting.id) for each in done.remarks.clashes}
    assert found == {(kind, first.id) for kind in ClashKind}


def test_what_is_over_before_it_begins_is_no_clash(db: Connection, now: datetime) -> None:
    first = call(db, plan(now, title="停车"), now=now).meeting
    assert first.starts_at is not None
    next_one = first.starts_at + timedelta(minutes=first.minutes_long)

    behind = call(db, plan(now, title="地锁", starts_at=next_one), now=now)
    cancel_meeting(db, named(db, "李强"), held(db, first), "不开了", now=now, rules=RULES)
    instead = call(db, plan(now, title="充电", starts_at=first.starts_at), now=now)

    assert behind.remarks.clashes == ()
    assert instead.remarks.clashes == ()


def test_nights_and_holidays_are_pointed_out(db: Connection, now: datetime) -> None:
    late = now.replace(hour=14) + 3 * DAY  # 22:00 in Shanghai
    new_year = datetime(2027, 1, 1, 2, tzinfo=now.tzinfo)

    assert call(db, plan(now, title="夜里", starts_at=late), now=now).remarks.is_odd_hour
    assert call(db, plan(now, title="元旦", starts_at=new_year), now=now).remarks.holiday in ("元旦", "")
    assert not call(db, plan(now, title="白天"), now=now).remarks.is_odd_hour


def test_a_place_is_the_same_however_it_is_written() -> None:
    assert len({place_key(each) for each in ("居委会会议室", "在居委会 会议室", "居委会会议室里")}) == 1


def test_the_desk_phones_whoever_is_not_reached(db: Connection, now: datetime) -> None:
    done = call(db, replace(plan(now, title="停车"), extra=order(db, names=("自来水公司",)).extra), now=now)

    assert done.invited is not None
    assert "自来水公司" in done.invited.unreached or sent_to(db, DESK, having="自来水公司") != []


def test_two_tokens_cannot_be_made_of_one_another(db: Connection, now: datetime) -> None:
    one = call(db, plan(now, title="停车"), now=now).meeting
    two = call(db, plan(now, title="地锁"), now=now).meeting

    assert len({one.token, one.desk_token, two.token, two.desk_token}) == 4


def test_the_second_of_two_reporters_is_invited_too(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    neighbour_of_it = neighbour(db, "oSun", now=now)
    second_case(db, neighbour_of_it, case.id, now=now, rules=RULES)

    done = call(db, plan(now, case), now=now)

    invited = {each.person_id for each in invitations.invitations_of(db, done.meeting.id)}
    assert neighbour_of_it.id in invited
    assert sent_to(db, GRID_GROUP, having="议事会") != []
