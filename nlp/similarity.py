"""Do two messages tell of the same problem?"""

import math
import re
from dataclasses import dataclass
from typing import Final

from nlp.characters import fold
from nlp.locations import Location
from nlp.reading import Reading

SAME: Final = 0.3  # score from which two messages are one case; chosen on the training pairs
GATE: Final = re.compile(r"[东西南北][南北]?(?=[大侧小]?门)|\d+(?=号门)|负[一二三1-3](?=层?)")
TAIL: Final = re.compile(  # what people leave out of an estate's name, or what follows it
    r"(?:小区|家属院|花园|家园|社区|[一二三四五六七八九十\d]+[期号]?|[A-Za-z东西南北中]区)+$"
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
    """One case when the places do not differ and both are about the same; wording alone proves nothing.

    The score is what the beliefs about their topics have in common (Bhattacharyya's coefficient). Another
    estate, building, unit, gate, zone or phase is another place, however alike the words are.
    """
    if _is_elsewhere(a, b):
        return Similarity(False, 0.0)
    score = likeness_of_topics(a, b)
    return Similarity(score >= SAME, score)


def likeness_of_topics(a: Reading, b: Reading) -> float:
    """How much alike the two are in what they are about, wherever it is: 0 to 1."""
    one, other = a.topics, b.topics
    common = sum(math.sqrt(share * other.get(topic, 0.0)) for topic, share in one.items())
    return round(min(common, 1.0), 3)


def _is_elsewhere(a: Reading, b: Reading) -> bool:
    """Whether both name a place, and not the same one."""
    gates, others = _gates(a.text), _gates(b.text)
    if gates and others and gates.isdisjoint(others):
        return True
    one, other = a.location, b.location
    if one is None or other is None:
        return False
    parts = ((one.building, other.building), (one.unit, other.unit), (one.zone, other.zone))
    return _estates_differ(one, other) or any(_differ(*pair) for pair in parts)


def _gates(text: str) -> set[str]:
    """The gates and levels below ground that a text names."""
    return set(GATE.findall(fold(text)))


def _estates_differ(a: Location, b: Location) -> bool:
    if a.estate is not None and b.estate is not None:
        return a.estate != b.estate
    if a.estate is not None or b.estate is not None or a.unlisted is None or b.unlisted is None:
        return False
    one, other = (TAIL.sub("", fold(name)) for name in (a.unlisted, b.unlisted))
    short, long = sorted((one, other), key=len)
    return not long.startswith(short) and not long.endswith(short)  # 梦溪 for 梦溪公馆, 咱花溪里 for 花溪里


def _differ(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and a != b
