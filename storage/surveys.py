"""Surveys: who is asked one by one, and what is forgotten at their word. Their rows are those of polls."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select, update

from storage.models.base import many
from storage.models.people import Person, people
from storage.models.polls import Poll, PollKind, PollStatus, ballots, polls

_ASKED_NOW = (
    select(*polls.c)
    .where(
        polls.c.community_id == bindparam("community_id"),
        polls.c.status == PollStatus.OPEN,
        polls.c.kind == PollKind.SURVEY,
    )
    .order_by(polls.c.closes_at, polls.c.id)
)


def open_surveys(db: Connection, community_id: int) -> list[Poll]:
    """What is being asked in the community, the first to end first, not held."""
    return many(Poll, db.execute(_ASKED_NOW, {"community_id": community_id}))


def open_surveys_of_meeting(db: Connection, meeting_id: int) -> list[Poll]:
    """What is being asked ahead of this meeting, in order, held until the transaction ends."""
    query = select(*polls.c).where(
        polls.c.meeting_id == meeting_id,
        polls.c.status == PollStatus.OPEN,
        polls.c.kind == PollKind.SURVEY,
    )
    return many(Poll, db.execute(query.order_by(polls.c.id).with_for_update()))


def named_people(db: Connection, person_ids: Collection[int]) -> list[Person]:
    """These people, as far as they have told a name."""
    query = select(*people.c).where(people.c.id.in_(list(person_ids)), people.c.name != "")
    return many(Person, db.execute(query.order_by(people.c.id)))


def forget_answers(db: Connection, person_id: int) -> None:
    """What the person said in surveys and votes in their own words is gone; what they chose still counts."""
    own = (ballots.c.person_id == person_id, ballots.c.words != "")
    db.execute(update(ballots).where(*own).values(words=""))
