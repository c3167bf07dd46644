"""What keeps coming back is suggested once, by whichever process looks first."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from handlers.rules import ConsultationRules
from handlers.topics.deciding import accept_topic, decline_topic
from handlers.topics.finding import may_know
from handlers.topics.making import topic_of_cases
from handlers.topics.suggesting import A_DAY, communities_with_suggestions, suggest_topics
from storage import topics as rows
from storage.engine import Database
from storage.models.cases import Case, CaseStatus, cases
from storage.models.topics import Topic, TopicSource, TopicStatus
from tests.handlers.cases.scene import DESK, named, reported, resident, sent_to, settle_in, texts
from tests.handlers.topics.round_table import RULES, all_topics, history

DAY = timedelta(days=1)


@pytest.fixture
def here(database: Database, now: datetime) -> Database:
    """The sample communities are there."""
    database.write_now(settle_in, now=now)
    return database


def several(
    db: Connection, count: int, *, now: datetime, kind: tuple[str, str] = ("water", "sewer")
) -> list[Case]:
    return [
        reported(db, now=now, by=f"o{kind}{number}", kind=kind, text=f"{number}下水道堵了")
        for number in range(count)
    ]


def look(db: Connection, *, now: datetime) -> list[Topic]:
    return suggest_topics(db, 1, now=now, rules=RULES)


def test_the_third_case_of_a_kind_in_an_estate_suggests_a_topic(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        known = several(db, 2, now=now)
        assert look(db, now=now) == []
        assert communities_with_suggestions(db, now=now, rules=RULES) == []

        known += [reported(db, now=now, by="oWu", kind=("water", "sewer"), text="又堵了")]
        assert communities_with_suggestions(db, now=now, rules=RULES) == [1]
        [topic] = look(db, now=now)

        assert (topic.status, topic.source) == (TopicStatus.SUGGESTED, TopicSource.RECURRING)
        assert rows.cases_of_topic(db, topic.id) == [each.id for each in known]
        assert topic.title.startswith("枫桥苑3号楼用水·下水道")
        [told] = texts(sent_to(db, DESK, having="反复出现"))
        assert f"@回音 采纳议题{topic.number}" in told
        assert known[0].label in told
        assert look(db, now=now) == []
        assert communities_with_suggestions(db, now=now, rules=RULES) == []

    here.write_now(story)


def test_what_is_only_suggested_residents_do_not_know_of(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        several(db, 3, now=now)
        [topic] = look(db, now=now)
        neighbour = resident(db, "oWu", now=now)

        assert (topic.is_public, may_know(db, neighbour, topic)) == (True, False)
        assert may_know(db, named(db, "李强"), topic)
        accepted = accept_topic(db, named(db, "李强"), topic.number, now=now, rules=RULES)
        assert may_know(db, neighbour, accepted)

    here.write_now(story)


def test_old_withdrawn_and_unknown_trouble_does_not_count(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        [old, withdrawn] = several(db, 2, now=now)
        several(db, 1, now=now)
        several(db, 3, now=now, kind=("other", "general"))
        db.execute(update(cases).where(cases.c.id == old.id).values(opened_at=now - 91 * DAY))
        db.execute(update(cases).where(cases.c.id == withdrawn.id).values(status=CaseStatus.WITHDRAWN))

        assert look(db, now=now) == []

    here.write_now(story)


def test_a_case_reopened_twice_suggests_a_topic_of_its_own(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        [case, _] = several(db, 2, now=now, kind=("noise", "equipment"))
        once = reported(db, now=now, by="oHe", kind=("property", "lift"), text="电梯坏了")
        again = {"reopen_count": 2, "round_at": now, "opened_at": now - 120 * DAY}
        db.execute(update(cases).where(cases.c.id == case.id).values(**again))
        db.execute(update(cases).where(cases.c.id == once.id).values(reopen_count=1))

        [topic] = look(db, now=now)

        assert rows.cases_of_topic(db, topic.id) == [case.id]

    here.write_now(story)


def test_it_is_not_suggested_again_within_the_time_nor_while_it_waits(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        several(db, 3, now=now)
        [topic] = look(db, now=now)
        decline_topic(db, staff, topic.number, "物业在换管", now=now, rules=RULES)
        several(db, 3, now=now + 80 * DAY)

        assert look(db, now=now + 80 * DAY) == []
        [second] = look(db, now=now + 91 * DAY)
        accept_topic(db, staff, second.number, now=now + 91 * DAY, rules=RULES)
        several(db, 3, now=now + 200 * DAY)
        assert look(db, now=now + 200 * DAY) == []  # the second still waits for its meeting

    here.write_now(story)


def test_what_a_worker_has_put_forward_is_not_suggested_too(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        [first, *_] = several(db, 3, now=now)
        topic_of_cases(db, named(db, "王芳"), [first.id], now=now)

        assert look(db, now=now) == []

    here.write_now(story)


def test_quarrels_and_confidential_cases_get_no_public_title(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        several(db, 3, now=now, kind=("noise", "upstairs"))
        for case in several(db, 3, now=now):
            db.execute(update(cases).where(cases.c.id == case.id).values(is_confidential=True))

        made = look(db, now=now)

        assert [topic.is_public for topic in made] == [False, False]
        assert not any("枫桥苑" in topic.title for topic in made)
        assert any(topic.title.startswith("不公开的诉求") for topic in made)

    here.write_now(story)


def test_many_troubles_are_told_in_one_message_and_at_most_five_a_day(here: Database, now: datetime) -> None:
    kinds = [
        ("water", "sewer"), ("water", "leak"), ("property", "lighting"), ("property", "lift"),
        ("parking", "ground_lock"), ("parking", "blocked_car"), ("noise", "equipment"),
    ]  # fmt: skip

    def story(db: Connection) -> None:
        for kind in kinds:
            several(db, 3, now=now, kind=kind)

        assert len(look(db, now=now)) == A_DAY
        assert look(db, now=now + timedelta(hours=1)) == []
        [told] = texts(sent_to(db, DESK, having="反复出现"))
        assert "还有 2 类" in told
        assert len(look(db, now=now + DAY + timedelta(minutes=1))) == len(kinds) - A_DAY

    here.write_now(story)


def test_communities_set_what_counts_as_often(here: Database, now: datetime) -> None:
    rules = replace(RULES, consultation=ConsultationRules(recurring_cases=2, recurring_within=10 * DAY))

    def story(db: Connection) -> None:
        several(db, 2, now=now)

        assert len(suggest_topics(db, 1, now=now + 9 * DAY, rules=rules)) == 1

    here.write_now(story)


async def test_two_processes_that_look_at_once_suggest_one_topic(here: Database, now: datetime) -> None:
    await here.write(lambda db: several(db, 3, now=now))

    looks = [here.write(suggest_topics, 1, now=now, rules=RULES) for _ in range(4)]
    found = await asyncio.gather(*looks)

    [topic] = await here.read(all_topics)
    assert sorted(len(each) for each in found) == [0, 0, 0, 1]
    assert len(await here.read(history, topic)) == 1
    assert len(await here.read(sent_to, DESK, having="反复出现")) == 1
