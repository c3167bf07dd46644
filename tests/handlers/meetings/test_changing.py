"""Meetings change, move, wait, are called off, begin and end; what time does by itself happens once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from handlers.consultation.firing import fire_wake
from handlers.decisions.making import DecisionItem, make_decision
from handlers.errors import MeetingInThePast
from handlers.errors.meetings import (
    DecisionsOpen,
    MeetingDayOver,
    MeetingMoveNotAllowed,
    MeetingReasonMissing,
    MeetingTimeMissing,
    MinutesFirst,
    NothingToSet,
    NotOnAgenda,
    NotYetTime,
    NotYourMeeting,
)
from handlers.meetings import changing
from handlers.meetings.calling import MeetingCalled, call_meeting
from handlers.meetings.changing import MeetingChange, MeetingMove
from handlers.meetings.closing import close_meeting, follow_up
from handlers.meetings.ending import end_meeting, start_meeting
from handlers.meetings.finding import meeting_to_run
from handlers.meetings.plans import MeetingOrder, MeetingPlan
from storage import cases as case_rows
from storage import consultation, decisions, invitations, meetings, topics
from storage.engine import Database
from storage.models.cases import Case, CaseStatus, EventKind
from storage.models.consultation import Happening, Subject, WakeKind
from storage.models.decisions import DecisionStatus
from storage.models.meetings import InvitationAnswer, Meeting, MeetingStatus
from storage.models.topics import TopicStatus
from tests.handlers.cases.scene import DESK, events, named, reported, resident, sent_to, settle_in, texts
from tests.handlers.meetings.gathering import RULES, comes, happened, neighbour, row_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ROOM = "居委会会议室"


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


@pytest.fixture
def case(db: Connection, now: datetime) -> Case:
    return reported(db, now=now)


@pytest.fixture
def called(db: Connection, now: datetime, case: Case) -> MeetingCalled:
    """A meeting about the case in three days."""
    plan = MeetingPlan(now + 3 * DAY, ROOM, case_ids=(case.id,))
    return call_meeting(db, named(db, "李强"), plan, secret="s", now=now, rules=RULES)


def held(db: Connection, meeting: Meeting, by: str = "李强") -> Meeting:
    return meeting_to_run(db, named(db, by), meeting.number, of=[], example="")


def move(db: Connection, meeting: Meeting, *, now: datetime, **more: Any) -> Meeting:
    staff, wanted = named(db, "李强"), MeetingMove(**more)
    return changing.move_meeting(db, staff, held(db, meeting), wanted, now=now, rules=RULES).meeting


def change(db: Connection, meeting: Meeting, *, now: datetime, **more: Any) -> Meeting:
    staff, wanted = named(db, "李强"), MeetingChange(**more)
    done = changing.set_meeting(db, staff, held(db, meeting), wanted, secret="s", now=now, rules=RULES)
    return done.meeting


def fire(db: Connection, now: datetime) -> None:
    """Everything of meetings that is due happens."""
    for wake in consultation.due_wakes(db, now=now, limit=100):
        fire_wake(db, wake, secret="s", now=now, rules=RULES)


def wakes(db: Connection, meeting: Meeting) -> dict[WakeKind, datetime]:
    return {each.kind: each.due_at for each in consultation.wakes_of(db, Subject.MEETING, meeting.id)}


# ------------------------------------------------------------------ changed and moved


def test_another_time_is_a_new_version_and_everybody_invited_reads_it(
    db: Connection, now: datetime, called: MeetingCalled
) -> None:
    moved = move(db, called.meeting, now=now, starts_at=now + 5 * DAY, place="党群活动室")

    assert (moved.version, moved.place, moved.starts_at) == (1, "党群活动室", now + 5 * DAY)
    li = [each for each in texts(sent_to(db, "oLi")) if "党群活动室" in each]
    assert len(li) == 1
    assert wakes(db, moved)[WakeKind.MEETING_END] == now + 5 * DAY + timedelta(minutes=90)


def test_so_much_later_counts_from_the_time_it_had(
    db: Connection, now: datetime, called: MeetingCalled
) -> None:
    assert move(db, called.meeting, now=now, later=timedelta(days=3)).starts_at == now + 6 * DAY


def test_a_move_needs_time_or_place_and_lies_ahead(
    db: Connection, now: datetime, called: MeetingCalled
) -> None:
    with pytest.raises(MeetingTimeMissing):
        move(db, called.meeting, now=now)
    with pytest.raises(MeetingInThePast):
        move(db, called.meeting, now=now, starts_at=now - HOUR)


def test_what_is_set_is_kept_and_more_seats_let_in_who_waited(
    db: Connection, now: datetime, called: MeetingCalled
) -> None:
    change(db, called.meeting, now=now, capacity=2)
    first, second = (neighbour(db, each, now=now) for each in ("oSun", "oHe"))
    assert comes(db, first, called.meeting, now=now) is InvitationAnswer.COMING
    assert comes(db, second, called.meeting, now=now) is InvitationAnswer.WAITING

    changed = change(
        db, called.meeting, now=now, capacity=20, chair="陈静", title="灯怎么修", minutes_long=60
    )

    assert (changed.capacity, changed.title, changed.minutes_long) == (20, "灯怎么修", 60)
    assert changed.chair_id == named(db, "陈静").id
    assert row_of(db, called.meeting, second).answer is InvitationAnswer.COMING
    assert change(db, called.meeting, now=now, capacity=0).capacity is None
    with pytest.raises(NothingToSet):
        change(db, called.meeting, now=now)


def test_a_topic_comes_and_goes_with_its_cases(db: Connection, now: datetime, called: MeetingCalled) -> None:
    other = reported(db, now=now, by="oHe", text="5号楼灯不亮")

    change(db, called.meeting, now=now, add=MeetingOrder(cases=(other.number,)))
    assert case_rows.lock_case(db, other.id).status is CaseStatus.CONSULTING
    he = resident(db, "oHe", now=now)
    assert he.id in {each.person_id for each in invitations.invitations_of(db, called.meeting.id)}
    topic = topics.lock_topic(db, meetings.agenda_of(db, called.meeting.id)[-1].topic_id)
    change(db, called.meeting, now=now, drop=(topic.number,))

    assert case_rows.lock_case(db, other.id).status is CaseStatus.IN_PROGRESS
    assert topics.lock_topic(db, topic.id).status is TopicStatus.ACCEPTED
    assert len(meetings.agenda_of(db, called.meeting.id)) == 1
    with pytest.raises(NotOnAgenda):
        change(db, called.meeting, now=now, drop=(topic.number,))


def test_only_who_runs_it_changes_it(db: Connection, now: datetime, called: MeetingCalled) -> None:
    for stranger in ("王芳", "周经理"):
        with pytest.raises(NotYourMeeting):
            held(db, called.meeting, by=stranger)
    change(db, called.meeting, now=now, chair="王芳")

    assert held(db, called.meeting, by="王芳").number == 1


# ------------------------------------------------------------------ put off


def test_a_postponed_meeting_keeps_its_agenda_and_is_called_again(
    db: Connection, now: datetime, called: MeetingCalled, case: Case
) -> None:
    staff = named(db, "李强")
    with pytest.raises(MeetingReasonMissing):
        changing.postpone_meeting(db, staff, held(db, called.meeting), " ", now=now, rules=RULES)

    waits = changing.postpone_meeting(db, staff, held(db, called.meeting), "物业来不了", now=now, rules=RULES)

    assert (waits.status, waits.starts_at, waits.reason) == (MeetingStatus.POSTPONED, None, "物业来不了")
    assert wakes(db, waits) == {}
    assert case_rows.lock_case(db, case.id).status is CaseStatus.CONSULTING
    with pytest.raises(MeetingTimeMissing):
        move(db, waits, now=now, place="党群活动室")
    again = move(db, waits, now=now, starts_at=now + 6 * DAY)
    assert (again.status, again.reason, again.version) == (MeetingStatus.INVITED, "", 2)
    assert WakeKind.MEETING_END in wakes(db, again)


def test_whom_a_topic_concerns_that_came_while_it_waited_is_invited_with_the_new_time(
    db: Connection, now: datetime, called: MeetingCalled
) -> None:
    staff = named(db, "李强")
    waits = changing.postpone_meeting(db, staff, held(db, called.meeting), "下雪", now=now, rules=RULES)
    other = reported(db, now=now, by="oHe", text="5号楼灯不亮")
    change(db, waits, now=now, add=MeetingOrder(cases=(other.number,)))
    assert [each for each in texts(sent_to(db, "oHe")) if "议事会1" in each] == []

    move(db, waits, now=now, starts_at=now + 6 * DAY)

    assert len([each for each in texts(sent_to(db, "oHe")) if "邀请您参加议事会1" in each]) == 1


def test_a_cancelled_meeting_frees_topics_and_cases_and_is_told_once(
    db: Connection, now: datetime, called: MeetingCalled, case: Case
) -> None:
    staff = named(db, "李强")

    gone = changing.cancel_meeting(db, staff, held(db, called.meeting), "两家和好了", now=now, rules=RULES)

    assert gone.status is MeetingStatus.CANCELLED
    assert topics.lock_topic(db, called.topics[0].id).status is TopicStatus.ACCEPTED
    assert case_rows.lock_case(db, case.id).status is CaseStatus.IN_PROGRESS
    [line] = events(db, case, EventKind.CONSULTATION_CANCELLED)
    assert line.data == {"meeting": gone.id}
    assert len([each for each in texts(sent_to(db, "oLi")) if "取消了" in each]) == 1
    assert wakes(db, gone) == {}
    with pytest.raises(MeetingMoveNotAllowed):
        changing.cancel_meeting(db, staff, held(db, gone), "再取消", now=now, rules=RULES)


def test_a_case_settled_meanwhile_stays_settled_when_the_meeting_is_cancelled(
    db: Connection, now: datetime, called: MeetingCalled, case: Case
) -> None:
    case_rows.change_case(db, case.id, status=CaseStatus.RESOLVED)

    changing.cancel_meeting(db, named(db, "李强"), held(db, called.meeting), "修好了", now=now, rules=RULES)

    assert case_rows.lock_case(db, case.id).status is CaseStatus.RESOLVED


# ------------------------------------------------------------------ begun and ended


def test_the_code_stays_the_same_and_differs_from_other_meetings(
    db: Connection, now: datetime, called: MeetingCalled
) -> None:
    staff, day = named(db, "李强"), now + 3 * DAY
    plan = MeetingPlan(day, "党群活动室", title="停车")
    other = call_meeting(db, staff, plan, secret="t", now=now, rules=RULES).meeting
    with pytest.raises(NotYetTime):
        start_meeting(db, staff, held(db, other), code="4821", now=day - 2 * HOUR)

    first = start_meeting(db, staff, held(db, called.meeting), code="4821", now=day - HOUR)
    again = start_meeting(db, staff, held(db, first), code="1111", now=day)
    second = start_meeting(db, staff, held(db, other), code="4821", now=day)

    assert (first.code, again.code, second.code) == ("4821", "4821", "4822")
    assert len(happened(db, first, Happening.STARTED)) == 1
    with pytest.raises(MeetingDayOver):
        start_meeting(db, staff, held(db, other), code="4821", now=day + DAY)


def test_the_end_asks_for_minutes_after_three_days(
    db: Connection, now: datetime, called: MeetingCalled
) -> None:
    staff, over = named(db, "李强"), now + 3 * DAY + HOUR
    with pytest.raises(NotYetTime):
        end_meeting(db, staff, held(db, called.meeting), now=now)

    ended = end_meeting(db, staff, held(db, called.meeting), now=over)

    assert (ended.status, ended.held_at) == (MeetingStatus.HELD, over)
    assert wakes(db, ended) == {WakeKind.ASK_MINUTES: over + 3 * DAY}


def test_said_the_next_day_it_was_held_when_it_was_planned(
    db: Connection, now: datetime, called: MeetingCalled
) -> None:
    ended = end_meeting(db, named(db, "李强"), held(db, called.meeting), now=now + 5 * DAY)

    assert ended.held_at == now + 3 * DAY + timedelta(minutes=90)


@pytest.mark.parametrize("late", [timedelta(), timedelta(days=2)])
def test_one_that_began_is_held_when_its_time_is_over(
    db: Connection, now: datetime, called: MeetingCalled, late: timedelta
) -> None:
    day = now + 3 * DAY
    start_meeting(db, named(db, "李强"), held(db, called.meeting), code="4821", now=day)

    fire(db, day + 2 * HOUR + late)
    fire(db, day + 3 * HOUR + late)

    ended = meetings.meeting_by_id(db, called.meeting.id)
    assert (ended.status, ended.held_at) == (MeetingStatus.HELD, day + timedelta(minutes=90))
    assert len(sent_to(db, DESK, having="已记为开过")) == 1


def test_of_one_that_nobody_began_the_desk_is_asked_once(
    db: Connection, now: datetime, called: MeetingCalled
) -> None:
    day = now + 3 * DAY

    fire(db, day + 2 * HOUR)
    fire(db, day + DAY)

    assert meetings.meeting_by_id(db, called.meeting.id).status is MeetingStatus.INVITED
    assert len(sent_to(db, DESK, having="开了吗")) == 1
    moved = move(db, called.meeting, now=day + DAY, starts_at=day + 2 * DAY)
    fire(db, day + 2 * DAY + 2 * HOUR)
    assert moved.status is MeetingStatus.INVITED
    assert len(sent_to(db, DESK, having="开了吗")) == 2


# ------------------------------------------------------------------ the end of the chain


def minuted(db: Connection, called: MeetingCalled, *, now: datetime) -> Meeting:
    return meetings.change_meeting(db, called.meeting.id, status=MeetingStatus.MINUTED, minuted_at=now)


def test_it_is_followed_up_with_its_last_decision_and_closed_with_its_last_case(
    db: Connection, now: datetime, called: MeetingCalled, case: Case
) -> None:
    staff, meeting = named(db, "李强"), minuted(db, called, now=now)
    item = DecisionItem("换灯", owner="物业")
    made = make_decision(db, staff, item, meeting=meeting, topic=called.topics[0], now=now, rules=RULES)
    assert follow_up(db, meeting.id, now=now, rules=RULES).status is MeetingStatus.MINUTED
    with pytest.raises(DecisionsOpen):
        close_meeting(db, staff, held(db, meeting), now=now, rules=RULES)

    decisions.change_decision(db, made.id, status=DecisionStatus.DONE)
    assert follow_up(db, meeting.id, now=now, rules=RULES).status is MeetingStatus.FOLLOWED_UP
    fire(db, now + DAY)
    assert meetings.meeting_by_id(db, meeting.id).status is MeetingStatus.FOLLOWED_UP
    case_rows.change_case(db, case.id, status=CaseStatus.CLOSED)
    fire(db, now + 2 * DAY)

    closed = meetings.meeting_by_id(db, meeting.id)
    assert (closed.status, closed.closed_at) == (MeetingStatus.CLOSED, now + 2 * DAY)
    assert WakeKind.CASES_OVER not in wakes(db, closed)


def test_staff_put_away_what_is_followed_up_but_not_without_minutes(
    db: Connection, now: datetime, called: MeetingCalled
) -> None:
    staff = named(db, "李强")
    ended = end_meeting(db, staff, held(db, called.meeting), now=now + 4 * DAY)
    with pytest.raises(MinutesFirst):
        close_meeting(db, staff, held(db, ended), now=now + 4 * DAY, rules=RULES)
    minuted(db, called, now=now)

    closed = close_meeting(db, staff, held(db, ended), now=now + 5 * DAY, rules=RULES)

    assert closed.status is MeetingStatus.CLOSED
    assert follow_up(db, closed.id, now=now, rules=RULES).status is MeetingStatus.CLOSED
