"""Whose household has not spoken in a vote."""

from collections.abc import Collection

from sqlalchemy import Connection

from handlers.errors import UserError
from handlers.polls.eligibility import door_of_home
from storage.models.people import Person
from storage.models.polls import BallotStatus, Poll
from storage.polls import ballots


def is_silent(db: Connection, poll: Poll, person: Person, answered: Collection[str]) -> bool:
    """Whether nobody has spoken for this resident's door; `answered` are the doors where somebody has.

    Where the door is not known, whether the resident has said nothing.
    """
    try:
        return door_of_home(db, poll, person).key not in answered
    except UserError:
        said = ballots.ballots_by(db, poll.id, person.id)
        return not any(each.status is not BallotStatus.REPLACED for each in said)
