"""Which topic somebody means by a number, and whether they may know of it."""

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.consultation.telling import RESIDENTS
from handlers.errors.topics import NoSuchTopic
from storage import topics as topic_rows
from storage.models.people import Person, Role
from storage.models.topics import Topic, TopicStatus


def topic_meant(db: Connection, reader: Person, community_id: int, number: int) -> Topic:
    """The community's topic of this number, not held.

    Residents and members of units know of what is public, and of what they proposed or support themselves.
    Raises `NoSuchTopic`.
    """
    topic = topic_rows.topic_numbered(db, community_id, number)
    if topic is None or not may_know(db, reader, topic):
        raise NoSuchTopic(number, is_resident=reader.role in RESIDENTS)
    return topic


def held_topic(db: Connection, reader: Person, community_id: int, number: int) -> Topic:
    """As `topic_meant`, held until the transaction ends."""
    return topic_rows.lock_topic(db, topic_meant(db, reader, community_id, number).id)


def standing_topic(db: Connection, topic: Topic) -> Topic:
    """The topic that a joined one is talked over under, held; any other stands for itself."""
    while topic.joined_into_id is not None:
        topic = topic_rows.lock_topic(db, topic.joined_into_id)
    return topic


def sees_all(reader: Person) -> bool:
    """Whether every topic of the community is the reader's business: staff's and grid workers'."""
    return reader.role in (*COMMUNITY_ROLES, Role.GRID_WORKER)


def may_know(db: Connection, reader: Person, topic: Topic) -> bool:
    """Whether the reader may know that there is this topic."""
    if sees_all(reader) or topic.proposed_by_id == reader.id:
        return True
    if topic.is_public and topic.status is not TopicStatus.SUGGESTED:
        return True
    return any(each.id == reader.id for each in topic_rows.seconders_of(db, topic.id))
