"""Whom a meeting concerns: who reported its cases, proposed or backed its topics, and the units at work."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, case, func, select, union

from storage.models.assignments import AssignmentStatus, assignments
from storage.models.base import many
from storage.models.cases import Case, cases, reports
from storage.models.meetings import meeting_topics
from storage.models.people import Person, Role, people
from storage.models.topics import Topic, topic_cases, topic_seconds, topics

_OF_MEETING = meeting_topics.c.meeting_id == bindparam("meeting_id")
_ROOTS = (  # what was merged meanwhile stands for the case it was merged into
    select(func.coalesce(cases.c.merged_into_id, cases.c.id).label("id"))
    .join(topic_cases, topic_cases.c.case_id == cases.c.id)
    .join(meeting_topics, meeting_topics.c.topic_id == topic_cases.c.topic_id)
    .where(_OF_MEETING)
    .distinct()
)
_CASES = select(*cases.c).where(cases.c.id.in_(_ROOTS)).order_by(cases.c.id)
_FIRST = _ROOTS.cte("circle", recursive=True)
_FAMILY = _FIRST.union(select(cases.c.id).where(cases.c.merged_into_id == _FIRST.c.id))
_REPORTERS = (
    select(reports.c.person_id, func.max(case((reports.c.is_whisper, 1), else_=0)))
    .where(reports.c.case_id.in_(select(_FAMILY.c.id)), reports.c.left_at.is_(None))
    .group_by(reports.c.person_id)
    .order_by(reports.c.person_id)
)
_HELPERS = (
    select(reports.c.person_id, reports.c.entered_by_id)
    .where(
        reports.c.case_id.in_(select(_FAMILY.c.id)),
        reports.c.left_at.is_(None),
        reports.c.entered_by_id.is_not(None),
    )
    .distinct()
    .order_by(reports.c.person_id, reports.c.entered_by_id)
)
_TOPICS = (
    select(*topics.c)
    .join(meeting_topics, meeting_topics.c.topic_id == topics.c.id)
    .where(_OF_MEETING)
    .order_by(meeting_topics.c.position, topics.c.id)
)
_BACKERS = union(
    select(topics.c.proposed_by_id.label("id"))
    .join(meeting_topics, meeting_topics.c.topic_id == topics.c.id)
    .where(_OF_MEETING, topics.c.proposed_by_id.is_not(None)),
    select(topic_seconds.c.person_id.label("id"))
    .join(meeting_topics, meeting_topics.c.topic_id == topic_seconds.c.topic_id)
    .where(_OF_MEETING),
).subquery("backers")
_UNITS = (
    select(assignments.c.unit_id)
    .distinct()
    .where(
        assignments.c.case_id.in_(select(_FAMILY.c.id)),
        assignments.c.status == AssignmentStatus.OPEN,
    )
    .order_by(assignments.c.unit_id)
)
_LEADS = (
    select(*people.c)
    .where(people.c.community_id == bindparam("community_id"), people.c.role == Role.BUILDING_LEAD)
    .order_by(people.c.id)
)


def cases_of_meeting(db: Connection, meeting_id: int) -> list[Case]:
    """The cases its topics are about, each once, in the order they were opened."""
    return many(Case, db.execute(_CASES, {"meeting_id": meeting_id}))


def topics_of_meeting(db: Connection, meeting_id: int) -> list[Topic]:
    """The topics on its agenda, in order."""
    return many(Topic, db.execute(_TOPICS, {"meeting_id": meeting_id}))


def reporters_of_meeting(db: Connection, meeting_id: int) -> Mapping[int, bool]:
    """Who reports its cases, or ones merged into them, by number; true: they whispered it to staff."""
    return {row[0]: bool(row[1]) for row in db.execute(_REPORTERS, {"meeting_id": meeting_id})}


def helpers_of_meeting(db: Connection, meeting_id: int) -> dict[int, list[int]]:
    """Who reported its cases for somebody else, by the one for whom; absent: they reported themselves."""
    helpers: dict[int, list[int]] = {}
    for person_id, helper_id in db.execute(_HELPERS, {"meeting_id": meeting_id}):
        helpers.setdefault(person_id, []).append(helper_id)
    return helpers


def backers_of_meeting(db: Connection, meeting_id: int) -> list[int]:
    """Who proposed or seconded its topics, each once."""
    query = select(_BACKERS.c.id).order_by(_BACKERS.c.id)
    return list(db.execute(query, {"meeting_id": meeting_id}).scalars())


def units_at_work(db: Connection, meeting_id: int) -> list[int]:
    """The units that still owe an answer on its cases."""
    return list(db.execute(_UNITS, {"meeting_id": meeting_id}).scalars())


def leads_of_estates(db: Connection, community_id: int, estate_ids: Collection[int]) -> list[Person]:
    """The building leads who live in these estates."""
    found = many(Person, db.execute(_LEADS, {"community_id": community_id}))
    return [each for each in found if each.estate_id in estate_ids]
