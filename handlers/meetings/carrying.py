"""What a joint meeting carries over: topics that were not settled, and decisions that are still open."""

from typing import Final

from sqlalchemy import Connection

from storage import decisions, joint_meetings, meetings, topics
from storage.decisions import OPEN_DECISIONS
from storage.models.decisions import Decision
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.topics import Topic, TopicStatus

LOOKED_BACK: Final = 24  # meetings of one series among which unfinished things are looked for
AGAIN: Final = (TopicStatus.SCHEDULED, TopicStatus.ACCEPTED)
TO_COME: Final = (MeetingStatus.DRAFT, MeetingStatus.INVITED, MeetingStatus.POSTPONED)


def unfinished_topics(db: Connection, joint_id: int) -> list[Topic]:
    """The topics of its former meetings that are not settled, and no meeting to come has; oldest first."""
    found: dict[int, Topic] = {}
    for meeting in reversed(joint_meetings.meetings_of_joint(db, joint_id)[:LOOKED_BACK]):
        if meeting.status in TO_COME:
            continue
        for topic in meetings.topics_of_meeting(db, meeting.id):
            if topic.status in AGAIN and not _has_meeting_ahead(db, topic):
                found.setdefault(topic.id, topic)
    return list(found.values())


def open_decisions(db: Connection, meeting: Meeting) -> list[Decision]:
    """What former meetings of the same series agreed on and is still to be done; none for other meetings."""
    if meeting.joint_meeting_id is None:
        return []
    former = joint_meetings.meetings_of_joint(db, meeting.joint_meeting_id)
    return [
        decision
        for each in reversed([one for one in former if one.id < meeting.id][:LOOKED_BACK])
        for decision in decisions.decisions_of_meeting(db, each.id, status=OPEN_DECISIONS)
    ]


def _has_meeting_ahead(db: Connection, topic: Topic) -> bool:
    return any(each.status in TO_COME for each in topics.meetings_of_topic(db, topic.id))
