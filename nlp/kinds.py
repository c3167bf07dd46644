"""What kind of message it is: a problem, a question, thanks, small talk, an emergency."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from nlp.evidence import Weighed, independent


class Kind(StrEnum):
    """The kinds of message; among equals the one that stands first here wins."""

    EMERGENCY = "emergency"
    AD_SPAM = "ad_spam"
    PROGRESS_QUERY = "progress_query"
    FEEDBACK_NEGATIVE = "feedback_negative"
    FEEDBACK_POSITIVE = "feedback_positive"
    THANKS = "thanks"
    QUESTION = "question"
    REPORT = "report"
    GREETING = "greeting"
    CHAT = "chat"


class Urgency(StrEnum):
    """How soon somebody must act."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    EMERGENCY = "emergency"


SURE_SPAM: Final = 10.0  # more than one sign: a resident in danger may well add a link or a contact
EMERGENCY_FLOOR: Final = 2.9
REPORT_FLOOR: Final = 2.4  # a lone hint of trouble is not yet a report
CHAT_BASE: Final = 1.0  # a message that says nothing to us is small talk
ADDRESS: Final = 1.2  # who writes down a building wants something
STORY: Final = 1.5  # who writes at length about such matters wants something
STILL: Final = 0.5  # what is left of dissatisfaction when trouble and place are named
STORY_LENGTH: Final = 60  # characters
URGENT_FLOOR: Final = 3.0
CERTAINTY: Final = 2.0  # margin at which the confidence is 1 - 1/e
ORDER: Final = tuple(Kind)


def weigh_kinds(
    weighed: Sequence[Weighed], *, complaint: float, has_address: bool, size: int
) -> dict[Kind, float]:
    """The weight of each kind.

    `complaint` is what the categories' words say about trouble, `size` the length of the text.
    """
    by_kind: dict[Kind, list[Weighed]] = defaultdict(list)
    for one in weighed:
        rule = one.match.rule
        if rule.purpose == "kind":
            by_kind[Kind(rule.target)].append(one)
    weights = {kind: sum(one.weight for one in independent(found)) for kind, found in by_kind.items()}
    report = weights.get(Kind.REPORT, 0.0) + complaint
    if report > 0:
        report += (ADDRESS if has_address else 0.0) + (STORY if size >= STORY_LENGTH else 0.0)
    if report > 0 and has_address and Kind.FEEDBACK_NEGATIVE in weights:
        weights[Kind.FEEDBACK_NEGATIVE] *= STILL  # 6号楼油烟还是那样: who names the place reports it
    weights[Kind.REPORT] = report
    weights[Kind.CHAT] = weights.get(Kind.CHAT, 0.0) + CHAT_BASE
    return weights


def emergency_weight(weighed: Sequence[Weighed]) -> float:
    """The strongest sign of danger to people."""
    return max((one.weight for one in weighed if one.match.rule.purpose == "emergency"), default=0.0)


def choose_kind(weights: Mapping[Kind, float], danger: float) -> tuple[Kind, float]:
    """The kind and how sure it is. Sort key: danger above its floor; then weight; then the order of Kind.

    Advertising that names danger is no emergency when it has more signs than one; a report must pass its
    floor, else the next kind counts.
    """
    ranked = sorted(
        ((kind, weight) for kind, weight in weights.items() if weight > 0 and not _too_weak(kind, weight)),
        key=lambda one: (-one[1], ORDER.index(one[0])),
    )
    is_advertising = bool(ranked) and ranked[0][0] is Kind.AD_SPAM and ranked[0][1] >= SURE_SPAM
    if danger >= EMERGENCY_FLOOR and not is_advertising:
        return Kind.EMERGENCY, certainty(danger)
    if not ranked:
        return Kind.CHAT, 0.0
    best, weight = ranked[0]
    rivals = [other for kind, other in weights.items() if kind is not best]
    return best, certainty(weight - max(rivals, default=0.0))


def certainty(margin: float) -> float:
    """0 at no margin, towards 1 as the margin grows."""
    return 1 - math.exp(-max(margin, 0.0) / CERTAINTY)


def choose_urgency(weighed: Sequence[Weighed], kind: Kind) -> Urgency:
    """Emergency only for emergencies; high for danger and misery, low for what the person calls small."""
    if kind is Kind.EMERGENCY:
        return Urgency.EMERGENCY
    if kind is not Kind.REPORT:
        return Urgency.NORMAL
    weights: dict[str, float] = defaultdict(float)
    for one in weighed:
        if one.match.rule.purpose == "urgency":
            weights[one.match.rule.target] += one.weight
    if weights[Urgency.HIGH] >= URGENT_FLOOR:
        return Urgency.HIGH
    return Urgency.LOW if weights[Urgency.LOW] >= 2 > weights[Urgency.HIGH] else Urgency.NORMAL


def _too_weak(kind: Kind, weight: float) -> bool:
    return kind is Kind.REPORT and weight < REPORT_FLOOR
