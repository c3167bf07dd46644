"""Whom a survey asks: residents' groups, and one by one who has to do with its meeting or topic."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.consultation.telling import RESIDENTS
from handlers.errors.surveys import SurveyNotForYou
from handlers.polls.publicity import is_public
from handlers.topics.places import estates_of_topic, reporters_of_topic
from storage import invitations, meeting_circles, organization, people, surveys, topics
from storage.models.organization import Group
from storage.models.people import Person
from storage.models.polls import Poll


def groups_of_survey(db: Connection, poll: Poll) -> list[Group]:
    """The residents' groups that read it: of its estate, of those its meeting or topic is about, else all.

    None when the meeting or topic is not public; dismissed groups are absent.
    """
    if not is_public(db, poll):
        return []
    estates = _estates(db, poll)
    found = [each for estate_id in estates for each in organization.residents_groups_of_estate(db, estate_id)]
    if not estates:
        found = organization.residents_groups_of_community(db, poll.community_id)
    return [each for each in found if each.dismissed_at is None]


def asked_alone(db: Connection, poll: Poll) -> list[Person]:
    """The residents who are asked one by one: who is invited, reported, proposed or seconded; each once."""
    found: dict[int, Person] = {}
    if poll.meeting_id is not None:
        ids = {
            *meeting_circles.reporters_of_meeting(db, poll.meeting_id),
            *meeting_circles.backers_of_meeting(db, poll.meeting_id),
        }
        found |= people.people_by_ids(db, ids) if ids else {}
        found |= {each.id: each for each in invitations.invited_people(db, poll.meeting_id)}
    if poll.topic_id is not None:
        topic = topics.topic_by_id(db, poll.topic_id)
        found |= {each.id: each for each in reporters_of_topic(db, topic)}
    return [found[each] for each in sorted(found) if found[each].role in RESIDENTS]


def ensure_may_answer(db: Connection, person: Person, poll: Poll) -> None:
    """Who lives in the place that is asked may answer, also who has not said where; else `SurveyNotForYou`.

    One that is not public is answered by those who were asked alone.
    """
    if not is_public(db, poll) and not any(each.id == person.id for each in asked_alone(db, poll)):
        raise SurveyNotForYou(poll.number, "收到通知的居民")
    if poll.estate_id is None or person.estate_id is None:
        return
    if person.estate_id != poll.estate_id:
        raise SurveyNotForYou(poll.number, f"{organization.estate_by_id(db, poll.estate_id).name}的居民")
    if poll.building and person.building and person.building != poll.building:
        estate = organization.estate_by_id(db, poll.estate_id)
        raise SurveyNotForYou(poll.number, f"{estate.name}{poll.building}号楼的居民")


def surveys_concerning(db: Connection, person: Person, *, now: datetime) -> list[Poll]:
    """The surveys that run and that this resident may answer, the first to end first."""
    running = surveys.open_surveys(db, person.community_id or 0)
    return [each for each in running if now < each.closes_at and _may_answer(db, person, each)]


def _may_answer(db: Connection, person: Person, poll: Poll) -> bool:
    try:
        ensure_may_answer(db, person, poll)
    except SurveyNotForYou:
        return False
    return True


def _estates(db: Connection, poll: Poll) -> list[int]:
    if poll.estate_id is not None:
        return [poll.estate_id]
    if poll.meeting_id is not None:
        return invitations.estates_of_meeting(db, poll.meeting_id)
    if poll.topic_id is not None:
        topic = topics.topic_by_id(db, poll.topic_id)
        return [each.id for each in estates_of_topic(db, topic)]
    return []
