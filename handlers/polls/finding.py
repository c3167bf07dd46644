"""Which vote is meant: by its number within the community, or the only one that runs."""

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import NotAllowed
from handlers.errors.polls import NoSuchPoll, WhichPoll
from handlers.polls.eligibility import may_concern
from storage.models.people import Person
from storage.models.polls import Poll, PollKind
from storage.polls import rows


def poll_named(db: Connection, community_id: int, number: int | None, example: str) -> Poll:
    """The community's poll of this number, without one its only open vote; not held.

    `NoSuchPoll`, `WhichPoll`.
    """
    if number is not None:
        found = rows.poll_numbered(db, community_id, number)
        if found is None:
            raise NoSuchPoll(number)
        return found
    running = [each for each in rows.open_polls(db, community_id) if each.kind is PollKind.VOTE]
    if len(running) != 1:
        raise WhichPoll([(each.number, each.title) for each in running], example)
    return running[0]


def votes_concerning(db: Connection, person: Person) -> list[Poll]:
    """The open votes in which the resident's household may speak, the first to end first."""
    if person.estate_id is None or person.community_id is None:
        return []
    running = rows.open_votes(db, person.community_id, person.estate_id)
    return [each for each in running if may_concern(each, person)]


def ensure_staff(person: Person, what: str) -> None:
    """Only staff of the community do this; `NotAllowed`."""
    if person.role not in COMMUNITY_ROLES:
        raise NotAllowed(what)
