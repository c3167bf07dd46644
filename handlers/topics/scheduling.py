"""What a meeting does to its topics: they stand on its agenda, wait again, are settled or carried over."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.topics.states import TopicAction, next_topic_status
from storage import consultation
from storage import topics as topic_rows
from storage.models.consultation import Happening, Subject
from storage.models.people import Person
from storage.models.topics import Topic, TopicStatus


def schedule_topic(
    db: Connection, caller: Person | None, topic_id: int, *, meeting_id: int, now: datetime
) -> Topic:
    """The topic stands on that meeting's agenda; one that was not accepted yet is by that.

    `caller` is `None` when nobody did it: a joint meeting calls itself. Raises `TopicMoveNotAllowed`.
    """
    topic = topic_rows.lock_topic(db, topic_id)
    values: dict[str, object] = {}
    if topic.status in (TopicStatus.SUGGESTED, TopicStatus.PROPOSED):
        values = {"decided_by_id": caller.id if caller else None, "decided_at": now}
    return _moved(db, caller, topic, TopicAction.SCHEDULE, meeting_id=meeting_id, now=now, values=values)


def release_topic(
    db: Connection, caller: Person | None, topic_id: int, *, meeting_id: int, now: datetime
) -> Topic:
    """The meeting was called off: the topic waits for another one. One no longer scheduled stays as it is."""
    return _if_scheduled(db, caller, topic_id, TopicAction.RELEASE, meeting_id=meeting_id, now=now)


def settle_topic(
    db: Connection, caller: Person | None, topic_id: int, *, meeting_id: int, now: datetime
) -> Topic:
    """The meeting decided on the topic. One no longer scheduled stays as it is."""
    return _if_scheduled(db, caller, topic_id, TopicAction.SETTLE, meeting_id=meeting_id, now=now)


def carry_over_topic(
    db: Connection, caller: Person | None, topic_id: int, *, meeting_id: int, now: datetime
) -> Topic:
    """下次再议: the topic waits for the next meeting. One no longer scheduled stays as it is."""
    return _if_scheduled(db, caller, topic_id, TopicAction.CARRY_OVER, meeting_id=meeting_id, now=now)


HAPPENINGS = {
    TopicAction.SCHEDULE: Happening.SCHEDULED,
    TopicAction.RELEASE: Happening.POSTPONED,
    TopicAction.SETTLE: Happening.SETTLED,
    TopicAction.CARRY_OVER: Happening.CARRIED_OVER,
}


def _if_scheduled(
    db: Connection,
    caller: Person | None,
    topic_id: int,
    action: TopicAction,
    *,
    meeting_id: int,
    now: datetime,
) -> Topic:
    topic = topic_rows.lock_topic(db, topic_id)
    if topic.status is not TopicStatus.SCHEDULED:
        return topic
    return _moved(db, caller, topic, action, meeting_id=meeting_id, now=now, values={})


def _moved(
    db: Connection,
    caller: Person | None,
    topic: Topic,
    action: TopicAction,
    *,
    meeting_id: int,
    now: datetime,
    values: dict[str, object],
) -> Topic:
    status = next_topic_status(topic, action)
    consultation.add_happening(
        db,
        Subject.TOPIC,
        topic.id,
        HAPPENINGS[action],
        community_id=topic.community_id,
        person_id=caller.id if caller else None,
        now=now,
        data={"meeting": meeting_id},
    )
    return topic_rows.change_topic(db, topic.id, status=status, **values)
