"""Topics in the sample community: who proposes, and what they look like."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from handlers.rules import Rules
from handlers.topics.proposing import Proposal, TopicProposed, propose_topic
from storage import consultation
from storage.models.consultation import Happening, Subject
from storage.models.people import Person
from storage.models.topics import Topic, topics
from tests.handlers.cases.scene import estate, resident

RULES = Rules()
CHARGING = "给车棚装充电桩"


def proposed(
    db: Connection, words: str = CHARGING, *, by: str = "oLi", now: datetime, **more: Any
) -> TopicProposed:
    """A resident of 枫桥苑 proposes this."""
    here = estate(db)
    proposal = Proposal(here.community_id, words, estate_id=here.id, **more)
    return propose_topic(db, resident(db, by, now=now), proposal, now=now, rules=RULES)


def history(db: Connection, topic: Topic) -> list[Happening]:
    return [each.kind for each in consultation.happenings_of(db, Subject.TOPIC, topic.id)]


def all_topics(db: Connection) -> list[Topic]:
    return [Topic(*row) for row in db.execute(select(*topics.c).order_by(topics.c.id))]


def neighbour(db: Connection, openid: str, *, now: datetime) -> Person:
    """Somebody who lives here too."""
    return resident(db, openid, now=now)
