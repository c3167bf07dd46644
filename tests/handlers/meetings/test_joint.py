"""Joint meetings: called a week ahead, once, with what is unfinished; missed times are left out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from handlers.consultation.firing import fire_wake
from handlers.errors import NotAllowed
from handlers.errors.joint_meetings import JointIncomplete, NoSuchJoint
from handlers.errors.meetings import UnknownInvitees
from handlers.meetings import joint
from handlers.meetings.carrying import open_decisions
from handlers.replies.broadcasts import rule_text
from storage import consultation, invitations, joint_meetings
from storage import meetings as rows
from storage.engine import Database
from storage.models.consultation import Subject
from storage.models.meetings import JointMeeting, Meeting, MeetingStatus
from storage.models.topics import TopicStatus
from tests.handlers.cases.scene import DESK, named, sent_to, settle_in, texts
from tests.handlers.decisions.table import unit_id
from tests.handlers.meetings.minutes_scene import RULES, held, sewer, write

MONTHLY = {"month_days": [10], "at_time": "15:00"}
TENTH = datetime(2026, 12, 10, 7, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def made(
    db: Connection, *, now: datetime, rule: dict[str, Any] | None = MONTHLY, **more: Any
) -> JointMeeting:
    given: dict[str, Any] = {"place": "居委会会议室", "title": "物业联席会", "names": ("枫桥物业",)}
    return joint.add_joint(db, named(db, "李强"), rule=rule, now=now, **(given | more))


def fire(db: Connection, *, now: datetime) -> None:
    for wake in consultation.due_wakes(db, now=now, limit=100):
        if wake.subject is Subject.JOINT_MEETING:
            fire_wake(db, wake, secret="s" * 43, now=now, rules=RULES)


def called(db: Connection, found: JointMeeting) -> list[Meeting]:
    return list(reversed(joint_meetings.meetings_of_joint(db, found.id)))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (MONTHLY, TENTH),
        ({"weekdays": [3], "at_time": "09:30"}, datetime(2026, 11, 25, 1, 30, tzinfo=UTC)),
        ({"nth_weekdays": [[1, 5]], "at_time": "15:00"}, datetime(2026, 12, 4, 7, 0, tzinfo=UTC)),
        ({"nth_weekdays": [[-1, 1]], "at_time": "15:00"}, datetime(2026, 11, 30, 7, 0, tzinfo=UTC)),
    ],
)
def test_the_next_time_is_that_of_the_rule(
    db: Connection, now: datetime, *, rule: dict[str, Any], expected: datetime
) -> None:
    found = made(db, now=now, rule=rule)

    assert found.next_at == expected
    assert rule_text(found.rule).endswith(f" {rule['at_time']}")


def test_the_rule_is_read_back_in_plain_words() -> None:
    assert rule_text({"nth_weekdays": [[1, 5]], "at_time": "15:00"}) == "每月第一个周五 15:00"
    assert rule_text({"nth_weekdays": [[-1, 3]], "at_time": "09:00"}) == "每月最后一个周三 09:00"


def test_it_is_called_a_week_ahead_with_its_roster(db: Connection, now: datetime) -> None:
    found = made(db, now=now)

    fire(db, now=TENTH - WEEK - timedelta(seconds=1))
    assert called(db, found) == []
    fire(db, now=TENTH - WEEK)

    [meeting] = called(db, found)
    assert (meeting.starts_at, meeting.status, meeting.title) == (TENTH, MeetingStatus.INVITED, "物业联席会")
    units = [each.unit_id for each in invitations.invitations_of(db, meeting.id) if each.unit_id]
    assert units == [unit_id(db)]
    assert rows.topics_of_meeting(db, meeting.id) == []


def test_it_is_not_called_twice(db: Connection, now: datetime) -> None:
    found = made(db, now=now)

    for minutes in range(3):
        fire(db, now=TENTH - WEEK + timedelta(minutes=minutes))

    assert len(called(db, found)) == 1
    joint_meetings.change_joint_meeting(db, found.id, next_at=TENTH)  # whatever set it back
    [wake] = consultation.wakes_of(db, Subject.JOINT_MEETING, found.id)
    joint.fire_next_meeting(db, wake, secret="s" * 43, now=TENTH - WEEK, rules=RULES)
    assert len(called(db, found)) == 1


def test_after_a_long_standstill_only_the_one_still_ahead_is_called(db: Connection, now: datetime) -> None:
    found = made(db, now=now)

    fire(db, now=TENTH + timedelta(days=58))  # the 6th of February

    [meeting] = called(db, found)
    assert meeting.starts_at == datetime(2027, 2, 10, 7, 0, tzinfo=UTC)


def test_after_a_standstill_with_none_near_nothing_is_called_yet(db: Connection, now: datetime) -> None:
    found = made(db, now=now)

    fire(db, now=TENTH + timedelta(days=2))

    assert called(db, found) == []
    [wake] = consultation.wakes_of(db, Subject.JOINT_MEETING, found.id)
    assert wake.due_at == datetime(2027, 1, 3, 7, 0, tzinfo=UTC)


def test_unfinished_topics_and_open_decisions_are_carried_over(db: Connection, now: datetime) -> None:
    found = made(db, now=now)
    former = held(db, now=now, cases=[sewer(db, now=now)], joint_meeting_id=found.id)
    number = rows.topics_of_meeting(db, former.id)[0].number
    write(db, former, f"决议：其他 枫桥物业 12月20日前 巡查管道\n议题{number} 下次再议", now=now)

    fire(db, now=TENTH - WEEK)

    [_, meeting] = called(db, found)
    [topic] = rows.topics_of_meeting(db, meeting.id)
    assert (topic.number, topic.status) == (number, TopicStatus.SCHEDULED)
    assert rows.agenda_of(db, meeting.id)[0].is_carried_over
    assert [each.what for each in open_decisions(db, meeting)] == ["巡查管道"]
    [told] = texts(sent_to(db, DESK, having="已召集"))
    assert "巡查管道" in told


def test_a_settled_topic_is_not_carried_over(db: Connection, now: datetime) -> None:
    found = made(db, now=now)
    former = held(db, now=now, cases=[sewer(db, now=now)], joint_meeting_id=found.id)
    write(db, former, now=now)

    fire(db, now=TENTH - WEEK)

    assert rows.topics_of_meeting(db, called(db, found)[-1].id) == []


def test_the_roster_is_changed_and_counts_from_the_next_call(db: Connection, now: datetime) -> None:
    found, staff = made(db, now=now), named(db, "李强")

    def change(name: str, *, is_adding: bool, is_required: bool = False) -> int:
        return joint.change_roster(
            db, staff, found.number, (name,), is_adding=is_adding, is_required=is_required, now=now
        )[1]

    assert change("综合执法中队", is_adding=True) == 1
    assert change("综合执法中队", is_adding=True) == 0
    assert change("综合执法中队", is_adding=True, is_required=True) == 1
    assert joint.roster_names(db, found) == ["枫桥物业", "综合执法中队（必到）"]
    assert change("枫桥物业", is_adding=False) == 1
    assert change("枫桥物业", is_adding=False) == 0
    fire(db, now=TENTH - WEEK)

    [meeting] = called(db, found)
    asked = [each for each in invitations.invitations_of(db, meeting.id) if each.unit_id]
    assert [(each.unit_id, each.is_required) for each in asked] == [(unit_id(db, "综合执法中队"), True)]


def test_it_ends(db: Connection, now: datetime) -> None:
    found, staff = made(db, now=now), named(db, "李强")
    fire(db, now=TENTH - WEEK)

    _, ahead = joint.end_joint(db, staff, found.number, now=now)

    assert [each.starts_at for each in ahead] == [TENTH]
    fire(db, now=TENTH + timedelta(days=365))
    assert len(called(db, found)) == 1
    assert joint.joints_listed(db, staff) == []
    with pytest.raises(NoSuchJoint):
        joint.end_joint(db, staff, found.number, now=now)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"rule": None}, JointIncomplete),
        ({"place": " "}, JointIncomplete),
        ({"names": ("没有这个单位",)}, UnknownInvitees),
    ],
)
def test_what_is_incomplete_is_refused(
    db: Connection, now: datetime, *, change: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        made(db, now=now, **change)


def test_only_staff_set_one_up(db: Connection, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        joint.add_joint(db, named(db, "王芳"), rule=MONTHLY, place="会议室", title="", names=(), now=now)
