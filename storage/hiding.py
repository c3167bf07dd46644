"""What of a consultation goes out of residents' groups when a case does: its topics, and their meetings."""

from sqlalchemy import Connection, bindparam, or_, select, update

from storage.models.cases import cases
from storage.models.meetings import meeting_topics, meetings
from storage.models.topics import topic_cases, topics

_CASES = select(cases.c.id).where(
    or_(cases.c.id == bindparam("hidden_id"), cases.c.merged_into_id == bindparam("hidden_id"))
)
_TOPIC_IDS = select(topic_cases.c.topic_id).where(topic_cases.c.case_id.in_(_CASES))
_MEETING_IDS = select(meeting_topics.c.meeting_id).where(meeting_topics.c.topic_id.in_(_TOPIC_IDS))
_TOPICS = update(topics).where(topics.c.is_public, topics.c.id.in_(_TOPIC_IDS)).values(is_public=False)
_MEETINGS = (
    update(meetings).where(meetings.c.is_public, meetings.c.id.in_(_MEETING_IDS)).values(is_public=False)
)


def hide_topics_of_case(db: Connection, case_id: int) -> None:
    """Residents' groups and the board read no more of the topics about this case and of their meetings."""
    db.execute(_MEETINGS, {"hidden_id": case_id})
    db.execute(_TOPICS, {"hidden_id": case_id})
