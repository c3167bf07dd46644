"""附议: one more resident supports a topic."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.consultation.telling import RESIDENTS
from handlers.errors.topics import AlreadySecondedTopic, OnlyResidentsSecond, TopicOver
from handlers.topics.finding import held_topic, standing_topic
from handlers.topics.states import MOVES, TopicAction
from storage import consultation
from storage import topics as topic_rows
from storage.models.consultation import Happening, Subject
from storage.models.people import Person
from storage.models.topics import Topic, TopicStatus


@dataclass(frozen=True, slots=True)
class TopicSeconded:
    """The topic that is supported now, which a joined one led to, and by how many people."""

    topic: Topic
    seconds: int


def second_topic(
    db: Connection, person: Person, number: int, *, community_id: int, now: datetime
) -> TopicSeconded:
    """This resident supports the topic of that number, once; of a joined one the topic it was joined into.

    Raises `NoSuchTopic`, `TopicOver` when it was settled or declined, `AlreadySecondedTopic`, and
    `OnlyResidentsSecond` for whoever works here.
    """
    if person.role not in RESIDENTS:
        raise OnlyResidentsSecond(number)
    topic = standing_topic(db, held_topic(db, person, community_id, number))
    if (topic.status, TopicAction.SECOND) not in MOVES:
        raise TopicOver(topic.number, is_settled=topic.status is TopicStatus.SETTLED)
    if not topic_rows.add_second(db, topic.id, person.id, now=now):
        raise AlreadySecondedTopic(topic.number, topic_rows.number_of_seconds(db, topic.id))
    consultation.add_happening(
        db,
        Subject.TOPIC,
        topic.id,
        Happening.SECONDED,
        community_id=topic.community_id,
        person_id=person.id,
        now=now,
    )
    return TopicSeconded(topic, topic_rows.number_of_seconds(db, topic.id))


def may_second(db: Connection, community_id: int, number: int) -> bool:
    """Whether a public topic of that number waits, or is to be talked over, in the community."""
    topic = topic_rows.topic_numbered(db, community_id, number)
    is_told = topic is not None and topic.is_public and topic.status is not TopicStatus.SUGGESTED
    return topic is not None and is_told and (topic.status, TopicAction.SECOND) in MOVES
