"""Do two messages tell of the same problem at the same place?"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nlp.characters import fold
from nlp.locations import Location
from nlp.reading import Reading

SAME: Final = 0.45  # score from which two messages are one case
PROBLEM_SHARE: Final = 0.65  # of the score; the rest is how alike the words are
ALIKE: Final = 0.3  # share of common pairs of characters that counts as the same wording
GUESSED_PLACE: Final = 0.85  # the place is not known to be the same, only not to differ
RELATED: Final = 0.7  # subcategories that describe one trouble from two sides
FAMILIES: Final = (
    {"water/leak", "water/roof_leak", "water/burst_pipe", "water/flooding"},
    {"water/outage", "water/pressure"},
    {"parking/blocked_car", "parking/sidewalk", "parking/fire_lane", "parking/no_space", "parking/road"},
    {"parking/ground_lock", "parking/occupied_space"},
    {"noise/square_dance", "noise/gathering", "noise/tv", "noise/vendor"},
    {"noise/upstairs", "noise/renovation"},
    {"noise/ktv", "noise/shop", "noise/gathering"},
    {"noise/equipment", "noise/shop"},
    {"property/lighting", "property/power", "property/wiring"},
    {"property/rubbish", "property/cleaning", "property/corridor_clutter", "property/pests"},
    {"property/ebike_charging", "property/wiring", "property/corridor_clutter"},
)
SIDE: Final = re.compile(
    r"[东西南北][南北]?(?:大|侧)?门|[A-Za-z东西南北]区|负[一二三1-3]层?|\d+号门|[一二三四五六\d]+期"
)
GENERIC_END: Final = re.compile(r"(?:小区|家属院|花园|社区)$")
NOISE_WORDS: Final = re.compile(
    r"[^\u4e00-\u9fffA-Za-z]|[我你他她它们的了着过是在有和就都也还很又把被这那个]"
)


@dataclass(frozen=True, slots=True)
class Similarity:
    """Whether two messages belong to one case, and how alike they are (0 to 1)."""

    same: bool
    score: float

    def as_json(self) -> dict[str, bool | float]:
        """The answer in the form that `huiyin same --jsonl` promises."""
        return {"same": self.same, "score": self.score}


def same_problem(a: Reading, b: Reading) -> Similarity:
    """One case when the places do not differ and the problems agree; wording alone proves nothing.

    Another estate, building, unit, gate, zone or phase is another place, however alike the words are.
    """
    place = _place(a, b)
    if place == 0:
        return Similarity(False, 0.0)
    score = place * (PROBLEM_SHARE * _problem(a, b) + (1 - PROBLEM_SHARE) * _wording(a, b))
    score = round(min(score, 1.0), 3)
    return Similarity(score >= SAME, score)


def _place(a: Reading, b: Reading) -> float:
    """0 when the places differ, 1 when they agree, in between when one does not say."""
    if _sides(a.text, b.text):
        return 0.0
    if a.location is None or b.location is None:
        return GUESSED_PLACE
    one, other = a.location, b.location
    if _estates_differ(one, other) or _differ(one.building, other.building) or _differ(one.unit, other.unit):
        return 0.0
    known = one.estate is not None or one.building is not None or one.unlisted is not None
    return 1.0 if known and one.building == other.building else GUESSED_PLACE


def _estates_differ(a: Location, b: Location) -> bool:
    if a.estate is not None and b.estate is not None:
        return a.estate != b.estate
    if a.estate is not None or b.estate is not None:
        return False
    if a.unlisted is None or b.unlisted is None:
        return False
    one, other = (GENERIC_END.sub("", fold(name)) for name in (a.unlisted, b.unlisted))
    return not (one.startswith(other) or other.startswith(one))


def _differ(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and a != b


def _sides(a: str, b: str) -> bool:
    """Whether both name gates, zones, levels or phases, and none in common."""
    one, other = set(SIDE.findall(fold(a))), set(SIDE.findall(fold(b)))
    return bool(one and other and not one & other)


def _problem(a: Reading, b: Reading) -> float:
    """Cosine of what speaks for each subcategory; a general or related one counts as nearly the same."""
    one, other = _weights(a), _weights(b)
    length = math.hypot(*one.values()) * math.hypot(*other.values())
    cosine = sum(weight * other.get(name, 0.0) for name, weight in one.items()) / length if length else 0.0
    first, second = _strongest(one), _strongest(other)
    if first is None or second is None:
        is_near = bool(a.candidates[:1] and a.candidates[:1] == b.candidates[:1])
    else:
        is_near = any(first in family and second in family for family in FAMILIES)
    return max(cosine, RELATED if is_near else 0.0)


def _strongest(weights: Mapping[str, float]) -> str | None:
    specific = {name: weight for name, weight in weights.items() if "/" in name}
    return max(specific, key=lambda name: (specific[name], name), default=None)


def _weights(reading: Reading) -> dict[str, float]:
    """What speaks for each subcategory and, weaker, for each category; absent ones weigh nothing."""
    weights: dict[str, float] = defaultdict(float)
    for evidence in reading.evidence:
        category, _, subcategory = evidence.purpose.partition("/")
        if subcategory and subcategory != "general":
            weights[evidence.purpose] += evidence.weight
            weights[category] += evidence.weight / 4
    return weights


def _wording(a: Reading, b: Reading) -> float:
    """Share of common pairs of characters outside the place names; ALIKE of them counts as all."""
    one, other = _pairs(a), _pairs(b)
    total = one.total() + other.total()
    return min(2 * (one & other).total() / total / ALIKE, 1.0) if total else 0.0


def _pairs(reading: Reading) -> Counter[str]:
    text = fold(reading.text)
    if reading.location is not None and reading.location.is_address:
        start, end = reading.location.span
        text = text[:start] + " " + text[end:] if end - start < len(text) / 2 else text
    text = NOISE_WORDS.sub(" ", text)
    return Counter(text[i : i + 2] for i in range(len(text) - 1) if " " not in text[i : i + 2])
