"""How a vote stands: for staff with turnout by building, for a resident with their own household's part."""

from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.errors import UserError
from handlers.polls.closing import contested_doors, tally_now
from handlers.polls.counting import Tally, tally_of
from handlers.polls.eligibility import Scope, door_of_home, door_of_key, may_concern, scope_of
from handlers.polls.order import natural
from storage.models.people import Person
from storage.models.polls import BallotStatus, Poll, PollKind, PollStatus
from storage.polls import ballots, rooms, rows

LISTED = 10  # polls in one answer


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many households of a building have voted; `households` is `None` without a list of rooms."""

    building: str
    cast: int
    households: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A vote as it stands: `tally` by the rows, its result once it is closed, `None` for a draft."""

    poll: Poll
    scope: Scope
    tally: Tally | None
    turnout: list[Turnout]
    entered: int
    contested: int


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What a resident sees of a vote; `choice` is their household's, empty in a secret vote.

    `concerns`: the vote is one of theirs; `has_voted` is `None` where their door is not known.
    """

    poll: Poll
    scope: Scope
    concerns: bool
    has_voted: bool | None
    choice: str
    tally: Tally | None


def standing_of(db: Connection, poll: Poll) -> Standing:
    """How the vote stands, for those who run it; nothing in it tells what a household chose."""
    scope = scope_of(db, poll)
    if poll.status in (PollStatus.DRAFT, PollStatus.CANCELLED):
        return Standing(poll, scope, None, [], 0, 0)
    said = ballots.ballots_of(db, poll.id, status=[BallotStatus.COUNTED])
    cast: dict[str, int] = {}
    for each in said:
        building = door_of_key(each.door).building
        cast[building] = cast.get(building, 0) + 1
    listed = (
        rooms.rooms_per_building(db, scope.estate.id, scope.building, scope.unit) if poll.is_listed else {}
    )
    buildings = sorted({*cast, *listed}, key=natural)
    turnout = [Turnout(each, cast.get(each, 0), listed.get(each)) for each in buildings]
    tally = tally_of(poll.result) if poll.result else tally_now(db, poll)
    entered = sum(each.entered_by_id is not None for each in said)
    return Standing(poll, scope, tally, turnout, entered, len(contested_doors(db, poll)))


def own_part(db: Connection, poll: Poll, person: Person) -> OwnPart:
    """What the resident may see: the vote, whether their household has spoken, the result at its end."""
    scope = scope_of(db, poll)
    tally = tally_of(poll.result) if poll.result else None
    concerns = may_concern(poll, person)
    try:
        current = ballots.counted_ballot(db, poll.id, door_of_home(db, poll, person).key)
    except UserError:
        return OwnPart(poll, scope, concerns, None, "", tally)
    is_shown = current is not None and current.choice is not None and not poll.is_secret
    choice = poll.options[current.choice] if is_shown and current and current.choice is not None else ""
    return OwnPart(poll, scope, concerns, current is not None, choice, tally)


def votes_of(db: Connection, community_id: int) -> tuple[list[Poll], int]:
    """The community's votes, the newest first, and how many there are."""
    return rows.polls_of(db, community_id, kind=PollKind.VOTE, limit=LISTED)


def votes_for(db: Connection, person: Person) -> list[Poll]:
    """The votes a resident may see: those of their estate that run or have ended, the newest first."""
    found, _ = rows.polls_of(db, person.community_id or 0, kind=PollKind.VOTE, limit=LISTED * 5)
    return [each for each in found if each.status is not PollStatus.DRAFT and may_concern(each, person)][
        :LISTED
    ]
