"""Whom and which places a topic concerns: what invitations are made of."""

from typing import Final

from sqlalchemy import Connection

from handlers.consultation.telling import RESIDENTS
from storage import cases as case_rows
from storage import organization, people
from storage import topics as topic_rows
from storage.models.organization import Estate
from storage.models.people import Person
from storage.models.topics import Topic

PRIVATE_TITLE: Final = "（不公开的议题）"


def estates_of_topic(db: Connection, topic: Topic) -> list[Estate]:
    """The estates the topic is about: its own and those of its cases, each once, in the order of their rows.

    None when it concerns the whole community, or nobody said where.
    """
    ids = {case.estate_id for case in topic_rows.case_rows_of_topic(db, topic.id)} | {topic.estate_id}
    return [organization.estate_by_id(db, each) for each in sorted(each for each in ids if each is not None)]


def reporters_of_topic(db: Connection, topic: Topic) -> list[Person]:
    """Everybody who reported one of its cases, the resident who proposed it, and who supports it; each once.

    The reporters come first. Staff or a worker who put it forward are not among them.
    """
    found: dict[int, Person] = {}
    for case_id in topic_rows.cases_of_topic(db, topic.id):
        standing = case_rows.standing_for(db, case_rows.case_by_id(db, case_id))
        found |= {each.id: each for each in case_rows.reporters_of(db, standing.id)}
    for each in supporters_of_topic(db, topic):
        found.setdefault(each.id, each)
    return list(found.values())


def title_for_supporters(topic: Topic) -> str:
    """The title for who supports it: of a private one, into which theirs was joined, it is not theirs."""
    return topic.title if topic.is_public else PRIVATE_TITLE


def supporters_of_topic(db: Connection, topic: Topic) -> list[Person]:
    """The resident who proposed the topic, and who supports it; each once."""
    proposer = people.person_by_id(db, topic.proposed_by_id) if topic.proposed_by_id else None
    first = [proposer] if proposer is not None and proposer.role in RESIDENTS else []
    return list({each.id: each for each in [*first, *topic_rows.seconders_of(db, topic.id)]}.values())
