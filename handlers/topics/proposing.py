"""A resident proposes what should be talked over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.errors.topics import TooManyProposals
from handlers.notices.topics import tell_topic_proposed
from handlers.privacy import concerns_a_worker, is_between_neighbours
from handlers.rules import Rules
from handlers.topics.making import titled
from storage import consultation, people
from storage import topics as topic_rows
from storage.models.consultation import Happening, Subject
from storage.models.people import Person
from storage.models.topics import Topic, TopicSource, TopicStatus

REPEATED_WITHIN: Final = timedelta(days=1)  # the same words of the same person again are the same proposal
A_DAY: Final = 5  # proposals of one person
LONGEST: Final = 1000  # characters kept of the words


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a resident proposes, and where; `is_decent`: it holds no insults and advertises nothing."""

    community_id: int
    words: str
    category: str = "other"
    estate_id: int | None = None
    building: str | None = None
    is_decent: bool = True


@dataclass(frozen=True, slots=True)
class TopicProposed:
    """The topic; `is_new` unless the same person proposed the same within a day."""

    topic: Topic
    is_new: bool


def propose_topic(
    db: Connection, proposer: Person, proposal: Proposal, *, now: datetime, rules: Rules
) -> TopicProposed:
    """The proposal is a topic that staff decide on; its proposer is the first who supports it.

    It is public unless it names somebody or a door, tells of a quarrel, or complains of a worker. The same
    words of the same person within a day are the same topic. Raises `TooManyProposals`.
    """
    words = " ".join(proposal.words.split())[:LONGEST]
    lately = topic_rows.proposals_of(db, proposer.id, since=now - REPEATED_WITHIN)
    for topic in lately:
        if topic.words == words and topic.community_id == proposal.community_id:
            return TopicProposed(topic, is_new=False)
    if len(lately) >= A_DAY:
        raise TooManyProposals(A_DAY)
    topic = topic_rows.add_topic(db, _values(db, proposer, proposal, words=words, now=now))
    topic_rows.add_second(db, topic.id, proposer.id, now=now)
    event_id = consultation.add_happening(
        db,
        Subject.TOPIC,
        topic.id,
        Happening.PROPOSED,
        community_id=topic.community_id,
        person_id=proposer.id,
        now=now,
    )
    if proposer.community_id is None:
        people.remember_community(db, proposer.id, topic.community_id)
    tell_topic_proposed(db, topic, event_id, now=now, rules=rules)
    return TopicProposed(topic, is_new=True)


def _values(
    db: Connection, proposer: Person, proposal: Proposal, *, words: str, now: datetime
) -> dict[str, object]:
    values = titled(words, [])
    is_private = is_between_neighbours(proposal.category, words) or concerns_a_worker(
        db, proposal.community_id, words
    )
    return values | {
        "community_id": proposal.community_id,
        "words": words,
        "status": TopicStatus.PROPOSED,
        "source": TopicSource.PROPOSAL,
        "is_public": bool(values["is_public"]) and not is_private and proposal.is_decent,
        "estate_id": proposal.estate_id,
        "building": proposal.building,
        "proposed_by_id": proposer.id,
        "proposed_at": now,
    }
