"""Two processes answer, check in and remind at the same moment."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.consultation.firing import fire_wake
from handlers.meetings.answering import Answer
from handlers.meetings.attendance import CheckedIn, WrongCode, check_in
from storage import consultation, invitations
from storage.engine import Database
from storage.models.meetings import InvitationAnswer, Meeting
from storage.models.people import Person
from tests.conftest import KEY
from tests.handlers.cases.scene import reported, resident, sent_to, settle_in
from tests.handlers.meetings.gathering import (
    RULES,
    SECRET,
    answers,
    called_meeting,
    comes,
    community,
    invite,
    neighbour,
)

A = InvitationAnswer
CROWD = 8


@pytest.fixture
def databases(database_url: str) -> Iterator[list[Database]]:
    """The same database, opened by two processes."""
    opened = [Database(database_url, encryption_key=KEY) for _ in range(2)]
    yield opened
    for each in opened:
        each.close()


def set_up(db: Connection, now: datetime, capacity: int | None) -> tuple[Meeting, list[Person]]:
    settle_in(db, now=now)
    case = reported(db, now=now, kind=("water", "sewer"), text="3号楼2单元下水道堵了")
    meeting = called_meeting(
        db, now=now, cases=[case], capacity=capacity, code="4821", ahead=timedelta(hours=5)
    )
    people = [neighbour(db, f"oMany{index}", now=now) for index in range(CROWD)]
    return meeting, people


async def test_the_last_seats_go_to_as_many_as_there_are(databases: list[Database], now: datetime) -> None:
    meeting, people = await databases[0].write(set_up, now, 5)

    def answer(db: Connection, index: int) -> InvitationAnswer:
        return comes(db, people[index], meeting, now=now + timedelta(seconds=index))

    said = await asyncio.gather(*(databases[index % 2].write(answer, index) for index in range(CROWD)))

    assert Counter(said) == {A.COMING: 5, A.WAITING: 3}


async def test_a_seat_that_is_given_up_goes_to_one(databases: list[Database], now: datetime) -> None:
    meeting, people = await databases[0].write(set_up, now, 2)

    def join(db: Connection) -> None:
        for each in people[:4]:
            comes(db, each, meeting, now=now)

    await databases[0].write(join)

    def decline(db: Connection, index: int) -> None:
        answers(db, people[index], meeting, Answer(False), now=now + timedelta(minutes=1))

    await asyncio.gather(*(databases[index].write(decline, index) for index in range(2)))

    rows = await databases[0].read(invitations.invitations_of, meeting.id)
    assert Counter(each.answer for each in rows) == {A.DECLINED: 2, A.COMING: 2}
    for index in (2, 3):
        told = await databases[0].read(sent_to, f"oMany{index}", having="有位子了")
        assert len(told) == 1


async def test_one_person_signs_up_and_is_in_once(databases: list[Database], now: datetime) -> None:
    meeting, people = await databases[0].write(set_up, now, None)
    at = now + timedelta(hours=5)

    def enter(db: Connection) -> CheckedIn | WrongCode | None:
        return check_in(db, people[0], "4821", community=community(db), now=at)

    done = await asyncio.gather(*(each.write(enter) for each in databases))

    assert sorted(each.is_again for each in done if isinstance(each, CheckedIn)) == [False, True]
    rows = await databases[0].read(invitations.invitations_of, meeting.id)
    assert len([each for each in rows if each.person_id == people[0].id]) == 1


async def test_a_reminder_is_sent_once(databases: list[Database], now: datetime) -> None:
    meeting, _ = await databases[0].write(set_up, now, None)
    await databases[0].write(lambda db: invite(db, meeting, now=now))
    await databases[0].write(lambda db: comes(db, resident(db, "oLi", now=now), meeting, now=now))
    at = now + timedelta(hours=4)
    [wake] = await databases[0].read(consultation.due_wakes, now=at, limit=9)

    await asyncio.gather(
        *(each.write(fire_wake, wake, secret=SECRET, now=at, rules=RULES) for each in databases)
    )

    assert len(await databases[0].read(sent_to, "oLi", having="提醒")) == 1
