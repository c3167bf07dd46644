"""Minutes: decisions are made of their lines, everybody concerned hears once, later versions lose nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.consultation.firing import fire_wake
from handlers.errors import NotAllowed
from handlers.errors.meetings import MeetingMoveNotAllowed, NotYourMeeting
from handlers.errors.minutes import MinutesTooEarly, TopicNotTogether, WordsTooLong
from handlers.meetings import minutes
from handlers.meetings.items import Lack
from storage import cases as case_rows
from storage import consultation, decisions, homes, topics
from storage import meetings as rows
from storage.engine import Database
from storage.models.cases import CaseStatus, EventKind
from storage.models.consultation import Happening, Subject, WakeKind
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.topics import TopicSource, TopicStatus
from tests.handlers.cases.scene import DESK, PROPERTY, events, named, resident, sent_to, settle_in, texts
from tests.handlers.decisions.table import unit_id
from tests.handlers.meetings.gathering import called_meeting, name
from tests.handlers.meetings.minutes_scene import (
    AGREED,
    ESTATE_GROUP,
    RULES,
    held,
    known,
    sat,
    sewer,
    writ,
    write,
)

DUE = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)  # 18:00 in Shanghai


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def second_topic(db: Connection, meeting: Meeting, *, now: datetime, title: str = "自行车棚") -> int:
    """One more topic on its agenda; its number."""
    topic = topics.add_topic(
        db,
        {
            "community_id": meeting.community_id,
            "title": title,
            "status": TopicStatus.SCHEDULED,
            "source": TopicSource.TABLE,
            "is_public": True,
            "proposed_by_id": named(db, "李强").id,
            "proposed_at": now,
        },
    )
    rows.add_to_agenda(db, meeting.id, topic.id, position=2)
    return topic.number


def test_a_line_becomes_a_decision_with_owner_date_and_watcher(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    li = name(db, resident(db, "oLi", now=now), "李秀英")
    meeting = held(db, now=now, cases=[case])

    done = write(db, meeting, now=now)

    [made] = done.made
    decision = made.decision
    assert (decision.what, decision.unit_id, decision.watcher_id) == ("疏通主管道", unit_id(db), li.id)
    assert decision.due_at == DUE
    assert made.lacks == ()
    assert (done.meeting.status, done.meeting.record) == (MeetingStatus.MINUTED, "大家同意换管")
    assert decisions.cases_of_decision(db, decision.id) == [case.id]


def test_the_case_goes_on_and_its_topic_is_settled(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    meeting = held(db, now=now, cases=[case])

    write(db, meeting, now=now)

    assert case_rows.case_by_id(db, case.id).status is CaseStatus.IN_PROGRESS
    assert len(events(db, case, EventKind.DECIDED)) == 1
    [topic] = rows.topics_of_meeting(db, meeting.id)
    assert topic.status is TopicStatus.SETTLED


def test_everybody_concerned_hears_once_and_the_group_without_names(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    name(db, resident(db, "oLi", now=now), "李秀英")
    meeting = held(db, now=now, cases=[case])
    sat(db, meeting, now=now, person=known(db, "oWu", "吴大妈", now=now))
    sat(db, meeting, now=now, unit_id=unit_id(db))
    before = [len(sent_to(db, each)) for each in (PROPERTY, ESTATE_GROUP, "oWu")]

    write(db, meeting, now=now)

    property_texts = texts(sent_to(db, PROPERTY))[before[0] :]
    assert len(property_texts) == 1
    assert "请您办理" in property_texts[0]
    assert "疏通主管道" in property_texts[0]
    [public] = texts(sent_to(db, ESTATE_GROUP))[before[1] :]
    assert "疏通主管道（枫桥物业，11月30日前）" in public
    assert "李秀英" not in public
    assert len(texts(sent_to(db, "oWu"))[before[2] :]) == 1
    to_li = texts(sent_to(db, "oLi", having="议事会"))
    assert sum("监督人" in each for each in texts(sent_to(db, "oLi"))) == 1
    assert sum("商定" in each for each in to_li) == 1


def test_what_points_to_a_door_is_only_counted_in_the_group(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])

    write(
        db,
        meeting,
        "决议：枫桥物业 11月30日前 疏通主管道\n决议：枫桥物业 12月1日前 给33号楼5单元201赔偿",
        now=now,
    )

    public = texts(sent_to(db, ESTATE_GROUP, having="议事会结果"))[-1]
    assert "201" not in public
    assert "另有 1 项不便公开" in public


def test_a_private_meeting_is_told_in_no_residents_group(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)], is_public=False)

    write(db, meeting, now=now)

    assert sent_to(db, ESTATE_GROUP, having="议事会结果") == []


@pytest.mark.parametrize(
    ("line", "lack"),
    [
        ("枫桥物业 疏通主管道", Lack.DUE),
        ("枫桥物业 11月1日前 疏通主管道", Lack.DUE_OVER),
        ("11月30日前 疏通主管道", Lack.OWNER),
        ("枫桥物业 11月30日前 疏通 监督人赵钱孙", Lack.WATCHER_UNKNOWN),
        ("枫桥物业 11月30日前 疏通 监督人李秀英", Lack.WATCHER_SEVERAL),
        ("议题99 枫桥物业 11月30日前 疏通", Lack.TOPIC_UNKNOWN),
    ],
)
def test_what_a_line_lacks_is_asked_for_and_the_rest_kept(
    db: Connection, now: datetime, *, line: str, lack: Lack
) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])
    for openid in ("oLi", "oWu"):
        sat(db, meeting, now=now, person=known(db, openid, "李秀英", now=now))

    done = write(db, meeting, f"决议：{line}", now=now)

    [made] = done.made
    assert [each for each, _ in made.lacks] == [lack]
    assert "疏通" in made.decision.what
    assert made.decision.watcher_id is None


def test_namesakes_are_told_apart_by_their_door(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])
    for openid in ("oLi", "oWu"):
        sat(db, meeting, now=now, person=known(db, openid, "李秀英", now=now))
    from_door = resident(db, "oWu", now=now)
    homes.settle_home(db, from_door, community_id=1, estate_id=1, building="33", unit="5", room="201")

    done = write(db, meeting, "决议：枫桥物业 11月30日前 疏通 监督人33号楼5单元201", now=now)

    assert done.made[0].decision.watcher_id == from_door.id


def test_the_reporter_may_be_named_by_that_alone(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])

    done = write(db, meeting, "决议：枫桥物业 11月30日前 疏通 监督人 反映人", now=now)

    assert done.made[0].decision.watcher_id == resident(db, "oLi", now=now).id


def test_with_several_topics_the_line_says_which_or_is_asked(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])
    number = second_topic(db, meeting, now=now)
    first = rows.topics_of_meeting(db, meeting.id)[0].number
    text = f"决议：议题{first} 枫桥物业 11月30日前 疏通\n决议：枫桥物业 12月1日前 巡查\n议题{number} 下次再议"

    done = write(db, meeting, text, now=now)

    assert [each.lacks for each in done.made] == [(), ((Lack.TOPIC, ""),)]
    assert done.undecided == ()
    statuses = [each.status for each in rows.topics_of_meeting(db, meeting.id)]
    assert statuses == [TopicStatus.SETTLED, TopicStatus.ACCEPTED]


def test_topics_without_a_decision_are_pointed_out(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    meeting = held(db, now=now, cases=[case])

    done = write(db, meeting, "大家先回去想想", now=now)

    [undecided] = done.undecided
    assert (undecided.topic.title, undecided.cases) == (meeting.title, (case.label,))


def test_a_decision_gets_its_topic_later_and_the_case_waits_for_it(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    meeting = held(db, now=now, cases=[case])
    second_topic(db, meeting, now=now)
    done = write(db, meeting, "决议：枫桥物业 12月1日前 巡查", now=now)
    number = done.made[0].decision.number
    first = rows.topics_of_meeting(db, meeting.id)[0].number

    decision, topic = minutes.give_topic(db, named(db, "李强"), number, first, now=now)

    assert decisions.cases_of_decision(db, decision.id) == [case.id]
    assert topic.status is TopicStatus.SETTLED
    assert case_rows.case_by_id(db, case.id).status is CaseStatus.IN_PROGRESS
    with pytest.raises(NotAllowed):
        minutes.give_topic(db, named(db, "王芳"), number, first, now=now)


def test_a_topic_of_another_meeting_is_refused(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])
    other = held(db, now=now, title="别的会")
    done = write(db, meeting, now=now)
    number = rows.topics_of_meeting(db, other.id)[0].number

    with pytest.raises(TopicNotTogether):
        minutes.give_topic(db, named(db, "李强"), done.made[0].decision.number, number, now=now)


def test_an_addition_keeps_what_stood_and_tells_only_what_is_new(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])
    sat(db, meeting, now=now, person=known(db, "oWu", "吴大妈", now=now))
    write(db, meeting, now=now)

    done = write(db, meeting, "物业会后到了\n决议：枫桥物业 12月5日前 换井盖", now=now + timedelta(hours=1))

    assert done.meeting.record == "大家同意换管\n物业会后到了"
    assert done.version == 2
    told = texts(sent_to(db, "oWu", having="商定"))
    assert len(told) == 2
    assert "换井盖" in told[-1]
    assert "疏通主管道" not in told[-1]


def test_a_correction_replaces_the_words_and_the_history_keeps_both(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])
    write(db, meeting, now=now)

    done = write(db, meeting, "大家同意修管", now=now, is_whole=True)

    assert done.meeting.record == "大家同意修管"
    lines = consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=[Happening.MINUTED])
    assert [(each.data or {})["record"] for each in lines] == ["大家同意换管", "大家同意修管"]
    assert len(decisions.decisions_of_meeting(db, meeting.id)) == 1


def test_minutes_stop_the_asking(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])
    consultation.set_wake(
        db, Subject.MEETING, meeting.id, WakeKind.ASK_MINUTES, community_id=1, due_at=now + timedelta(days=3)
    )

    write(db, meeting, now=now)

    assert WakeKind.ASK_MINUTES not in {
        each.kind for each in consultation.wakes_of(db, Subject.MEETING, meeting.id)
    }


def test_minutes_without_anything_to_do_let_the_meeting_go_on_a_day_later(
    db: Connection, now: datetime
) -> None:
    meeting = held(db, now=now)
    write(db, meeting, "大家听了汇报", now=now)

    for hours in (23, 24):
        for wake in consultation.due_wakes(db, now=now + timedelta(hours=hours), limit=100):
            fire_wake(db, wake, secret="s" * 43, now=now + timedelta(hours=hours), rules=RULES)

    assert rows.meeting_by_id(db, meeting.id).status is MeetingStatus.CLOSED


def test_no_minutes_before_the_meeting_nor_of_a_cancelled_one(db: Connection, now: datetime) -> None:
    ahead = called_meeting(db, now=now)
    cancelled = called_meeting(db, now=now, status=MeetingStatus.CANCELLED)

    with pytest.raises(MinutesTooEarly):
        write(db, ahead, now=now)
    with pytest.raises(MeetingMoveNotAllowed):
        write(db, cancelled, now=now)


def test_who_does_not_run_the_meeting_cannot_write(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now)

    for who in ("王芳", "周经理"):
        with pytest.raises(NotYourMeeting):
            minutes.meeting_for_minutes(db, named(db, who), meeting.number, now=now)


def test_minutes_have_a_limit(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now)

    with pytest.raises(WordsTooLong):
        write(db, meeting, "议" * (minutes.LONGEST + 1), now=now)


def test_decisions_entered_at_the_table_are_told_with_the_minutes_once(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])
    sat(db, meeting, now=now, person=known(db, "oWu", "吴大妈", now=now))
    lines = writ(AGREED, now=now).lines
    before = len(sent_to(db, PROPERTY))
    minutes.add_decisions(db, named(db, "李强"), meeting, lines, said_in="", now=now, rules=RULES)
    assert sent_to(db, "oWu", having="商定") == []
    assert len(sent_to(db, PROPERTY)) == before + 1

    write(db, meeting, "会开得好", now=now)

    assert len(sent_to(db, "oWu", having="商定")) == 1
    assert len(sent_to(db, PROPERTY)) == before + 1
    assert len(decisions.decisions_of_meeting(db, meeting.id)) == 1


def test_what_is_written_elsewhere_is_told_at_the_desk(db: Connection, now: datetime) -> None:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])

    write(db, meeting, now=now)

    assert len(sent_to(db, DESK, having="纪要已写")) == 1
