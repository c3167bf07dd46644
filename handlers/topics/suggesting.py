"""What keeps coming back is suggested to staff as a topic: once, and not again for a while."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.cases.alike import GENERAL
from handlers.notices.topics import tell_topics_suggested
from handlers.rules import Rules
from handlers.topics.making import made_of
from storage import cases as case_rows
from storage import consultation, organization
from storage import topics as topic_rows
from storage.models.cases import Case
from storage.models.consultation import Subject
from storage.models.topics import WAITING, Topic, TopicSource, TopicStatus
from storage.recurrences import (
    Often,
    Trouble,
    cases_of_trouble,
    last_topic_of,
    recurring_troubles,
    suggested_since,
)

A_DAY: Final = 5  # suggestions in one community: staff read each
DAY: Final = timedelta(days=1)
CASES: Final = 50  # of one topic; the newest when there are more
TALKED_OVER: Final = (*WAITING, TopicStatus.SCHEDULED)

Suggested = tuple[Topic, list[Case]]


def suggest_topics(db: Connection, community_id: int, *, now: datetime, rules: Rules) -> list[Topic]:
    """Each trouble that keeps coming back in the community is a suggested topic, of which the desk reads.

    All in one message. Not what was suggested within that time, nor what is to be talked over already; at
    most five a day.
    """
    often, left = _often(rules, now), _left(db, community_id, now)
    fresh = _fresh(db, community_id, often) if left else []
    made = [
        suggestion
        for each in fresh[:left]
        if (suggestion := _suggested(db, community_id, each, often, now=now)) is not None
    ]
    if made:
        event_id = consultation.happenings_of(db, Subject.TOPIC, made[0][0].id)[-1].id
        more = max(len(fresh) - left, 0)
        tell_topics_suggested(db, made, event_id=event_id, more=more, now=now, rules=rules)
    return [topic for topic, _ in made]


def communities_with_suggestions(db: Connection, *, now: datetime, rules: Rules) -> list[int]:
    """The communities where something keeps coming back that staff have not been told of; changes nothing."""
    often = _often(rules, now)
    return [
        each.id
        for each in organization.all_communities(db)
        if _left(db, each.id, now) and _fresh(db, each.id, often)
    ]


def _often(rules: Rules, now: datetime) -> Often:
    counts = rules.consultation
    return Often(counts.recurring_cases, counts.recurring_reopens, now - counts.recurring_within, GENERAL)


def _left(db: Connection, community_id: int, now: datetime) -> int:
    """How many more may be suggested today."""
    return max(A_DAY - suggested_since(db, community_id, now - DAY), 0)


def _fresh(db: Connection, community_id: int, often: Often) -> list[Trouble]:
    troubles = recurring_troubles(db, community_id, often)
    return [each for each in troubles if not _is_known(db, community_id, each, often)]


def _is_known(db: Connection, community_id: int, trouble: Trouble, often: Often) -> bool:
    """Whether it was suggested within the time, or waits since then, or its cases are to be talked over."""
    last = last_topic_of(db, community_id, trouble)
    if last is not None and (last.status in TALKED_OVER or last.proposed_at >= often.since):
        return True
    case_ids = cases_of_trouble(db, community_id, trouble, often, limit=CASES)
    return not case_ids or bool(topic_rows.topics_about(db, case_ids, TALKED_OVER))


def _suggested(
    db: Connection, community_id: int, trouble: Trouble, often: Often, *, now: datetime
) -> Suggested | None:
    """The topic, unless another process was first: whoever looks at this estate meanwhile waits."""
    case_rows.lock_place(db, community_id, trouble.estate_id)
    if _is_known(db, community_id, trouble, often):
        return None
    ids = cases_of_trouble(db, community_id, trouble, often, limit=CASES)
    cases = [case_rows.case_by_id(db, each) for each in ids]
    topic = made_of(db, None, cases, title="", source=TopicSource.RECURRING, recurs=trouble.key, now=now)
    return topic, cases
