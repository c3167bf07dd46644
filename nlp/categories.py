"""Which category a problem belongs to, and why."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from nlp.evidence import Weighed, independent
from nlp.lexicon import CATEGORIES

GENERAL: Final = "general"
FURTHER: Final = 4.0  # weight from which a second category is a problem of its own
FURTHER_COMPLAINT: Final = 2.0
LEAD: Final = 0.15  # what is named first weighs more, at most by this part


class Problem(NamedTuple):
    """One trouble in a message, with the words that name it."""

    category: str
    subcategory: str
    span: tuple[int, int]


class Standing(NamedTuple):
    """How one category stands after all evidence."""

    category: str
    subcategory: str
    weight: float
    complaint: float
    evidence: tuple[Weighed, ...]  # strongest first

    @property
    def span(self) -> tuple[int, int]:
        """The strongest words."""
        match = self.evidence[0].match
        return match.start, match.end


def rank_categories(weighed: Sequence[Weighed], size: int) -> list[Standing]:
    """Every category that has evidence, best first; sort key: weight, then complaint, then the fixed order.

    An emergency's own words speak for their category too.
    """
    by_category: dict[str, list[Weighed]] = defaultdict(list)
    for one in weighed:
        if one.match.rule.purpose in ("category", "emergency"):
            by_category[one.match.rule.target.partition("/")[0]].append(one)
    standings = [_standing(category, found, size) for category, found in by_category.items()]
    return sorted(
        (one for one in standings if one.weight > 0),
        key=lambda one: (-one.weight, -one.complaint, CATEGORIES.index(one.category)),
    )


def further_problems(standings: Sequence[Standing], main: str) -> tuple[Problem, ...]:
    """The problems beside the main category: strong by themselves, and told in words of their own."""
    taken = [
        part
        for standing in standings
        if standing.category == main
        for one in standing.evidence
        if one.complaint >= 1
        for part in one.match.parts
    ]
    found = []
    for standing in standings:
        own = [one for one in standing.evidence if not _touches(one, taken)]
        weight, complaint = sum(one.weight for one in own), sum(one.complaint for one in own)
        if standing.category != main and weight >= FURTHER and complaint >= FURTHER_COMPLAINT:
            match = own[0].match
            subcategory = match.rule.target.partition("/")[2]
            found.append(Problem(standing.category, subcategory, (match.start, match.end)))
    return tuple(found)


def _standing(category: str, found: Sequence[Weighed], size: int) -> Standing:
    evidence = independent(found)
    weights = _by_subcategory(evidence)
    first = min(one.match.start for one in evidence)
    lead = 1 + LEAD * (1 - first / max(size, 1))
    best = max(weights, key=lambda code: (code != GENERAL, *weights[code]))
    return Standing(
        category=category,
        subcategory=best,
        weight=sum(one.weight for one in evidence) * lead,
        complaint=sum(one.complaint for one in evidence),
        evidence=tuple(evidence),
    )


def _by_subcategory(evidence: Sequence[Weighed]) -> dict[str, tuple[float, float]]:
    """The strongest evidence and the sum of all, by subcategory; the first named stands first."""
    weights: dict[str, tuple[float, float]] = {}
    for one in evidence:
        code = one.match.rule.target.partition("/")[2]
        strongest, total = weights.get(code, (0.0, 0.0))
        weights[code] = max(strongest, one.weight), total + one.weight
    return weights


def _touches(one: Weighed, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < end2 and start2 < end for start, end in one.match.parts for start2, end2 in spans)
