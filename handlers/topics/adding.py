"""列入议题: staff put cases, or a title, on the list of what is to be talked over; a worker asks for that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES, ensure_may_act
from handlers.errors import NotAllowed
from handlers.notices.topics import tell_topic_wished
from handlers.rules import Rules
from handlers.topics.making import held_cases, topic_of_cases, topic_titled, waiting_about
from storage import consultation
from storage.models.cases import Case
from storage.models.consultation import Subject
from storage.models.people import Person, Role
from storage.models.topics import Topic


@dataclass(frozen=True, slots=True)
class TopicAdded:
    """The topic and its cases; `is_wish`: a worker asked, and staff decide."""

    topic: Topic
    cases: Sequence[Case]
    is_wish: bool


def add_to_list(
    db: Connection, caller: Person, case_ids: Sequence[int], *, title: str = "", now: datetime, rules: Rules
) -> TopicAdded:
    """These cases are one topic, or the title alone is; staff's is accepted, of a worker's they are told.

    Raises `NotAllowed` for a unit's member, `NotYourGrid` where the worker has no say, `CaseNotForTopic`, and
    `TopicTitleMissing` without cases and title.
    """
    if caller.role is Role.UNIT_MEMBER:
        raise NotAllowed("列议题")
    cases = held_cases(db, case_ids)
    for case in cases:
        ensure_may_act(db, caller, case)
    is_known = bool(cases) and waiting_about(db, cases) is not None
    if cases:
        topic = topic_of_cases(db, caller, [case.id for case in cases], title=title, now=now)
    else:
        topic = topic_titled(db, caller, title, now=now)
    is_wish = caller.role not in COMMUNITY_ROLES
    if is_wish and not is_known:
        event_id = consultation.happenings_of(db, Subject.TOPIC, topic.id)[-1].id
        tell_topic_wished(db, topic, cases, caller, event_id=event_id, now=now, rules=rules)
    return TopicAdded(topic, cases, is_wish)
