"""Topics as their readers may know them: what waits, by support and age; and one of them."""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.meetings.publicity import public_place
from handlers.notices.topics import words_for_desk
from handlers.replies.topics import TopicFacts
from handlers.topics.finding import sees_all
from handlers.topics.places import title_for_supporters
from nlp.masking import mask_contacts
from storage import invitations, organization
from storage import topics as topic_rows
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person
from storage.models.topics import Topic

PAGE: Final = 15  # topics in one answer


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One page of what waits, of how many in all."""

    entries: list[TopicFacts]
    total: int
    skipped: int


def list_topics(
    db: Connection, reader: Person, community_id: int, *, page: int = 1, is_alone: bool
) -> TopicPage:
    """What waits for a meeting and the reader may know of, the most supported and then the oldest first.

    `is_alone`: nobody else reads the answer. Pages count from 1.
    """
    skipped = (max(page, 1) - 1) * PAGE
    reader_id = None if sees_all(reader) else reader.id
    counted, total = topic_rows.waiting_topics(
        db, community_id, reader_id=reader_id, limit=PAGE, skipped=skipped
    )
    entries = [_facts(db, reader, each.topic, seconds=each.seconds, is_alone=is_alone) for each in counted]
    return TopicPage(entries, total, skipped)


def facts_of_topic(db: Connection, reader: Person, topic: Topic, *, is_alone: bool) -> TopicFacts:
    """One topic, as this reader may know it."""
    seconds = topic_rows.number_of_seconds(db, topic.id)
    return _facts(db, reader, topic, seconds=seconds, is_alone=is_alone)


def _facts(db: Connection, reader: Person, topic: Topic, *, seconds: int, is_alone: bool) -> TopicFacts:
    into = topic_rows.topic_by_id(db, topic.joined_into_id) if topic.joined_into_id else None
    title, words = _shown(db, reader, topic, is_alone=is_alone)
    return TopicFacts(
        topic,
        title,
        words,
        seconds,
        topic_rows.case_rows_of_topic(db, topic.id) if sees_all(reader) else [],
        _meetings(db, reader, topic),
        into.number if into else None,
        organization.estate_by_id(db, topic.estate_id).name if topic.estate_id else "",
    )


def _shown(db: Connection, reader: Person, topic: Topic, *, is_alone: bool) -> tuple[str, str]:
    """Title and words: whoever proposed it reads all; others of a complaint of a worker only staff, alone."""
    if reader.id == topic.proposed_by_id or (is_alone and reader.role in COMMUNITY_ROLES):
        return topic.title, topic.words
    if not sees_all(reader):
        return title_for_supporters(topic), ""
    if topic.is_public:
        return topic.title, mask_contacts(topic.words)
    return words_for_desk(db, topic, topic.title), words_for_desk(db, topic, topic.words)


def _meetings(db: Connection, reader: Person, topic: Topic) -> list[Meeting]:
    """The meetings about it: whoever is not invited knows of public ones, without link and private place."""
    found = topic_rows.meetings_of_topic(db, topic.id)
    if sees_all(reader):
        return found
    called = [each for each in found if each.status is not MeetingStatus.DRAFT]
    known = (_as_known(db, reader, each) for each in called)
    return [each for each in known if each is not None]


def _as_known(db: Connection, reader: Person, meeting: Meeting) -> Meeting | None:
    if invitations.invitations_to(db, meeting.id, person_id=reader.id, unit_id=reader.unit_id):
        return meeting
    return replace(meeting, place=public_place(meeting), online="") if meeting.is_public else None
