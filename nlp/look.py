"""One look at a message: everything found in it, before anything is decided; and why it was decided so."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from nlp.categories import evidence_by_category
from nlp.evaluations import Evaluation, read_evaluation
from nlp.evidence import Evidence, Weighed, as_evidence, independent, weigh
from nlp.intents import Intent, Request, read_intent
from nlp.kinds import CASE_KINDS, Kind
from nlp.lexicon import CATEGORIES, Lexicon
from nlp.locations import Location, find_location
from nlp.places import Places
from nlp.signals import DANGER, PER_RULE, Signals, gather, message_traits
from nlp.weights import probabilities

BESIDE_A_PLACE: Final = re.compile(
    r"(?:[\W_]|我们?|咱们?|俺们?|家|住|在|是|的|这里?|那里?|小区|社区|这边|那边)*"
)
SHOWN: Final = 6  # fitted pieces shown as evidence for one target
SMALLEST_SHARE: Final = 0.15  # weight of a piece worth showing
SMALLEST_RULE: Final = 0.1  # weight of a rule worth showing
TOPIC: Final = 0.005  # share of belief from which something may be the topic


class Look(NamedTuple):
    """What one look at a message finds."""

    text: str
    folded: str
    weighed: list[Weighed]
    location: Location | None
    request: Request
    evaluation: Evaluation | None  # exactly with the intent to evaluate
    signals: Signals

    @property
    def is_place_alone(self) -> bool:
        """Whether the message names a place and hardly says another word: 枫桥苑3号楼, 我家在5栋."""
        if self.location is None:
            return False
        start, end = self.location.span
        return BESIDE_A_PLACE.fullmatch(self.folded[:start] + self.folded[end:]) is not None

    @property
    def danger(self) -> float:
        """The strongest rule that says danger to people."""
        return self.signals.traits.get(DANGER, 0.0) * PER_RULE


def look(text: str, places: Places, lexicon: Lexicon) -> Look:
    """The words, rules, place, request and signals of a message."""
    folded = lexicon.spelling.fold(text)
    words = lexicon.tokenizer.words(folded)
    weighed = weigh(lexicon.matcher.find(folded, words), lexicon.shields, folded)
    location = find_location(folded, places, lexicon.spots, text=text)
    request, evaluation = _request(folded, lexicon)
    traits = message_traits(weighed, location, intent=request.intent, size=len(text))
    place = location.span if location is not None and location.is_address else (0, 0)
    signals = gather(folded, words, traits, thesaurus=lexicon.thesaurus, without=place)
    return Look(text, folded, weighed, location, request, evaluation, signals)


def _request(folded: str, lexicon: Lexicon) -> tuple[Request, Evaluation | None]:
    request = read_intent(folded, lexicon.intents, lexicon.requests)
    judged = read_evaluation(folded) if request.intent is Intent.NONE else None
    if judged is None:
        return request, None
    return Request(Intent.EVALUATE, judged.case_number, judged.case_year), judged


@dataclass(frozen=True, eq=False)
class Why:
    """What a reading rests on; costly answers are worked out when asked for, as few readings are asked."""

    found: Look
    lexicon: Lexicon
    kind: Kind
    category: str | None

    def evidence(self) -> tuple[Evidence, ...]:
        """The words that speak for the kind, the categories and the urgency, strongest first."""
        text, weighed, is_case = self.found.text, self.found.weighed, self.kind in CASE_KINDS
        chosen = [one for found in evidence_by_category(weighed).values() for one in found]
        chosen += independent(one for one in weighed if one.match.rule.target == self.kind)
        chosen += [one for one in weighed if one.match.rule.purpose == "urgency" and is_case]
        evidence = [as_evidence(one, text) for one in chosen if abs(one.weight) >= SMALLEST_RULE]
        for target in (str(self.kind), self.category):
            if target is not None:
                evidence += self._pieces(target)
        return tuple(sorted(evidence, key=lambda one: (-one.weight, one.start, one.purpose)))

    @cached_property  # comparing with many cases asks again and again
    def topics(self) -> dict[str, float]:
        """What the message may be about: subcategories with their share of belief."""
        weights, details, signals = self.lexicon.weights, self.lexicon.details, self.found.signals
        found: dict[str, float] = {}
        if not signals.pieces:
            return found
        for category, share in probabilities(weights.score(signals), CATEGORIES).items():
            if share >= TOPIC:
                codes = probabilities(details[category].score(signals), details[category].targets)
                found.update((code, share * part) for code, part in codes.items() if share * part >= TOPIC)
        return found

    def _pieces(self, target: str) -> list[Evidence]:
        """The fitted pieces that speak for a target."""
        shares = self.lexicon.weights.shares(self.found.signals, target, least=SMALLEST_SHARE)
        text = self.found.text
        return [
            Evidence(text[one.start : one.end], one.start, one.end, round(one.weight, 2), target)
            for one in shares[:SHOWN]
        ]
