"""Opinions are gathered and read without names; who comes is reminded once, also after a stop."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from handlers.consultation.firing import fire_wake
from handlers.errors import NotAllowed
from handlers.errors.invitations import MeetingIsOff, NotInvited, OpinionMissing, OpinionTooLate
from handlers.meetings.inviting import Invited
from handlers.meetings.opinions import OpinionGiven, give_opinion, read_opinions
from handlers.meetings.reminding import remind
from storage import consultation, invitations
from storage import meetings as meeting_rows
from storage.engine import Database
from storage.models.consultation import Happening, Subject, WakeKind
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person
from tests.handlers.cases.scene import (
    DESK,
    GRID_GROUP,
    PROPERTY,
    named,
    reported,
    resident,
    sent_to,
    settle_in,
    texts,
)
from tests.handlers.meetings.gathering import (
    RULES,
    SECRET,
    called_meeting,
    comes,
    community,
    declines,
    happened,
    invite,
    name,
    neighbour,
)

SEWER: dict[str, Any] = {"kind": ("water", "sewer"), "text": "3号楼2单元下水道堵了"}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def time_passes(db: Connection, until: datetime) -> None:
    """The process runs at this moment: everything due happens."""
    for wake in consultation.due_wakes(db, now=until, limit=100):
        fire_wake(db, wake, secret=SECRET, now=until, rules=RULES)


def called(db: Connection, *, now: datetime, **more: Any) -> Meeting:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)], **more)
    unit = named(db, "周经理").unit_id or 0
    invite(db, meeting, Invited(required=frozenset({("unit", unit)})), now=now)
    return meeting


def says(db: Connection, person: Person, words: str, meeting: Meeting | None = None, *, now: datetime) -> Any:
    number = meeting.number if meeting else None
    return give_opinion(db, person, number, words=words, community=community(db), now=now)


# ------------------------------------------------------------------ opinions


def test_opinions_of_who_comes_and_who_cannot_are_read_without_names(db: Connection, now: datetime) -> None:
    meeting = called(db, now=now)
    li = name(db, resident(db, "oLi", now=now), "李秀英")
    wu = neighbour(db, "oWu", now=now)
    declines(db, li, meeting, now=now)

    says(db, li, "我是李秀英，5单元201，电话13900001234，先修主管道", now=now)
    second = says(db, li, "下午开好", now=now)
    says(db, wu, "钱怎么出", meeting, now=now)

    assert isinstance(second, OpinionGiven)
    assert second.count == 2
    found = read_opinions(db, named(db, "李强"), meeting.number)
    assert len(found.words) == 3
    assert "先修主管道" in found.words[0]
    assert not any(each in found.words[0] for each in ("李秀英", "201", "13900001234"))
    assert found.words[2] == "钱怎么出"
    with pytest.raises(NotAllowed):
        read_opinions(db, named(db, "王芳"), meeting.number)


def test_the_chair_reads_them_page_by_page(db: Connection, now: datetime) -> None:
    meeting = called(db, now=now, chair_id=named(db, "王芳").id)
    li = resident(db, "oLi", now=now)
    for index in range(45):
        says(db, li, f"第{index}条", now=now)

    pages = [read_opinions(db, named(db, "王芳"), meeting.number, page=page) for page in (1, 3, 99)]

    assert [len(each.words) for each in pages] == [20, 5, 5]


def test_the_desk_is_told_of_all_together(db: Connection, now: datetime) -> None:
    meeting = called(db, now=now)
    li, wu = resident(db, "oLi", now=now), neighbour(db, "oWu", now=now)
    says(db, li, "先修主管道", now=now)
    says(db, wu, "钱怎么出", meeting, now=now + timedelta(minutes=20))
    assert sent_to(db, DESK, having="意见") == []

    time_passes(db, now + timedelta(minutes=30))
    time_passes(db, now + timedelta(minutes=31))
    says(db, li, "还有一句", now=now + 2 * DAY)
    time_passes(db, now + 3 * DAY)

    told = texts(sent_to(db, DESK, having="新收到意见"))
    assert [each.splitlines()[0] for each in told] == [
        f"议事会{meeting.number} 新收到意见2条，共2条。",
        f"议事会{meeting.number} 新收到意见1条，共3条。",
    ]
    assert "先修主管道" not in "".join(told)


def test_opinions_that_cannot_be_brought_in_are_refused_with_what_to_do(
    db: Connection, now: datetime
) -> None:
    meeting = called(db, now=now)
    li = resident(db, "oLi", now=now)

    with pytest.raises(OpinionMissing):
        says(db, li, "  ", meeting, now=now)
    with pytest.raises(NotInvited):
        says(db, neighbour(db, "oHe", now=now, at="明园小区"), "我也说", meeting, now=now)
    meeting_rows.change_meeting(db, meeting.id, status=MeetingStatus.CANCELLED)
    with pytest.raises(MeetingIsOff):
        says(db, li, "先修主管道", meeting, now=now)
    meeting_rows.change_meeting(db, meeting.id, status=MeetingStatus.HELD)
    with pytest.raises(OpinionTooLate, match="0900-2020000"):
        says(db, li, "先修主管道", meeting, now=now)
    assert says(db, neighbour(db, "oHe2", now=now, at="明园小区"), "意见", now=now) is None
    assert invitations.number_of_opinions(db, meeting.id) == 0


# ------------------------------------------------------------------ reminders


def test_who_comes_is_reminded_a_day_and_an_hour_before(db: Connection, now: datetime) -> None:
    meeting = called(db, now=now)
    assert meeting.starts_at is not None
    li, wu, sun = resident(db, "oLi", now=now), neighbour(db, "oWu", now=now), neighbour(db, "oSun", now=now)
    comes(db, li, meeting, 2, now=now)
    comes(db, wu, meeting, now=now)
    declines(db, wu, meeting, now=now)
    comes(db, sun, meeting, now=now)

    for at in (meeting.starts_at - DAY, meeting.starts_at - HOUR, meeting.starts_at):
        time_passes(db, at)
        time_passes(db, at + timedelta(seconds=2))

    assert len(sent_to(db, "oLi", having="提醒")) == 2
    assert "您报了2人" in texts(sent_to(db, "oLi", having="提醒"))[0]
    assert len(sent_to(db, "oSun", having="提醒")) == 2
    assert sent_to(db, "oWu", having="提醒") == []
    assert sent_to(db, GRID_GROUP, having="提醒") == []  # neither required nor coming
    assert "还没收到您的答复" in texts(sent_to(db, PROPERTY, having="提醒"))[0]
    assert len(happened(db, meeting, Happening.REMINDED)) == 2


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        (-2 * DAY, 0),
        (-5 * HOUR, 1),  # late, and it still helps
        (-HOUR / 2, 1),  # of the two the hour's alone
        (timedelta(), 0),
        (DAY, 0),
    ],
)
def test_after_a_stop_a_reminder_comes_only_while_it_helps(
    db: Connection, now: datetime, *, back: timedelta, expected: int
) -> None:
    meeting = called(db, now=now)
    assert meeting.starts_at is not None
    comes(db, resident(db, "oLi", now=now), meeting, now=now)

    time_passes(db, meeting.starts_at + back)
    time_passes(db, meeting.starts_at + back)

    assert len(sent_to(db, "oLi", having="提醒")) == expected


def test_the_same_wake_reminds_once(db: Connection, now: datetime) -> None:
    meeting = called(db, now=now)
    assert meeting.starts_at is not None
    comes(db, resident(db, "oLi", now=now), meeting, now=now)
    wakes = consultation.wakes_of(db, Subject.MEETING, meeting.id)
    [day_before] = [each for each in wakes if each.kind is WakeKind.DAY_BEFORE]

    for minutes in range(3):
        at = meeting.starts_at - DAY + timedelta(minutes=minutes)
        remind(db, day_before, secret=SECRET, now=at, rules=RULES)

    assert len(sent_to(db, "oLi", having="提醒")) == 1


@pytest.mark.parametrize("status", [MeetingStatus.CANCELLED, MeetingStatus.POSTPONED, MeetingStatus.HELD])
def test_of_what_does_not_take_place_nobody_is_reminded(
    db: Connection, now: datetime, *, status: MeetingStatus
) -> None:
    meeting = called(db, now=now)
    comes(db, resident(db, "oLi", now=now), meeting, now=now)
    meeting_rows.change_meeting(db, meeting.id, status=status)

    time_passes(db, now + 7 * DAY - HOUR)

    assert sent_to(db, "oLi", having="提醒") == []


def test_a_reminder_of_the_old_time_waits_for_the_new_one(db: Connection, now: datetime) -> None:
    meeting = called(db, now=now)
    comes(db, resident(db, "oLi", now=now), meeting, now=now)
    meeting_rows.change_meeting(db, meeting.id, starts_at=now + 10 * DAY, version=1)

    time_passes(db, now + 6 * DAY)

    assert sent_to(db, "oLi", having="提醒") == []
    kinds = {each.kind for each in consultation.due_wakes(db, now=now + 9 * DAY, limit=9)}
    assert WakeKind.DAY_BEFORE in kinds
    time_passes(db, now + 9 * DAY)
    assert len(sent_to(db, "oLi", having="提醒")) == 1
