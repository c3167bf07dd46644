"""Counting a vote: from the rows alone, in exact fractions, the same whatever their order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from storage.models.polls import Ballot, BallotStatus, Basis, Poll

MOTION: Final = frozenset({"同意", "赞成", "支持"})  # as the first option: it alone must reach the threshold
ABSTENTION: Final = frozenset({"弃权", "都可以", "无所谓"})
DEFAULT_SHARE: Final = ">1/2"


class Outcome(StrEnum):
    """What a vote has come to."""

    PASSED = "passed"
    FAILED = "failed"
    QUORUM_MISSED = "quorum_missed"
    MISCOUNTED = "miscounted"  # more households spoke than there are: staff must look


@dataclass(frozen=True, slots=True)
class Tally:
    """What the rows give: per option, in order, the households and their areas (hundredths of m²).

    `households` and `area` are all that may vote. `leader` is the option that won or, of a motion, the one
    that had to; `None` where none leads.
    """

    votes: tuple[int, ...]
    areas: tuple[int, ...]
    households: int
    area: int
    outcome: Outcome
    leader: int | None

    @property
    def cast(self) -> int:
        """How many households took part."""
        return sum(self.votes)

    @property
    def cast_area(self) -> int:
        """The area of those who took part."""
        return sum(self.areas)

    def as_json(self) -> dict[str, Any]:
        """What is kept of it with the poll."""
        kept = {"households": self.households, "area": self.area, "leader": self.leader}
        return kept | {"votes": list(self.votes), "areas": list(self.areas), "outcome": self.outcome.value}


def tally_of(result: dict[str, Any]) -> Tally:
    """The tally that was kept with a poll."""
    return Tally(
        tuple(result["votes"]),
        tuple(result["areas"]),
        int(result["households"]),
        int(result["area"]),
        Outcome(result["outcome"]),
        result["leader"],
    )


def count(ballots: Iterable[Ballot], poll: Poll) -> Tally:
    """What these ballots come to: those that count and were cast before the end, each once."""
    votes, areas = [0] * len(poll.options), [0] * len(poll.options)
    for ballot in ballots:
        if _counts(ballot, poll) and ballot.choice is not None:
            votes[ballot.choice] += 1
            areas[ballot.choice] += ballot.area or 0
    return judged(votes, areas, poll)


def is_settled(ballots: Iterable[Ballot], poll: Poll, *, contested: Collection[str] = ()) -> bool:
    """Whether those who have not voted, and the contested doors, cannot change the result any more."""
    sure = [each for each in ballots if each.door not in contested]
    now = count(sure, poll)
    rest = now.households - now.cast
    rest_area = 0 if poll.basis is Basis.HOUSEHOLDS else now.area - now.cast_area
    if rest < 0 or rest_area < 0:
        return False
    for index in range(len(poll.options)):
        votes, areas = list(now.votes), list(now.areas)
        votes[index] += rest
        areas[index] += rest_area
        then = judged(votes, areas, poll)
        if (then.outcome, then.leader) != (now.outcome, now.leader):
            return False
    return True


def judged(votes: Sequence[int], areas: Sequence[int], poll: Poll) -> Tally:
    """What these sums come to by the poll's quorum and threshold."""
    households, area = poll.households or 0, poll.area or 0
    leader = _leader(votes, areas, poll)
    outcome = _outcome(votes, areas, poll, leader=leader)
    return Tally(tuple(votes), tuple(areas), households, area, outcome, leader)


def is_motion(options: Sequence[str]) -> bool:
    """Whether something is agreed to or not, rather than one of several chosen."""
    return bool(options) and options[0] in MOTION


def reaches(share: str, part: int, whole: int) -> bool:
    """Whether the part is the share of the whole: "4/5" at least, ">1/2" more; nothing of nothing is not."""
    if whole <= 0:
        return False
    is_more, wanted = share.startswith(">"), Fraction(share.removeprefix(">"))
    has = Fraction(part, whole)
    return has > wanted if is_more else has >= wanted


def _counts(ballot: Ballot, poll: Poll) -> bool:
    is_choice = ballot.choice is not None and 0 <= ballot.choice < len(poll.options)
    return ballot.status is BallotStatus.COUNTED and ballot.cast_at < poll.closes_at and is_choice


def _leader(votes: Sequence[int], areas: Sequence[int], poll: Poll) -> int | None:
    if is_motion(poll.options):
        return 0
    weights = areas if poll.basis is Basis.AREA else votes
    real = [index for index, option in enumerate(poll.options) if option not in ABSTENTION]
    best = max((weights[index] for index in real), default=0)
    first = [index for index in real if weights[index] == best]
    return first[0] if best > 0 and len(first) == 1 else None


def _outcome(votes: Sequence[int], areas: Sequence[int], poll: Poll, *, leader: int | None) -> Outcome:
    sides = []
    if poll.basis is not Basis.AREA:
        sides.append((votes, poll.households or 0))
    if poll.basis is not Basis.HOUSEHOLDS:
        sides.append((areas, poll.area or 0))
    if sum(votes) > (poll.households or 0):
        return Outcome.MISCOUNTED
    if poll.quorum and not all(reaches(poll.quorum, sum(values), whole) for values, whole in sides):
        return Outcome.QUORUM_MISSED
    if leader is None:
        return Outcome.FAILED
    if not poll.threshold:
        return Outcome.PASSED
    is_enough = all(
        reaches(poll.threshold, values[leader], sum(values) if poll.is_of_cast else whole)
        for values, whole in sides
    )
    return Outcome.PASSED if is_enough else Outcome.FAILED
