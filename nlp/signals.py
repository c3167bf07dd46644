"""What a message offers to the fitted weights: its pieces, the rules it fulfils, its traits.

A piece is a word of jieba's, a character, or two adjacent characters: characters still speak when a word was
cut wrongly, misspelt or never met. A place is no piece: where somebody lives says nothing of the trouble.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from nlp.evidence import Weighed
from nlp.intents import Intent
from nlp.locations import Location
from nlp.patterns import Span
from nlp.prefixes import PrefixIndex

UNIT: Final = re.compile(r"\d+(?:[.:-]\d+)*|\S")
NUMBER: Final = "0"  # stands for every number
LONG_WORD: Final = 3  # shorter words are characters and pairs already
NEGATIONS: Final = frozenset("不没未无别甭莫")  # 亮了 in 不亮了 is no good news
PIECES: Final = 5.0  # length of the vector of all pieces, so that long and longer messages weigh alike
FEW: Final = 40  # fewer pieces say less: a short message is read by its rules first
CLASSES: Final = 1.5  # length of the vector of all word classes
MOST_OF_ONE: Final = 10.0  # more evidence for one thing says no more
PER_RULE: Final = 4.0  # rules' weights (1 to 5) are brought to the scale of the pieces
DANGER: Final = "<danger>"  # the trait that holds the strongest sign of danger to people
LONGEST: Final = 7  # power of two from which all messages are long


class Signals(NamedTuple):
    """The named values that the weights are multiplied with; spans of the pieces, for staff to see."""

    pieces: dict[str, Span]  # each piece with the place where it stands first
    piece_value: float
    classes: dict[str, Span]
    class_value: float
    traits: dict[str, float]

    def values(self) -> dict[str, float]:
        """All of them by name: pieces plain, everything else in <>."""
        pieces = dict.fromkeys(self.pieces, self.piece_value)
        return pieces | dict.fromkeys(self.classes, self.class_value) | self.traits


def gather(
    folded: str,
    words: Sequence[Span],
    traits: dict[str, float],
    *,
    thesaurus: PrefixIndex[str],
    without: Span = (0, 0),
) -> Signals:
    """The signals of a folded message and its words; what stands in `without` is no piece."""
    pieces = _pieces(folded, words, without)
    classes = _classes(folded, words, thesaurus)
    return Signals(
        pieces=pieces,
        piece_value=PIECES / math.sqrt(max(len(pieces), FEW)),
        classes=classes,
        class_value=CLASSES / math.sqrt(max(len(classes), 1)),
        traits=traits,
    )


def message_traits(
    weighed: Sequence[Weighed], location: Location | None, *, intent: Intent, size: int
) -> dict[str, float]:
    """What the rules found in a resident's message, by target, and the form of the message."""
    traits = {name: min(weight, MOST_OF_ONE) / PER_RULE for name, weight in _sums(weighed) if weight}
    traits[f"<length {min(LONGEST, int(math.log2(size + 1)))}>"] = 1.0
    if intent is not Intent.NONE:
        traits[f"<intent {intent}>"] = 1.0
    if location is not None:
        traits.update(_place_traits(location))
    return traits


def _pieces(folded: str, words: Sequence[Span], place: Span) -> dict[str, Span]:
    found: dict[str, Span] = {}
    before, before_end = "", -1
    low, high = place
    for unit in UNIT.finditer(folded):
        start, end = unit.span()
        if start < high and low < end:
            continue
        text = unit.group()
        text = NUMBER if text[0].isdigit() else text
        found.setdefault(text, (start, end))
        if start == before_end:
            found.setdefault(before + text, (start - len(before), end))
        before, before_end = text, end
    for start, end in words:
        if end - start >= LONG_WORD and not (start < high and low < end) and not folded[start].isdigit():
            found.setdefault(folded[start:end], (start, end))
    return found


def _classes(folded: str, words: Sequence[Span], thesaurus: PrefixIndex[str]) -> dict[str, Span]:
    """The word classes met; a short word must be a word of its own, not a part of two, and none negated."""
    starts, ends = {start for start, _ in words}, {end for _, end in words}
    found: dict[str, Span] = {}
    for start, end, names in thesaurus.scan(folded):
        is_whole = end - start >= LONG_WORD or (start in starts and end in ends)
        if is_whole and folded[max(0, start - 1) : start] not in NEGATIONS:
            for name in names:
                found.setdefault(name, (start, end))
    return found


def _place_traits(location: Location) -> Iterable[tuple[str, float]]:
    if location.is_address:
        yield "<address>", 1.0
    if location.is_home:
        yield "<home>", 1.0
    if location.spot:
        yield "<spot>", 1.0


def _sums(weighed: Sequence[Weighed]) -> Iterable[tuple[str, float]]:
    """Each target with what its rules weigh together, and what they say of trouble and of danger."""
    sums: dict[str, float] = defaultdict(float)
    complaint = danger = 0.0
    for one in weighed:
        rule = one.match.rule
        if rule.purpose == "category":
            sums[f"<{rule.target}>"] += one.weight
            complaint += one.complaint
        elif rule.purpose != "wish":
            sums[f"<sign {rule.target}>"] += one.weight
        if rule.purpose == "emergency":
            danger = max(danger, one.weight)
    return [*sums.items(), ("<complaint>", complaint), (DANGER, danger)]
