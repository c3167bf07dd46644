"""Residents propose and support topics, on both databases."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors.topics import (
    AlreadySecondedTopic,
    NoSuchTopic,
    OnlyResidentsSecond,
    TooManyProposals,
    TopicOver,
)
from handlers.topics.deciding import accept_topic, decline_topic, join_topics
from handlers.topics.listing import facts_of_topic, list_topics
from handlers.topics.proposing import A_DAY
from handlers.topics.seconding import second_topic
from storage import meetings, personal_data
from storage import topics as rows
from storage.engine import Database
from storage.models.consultation import Happening
from storage.models.meetings import MeetingStatus
from storage.models.organization import Community
from storage.models.topics import TopicSource, TopicStatus
from storage.organization import all_communities
from tests.handlers.cases.scene import DESK, named, resident, sent_to, settle_in, texts
from tests.handlers.topics.round_table import CHARGING, RULES, all_topics, history, proposed


@pytest.fixture
def here(database: Database, now: datetime) -> Database:
    """The sample communities are there."""
    database.write_now(settle_in, now=now)
    return database


def test_a_proposal_is_a_topic_its_proposer_supports_and_the_desk_decides_on(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        made = proposed(db, now=now)

        assert made.is_new
        assert (made.topic.number, made.topic.status) == (1, TopicStatus.PROPOSED)
        assert (made.topic.title, made.topic.words, made.topic.is_public) == (CHARGING, CHARGING, True)
        assert made.topic.source is TopicSource.PROPOSAL
        assert rows.number_of_seconds(db, made.topic.id) == 1
        assert history(db, made.topic) == [Happening.PROPOSED]
        [told] = texts(sent_to(db, DESK))
        assert "居民提议：议题1**（枫桥苑）" in told
        assert "@回音 采纳议题1" in told
        assert "@回音 合并议题1 到" in told
        assert "@回音 不采纳议题1 原因" in told

    here.write_now(story)


def test_the_same_words_within_a_day_are_the_same_topic(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        first = proposed(db, now=now)
        again = proposed(db, f" {CHARGING} ", now=now + timedelta(hours=23))
        neighbours = proposed(db, by="oZhang", now=now)
        later = proposed(db, now=now + timedelta(days=1, seconds=1))

        assert (again.topic.id, again.is_new) == (first.topic.id, False)
        assert neighbours.is_new
        assert later.is_new
        assert len(sent_to(db, DESK)) == 3

    here.write_now(story)


def test_nobody_fills_the_list_alone(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        for count in range(A_DAY):
            proposed(db, f"在{count + 1}号楼前装路灯", now=now)

        with pytest.raises(TooManyProposals, match="今天您已经提了5条，请明天再提"):
            proposed(db, "还要一张长椅", now=now)

        assert proposed(db, "还要一张长椅", now=now + timedelta(days=1, minutes=1)).is_new

    here.write_now(story)


@pytest.mark.parametrize(
    ("words", "is_decent"),
    [
        ("让33号楼5单元201别再养鸡", True),
        ("请张伟家把杂物搬走", True),
        ("有事打13912345678找我，装个路灯", True),
        ("楼道隔壁邻居的鞋柜要管管", True),
        ("换掉网格员，他态度太差", True),
        ("装路灯", False),
    ],
)
def test_what_names_somebody_or_is_a_quarrel_is_not_shown_to_others(
    here: Database, now: datetime, *, words: str, is_decent: bool
) -> None:
    def story(db: Connection) -> None:
        topic = proposed(db, words, now=now, is_decent=is_decent).topic
        zhang = resident(db, "oZhang", now=now)

        assert not topic.is_public
        assert list_topics(db, zhang, topic.community_id, is_alone=True).total == 0
        with pytest.raises(NoSuchTopic):
            second_topic(db, zhang, 1, community_id=topic.community_id, now=now)
        own = list_topics(db, resident(db, now=now), topic.community_id, is_alone=True)
        assert [each.title for each in own.entries] == [topic.title]
        [told] = texts(sent_to(db, DESK))
        assert "采纳议题1 标题" in told
        assert "13912345678" not in told
        assert "态度太差" not in told

    here.write_now(story)


def test_a_complaint_of_a_worker_is_read_by_staff_alone(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        topic = proposed(db, "换掉网格员，他态度太差", now=now).topic
        worker, staff = named(db, "王芳"), named(db, "李强")
        assert staff.role in COMMUNITY_ROLES

        def title(who: str, *, is_alone: bool) -> str:
            page = list_topics(db, named(db, who), topic.community_id, is_alone=is_alone)
            return page.entries[0].title

        assert "态度" not in title(worker.name, is_alone=True)
        assert "态度" not in title(staff.name, is_alone=False)
        assert "态度" in title(staff.name, is_alone=True)

    here.write_now(story)


def test_each_neighbour_supports_a_topic_once(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        topic = proposed(db, now=now).topic
        zhang = resident(db, "oZhang", now=now)

        done = second_topic(db, zhang, 1, community_id=topic.community_id, now=now)

        assert (done.topic.id, done.seconds) == (topic.id, 2)
        with pytest.raises(AlreadySecondedTopic, match="已经附议过了，现在共 2 位"):
            second_topic(db, zhang, 1, community_id=topic.community_id, now=now)
        with pytest.raises(AlreadySecondedTopic):  # the proposer is the first
            second_topic(db, resident(db, now=now), 1, community_id=topic.community_id, now=now)
        assert history(db, topic) == [Happening.PROPOSED, Happening.SECONDED]

    here.write_now(story)


def test_nobody_supports_what_is_unknown_over_or_not_theirs(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        topic = proposed(db, now=now).topic
        zhang = resident(db, "oZhang", now=now)
        others = next(each.id for each in all_communities(db) if each.id != topic.community_id)

        for number, community_id in ((9, topic.community_id), (1, others)):
            with pytest.raises(NoSuchTopic):
                second_topic(db, zhang, number, community_id=community_id, now=now)
        with pytest.raises(OnlyResidentsSecond):
            second_topic(db, named(db, "王芳"), 1, community_id=topic.community_id, now=now)
        decline_topic(db, named(db, "李强"), 1, "已在改造", now=now, rules=RULES)
        with pytest.raises(TopicOver, match="没有采纳"):
            second_topic(db, zhang, 1, community_id=topic.community_id, now=now)
        rows.change_topic(db, topic.id, status=TopicStatus.SETTLED)
        with pytest.raises(TopicOver, match="已经议定"):
            second_topic(db, zhang, 1, community_id=topic.community_id, now=now)

    here.write_now(story)


def test_who_supports_a_joined_topic_supports_the_other(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        proposed(db, now=now)
        proposed(db, "车棚里要能充电", by="oZhang", now=now)
        join_topics(db, named(db, "李强"), [2], 1, now=now, rules=RULES)
        community_id = all_topics(db)[0].community_id

        done = second_topic(db, resident(db, "oWu", now=now), 2, community_id=community_id, now=now)

        assert (done.topic.number, done.seconds) == (1, 3)

    here.write_now(story)


async def test_neighbours_who_support_at_the_same_moment_are_all_counted(
    here: Database, now: datetime
) -> None:
    def prepare(db: Connection) -> tuple[Community, int]:
        topic = proposed(db, now=now).topic
        for count in range(8):
            resident(db, f"o{count}", now=now)
        return all_communities(db)[0], topic.id

    community, topic_id = await here.write(prepare)

    def support(db: Connection, count: int) -> None:
        who = resident(db, f"o{count % 8}", now=now)
        second_topic(db, who, 1, community_id=community.id, now=now)

    twice = [here.write(support, count) for count in range(16)]
    outcomes = await asyncio.gather(*twice, return_exceptions=True)

    refused = [each for each in outcomes if isinstance(each, AlreadySecondedTopic)]
    assert len(refused) == 8
    assert await here.read(rows.number_of_seconds, topic_id) == 9


def test_who_asks_for_it_is_forgotten_in_what_is_over_and_kept_in_what_goes_on(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        li, staff = resident(db, now=now), named(db, "李强")
        for words in (CHARGING, "在门口装路灯", "修一修花坛"):
            proposed(db, words, now=now)
        decline_topic(db, staff, 1, "已在改造", now=now, rules=RULES)
        rows.change_topic(db, all_topics(db)[1].id, status=TopicStatus.SETTLED)

        personal_data.forget_proposals(db, li.id, instead="（已删除）")

        declined, settled, waiting = all_topics(db)
        assert (declined.title, declined.words, declined.is_public) == ("（已删除）", "（已删除）", False)
        assert (settled.title, settled.words) == ("在门口装路灯", "（已删除）")
        assert waiting.words == "修一修花坛"

    here.write_now(story)


def test_private_words_stay_private_for_whose_topic_was_joined_into_them(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        private = proposed(db, "33号楼201的张伟总占车位", now=now).topic
        proposed(db, "小区停车要有规矩", by="oZhang", now=now)
        staff = named(db, "李强")
        join_topics(db, staff, [2], private.number, now=now, rules=RULES)
        accept_topic(db, staff, private.number, now=now, rules=RULES)

        zhang, li = resident(db, "oZhang", now=now), resident(db, "oLi", now=now)
        shown = facts_of_topic(db, zhang, rows.topic_by_id(db, private.id), is_alone=True)
        assert "张伟" not in shown.title
        assert not [each for each in texts(sent_to(db, "oZhang")) if "张伟" in each]
        own = facts_of_topic(db, li, rows.topic_by_id(db, private.id), is_alone=True)
        assert "张伟" in own.title
        assert [each for each in texts(sent_to(db, "oLi")) if "已采纳" in each and "张伟" in each]

    here.write_now(story)


def test_of_a_private_meeting_about_a_public_topic_others_read_neither_time_nor_place(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        topic = proposed(db, now=now).topic
        staff = named(db, "李强")
        values = {
            "community_id": topic.community_id,
            "title": "一次议事",
            "starts_at": now + timedelta(days=1),
            "place": "33号楼201张伟家",
            "online": "https://meet.example/1",
            "status": MeetingStatus.INVITED,
            "called_by_id": staff.id,
            "called_at": now,
        }
        meeting = meetings.add_meeting(db, values)
        meetings.add_to_agenda(db, meeting.id, topic.id, position=1)
        wu = resident(db, "oWu", now=now)

        assert facts_of_topic(db, wu, topic, is_alone=True).meetings == []
        assert [each.place for each in facts_of_topic(db, staff, topic, is_alone=True).meetings] == [
            "33号楼201张伟家"
        ]
        meetings.change_meeting(db, meeting.id, is_public=True)
        [known] = facts_of_topic(db, wu, topic, is_alone=True).meetings
        assert (known.number, known.place, known.online) == (meeting.number, "", "")

    here.write_now(story)
