"""What kind of message it is: a problem, a question, thanks, small talk, an emergency; and how urgent."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


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


EMERGENCY_SHARE: Final = 0.3  # from which a message is taken for an emergency: missing one costs most
SURE_SPAM: Final = 0.9  # share from which advertising that names danger is advertising
EMERGENCY_FLOOR: Final = 2.9  # weight of a rule that says danger by itself
EMERGENCY_DOUBT: Final = 0.1  # share below which such a rule is not believed
OVER_SMALL_TALK: Final = 2.0  # times as likely as small talk must a report be: a wrong case costs more
HIGH_SHARE: Final = 0.4
ORDER: Final = tuple(Kind)
CASE_KINDS: Final = frozenset({Kind.REPORT, Kind.EMERGENCY})  # somebody must act
SMALL_TALK: Final = (Kind.CHAT, Kind.THANKS, Kind.GREETING, Kind.AD_SPAM)
ORDINARY: Final = (Urgency.LOW, Urgency.NORMAL, Urgency.HIGH)  # of what is no emergency


def choose_kind(shares: Mapping[str, float], danger: float) -> tuple[Kind, float]:
    """The kind and its share of belief.

    Sort key: an emergency above its share, or named by a rule and not disbelieved, comes first, unless the
    message is surely advertising; then the greatest share, a report only when it is OVER_SMALL_TALK; then
    the order of Kind.
    """
    emergency = shares[Kind.EMERGENCY]
    is_named = danger >= EMERGENCY_FLOOR and emergency >= EMERGENCY_DOUBT
    if (is_named or emergency >= EMERGENCY_SHARE) and shares[Kind.AD_SPAM] < SURE_SPAM:
        return Kind.EMERGENCY, emergency
    rivals = [kind for kind in ORDER if kind is not Kind.EMERGENCY and not _too_weak(kind, shares)]
    best = max(rivals, key=lambda kind: (shares[kind], -ORDER.index(kind)))
    return best, shares[best]


def choose_urgency(shares: Mapping[str, float], kind: Kind) -> Urgency:
    """Emergency only for emergencies; high and low as the words of a report say, normal for the rest."""
    if kind is Kind.EMERGENCY:
        return Urgency.EMERGENCY
    if kind is not Kind.REPORT:
        return Urgency.NORMAL
    if shares[Urgency.HIGH] >= HIGH_SHARE:
        return Urgency.HIGH
    return Urgency.LOW if shares[Urgency.LOW] > shares[Urgency.NORMAL] else Urgency.NORMAL


def _too_weak(kind: Kind, shares: Mapping[str, float]) -> bool:
    return kind is Kind.REPORT and shares[kind] < OVER_SMALL_TALK * sum(shares[one] for one in SMALL_TALK)
