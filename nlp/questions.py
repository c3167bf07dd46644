"""Which stored question a resident's sentence asks for."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from nlp.lexicon import Lexicon, read_rows
from nlp.prefixes import PrefixIndex

Entry = tuple[str, Sequence[str]]  # the question as staff wrote it, and further words for it

WHETHER: Final = re.compile(
    r"[不没](?=[\s?。,!]*$)|[一二两三四五六七八九十\d]{1,3}点(?!儿)"
)  # 开门不, 早上七点
LONGEST: Final = 200  # characters; a longer message is no question of this kind
CJK: Final = re.compile(r"[\u4e00-\u9fffA-Za-z\d]+")
CLASS: Final = 0.35  # weight of a word class beside that of a word
PAIR: Final = 0.6  # weight of two adjacent characters
UNKNOWN: Final = 0.36  # of the greatest weight, for a word that no entry has: it may be a detail
ASPECT: Final = 1.25  # both ask for the same (时间)
OTHER_ASPECT: Final = 0.5  # they ask for different ones (时间, 费用)
WAY: Final = 0.95  # one asks how, the other for papers or a place: the answer may hold it
CLEAR: Final = 0.5  # score from which an entry is meant
AHEAD: Final = 1.12  # times the score of the next one
WIDE: Final = frozenset({"way", "papers", "place", "contact"})


class _Said(NamedTuple):
    topics: frozenset[str]
    aspects: frozenset[str]


@dataclass(frozen=True, slots=True)
class PreparedQuestions:
    """The stored questions, indexed once; only read afterwards, so threads may share it."""

    lexicon: Lexicon
    words: PrefixIndex[str]
    forms: tuple[tuple[int, _Said], ...]  # each wording with the entry it belongs to
    by_topic: Mapping[str, tuple[int, ...]]  # positions in forms
    weights: Mapping[str, float]
    unknown: float  # weight of a word that stands in no entry


def prepare(entries: Sequence[Entry], lexicon: Lexicon) -> PreparedQuestions:
    """The stored questions are ready to be asked for; each keyword is a wording of its own."""
    words = PrefixIndex((word, role) for role, word in read_rows("question_words.tsv"))
    forms = [
        (index, said)
        for index, (question, keywords) in enumerate(entries)
        for wording in (question, *keywords)
        if (said := _said(wording, lexicon, words)).topics
    ]
    by_topic: dict[str, list[int]] = {}
    for position, (_, said) in enumerate(forms):
        for topic in said.topics:
            by_topic.setdefault(topic, []).append(position)
    counts = Counter(topic for _, topics in _topics_of_entries(forms).items() for topic in topics)
    weights = {
        topic: _kind_weight(topic) * math.log(2 + len(entries) / count) for topic, count in counts.items()
    }
    return PreparedQuestions(
        lexicon=lexicon,
        words=words,
        forms=tuple(forms),
        by_topic={topic: tuple(found) for topic, found in by_topic.items()},
        weights=weights,
        unknown=UNKNOWN * math.log(2 + len(entries)),
    )


def best_answer(text: str, prepared: PreparedQuestions) -> int | None:
    """Which entry the sentence asks for, as its position in the entries; None unless it is clearly one."""
    if len(text) > LONGEST or not prepared.forms:
        return None
    said = _said(text, prepared.lexicon, prepared.words)
    near = {position for topic in said.topics for position in prepared.by_topic.get(topic, ())}
    total = sum(_weight(topic, prepared) for topic in said.topics)
    scores: dict[int, float] = {}
    for position in near:
        index, form = prepared.forms[position]
        score = _score(said, form, prepared, total=total)
        scores[index] = max(score, scores.get(index, 0.0))
    ranking = sorted(((score, -index) for index, score in scores.items()), reverse=True)
    if not ranking or ranking[0][0] < CLEAR:
        return None
    if len(ranking) > 1 and ranking[0][0] < AHEAD * ranking[1][0]:
        return None
    return -ranking[0][1]


def _score(said: _Said, form: _Said, prepared: PreparedQuestions, *, total: float) -> float:
    """How much of the wording the sentence says and how much of the sentence that is, 0 to about 1.2."""
    common = sum(prepared.weights[topic] for topic in said.topics & form.topics)
    whole = sum(prepared.weights[topic] for topic in form.topics)
    return math.sqrt(common / whole * common / total) * _aspect(said.aspects, form.aspects)


def _aspect(asked: frozenset[str], told: frozenset[str]) -> float:
    if not asked or not told:
        return 1.0
    if asked & told:
        return ASPECT if asked & told - {"way"} else 1.0
    return WAY if asked <= WIDE and told <= WIDE and "way" in asked | told else OTHER_ASPECT


def _topics_of_entries(forms: Iterable[tuple[int, _Said]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for index, said in forms:
        found.setdefault(index, set()).update(said.topics)
    return found


def _weight(topic: str, prepared: PreparedQuestions) -> float:
    known = prepared.weights.get(topic)
    if known is not None:
        return known
    return 0.0 if topic.startswith("<") else prepared.unknown * _kind_weight(topic)


def _kind_weight(topic: str) -> float:
    if topic.startswith("<"):
        return CLASS
    return PAIR if topic.startswith("+") else 1.0


def _said(text: str, lexicon: Lexicon, words: PrefixIndex[str]) -> _Said:
    """What a sentence is about: its words, pairs of characters and word classes; and what it asks of it."""
    folded = WHETHER.sub(lambda found: " " * len(found.group()), lexicon.spelling.fold(text))
    aspects, bare = _without_question_words(folded, words, set(lexicon.tokenizer.words(folded)))
    topics: set[str] = set()
    spans = lexicon.tokenizer.words(bare)
    for start, end in spans:
        word = bare[start:end].lower()
        if CJK.fullmatch(word):
            topics.add(word)
    for run in CJK.finditer(bare):
        text_run = run.group()
        topics.update(f"+{text_run[at : at + 2]}" for at in range(len(text_run) - 1))
    starts, ends = {start for start, _ in spans}, {end for _, end in spans}
    for start, end, names in lexicon.thesaurus.scan(bare):
        if start in starts and end in ends:
            topics.update(names)
    return _Said(frozenset(topics), aspects)


def _without_question_words(
    folded: str, words: PrefixIndex[str], spans: set[tuple[int, int]]
) -> tuple[frozenset[str], str]:
    """The aspects asked for, and the sentence with those words and the fillers blanked out.

    A single character counts only where it is a word of its own: 办 in 怎么办, not in 办公室.
    """
    best: dict[int, tuple[int, str]] = {}
    for start, end, roles in words.scan(folded):
        if end - start > 1 or (start, end) in spans:
            best[start] = (end, roles[0])  # longer words come later
    aspects: set[str] = set()
    kept: list[str] = []
    position = 0
    while position < len(folded):
        end, role = best.get(position, (position + 1, ""))
        aspect = role.removeprefix("keep").removeprefix(" ")
        kept.append(folded[position:end] if aspect != role or not role else " " * (end - position))
        if aspect and aspect != "filler":
            aspects.add(aspect)
        position = end
    return frozenset(aspects), "".join(kept)
