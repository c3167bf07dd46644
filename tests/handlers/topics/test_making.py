"""Topics of cases: what waits about the same cases is used again, and nothing private becomes a title."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import Connection, update

from handlers.cases.consulting import propose_consultation
from handlers.cases.merging import merge_cases
from handlers.errors import NotAllowed, NotYourGrid
from handlers.errors.topics import CaseNotForTopic, NoCaseForTopic, TopicTitleMissing
from handlers.topics.adding import add_to_list
from handlers.topics.making import topic_of_cases, topic_titled
from handlers.topics.places import estates_of_topic, reporters_of_topic
from handlers.topics.scheduling import schedule_topic
from storage import topics as rows
from storage.engine import Database
from storage.models.cases import CaseStatus, cases
from storage.models.consultation import Happening
from storage.models.topics import TopicSource, TopicStatus
from tests.handlers.cases.scene import DESK, named, reported, resident, sent_to, settle_in, texts
from tests.handlers.topics.round_table import RULES, all_topics, history


@pytest.fixture
def here(database: Database, now: datetime) -> Database:
    """The sample communities are there."""
    database.write_now(settle_in, now=now)
    return database


def test_staffs_topic_of_a_case_is_accepted_and_a_workers_proposed(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        one, two = reported(db, now=now), reported(db, now=now, by="oHe", text="3号楼单元门坏了")

        of_staff = topic_of_cases(db, named(db, "李强"), [one.id], now=now)
        of_worker = topic_of_cases(db, named(db, "王芳"), [two.id, one.id], now=now)

        assert (of_staff.status, of_worker.status) == (TopicStatus.ACCEPTED, TopicStatus.PROPOSED)
        assert of_staff.source is TopicSource.CASE
        assert history(db, of_staff) == [Happening.PROPOSED, Happening.ACCEPTED]
        assert rows.cases_of_topic(db, of_worker.id) == [one.id, two.id]
        assert of_staff.title == "枫桥苑3号楼物业·照明"  # without the unit

    here.write_now(story)


def test_what_waits_about_exactly_these_cases_is_used_again(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff, worker = named(db, "李强"), named(db, "王芳")
        one, two = reported(db, now=now), reported(db, now=now, by="oHe", text="3号楼单元门坏了")
        wish = topic_of_cases(db, worker, [one.id], now=now)

        both = topic_of_cases(db, staff, [one.id, two.id], now=now)
        again = topic_of_cases(db, staff, [one.id], title="楼道照明", now=now)

        assert both.id != wish.id
        assert (again.id, again.status, again.title) == (wish.id, TopicStatus.ACCEPTED, "楼道照明")
        assert topic_of_cases(db, worker, [two.id, one.id, one.id], now=now).id == both.id
        schedule_topic(db, staff, again.id, meeting_id=1, now=now)
        assert topic_of_cases(db, staff, [one.id], now=now).id != again.id

    here.write_now(story)


def test_no_case_and_a_case_that_is_over_make_no_topic(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        case = reported(db, now=now)
        open_one = reported(db, now=now, by="oHe", text="3号楼单元门坏了")
        db.execute(update(cases).where(cases.c.id == case.id).values(status=CaseStatus.CLOSED))

        with pytest.raises(NoCaseForTopic):
            topic_of_cases(db, staff, [], now=now)
        with pytest.raises(CaseNotForTopic, match=f"诉求 {case.label} 已销号.*重办 {case.number}"):
            topic_of_cases(db, staff, [open_one.id, case.id], now=now)
        assert all_topics(db) == []

    here.write_now(story)


def test_a_merged_case_stands_for_the_one_it_belongs_to(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        root, part = reported(db, now=now), reported(db, now=now, by="oHe", text="3号楼楼道黑")
        merge_cases(db, staff, part.id, root.id, now=now, rules=RULES)

        topic = topic_of_cases(db, staff, [part.id, root.id], now=now)

        assert rows.cases_of_topic(db, topic.id) == [root.id]
        assert {each.id for each in reporters_of_topic(db, topic)} == {
            resident(db, openid, now=now).id for openid in ("oLi", "oHe")
        }

    here.write_now(story)


def test_quarrels_and_confidential_cases_are_no_public_topics(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        public = reported(db, now=now)
        quarrel = reported(db, now=now, by="oHe", kind=("noise", "upstairs"), text="楼上半夜拖椅子")
        whispered = reported(db, now=now, by="oWu", text="网格员收了物业的钱")
        db.execute(update(cases).where(cases.c.id == whispered.id).values(is_confidential=True))

        def made(*ids: int) -> tuple[str, bool]:
            topic = topic_of_cases(db, staff, ids, now=now)
            return topic.title, topic.is_public

        assert made(public.id)[1]
        title, is_public = made(public.id, quarrel.id)
        assert (is_public, "枫桥苑" in title) == (False, False)
        assert made(whispered.id) == (f"不公开的诉求（诉求 {whispered.label}）", False)

    here.write_now(story)


def test_a_topic_concerns_the_estates_of_its_cases(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        one = reported(db, now=now)
        other = reported(db, now=now, by="oHe", place="明园小区")
        nowhere = reported(db, now=now, by="oWu", place=None, text="哪里有噪音")

        topic = topic_of_cases(db, staff, [one.id, other.id, nowhere.id], now=now)

        assert [each.name for each in estates_of_topic(db, topic)] == ["枫桥苑", "明园小区"]
        assert topic.estate_id is None
        assert staff.id not in {each.id for each in reporters_of_topic(db, topic)}

    here.write_now(story)


def test_a_title_alone_is_a_topic_too(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")

        topic = topic_titled(db, staff, "车棚充电桩怎么装", now=now)

        assert (topic.title, topic.is_public, topic.status) == (
            "车棚充电桩怎么装",
            True,
            TopicStatus.ACCEPTED,
        )
        long = topic_titled(db, staff, "长" * 200, now=now)
        assert (len(long.title), len(long.words)) == (60, 200)
        with pytest.raises(TopicTitleMissing):
            topic_titled(db, staff, " \n", now=now)

    here.write_now(story)


def test_a_wish_of_a_worker_is_one_topic_while_it_waits(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        worker = named(db, "王芳")
        case = reported(db, now=now)

        first = propose_consultation(db, worker, case.id, now=now)
        again = propose_consultation(db, worker, case.id, now=now)

        assert (first.is_new, again.is_new) == (True, False)
        [topic] = all_topics(db)
        assert (topic.status, topic.proposed_by_id) == (TopicStatus.PROPOSED, worker.id)
        told = texts(sent_to(db, DESK, having="需要议事"))
        assert ["采纳议题1" in each and f"议 {case.number} 周五" in each for each in told] == [True]

    here.write_now(story)


def test_several_cases_of_a_worker_are_told_at_the_desk_once(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        worker = named(db, "王芳")
        ids = [reported(db, now=now).id, reported(db, now=now, by="oHe", text="3号楼单元门坏了").id]

        added = add_to_list(db, worker, ids, title="3号楼公共设施", now=now, rules=RULES)
        add_to_list(db, worker, ids, now=now, rules=RULES)

        assert (added.is_wish, added.topic.title) == (True, "3号楼公共设施")
        assert len(sent_to(db, DESK, having="建议议一议")) == 1
        with pytest.raises(NotAllowed):
            add_to_list(db, named(db, "周经理"), ids, now=now, rules=RULES)
        with pytest.raises(NotYourGrid):
            add_to_list(db, named(db, "赵磊"), ids, now=now, rules=RULES)

    here.write_now(story)


async def test_two_who_put_the_same_case_forward_at_once_make_one_topic(
    here: Database, now: datetime
) -> None:
    case = await here.write(lambda db: reported(db, now=now))
    staff = await here.read(lambda db: named(db, "李强"))
    worker = await here.read(lambda db: named(db, "王芳"))

    made = await asyncio.gather(
        *(here.write(topic_of_cases, who, [case.id], now=now) for who in (staff, worker, staff, worker))
    )

    assert len({each.id for each in made}) == 1
    assert len(await here.read(all_topics)) == 1
