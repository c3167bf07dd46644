"""What speaks for a reading, after shields (negation, past, supposition) have weakened some of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from nlp.patterns import BREAK, Match, Rule

WITHIN: Final = -1  # the reach of a shield that contains what it weakens
AGAIN: Final = 0.4  # the second time the same rule speaks, it says little more
OVERLAP: Final = 0.3  # what stands inside stronger evidence for the same thing says little more


class Shield(NamedTuple):
    """Words of this kind, standing before a piece of evidence or round it, change its weight."""

    factor: float
    reach: int  # characters between the shield and what it shields; WITHIN: the shield contains it
    purposes: frozenset[str]


class Evidence(NamedTuple):
    """A word of the message that decided something, so that staff can see why."""

    word: str
    start: int
    end: int
    weight: float
    purpose: str  # water/sewer, report, thanks, high ... ("for" in JSON)


class Weighed(NamedTuple):
    """A match with the weight that is left of it."""

    match: Match
    factor: float

    @property
    def weight(self) -> float:
        """What it adds for its target."""
        return self.match.rule.weight * self.factor

    @property
    def complaint(self) -> float:
        """What it adds to the impression that something is wrong."""
        return self.match.rule.complaint * self.factor


def weigh(matches: Sequence[Match], shields: Mapping[str, Shield], text: str) -> list[Weighed]:
    """Each match with its factor; shields stand before what they weaken in a sentence, or round it."""
    standing = [match for match in matches if match.rule.purpose == "shield"]
    return [
        Weighed(match, _factor(match, standing, shields, text=text))
        for match in matches
        if match.rule.purpose != "shield"
    ]


def _factor(match: Match, standing: Iterable[Match], shields: Mapping[str, Shield], *, text: str) -> float:
    factor = 1.0
    for shield in standing:
        setting = shields[shield.rule.target]
        if match.rule.purpose not in setting.purposes:
            continue
        if setting.reach == WITHIN:
            if shield.start <= match.start and match.end <= shield.end:
                factor = min(factor, setting.factor)
            continue
        distance = match.start - shield.end
        if not 0 <= distance <= setting.reach:
            continue
        if distance and BREAK.search(text, shield.end, match.start):
            continue
        factor = min(factor, setting.factor)
    return factor


def independent(weighed: Iterable[Weighed]) -> list[Weighed]:
    """Evidence for one target without counting the same words twice, strongest first."""
    kept: list[Weighed] = []
    covered = 0
    times: dict[Rule, int] = {}
    order = sorted(weighed, key=lambda one: (-one.weight, one.match.start - one.match.end, one.match.start))
    for one in order:
        mask = 0
        for start, end in one.match.parts:
            mask |= ((1 << (end - start)) - 1) << start
        factor = OVERLAP if mask & covered == mask else 1.0
        if times.get(one.match.rule):
            factor *= AGAIN
        times[one.match.rule] = 1
        covered |= mask
        kept.append(Weighed(one.match, one.factor * factor))
    return kept


def as_evidence(one: Weighed, text: str) -> Evidence:
    """The evidence with the person's own characters."""
    match = one.match
    return Evidence(
        text[match.start : match.end], match.start, match.end, round(one.weight, 2), match.rule.target
    )
