"""What the reader knows, as data: words with weights, concepts, spellings, intents, places' common nouns."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from nlp.actions import Action
from nlp.evidence import WITHIN, Shield
from nlp.kinds import ORDINARY, Kind
from nlp.numerals import NUMBER
from nlp.patterns import Matcher, Rule
from nlp.prefixes import PrefixIndex
from nlp.spelling import Spelling
from nlp.tokenizer import Tokenizer
from nlp.weights import Table, parse_tables

DATA: Final = Path(__file__).parent / "data"
CATEGORIES: Final = ("water", "noise", "parking", "property", "other")
LONGEST_WORD: Final = 4
OWN: Final = 4.0  # a community's word is meant as it is said, so it outweighs ours
NUMBER_FORM: Final = (  # of a case, in a request
    rf"[\s#第]*\D{{0,4}}?(?:(?P<year>20\d\d)-)?(?P<number>{NUMBER}|\d+)[号件个]?"
)
PARTICLES: Final = frozenset("吗呢啊吧么嘛的了着过没不我你他在有把被又还太很好能给让跟就都也到得")


class Word(NamedTuple):
    """A community's own word: how strongly it speaks for a subcategory, and whether it says trouble."""

    category: str
    subcategory: str
    word: str
    weight: float
    complaint: float = 1.0


@dataclass(frozen=True)
class Lexicon:
    """Everything that reading needs; built once at start, then only read."""

    tokenizer: Tokenizer
    spelling: Spelling
    matcher: Matcher
    commands: Matcher
    verbs: frozenset[str]  # command words that say the action by themselves
    concepts: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    shields: Mapping[str, Shield]
    requests: re.Pattern[str]  # fits whatever one of the intents fits
    intents: tuple[tuple[str, re.Pattern[str]], ...]  # in order: the first that fits wins
    spots: re.Pattern[str]
    subcategories: Mapping[str, tuple[str, ...]]  # by category, "general" last in each
    thesaurus: PrefixIndex[str]  # words and the classes they belong to
    weights: Table  # towards kinds, categories and urgencies
    details: Mapping[str, Table]  # by category, towards its subcategories
    command_weights: Table  # towards the actions of workers and staff

    @classmethod
    def load(cls, cache_dir: Path | None = None) -> "Lexicon":
        """The shipped lexicon is ready; jieba's dictionary is cached under cache_dir if that is writable."""
        concepts = _concepts()
        rules = tuple(_rules())
        matcher = Matcher(rules, concepts)
        command_rules = tuple(_command_rules())
        commands = Matcher(command_rules, concepts)
        vocabulary = matcher.vocabulary() | commands.vocabulary()
        slips = [(row[0], row[1]) for row in read_rows("slips.tsv")]
        intents = tuple(_intents(concepts))
        subcategories = _subcategories()
        codes = [[f"{category}/{code}" for code in subcategories[category]] for category in CATEGORIES]
        weights, *details = parse_tables(read_rows("weights.tsv"), [(*Kind, *CATEGORIES, *ORDINARY), *codes])
        return cls(
            tokenizer=Tokenizer((word for word in vocabulary if _is_word(word)), cache_dir),
            spelling=Spelling(slips),
            matcher=matcher,
            commands=commands,
            verbs=frozenset(rule.word[1:] for rule in command_rules if rule.word.startswith("^")),
            concepts=concepts,
            rules=rules,
            shields=dict(_shields()),
            requests=_any_of(intents),
            intents=intents,
            spots=_spots(),
            subcategories=subcategories,
            thesaurus=PrefixIndex(_classes(concepts)),
            weights=weights,
            command_weights=parse_tables(read_rows("command_weights.tsv"), [tuple(Action)])[0],
            details=dict(zip(CATEGORIES, details, strict=True)),
        )

    def with_words(self, words: Iterable[Word | tuple[str, str, str, float]]) -> "Lexicon":
        """The same lexicon with a community's own words added; an unknown subcategory is a ValueError."""
        added = []
        for word in (Word(*one) for one in words):
            if word.subcategory not in self.subcategories.get(word.category, ()):
                raise ValueError(f"lexicon: no such subcategory: {word.category}/{word.subcategory}")
            target = f"{word.category}/{word.subcategory}"
            text = self.spelling.fold(word.word)
            added.append(Rule("category", target, text, word.weight * OWN, word.complaint))
        rules = (*self.rules, *added)
        return replace(self, rules=rules, matcher=Matcher(rules, self.concepts))

    def with_changes(self, changes: Mapping[tuple[str, str], float]) -> "Lexicon":
        """The same lexicon with something added to its weights, by name and target: what corrections say."""
        details = {
            category: table.changed(
                {key: change for key, change in changes.items() if key[1] in table.targets}
            )
            for category, table in self.details.items()
        }
        own = {key: change for key, change in changes.items() if key[1] in self.weights.targets}
        return replace(self, weights=self.weights.changed(own), details=details)


def read_rows(name: str) -> Iterator[list[str]]:
    """The tab-separated lines of a data file, one by one, without comments (#) and empty lines."""
    with (DATA / name).open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("# "):
                yield line.rstrip("\n").split("\t")


def _concepts() -> dict[str, tuple[str, ...]]:
    words: dict[str, list[str]] = defaultdict(list)
    for concept, word in read_rows("concepts.tsv"):
        words[concept].append(word)
    return {concept: tuple(dict.fromkeys(found)) for concept, found in words.items()}


def _classes(concepts: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    """Each word with its class; the rules' concepts are classes too."""
    for concept, words in concepts.items():
        yield from ((word, f"<{concept}>") for word in words)
    for name, words in read_rows("thesaurus.tsv"):
        yield from ((word, f"<class {name}>") for word in words.split())


def _rules() -> Iterable[Rule]:
    for category in CATEGORIES:
        for subcategory, word, weight, complaint in read_rows(f"words_{category}.tsv"):
            yield Rule("category", f"{category}/{subcategory}", word, float(weight), float(complaint))
    for category, subcategory, word, weight in read_rows("emergencies.tsv"):
        yield Rule("emergency", f"{category}/{subcategory}", word, float(weight))
    for kind, word, weight in read_rows("kinds.tsv"):
        yield Rule("kind", kind, word, float(weight))
    for urgency, word, weight in read_rows("urgency.tsv"):
        yield Rule("urgency", urgency, word, float(weight))
    for wish, word in read_rows("wishes.tsv"):
        yield Rule("wish", wish, word, 1.0)
    for name, word in read_rows("shields.tsv"):
        if not word.startswith("="):
            yield Rule("shield", name, word, 0.0)


def _shields() -> Iterable[tuple[str, Shield]]:
    for name, setting in read_rows("shields.tsv"):
        if setting.startswith("="):
            factor, reach, purposes = setting[1:].split(" ", 2)
            characters = WITHIN if reach == "within" else int(reach)
            yield name, Shield(float(factor), characters, frozenset(purposes.split()))


def _command_rules() -> Iterable[Rule]:
    for action, word, weight in read_rows("commands.tsv"):
        yield Rule("action", action, word, float(weight))


def _intents(concepts: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, re.Pattern[str]]]:
    """`{n}` is a case number, `{name}` a part named above, `…` any words, `(a|b|)` a choice."""
    parts = {"n": NUMBER_FORM, "fixed": "|".join(re.escape(word) for word in concepts["fixed"])}
    for intent, form in read_rows("intents.tsv"):
        body = "".join(_form_part(piece, parts) for piece in re.split(r"(\{\w+\}|[…(|)])", form))
        if intent.startswith("="):
            parts[intent[1:]] = body
        else:
            yield intent, re.compile(body, re.DOTALL)


def _any_of(intents: Sequence[tuple[str, re.Pattern[str]]]) -> re.Pattern[str]:
    """One form for all, so that most messages are looked at once and not once for every intent."""
    bodies = (re.sub(r"\(\?P<\w+>", "(?:", form.pattern) for _, form in intents)
    return re.compile("|".join(f"(?:{body})" for body in bodies), re.DOTALL)


def _form_part(piece: str, parts: Mapping[str, str]) -> str:
    if piece.startswith("{"):
        return f"(?:{parts[piece[1:-1]]})"
    return {"…": ".{1,200}?", "(": "(?:", "|": "|", ")": ")"}.get(piece, re.escape(piece))


def _spots() -> re.Pattern[str]:
    """A chain of common nouns for public places: 地下车库负一层, 南门, 小广场."""
    rows = list(read_rows("spots.tsv"))
    heads = "|".join(re.escape(word) for role, word in rows if role == "place")
    tails = "|".join(re.escape(word) for role, word in rows if role == "tail")
    heads, tails = (
        "|".join(sorted(words.split("|"), key=lambda word: (-len(word), word))) for words in (heads, tails)
    )
    number = rf"(?:负{NUMBER}层|地下{NUMBER}层|[东西南北][南北]?(?:大|侧|小)?门|{NUMBER}号门|[A-Za-z]区)"
    return re.compile(rf"(?:{number}|{heads})(?:的?(?:{number}|{heads})|{tails})*")


def _subcategories() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {category: [] for category in CATEGORIES}
    for category, subcategory, *_ in read_rows("subcategories.tsv"):
        found[category].append(subcategory)
    return {category: tuple(codes) for category, codes in found.items()}


def _is_word(text: str) -> bool:
    """Whether the tokenizer may take it for one word; phrases would swallow the words inside them."""
    return (
        len(text) <= LONGEST_WORD
        and not set(text) & PARTICLES
        and all("\u4e00" <= char <= "\u9fff" for char in text)
    )
