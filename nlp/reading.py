"""One message read: what it is, what is wrong, where, how urgent, and which words decided it."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from nlp.categories import Problem, Standing, further_problems, rank_categories
from nlp.evidence import Evidence, Weighed, as_evidence, independent, weigh
from nlp.intents import Intent, Request, read_intent, read_rating
from nlp.kinds import Kind, Urgency, certainty, choose_kind, choose_urgency, emergency_weight, weigh_kinds
from nlp.lexicon import Lexicon
from nlp.locations import Location, find_location
from nlp.places import Places

__all__ = [
    "Evidence",
    "Intent",
    "Kind",
    "Location",
    "Places",
    "Problem",
    "Reader",
    "Reading",
    "Urgency",
]

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

UNSURE: Final = 0.4  # below it the dialogue asks
MIDDLE: Final = 3  # of 5: from here a rating is no complaint
CASE_KINDS: Final = frozenset({Kind.REPORT, Kind.EMERGENCY})
NO_CATEGORY: Final = ("other", "general")
KIND_OF_INTENT: Final = {
    Intent.QUERY: Kind.PROGRESS_QUERY,
    Intent.URGE: Kind.PROGRESS_QUERY,
    Intent.HELP: Kind.QUESTION,
    Intent.CONTACT_CARD: Kind.QUESTION,
    Intent.MY_DATA: Kind.QUESTION,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says; spans are positions in `text`."""

    text: str
    kind: Kind
    intent: Intent
    category: str | None  # water, noise, parking, property, other; None unless report or emergency
    subcategory: str | None  # None exactly when category is
    confidence: float  # 0 to 1
    urgency: Urgency
    location: Location | None
    also: tuple[Problem, ...] = ()  # further problems, strongest first
    evidence: tuple[Evidence, ...] = ()  # strongest first
    case_number: int | None = None  # with intents that name one: 查 12, 附议 2026-0012
    case_year: int | None = None
    rating: int | None = None  # with intent evaluate: 1 to 5
    candidates: tuple[str, ...] = ()  # categories that have evidence, best first, whatever the kind

    @property
    def opens_case(self) -> bool:
        """Whether somebody must act: a report or an emergency."""
        return self.kind in CASE_KINDS

    @property
    def is_unsure(self) -> bool:
        """Whether to ask the person instead of believing this reading; never for an emergency."""
        return self.kind is not Kind.EMERGENCY and self.confidence < UNSURE

    def as_json(self) -> dict[str, Json]:
        """The reading in the form that `huiyin read --jsonl` promises."""
        place = self.location
        return {
            "kind": str(self.kind),
            "intent": str(self.intent),
            "category": self.category,
            "subcategory": self.subcategory,
            "confidence": round(self.confidence, 3),
            "urgency": str(self.urgency),
            "location": {
                "estate": place.estate if place else None,
                "building": place.building if place else None,
                "unit": place.unit if place else None,
                "room": place.room if place else None,
            },
            "also": [problem.category for problem in self.also],
            "evidence": [
                {
                    "word": one.word,
                    "start": one.start,
                    "end": one.end,
                    "weight": one.weight,
                    "for": one.purpose,
                }
                for one in self.evidence
            ],
        }


class Reader:
    """Reads messages with one lexicon; a pure function of text and places, safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Nothing is loaded here; the lexicon was built at start."""
        self._lexicon = lexicon

    def read(self, text: str, places: Places) -> Reading:
        """The message is read in all its parts; never raises, whatever the text."""
        lexicon = self._lexicon
        folded = lexicon.spelling.fold(text)
        matches = lexicon.matcher.find(folded, lexicon.tokenizer)
        weighed = weigh(matches, lexicon.shields, folded)
        location = find_location(folded, places, lexicon.spots, text=text)
        standings = rank_categories(weighed, len(text))
        request = read_intent(folded, lexicon.intents)
        rating = read_rating(folded) if request.intent is Intent.EVALUATE else None
        kind, sureness = _kind(weighed, standings, location, request=request, rating=rating, size=len(text))
        main = _main_problem(standings, kind)
        return Reading(
            text=text,
            kind=kind,
            intent=request.intent,
            category=main[0] if main else None,
            subcategory=main[1] if main else None,
            confidence=_confidence(kind, sureness, standings),
            urgency=choose_urgency(weighed, kind),
            location=location,
            also=further_problems(standings) if main and standings else (),
            evidence=_evidence(weighed, standings, kind=kind, text=text),
            case_number=request.case_number,
            case_year=request.case_year,
            rating=rating,
            candidates=tuple(standing.category for standing in standings),
        )


def _kind(
    weighed: list[Weighed],
    standings: list[Standing],
    location: Location | None,
    *,
    request: Request,
    rating: int | None,
    size: int,
) -> tuple[Kind, float]:
    """A request to the bot is what it is; anything else is weighed."""
    danger = emergency_weight(weighed)
    if request.intent is Intent.EVALUATE:
        is_bad = rating is not None and rating < MIDDLE
        return (Kind.FEEDBACK_NEGATIVE if is_bad else Kind.FEEDBACK_POSITIVE), 1.0
    complaint = max((standing.complaint for standing in standings), default=0.0)
    weights = weigh_kinds(
        weighed,
        complaint=complaint,
        has_address=location is not None and location.is_address,
        size=size,
    )
    if request.intent in (Intent.NONE, Intent.PROPOSE, Intent.RESIDE, Intent.CORRECT):
        return choose_kind(weights, danger)
    return KIND_OF_INTENT.get(request.intent, Kind.CHAT), 1.0


def _main_problem(standings: list[Standing], kind: Kind) -> tuple[str, str] | None:
    if kind not in CASE_KINDS:
        return None
    if kind is Kind.EMERGENCY:
        signs = [
            one
            for standing in standings
            for one in standing.evidence
            if one.match.rule.purpose == "emergency" and one.weight > 0
        ]
        if signs:
            sign = max(signs, key=lambda one: (one.weight, -one.match.start))
            category, _, subcategory = sign.match.rule.target.partition("/")
            return category, subcategory
    return (standings[0].category, standings[0].subcategory) if standings else NO_CATEGORY


def _confidence(kind: Kind, sureness: float, standings: list[Standing]) -> float:
    """As sure as the kind, and for a report no surer than its category."""
    if kind is not Kind.REPORT:
        return sureness
    if not standings:
        return min(sureness, 0.2)
    second = standings[1].weight if len(standings) > 1 else 0.0
    return min(sureness, certainty(standings[0].weight - second))


def _evidence(
    weighed: list[Weighed], standings: list[Standing], *, kind: Kind, text: str
) -> tuple[Evidence, ...]:
    """The words that speak for the kind, the categories and the urgency."""
    chosen = [one for standing in standings for one in standing.evidence]
    chosen += independent(one for one in weighed if one.match.rule.target == kind)
    chosen += [one for one in weighed if one.match.rule.purpose == "urgency" and kind in CASE_KINDS]
    found = [as_evidence(one, text) for one in chosen if abs(one.weight) >= 0.1]
    return tuple(sorted(found, key=lambda one: (-one.weight, one.start, one.purpose)))
