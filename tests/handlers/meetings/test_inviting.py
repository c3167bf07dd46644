"""Whom a meeting invites by itself, whom it invites by name, and what of it residents' groups read."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from handlers.cases.joining import second_case
from handlers.meetings.inviting import (
    Invited,
    invite_more,
    tell_cancelled,
    tell_changed,
    tell_postponed,
)
from storage import assignments, consultation, invitations, topics
from storage import meetings as meeting_rows
from storage.engine import Database
from storage.models.cases import cases, reports
from storage.models.consultation import Happening, Subject, WakeKind
from storage.models.meetings import InvitationAnswer, MeetingStatus, Party
from storage.models.people import people as people_rows
from tests.handlers.cases.scene import (
    DESK,
    GRID_GROUP,
    PROPERTY,
    estate,
    named,
    reported,
    resident,
    sent_to,
    settle_in,
    texts,
)
from tests.handlers.meetings.gathering import (
    RULES,
    called_meeting,
    comes,
    declines,
    happened,
    invite,
    lead,
    name,
    neighbour,
    row_of,
)

ESTATE_GROUP = "wrSampleFengqiao"
SEWER: dict[str, Any] = {"kind": ("water", "sewer"), "text": "3号楼2单元下水道堵了"}


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def parties(db: Connection, meeting_id: int) -> list[tuple[Party, bool]]:
    return [(each.party, each.is_required) for each in invitations.invitations_of(db, meeting_id)]


def test_everybody_concerned_is_invited_once(db: Connection, now: datetime) -> None:
    first = reported(db, now=now, **SEWER)
    meeting = called_meeting(db, now=now, cases=[first])
    second_case(db, resident(db, "oZhang", now=now), first.id, now=now, rules=RULES)
    lead(db, "oLead", now=now, building="3")
    lead(db, "oOther", now=now, building="8")

    counts = invite(db, meeting, now=now)

    assert sorted(parties(db, meeting.id)) == sorted([
        (Party.REPORTER, True),
        (Party.REPORTER, True),
        (Party.REPRESENTATIVE, False),
        (Party.PROPERTY, False),
        (Party.WORKER, False),
        (Party.GROUP, False),
    ])  # fmt: skip
    assert (counts.persons, counts.units, counts.workers_groups, counts.residents_groups) == (3, 1, 1, 1)
    assert counts.unreached == ()
    for address in ("oLi", "oZhang", "oLead", GRID_GROUP, PROPERTY, ESTATE_GROUP):
        assert len(sent_to(db, address, having=f"议事会{meeting.number}")) == 1
    assert sent_to(db, "oOther") == []


def test_an_invitation_says_all_and_how_to_answer(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)], online="腾讯会议 123")

    invite(db, meeting, now=now)

    [alone] = texts(sent_to(db, "oLi", having="邀请"))
    [group] = texts(sent_to(db, PROPERTY, having="邀请"))
    [public] = texts(sent_to(db, ESTATE_GROUP))
    number = meeting.number
    for words in ("主管道怎么修", "11月27日 周五 10:00", "居委会会议室（线上：腾讯会议 123）"):
        assert words in alone
        assert words in group
    assert f"参加 议事会{number}" in alone
    assert "@回音" not in alone
    assert f"@回音 参加 议事会{number}" in group
    token = meeting_rows.meeting_by_id(db, meeting.id).token
    assert f"https://huiyin.example/meetings/{token}.ics" in alone
    assert f"参加 议事会{number}" in public
    assert "公众号" in public
    assert not any(word in public for word in ("2单元", "oLi", "枫桥物业"))


def test_inviting_again_tells_nobody_twice(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    invite(db, meeting, now=now)
    before = len(sent_to(db, "oLi")), len(sent_to(db, PROPERTY)), len(sent_to(db, ESTATE_GROUP))

    counts = invite(db, meeting, now=now)

    after = len(sent_to(db, "oLi")), len(sent_to(db, PROPERTY)), len(sent_to(db, ESTATE_GROUP))
    assert after == before
    assert (counts.persons, counts.units) == (0, 0)
    assert len(happened(db, meeting, Happening.INVITED)) == 1


def test_a_quarrel_is_for_those_concerned_alone(db: Connection, now: datetime) -> None:
    case = reported(db, now=now, kind=("noise", "upstairs"), text="楼上半夜拖椅子")
    meeting = called_meeting(db, now=now, cases=[case], title="楼上噪音怎么办")
    lead(db, "oLead", now=now, building="3")

    counts = invite(db, meeting, now=now)

    assert not meeting.is_public
    assert sorted(party for party, _ in parties(db, meeting.id)) == [Party.REPORTER, Party.WORKER]
    assert counts.residents_groups == 0
    assert sent_to(db, ESTATE_GROUP) == []
    assert sent_to(db, PROPERTY) == []
    assert sent_to(db, "oLead") == []


def test_of_what_was_told_in_confidence_only_who_told_it_hears(db: Connection, now: datetime) -> None:
    case = reported(db, now=now, **SEWER)
    db.execute(update(cases).where(cases.c.id == case.id).values(is_confidential=True, is_public=False))
    meeting = called_meeting(db, now=now, cases=[case], is_public=False)

    invite(db, meeting, now=now)

    assert [party for party, _ in parties(db, meeting.id)] == [Party.REPORTER]


def test_who_whispered_is_invited_as_any_resident(db: Connection, now: datetime) -> None:
    case = reported(db, now=now, is_whisper=True, **SEWER)
    meeting = called_meeting(db, now=now, cases=[case])

    invite(db, meeting, now=now)

    row = row_of(db, meeting, resident(db, "oLi", now=now))
    assert (row.party, row.is_required) == (Party.RESIDENT, False)


def test_who_seconded_a_topic_is_invited(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now)
    zhang = neighbour(db, "oZhang", now=now)
    [item] = meeting_rows.agenda_of(db, meeting.id)
    topics.add_second(db, item.topic_id, zhang.id, now=now)

    invite(db, meeting, now=now)

    assert row_of(db, meeting, zhang).party is Party.RESIDENT
    assert len(sent_to(db, "oZhang", having="邀请")) == 1


def test_names_are_invited_beside_the_circle_and_may_be_required(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    unit, person = named(db, "周经理").unit_id, neighbour(db, "oWu", now=now)
    assert unit is not None

    invite(
        db,
        meeting,
        Invited([person.id, named(db, "周经理").id], [], [], frozenset({("unit", unit)})),
        now=now,
    )

    rows = invitations.invitations_of(db, meeting.id)
    [company] = [each for each in rows if each.unit_id == unit]
    assert company.is_required
    assert row_of(db, meeting, person).party is Party.RESIDENT
    assert not [
        each for each in rows if each.person_id == named(db, "周经理").id
    ]  # the company speaks for them
    assert len(sent_to(db, PROPERTY, having="邀请")) == 1


def test_the_desk_phones_whom_nothing_reaches(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now)
    wu = name(db, neighbour(db, "oWu", now=now), "吴桂兰")
    db.execute(update(people_rows).where(people_rows.c.id == wu.id).values(unsubscribed_at=now))
    units = assignments.units_of_community(db, meeting.community_id)
    [police] = [each for each in units if each.name == "派出所"]  # has neither a group nor members here

    counts = invite(db, meeting, Invited([wu.id], [police.id]), now=now)

    assert counts.unreached == ("吴桂兰", "派出所")
    [told] = texts(sent_to(db, DESK, having="请打电话"))
    assert "吴桂兰、派出所" in told


def test_who_reported_for_somebody_passes_the_invitation_on(db: Connection, now: datetime) -> None:
    helper = neighbour(db, "oHelper", now=now)
    case = reported(db, now=now, by="oMa", **SEWER)
    grandmother = name(db, resident(db, "oMa", now=now), "马奶奶")
    db.execute(update(people_rows).where(people_rows.c.id == grandmother.id).values(unsubscribed_at=now))
    db.execute(update(reports).where(reports.c.case_id == case.id).values(entered_by_id=helper.id))
    meeting = called_meeting(db, now=now, cases=[case])

    counts = invite(db, meeting, now=now)

    [told] = texts(sent_to(db, "oHelper"))
    assert told.startswith("请转告马奶奶：\n邀请您参加议事会1")
    assert counts.unreached == ()


def test_more_are_invited_later_and_only_they_are_told(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    invite(db, meeting, now=now)
    unit, wu = named(db, "周经理").unit_id, neighbour(db, "oWu", now=now)
    assert unit is not None
    extra = Invited([wu.id], [unit], [], frozenset({("unit", unit)}))

    counts = invite_more(db, meeting, named(db, "李强"), extra, now=now, rules=RULES)

    assert (counts.persons, counts.units, counts.known) == (1, 0, ("枫桥物业",))
    assert len(sent_to(db, PROPERTY, having="邀请")) == 1
    assert [each.is_required for each in invitations.invitations_to(db, meeting.id, unit_id=unit)] == [True]


def test_the_chair_is_asked_to_chair_and_comes(db: Connection, now: datetime) -> None:
    chen = named(db, "陈静")
    meeting = called_meeting(db, now=now, chair_id=chen.id)

    invite(db, meeting, now=now)

    row = row_of(db, meeting, chen)
    assert (row.answer, row.is_required) == (InvitationAnswer.COMING, True)
    assert len(sent_to(db, DESK, having="请您主持")) == 1


# ------------------------------------------------------------------ changes


def test_another_time_goes_to_all_and_asks_who_comes(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    invite(db, meeting, now=now)
    li, zhang = resident(db, "oLi", now=now), neighbour(db, "oZhang", now=now)
    comes(db, li, meeting, 2, now=now)
    comes(db, zhang, meeting, now=now)
    declines(db, zhang, meeting, now=now)
    assert meeting.starts_at is not None
    moved = meeting_rows.change_meeting(
        db, meeting.id, starts_at=meeting.starts_at + timedelta(days=1), version=1
    )

    tell_changed(db, moved, meeting, now=now, rules=RULES)
    tell_changed(db, moved, meeting, now=now, rules=RULES)

    [coming] = texts(sent_to(db, "oLi", having="改了时间"))
    [declined] = texts(sent_to(db, "oZhang", having="改了时间"))
    [group] = texts(sent_to(db, ESTATE_GROUP, having="议事会改时间"))
    assert "您原来说来（2人）" in coming
    assert "原定11月27日 周五 10:00" in coming
    assert "能来请回复" in declined
    assert "11月28日 周六 10:00" in group
    assert len(sent_to(db, PROPERTY, having="改了时间")) == 1
    assert row_of(db, meeting, li).answer is InvitationAnswer.COMING


def test_another_place_asks_nobody(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    invite(db, meeting, now=now)
    comes(db, resident(db, "oLi", now=now), meeting, now=now)
    moved = meeting_rows.change_meeting(db, meeting.id, place="活动室", version=1)

    tell_changed(db, moved, meeting, now=now, rules=RULES)

    [told] = texts(sent_to(db, "oLi", having="改了地点"))
    assert "活动室（原定居委会会议室）" in told
    assert "还能来" not in told
    assert tell_changed(db, moved, moved, now=now, rules=RULES) is None


@pytest.mark.parametrize("is_postponed", [True, False])
def test_its_end_goes_to_all_with_the_reason_and_stops_reminders(
    db: Connection, now: datetime, *, is_postponed: bool
) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now, **SEWER)])
    invite(db, meeting, now=now)
    status = MeetingStatus.POSTPONED if is_postponed else MeetingStatus.CANCELLED
    starts_at = None if is_postponed else meeting.starts_at
    off = meeting_rows.change_meeting(
        db, meeting.id, status=status, reason="303室张伟生病了", starts_at=starts_at, version=1
    )

    (tell_postponed if is_postponed else tell_cancelled)(db, off, meeting, now=now, rules=RULES)

    word = "推迟了" if is_postponed else "取消了"
    for address in ("oLi", PROPERTY, GRID_GROUP):
        assert len(sent_to(db, address, having=word)) == 1
    [public] = texts(sent_to(db, ESTATE_GROUP, having=f"议事会{word[:2]}"))
    assert "张伟" not in public
    assert consultation.wakes_of(db, Subject.MEETING, meeting.id) == []


def test_reminders_follow_the_meeting(db: Connection, now: datetime) -> None:
    meeting = called_meeting(db, now=now, ahead=timedelta(hours=3))
    invite(db, meeting, now=now)
    assert [each.kind for each in consultation.wakes_of(db, Subject.MEETING, meeting.id)] == [
        WakeKind.HOUR_BEFORE
    ]
    moved = meeting_rows.change_meeting(db, meeting.id, starts_at=now + timedelta(days=3), version=1)

    tell_changed(db, moved, meeting, now=now, rules=RULES)

    due = {each.kind: each.due_at for each in consultation.wakes_of(db, Subject.MEETING, meeting.id)}
    assert due == {
        WakeKind.DAY_BEFORE: now + timedelta(days=2),
        WakeKind.HOUR_BEFORE: now + timedelta(days=2, hours=23),
    }


def test_hundreds_of_reporters_are_invited_each_once(db: Connection, now: datetime) -> None:
    case = reported(db, now=now, **SEWER)
    meeting = called_meeting(db, now=now, cases=[case], capacity=30)
    many = [neighbour(db, f"oMany{index}", now=now) for index in range(300)]

    counts = invite(db, meeting, Invited([each.id for each in many]), now=now)

    assert counts.persons == 301
    assert all(len(sent_to(db, f"oMany{index}")) == 1 for index in range(0, 300, 50))
    assert estate(db).id in invitations.estates_of_meeting(db, meeting.id)


def test_a_group_that_was_invited_hears_the_end_of_what_is_private_by_then(
    db: Connection, now: datetime
) -> None:
    meeting = called_meeting(db, now=now, cases=[reported(db, now=now)])
    invite(db, meeting, now=now)
    private = meeting_rows.change_meeting(db, meeting.id, is_public=False, title="楼上太吵怎么办")
    off = meeting_rows.change_meeting(db, meeting.id, status=MeetingStatus.CANCELLED, reason="201不来")
    tell_cancelled(db, off, private, now=now, rules=RULES)

    told = [each for each in texts(sent_to(db, ESTATE_GROUP)) if "取消" in each]
    assert len(told) == 1
    assert not [words for words in ("楼上", "201") if words in told[0]]
