"""What speaks for each category, and which problems a message tells of beside its main one."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from nlp.evidence import Weighed, independent
from nlp.patterns import Span

FURTHER: Final = 4.0  # weight from which a second category is a problem of its own
FURTHER_COMPLAINT: Final = 2.0


class Problem(NamedTuple):
    """One trouble in a message, with the words that name it."""

    category: str
    subcategory: str
    span: Span


def evidence_by_category(weighed: Sequence[Weighed]) -> dict[str, list[Weighed]]:
    """The rules that speak for each category, strongest first; an emergency's words speak for its own too."""
    by_category: dict[str, list[Weighed]] = defaultdict(list)
    for one in weighed:
        if one.match.rule.purpose in ("category", "emergency"):
            by_category[one.match.rule.target.partition("/")[0]].append(one)
    return {category: independent(found) for category, found in by_category.items()}


def further_problems(weighed: Sequence[Weighed], main: str) -> tuple[Problem, ...]:
    """The problems beside the main category, strongest first: strong by themselves, in words of their own."""
    if all(_is_of(one, main) for one in weighed if one.complaint):
        return ()
    evidence = evidence_by_category(weighed)
    taken = [part for one in evidence.get(main, ()) if one.complaint >= 1 for part in one.match.parts]
    found = []
    for category in evidence.keys() - {main}:
        own = [one for one in evidence[category] if not _touches(one, taken)]
        weight, complaint = sum(one.weight for one in own), sum(one.complaint for one in own)
        if weight >= FURTHER and complaint >= FURTHER_COMPLAINT:
            match = own[0].match
            problem = Problem(category, match.rule.target.partition("/")[2], (match.start, match.end))
            found.append((-weight, problem))
    return tuple(problem for _, problem in sorted(found))


def _is_of(one: Weighed, category: str) -> bool:
    return one.match.rule.target.startswith(f"{category}/")


def _touches(one: Weighed, spans: Sequence[Span]) -> bool:
    return any(start < end2 and start2 < end for start, end in one.match.parts for start2, end2 in spans)
