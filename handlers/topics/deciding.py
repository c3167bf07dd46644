"""Staff decide on a topic: it is accepted, joined into another, or declined with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import NotAllowed
from handlers.errors.topics import JoinedIntoItself, TargetOnAgenda, TopicReasonMissing, TopicTargetMissing
from handlers.notices.topics import tell_topic_accepted, tell_topic_declined, tell_topic_joined
from handlers.rules import Rules
from handlers.topics.finding import held_topic, standing_topic
from handlers.topics.making import accepted, titled
from handlers.topics.states import TopicAction, next_topic_status
from storage import consultation
from storage import topics as topic_rows
from storage.models.consultation import Happening, Subject
from storage.models.people import Person
from storage.models.topics import WAITING, Topic, TopicStatus

REASON: Final = 500  # characters


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How a topic is accepted: under another title, or out of residents' groups; empty leaves it."""

    title: str = ""
    is_public: bool | None = None


@dataclass(frozen=True, slots=True)
class TopicsJoined:
    """The topics that were joined, the one they are now, and how many support it."""

    joined: Sequence[Topic]
    into: Topic
    seconds: int


def accept_topic(
    db: Connection, staff: Person, number: int, how: Acceptance = Acceptance(), *, now: datetime, rules: Rules
) -> Topic:
    """The topic waits for a meeting; who proposed and supports it hears so.

    With a title of staff's residents' groups may read of it, unless that names somebody or a case is not
    public. Raises `NoSuchTopic`, `TopicMoveNotAllowed`.
    """
    topic = _of_staff(db, staff, number, "采纳议题")
    next_topic_status(topic, TopicAction.ACCEPT)
    if how.title.strip():
        values = titled(how.title, topic_rows.case_rows_of_topic(db, topic.id))
        topic = topic_rows.change_topic(db, topic.id, **values)
    if how.is_public is False:
        topic = topic_rows.change_topic(db, topic.id, is_public=False)
    topic = accepted(db, staff, topic, now=now)
    tell_topic_accepted(db, topic, _last_event(db, topic), but=staff.id, now=now, rules=rules)
    return topic


def decline_topic(
    db: Connection, staff: Person, number: int, reason: str, *, now: datetime, rules: Rules
) -> Topic:
    """The topic is not talked over; who proposed and supports it reads why.

    Raises `NoSuchTopic`, `TopicReasonMissing`, `TopicMoveNotAllowed`.
    """
    topic = _of_staff(db, staff, number, "不采纳议题")
    status = next_topic_status(topic, TopicAction.DECLINE)
    why = " ".join(reason.split())[:REASON]
    if not why:
        raise TopicReasonMissing(number)
    event_id = _noted(db, staff, topic, Happening.DECLINED, now=now, data={"reason": why})
    values = {"status": status, "decided_by_id": staff.id, "decided_at": now, "reason": why}
    topic = topic_rows.change_topic(db, topic.id, **values)
    tell_topic_declined(db, topic, event_id, but=staff.id, now=now, rules=rules)
    return topic


def join_topics(
    db: Connection, staff: Person, numbers: Sequence[int], into: int | None, *, now: datetime, rules: Rules
) -> TopicsJoined:
    """These topics are that one from now on: their supporters support it, it is about their cases too.

    Who proposed and supports a joined one hears where it is talked over. Raises `NoSuchTopic`,
    `TopicTargetMissing`, `JoinedIntoItself`, `TopicMoveNotAllowed`, and `TargetOnAgenda` where cases would
    come to a meeting that was called without them.
    """
    if into is None:
        raise TopicTargetMissing(numbers[0])
    if into in numbers:
        raise JoinedIntoItself(into)
    held = {each: _of_staff(db, staff, each, "合并议题") for each in sorted({*numbers, into})}
    target = standing_topic(db, held[into])
    if target.status not in (*WAITING, TopicStatus.SCHEDULED):
        next_topic_status(target, TopicAction.JOIN)
    joined = [_joined(db, staff, held[each], target, now=now, rules=rules) for each in dict.fromkeys(numbers)]
    target = topic_rows.lock_topic(db, target.id)
    return TopicsJoined(joined, target, topic_rows.number_of_seconds(db, target.id))


def _joined(
    db: Connection, staff: Person, topic: Topic, target: Topic, *, now: datetime, rules: Rules
) -> Topic:
    if topic.id == target.id:
        raise JoinedIntoItself(topic.number)
    target = topic_rows.lock_topic(db, target.id)  # as the one joined before has left it
    status = next_topic_status(topic, TopicAction.JOIN)
    cases = topic_rows.case_rows_of_topic(db, topic.id)
    if cases and target.status is TopicStatus.SCHEDULED:
        raise TargetOnAgenda(topic.number, target.number)
    topic_rows.move_support(db, topic.id, target.id)
    if not all(case.is_public and not case.is_confidential for case in cases):
        target = topic_rows.change_topic(db, target.id, is_public=False)
    event_id = _noted(db, staff, topic, Happening.JOINED, now=now, data={"into": target.id})
    values = {"status": status, "joined_into_id": target.id, "decided_by_id": staff.id, "decided_at": now}
    topic = topic_rows.change_topic(db, topic.id, **values)
    tell_topic_joined(db, topic, target, event_id, but=staff.id, now=now, rules=rules)
    return topic


def _of_staff(db: Connection, staff: Person, number: int, what: str) -> Topic:
    if staff.role not in COMMUNITY_ROLES:
        raise NotAllowed(what)
    return held_topic(db, staff, staff.community_id or 0, number)


def _noted(
    db: Connection, staff: Person, topic: Topic, kind: Happening, *, now: datetime, data: dict[str, object]
) -> int:
    return consultation.add_happening(
        db,
        Subject.TOPIC,
        topic.id,
        kind,
        community_id=topic.community_id,
        person_id=staff.id,
        now=now,
        data=data,
    )


def _last_event(db: Connection, topic: Topic) -> int:
    """The line that says it was accepted, of which the keys of messages are made."""
    return consultation.happenings_of(db, Subject.TOPIC, topic.id, kinds=[Happening.ACCEPTED])[-1].id
