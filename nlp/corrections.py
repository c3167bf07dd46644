"""What staff put right moves the weights: the words of the message learn what it should have been read as."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from nlp.kinds import ORDINARY, Kind
from nlp.lexicon import CATEGORIES, Lexicon
from nlp.places import Places
from nlp.reading import Reader
from nlp.signals import Signals
from nlp.weights import Table

MARGIN: Final = 1.0  # by which the right reading shall lead the best wrong one
MOST: Final = 0.5  # how far one message may move one weight: a lone slip must not turn the lexicon
RIVALS: Final = (tuple(Kind), CATEGORIES, ORDINARY)  # targets among which one is chosen


class Correction(NamedTuple):
    """A message and what it should have been read as: a kind, a category, an urgency or "water/leak"."""

    text: str
    target: str


def changes_for(lexicon: Lexicon, correction: Correction, places: Places) -> dict[tuple[str, str], float]:
    """The smallest changes towards the right reading, each at most MOST; none when it is right already.

    Passive-aggressive (Crammer et al., 2006): the right target gains and its best rival loses what is
    missing to the margin, shared among the message's signals. An unknown target is a ValueError.
    """
    table, rivals = _table(lexicon, correction.target)
    signals = Reader(lexicon).signals(correction.text, places)
    sums = table.score(signals)
    rival = max((target for target in rivals if target != correction.target), key=lambda one: sums[one])
    missing = MARGIN - (sums[correction.target] - sums[rival])
    if missing <= 0:
        return {}
    return _shared(signals, missing, gains=correction.target, loses=rival)


def _table(lexicon: Lexicon, target: str) -> tuple[Table, Sequence[str]]:
    category, slash, _ = target.partition("/")
    if slash and category in lexicon.details and target in lexicon.details[category].targets:
        return lexicon.details[category], lexicon.details[category].targets
    for rivals in RIVALS:
        if target in rivals:
            return lexicon.weights, [str(one) for one in rivals]
    raise ValueError(f"corrections: nothing is read as {target!r}: give a kind, category or subcategory")


def _shared(signals: Signals, missing: float, *, gains: str, loses: str) -> dict[tuple[str, str], float]:
    """Only words and pairs learn: a character or a trait belongs to too many other messages."""
    values = {name: signals.piece_value for name in signals.pieces if len(name) > 1}
    length = sum(value * value for value in values.values())
    changes: dict[tuple[str, str], float] = {}
    for name, value in values.items():
        step = min(MOST, missing * value / (2 * length))
        changes[name, gains], changes[name, loses] = step, -step
    return changes
