"""What anybody may read of votes that have a result: the board's list."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.polls.counting import Outcome, tally_of
from handlers.polls.eligibility import scope_of
from handlers.polls.publicity import is_public, public_title
from handlers.replies import polls as texts
from storage.polls import rows

LOOKED_AT = 3  # times as many are looked at as are wanted: some may not be told


@dataclass(frozen=True, slots=True)
class PublicResult:
    """One vote as the board shows it: nothing in it names a person, an entrance or a room.

    `outcome` is passed, failed, quorum_missed or miscounted; `sentence` says it with exact numbers, `lines`
    give one option each.
    """

    number: int
    title: str
    place: str
    closed_at: datetime
    outcome: Outcome
    sentence: str
    lines: list[str]


def public_results(db: Connection, community_id: int, limit: int) -> list[PublicResult]:
    """The results of the community's public votes, the newest first, at most `limit`."""
    found: list[PublicResult] = []
    for poll in rows.closed_votes(db, community_id, limit=limit * LOOKED_AT):
        if poll.result is None or poll.closed_at is None or not is_public(db, poll):
            continue
        tally = tally_of(poll.result)
        found.append(
            PublicResult(
                poll.number,
                public_title(poll),
                scope_of(db, poll).public,
                poll.closed_at,
                tally.outcome,
                texts.public_outcome(poll, tally),
                texts.public_option_lines(poll, tally),
            )
        )
    return found[:limit]
