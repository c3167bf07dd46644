"""One message read: what it is, what is wrong, where, how urgent, and which words decided it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from nlp.abuse import is_insult
from nlp.behalf import on_behalf_of
from nlp.categories import Problem, further_problems
from nlp.evaluations import Evaluation
from nlp.evidence import Evidence
from nlp.intents import Intent
from nlp.kinds import CASE_KINDS, EMERGENCY_FLOOR, ORDINARY, Kind, Urgency, choose_kind, choose_urgency
from nlp.lexicon import CATEGORIES, Lexicon
from nlp.locations import Location
from nlp.look import Look, Why, look
from nlp.places import Places
from nlp.signals import Signals
from nlp.time_words import TimeWord, find_time_words
from nlp.weights import probabilities

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

UNSURE: Final = 0.6  # below it half the readings are wrong, so the dialogue asks (measured: docs/reading.md)
CANDIDATE: Final = 0.1  # share from which a category is worth offering
MIDDLE: Final = 3  # of 5: from here a rating is no complaint
SAYS_MORE: Final = frozenset(  # such a message is heard for what it says, whatever its tone
    {*CASE_KINDS, Kind.FEEDBACK_NEGATIVE, Kind.FEEDBACK_POSITIVE, Kind.PROGRESS_QUERY, Kind.AD_SPAM}
)
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
    case_number: int | None = None  # with intents that name one: 查 12, 附议 2026-0012
    case_year: int | None = None
    rating: int | None = None  # with intent evaluate: 1 to 5
    is_partly: bool = False  # with intent evaluate: 部分解决, which counts as 2
    reason: str = ""  # with intent evaluate: what stands behind the rating
    is_abusive: bool = False  # insults people or the bot and says nothing else
    on_behalf_of: str | None = None  # 帮我妈报一下: 我妈
    candidates: tuple[str, ...] = ()  # categories worth offering, best first, whatever the kind
    times: tuple[TimeWord, ...] = ()  # 半夜, 从昨天开始, 三个月了; in order of the text
    is_confidential: bool = False  # 悄悄话, 别说是我: nobody is to learn who said it
    why: Why | None = field(default=None, repr=False, compare=False)  # what the reading rests on

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The words that decided, strongest first; put together when asked for, as few readings are asked."""
        return self.why.evidence() if self.why else ()

    @property
    def topics(self) -> Mapping[str, float]:
        """What it may be about, whatever the kind: subcategories ("water/leak") with shares of belief."""
        return self.why.topics if self.why else {}

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
        found = look(text, places, self._lexicon)
        sums = self._lexicon.weights.score(found.signals)
        kind, belief = _kind(found, sums)
        ranking = probabilities(sums, CATEGORIES)
        main = self._main_problem(found, ranking) if kind in CASE_KINDS else None
        judged = found.evaluation
        return Reading(
            text=text,
            kind=kind,
            intent=found.request.intent,
            category=main[0] if main else None,
            subcategory=main[1] if main else None,
            confidence=min(belief, ranking[main[0]]) if main else belief,
            urgency=choose_urgency(probabilities(sums, ORDINARY), kind),
            location=found.location,
            also=further_problems(found.weighed, main[0]) if main else (),
            case_number=found.request.case_number,
            case_year=found.request.case_year,
            rating=judged.rating if judged else None,
            is_partly=judged.is_partly if judged else False,
            reason=text[slice(*judged.reason)] if judged else "",
            is_abusive=is_insult(found.folded, says_more=kind in SAYS_MORE or judged is not None),
            on_behalf_of=on_behalf_of(text),
            times=find_time_words(found.folded, text),
            is_confidential=any(one.match.rule.purpose == "wish" for one in found.weighed),
            why=Why(found, self._lexicon, kind, main[0] if main else None),
            candidates=tuple(category for category, share in ranking.items() if share >= CANDIDATE),
        )

    def signals(self, text: str, places: Places) -> Signals:
        """What the message offers to the weights: what they are fitted to and what corrections move."""
        return look(text, places, self._lexicon).signals

    def _main_problem(self, found: Look, ranking: Mapping[str, float]) -> tuple[str, str]:
        category = next(iter(ranking))
        details = self._lexicon.details[category].score(found.signals)
        return category, max(details, key=lambda code: details[code]).partition("/")[2]


def _kind(found: Look, sums: Mapping[str, float]) -> tuple[Kind, float]:
    """A request to the bot is what it is; anything else is weighed."""
    intent = found.request.intent
    if found.evaluation is not None:
        return _kind_of_judgement(found.evaluation, *choose_kind(probabilities(sums, Kind), found.danger))
    if found.is_place_alone and found.danger < EMERGENCY_FLOOR:
        return Kind.CHAT, 0.0  # an answer to "where", or somebody who has not said yet what is wrong
    if intent in (Intent.NONE, Intent.PROPOSE, Intent.RESIDE, Intent.CORRECT):
        return choose_kind(probabilities(sums, Kind), found.danger)
    return KIND_OF_INTENT.get(intent, Kind.CHAT), 1.0


def _kind_of_judgement(judged: Evaluation, kind: Kind, belief: float) -> tuple[Kind, float]:
    """Danger comes before a judgement; a digit or 挺好的 may have been said of something else."""
    if kind is Kind.EMERGENCY or (judged.is_weak and kind is not Kind.REPORT):
        return kind, belief
    is_bad = judged.rating is not None and judged.rating < MIDDLE
    return (Kind.FEEDBACK_NEGATIVE if is_bad else Kind.FEEDBACK_POSITIVE), 1.0
