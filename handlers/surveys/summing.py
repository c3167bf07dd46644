"""What a survey gave: counts, people concerned, and words without names. Reproducible from the rows."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from nlp.masking import has_identity, mask_identity
from storage import surveys
from storage.models.polls import Ballot, Poll
from storage.polls import ballots

FEWEST: Final = 3  # answers below which words are shown to staff alone: one could tell whose they are
SIGNS: Final = re.compile(r"[\s,，。.;；:：、!！?？~]+")


@dataclass(frozen=True, slots=True)
class WordsGrouped:
    """The same words, said so often, masked; `choice` is the option they came with."""

    words: str
    times: int
    choice: int | None


@dataclass(frozen=True, slots=True)
class SurveySummary:
    """`counts` by option; `without_choice` said only words. `people` sums what `households` said.

    `words`: the most often said first, then by their text, never in the order of saying. `hidden` counts
    those that may not be shown.
    """

    answers: int
    counts: tuple[int, ...]
    without_choice: int
    people: int
    households: int
    words: tuple[WordsGrouped, ...]
    hidden: int

    def as_json(self) -> dict[str, object]:
        """The numbers, as they are kept when the survey ends; words stay in the rows."""
        return {
            "answers": self.answers,
            "counts": list(self.counts),
            "without_choice": self.without_choice,
            "people": self.people,
            "households": self.households,
        }


def summary_of(db: Connection, poll: Poll, *, is_for_staff: bool) -> SurveySummary:
    """What counts in the survey now; of words the public reads only those that point to nobody."""
    rows = ballots.counted_ballots(db, poll.id)
    speakers = {each.person_id for each in rows if each.person_id is not None}
    names = [each.name for each in surveys.named_people(db, speakers)] if speakers else []
    return summarised(poll, rows, names=names, is_for_staff=is_for_staff)


def summarised(
    poll: Poll, rows: Sequence[Ballot], *, names: Sequence[str], is_for_staff: bool
) -> SurveySummary:
    """The same of these rows: pure, and the same in whatever order they come."""
    chosen = Counter(each.choice for each in rows)
    told = [(mask_identity(each.words, names=names), each.choice) for each in rows if each.words]
    if not is_for_staff:
        may_show = len(rows) >= FEWEST
        told = [each for each in told if may_show and not has_identity(each[0])]
    said = [each.people for each in rows if each.people is not None]
    return SurveySummary(
        answers=len(rows),
        counts=tuple(chosen[place] for place in range(len(poll.options))),
        without_choice=chosen[None],
        people=sum(said),
        households=len(said),
        words=_grouped(told),
        hidden=sum(bool(each.words) for each in rows) - len(told),
    )


def _grouped(told: Sequence[tuple[str, int | None]]) -> tuple[WordsGrouped, ...]:
    found: dict[tuple[str, int | None], list[str]] = {}
    for words, choice in told:
        found.setdefault((SIGNS.sub("", words), choice), []).append(words)
    groups = [WordsGrouped(min(same), len(same), key[1]) for key, same in found.items()]
    return tuple(
        sorted(groups, key=lambda each: (-each.times, each.choice is None, each.choice or 0, each.words))
    )
