"""Staff accept, decline and join topics; who proposed and supports them hears of it, once."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from handlers.errors import NotAllowed
from handlers.errors.topics import (
    JoinedIntoItself,
    NoSuchTopic,
    TargetOnAgenda,
    TopicMoveNotAllowed,
    TopicReasonMissing,
    TopicTargetMissing,
)
from handlers.topics.deciding import Acceptance, accept_topic, decline_topic, join_topics
from handlers.topics.making import topic_of_cases
from handlers.topics.places import reporters_of_topic
from handlers.topics.scheduling import (
    carry_over_topic,
    release_topic,
    schedule_topic,
    settle_topic,
)
from handlers.topics.seconding import second_topic
from storage import topics as rows
from storage.engine import Database
from storage.models.consultation import Happening
from storage.models.people import Role
from storage.models.topics import TopicStatus
from tests.handlers.cases.scene import named, reported, resident, sent_to, settle_in, texts
from tests.handlers.topics.round_table import CHARGING, RULES, all_topics, history, proposed


@pytest.fixture
def here(database: Database, now: datetime) -> Database:
    """The sample communities, with a topic that 李 proposed and 张 supports."""

    def story(db: Connection) -> None:
        settle_in(db, now=now)
        topic = proposed(db, now=now).topic
        second_topic(db, resident(db, "oZhang", now=now), 1, community_id=topic.community_id, now=now)

    database.write_now(story)
    return database


def test_who_proposed_and_who_supports_an_accepted_topic_hear_of_it(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")

        topic = accept_topic(db, staff, 1, now=now, rules=RULES)

        assert (topic.status, topic.decided_by_id, topic.decided_at) == (TopicStatus.ACCEPTED, staff.id, now)
        assert ["您提的议题1" in each for each in texts(sent_to(db, "oLi"))] == [True]
        assert ["您附议的议题1" in each for each in texts(sent_to(db, "oZhang"))] == [True]
        with pytest.raises(TopicMoveNotAllowed):
            accept_topic(db, staff, 1, now=now, rules=RULES)
        assert len(sent_to(db, "oLi")) == 1

    here.write_now(story)


def test_staff_may_put_private_words_into_a_public_title(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        private = proposed(db, "让33号楼5单元201别再养鸡", now=now).topic
        proposed(db, "装路灯", now=now)

        told = accept_topic(db, staff, 2, Acceptance("小区文明饲养公约"), now=now, rules=RULES)
        named_door = accept_topic(db, staff, 3, Acceptance("33号楼5单元201门口装灯"), now=now, rules=RULES)
        hidden = accept_topic(db, staff, 1, Acceptance(is_public=False), now=now, rules=RULES)

        assert (told.id, told.title, told.is_public) == (private.id, "小区文明饲养公约", True)
        assert told.words == private.words
        assert not named_door.is_public
        assert not hidden.is_public

    here.write_now(story)


def test_declining_needs_a_reason_which_is_told(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")

        with pytest.raises(TopicReasonMissing, match="请写明原因"):
            decline_topic(db, staff, 1, "  ", now=now, rules=RULES)
        topic = decline_topic(db, staff, 1, "物业已经在装", now=now, rules=RULES)

        assert (topic.status, topic.reason) == (TopicStatus.DECLINED, "物业已经在装")
        for openid in ("oLi", "oZhang"):
            [told] = texts(sent_to(db, openid))
            assert "原因：物业已经在装" in told
        again = accept_topic(db, staff, 1, now=now, rules=RULES)
        assert (again.status, again.reason) == (TopicStatus.ACCEPTED, "")

    here.write_now(story)


@pytest.mark.parametrize("name", ["王芳", "周经理"])
def test_only_staff_decide(here: Database, now: datetime, name: str) -> None:
    def story(db: Connection) -> None:
        who = named(db, name)
        assert who.role in (Role.GRID_WORKER, Role.UNIT_MEMBER)

        with pytest.raises(NotAllowed):
            accept_topic(db, who, 1, now=now, rules=RULES)
        with pytest.raises(NotAllowed):
            decline_topic(db, who, 1, "不行", now=now, rules=RULES)
        with pytest.raises(NotAllowed):
            join_topics(db, who, [1], 2, now=now, rules=RULES)

    here.write_now(story)


def test_a_joined_topic_gives_its_support_and_its_cases_to_the_other(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        case = reported(db, now=now, by="oWu")
        second = proposed(db, "车棚里要能充电", by="oHe", now=now).topic
        second_topic(db, resident(db, "oZhang", now=now), 2, community_id=second.community_id, now=now)
        of_case = topic_of_cases(db, staff, [case.id], now=now)

        done = join_topics(db, staff, [2, of_case.number], 1, now=now, rules=RULES)

        assert [each.status for each in done.joined] == [TopicStatus.JOINED, TopicStatus.JOINED]
        assert (done.into.number, done.seconds) == (1, 3)  # 李, 张 once, 何
        assert rows.cases_of_topic(db, done.into.id) == [case.id]
        assert {each.id for each in reporters_of_topic(db, done.into)} == {
            resident(db, openid, now=now).id for openid in ("oLi", "oZhang", "oHe", "oWu")
        }
        [told] = texts(sent_to(db, "oHe"))
        assert f"您提的议题2和议题1“{CHARGING}”说的是一件事" in told.replace("“车棚里要能充电”", "")
        assert "发“议题1”看进展" in told

    here.write_now(story)


def test_a_public_topic_that_takes_in_a_quarrel_is_public_no_more(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        quarrel = reported(db, now=now, kind=("noise", "upstairs"), text="楼上半夜拖椅子")
        topic_of_cases(db, staff, [quarrel.id], now=now)

        done = join_topics(db, staff, [2], 1, now=now, rules=RULES)

        assert not done.into.is_public

    here.write_now(story)


def test_what_cannot_be_joined_is_refused_with_what_to_do(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        case = reported(db, now=now)
        of_case = topic_of_cases(db, staff, [case.id], now=now)
        schedule_topic(db, staff, all_topics(db)[0].id, meeting_id=1, now=now)

        with pytest.raises(TopicTargetMissing):
            join_topics(db, staff, [1], None, now=now, rules=RULES)
        with pytest.raises(JoinedIntoItself):
            join_topics(db, staff, [1], 1, now=now, rules=RULES)
        with pytest.raises(NoSuchTopic):
            join_topics(db, staff, [2], 9, now=now, rules=RULES)
        with pytest.raises(TargetOnAgenda, match="已列入议事会"):
            join_topics(db, staff, [of_case.number], 1, now=now, rules=RULES)
        decline_topic(db, staff, of_case.number, "不议了", now=now, rules=RULES)
        with pytest.raises(TopicMoveNotAllowed):
            join_topics(db, staff, [1], of_case.number, now=now, rules=RULES)

    here.write_now(story)


def test_two_topics_joined_into_each_other_leave_one(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        proposed(db, "车棚里要能充电", by="oHe", now=now)
        join_topics(db, staff, [2], 1, now=now, rules=RULES)

        with pytest.raises(JoinedIntoItself):
            join_topics(db, staff, [1], 2, now=now, rules=RULES)

    here.write_now(story)


def test_a_meeting_schedules_settles_carries_over_and_lets_go(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        [topic] = all_topics(db)

        def status(verb: object) -> TopicStatus:
            assert callable(verb)
            return TopicStatus(verb(db, staff, topic.id, meeting_id=5, now=now).status)

        assert status(release_topic) is TopicStatus.PROPOSED  # it was on no agenda
        assert status(schedule_topic) is TopicStatus.SCHEDULED
        assert status(carry_over_topic) is TopicStatus.ACCEPTED
        assert status(schedule_topic) is TopicStatus.SCHEDULED
        assert status(release_topic) is TopicStatus.ACCEPTED
        assert status(schedule_topic) is TopicStatus.SCHEDULED
        assert status(settle_topic) is TopicStatus.SETTLED
        assert status(settle_topic) is TopicStatus.SETTLED
        assert history(db, topic)[2:] == [
            Happening.SCHEDULED, Happening.CARRIED_OVER, Happening.SCHEDULED, Happening.POSTPONED,
            Happening.SCHEDULED, Happening.SETTLED,
        ]  # fmt: skip

    here.write_now(story)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([2, 3, 4]), voices=st.lists(st.integers(1, 4), max_size=12))
def test_in_whatever_order_topics_are_joined_every_voice_counts_once(
    sqlite_url: str, order: list[int], voices: list[int]
) -> None:
    now = datetime.fromisoformat("2026-11-20T02:00:00+00:00")
    database = Database(sqlite_url, encryption_key="x")

    def story(db: Connection) -> None:
        settle_in(db, now=now)
        made = {
            number: proposed(db, f"在{number}号楼前装路灯", by=f"oBy{number}", now=now).topic
            for number in range(1, 5)
        }
        people = {f"oBy{number}" for number in made}
        for count, number in enumerate(voices):
            openid = f"oVoice{count % 5}"
            rows.add_second(db, made[number].id, resident(db, openid, now=now).id, now=now)
            people.add(openid)

        for number in order:
            join_topics(db, named(db, "李强"), [number], 1, now=now, rules=RULES)

        assert rows.number_of_seconds(db, made[1].id) == len(people)

    with database.engine.connect() as db:
        transaction = db.begin()
        story(db)
        transaction.rollback()
    database.close()


def test_days_are_counted_from_the_proposal(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        [topic] = all_topics(db)
        assert topic.proposed_at == now
        assert (
            accept_topic(db, named(db, "李强"), 1, now=now + timedelta(days=2), rules=RULES).proposed_at
            == now
        )

    here.write_now(story)
