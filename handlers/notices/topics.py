"""Who hears of a topic: staff at the desk of proposals, who proposed and supports it of what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from handlers.consultation.telling import news_of, tell_desk, tell_people
from handlers.privacy import concerns_a_worker
from handlers.replies import say
from handlers.replies import topics as texts
from handlers.rules import Rules
from handlers.topics.places import supporters_of_topic, title_for_supporters
from nlp.masking import mask_contacts
from storage import organization, people
from storage.models.cases import Case
from storage.models.consultation import Subject
from storage.models.people import Person
from storage.models.topics import Topic


def tell_topic_proposed(db: Connection, topic: Topic, event_id: int, *, now: datetime, rules: Rules) -> None:
    """Staff read at the desk what a resident proposes; a complaint of a worker they read alone."""
    estate = organization.estate_by_id(db, topic.estate_id).name if topic.estate_id else ""
    text = texts.topic_proposed(topic, words_for_desk(db, topic, topic.words), estate=estate)
    _tell_desk(db, topic, event_id, text, now=now, rules=rules)


def tell_topic_wished(
    db: Connection,
    topic: Topic,
    cases: Sequence[Case],
    worker: Person,
    *,
    event_id: int,
    now: datetime,
    rules: Rules,
) -> None:
    """Staff read which cases a worker wants talked over."""
    text = texts.topic_wished(topic, cases, worker.name)
    _tell_desk(db, topic, event_id, text, now=now, rules=rules)


def tell_topics_suggested(
    db: Connection,
    suggested: Sequence[tuple[Topic, Sequence[Case]]],
    *,
    event_id: int,
    more: int,
    now: datetime,
    rules: Rules,
) -> None:
    """Staff read what keeps coming back, in one message."""
    text = texts.topics_suggested(suggested, more=more)
    _tell_desk(db, suggested[0][0], event_id, text, now=now, rules=rules)


def tell_topic_accepted(
    db: Connection, topic: Topic, event_id: int, *, but: int, now: datetime, rules: Rules
) -> None:
    """Who proposed and supports the topic hears that it will be talked over."""
    _tell_supporters(db, topic, event_id, texts.topic_accepted, but=but, now=now, rules=rules)


def tell_topic_declined(
    db: Connection, topic: Topic, event_id: int, *, but: int, now: datetime, rules: Rules
) -> None:
    """Who proposed and supports the topic reads why it is not talked over."""
    _tell_supporters(db, topic, event_id, texts.topic_declined, but=but, now=now, rules=rules)


def tell_topic_joined(
    db: Connection, topic: Topic, into: Topic, event_id: int, *, but: int, now: datetime, rules: Rules
) -> None:
    """Who proposed and supported the topic hears under which one it is talked over."""

    def joined(each: Topic, *, is_proposer: bool) -> str:
        return texts.topic_joined(each, into, is_proposer=is_proposer)

    _tell_supporters(db, topic, event_id, joined, but=but, now=now, rules=rules)


def words_for_desk(db: Connection, topic: Topic, words: str) -> str:
    """The words as the desk's group reads them: without phone numbers, nothing of a complaint of a worker."""
    if concerns_a_worker(db, topic.community_id, words):
        return say(topic.community_id, "topic_confidential", number=topic.number)
    return mask_contacts(words)


def _tell_supporters(
    db: Connection,
    topic: Topic,
    event_id: int,
    text: Callable[..., str],
    *,
    but: int,
    now: datetime,
    rules: Rules,
) -> None:
    news = news_of(Subject.TOPIC, topic.id, event_id, community_id=topic.community_id, now=now, rules=rules)
    supporters = {each.id: each for each in supporters_of_topic(db, topic)}
    if topic.proposed_by_id is not None:
        supporters[topic.proposed_by_id] = people.person_by_id(db, topic.proposed_by_id)
    own = [each for each in supporters.values() if each.id == topic.proposed_by_id]
    others = [each for each in supporters.values() if each.id != topic.proposed_by_id]
    tell_people(db, news, own, text(topic, is_proposer=True), but=but)
    told = replace(topic, title=title_for_supporters(topic))
    tell_people(db, news, others, text(told, is_proposer=False), but=but)


def _tell_desk(
    db: Connection, topic: Topic, event_id: int, text: str, *, now: datetime, rules: Rules
) -> None:
    news = news_of(Subject.TOPIC, topic.id, event_id, community_id=topic.community_id, now=now, rules=rules)
    tell_desk(db, news, text)
