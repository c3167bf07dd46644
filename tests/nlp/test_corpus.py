"""The training corpus is well formed, and the shipped weights were fitted to it."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks import fit
from nlp.kinds import Kind
from nlp.lexicon import CATEGORIES, DATA, Lexicon
from nlp.places import Places
from nlp.reading import Reader
from nlp.weights import parse_tables

ROOT = Path(__file__).parents[2]
UTTERANCES = fit.corpus(ROOT / fit.CORPUS)
FEWEST_EXAMPLES = 12  # a subcategory with fewer cannot be learnt


def test_every_line_of_the_corpus_has_known_labels(lexicon: Lexicon) -> None:
    known = {f"{category}/{code}" for category, codes in lexicon.subcategories.items() for code in codes}

    assert {one.kind for one in UTTERANCES} == set(Kind)
    assert {code for one in UTTERANCES for code in one.problems} <= known
    assert [one for one in UTTERANCES if bool(one.problems) != (one.kind in ("report", "emergency"))] == []


def test_no_message_stands_twice_with_different_labels() -> None:
    labels: dict[str, set[str]] = {}
    for one in UTTERANCES:
        labels.setdefault(one.text, set()).add(one.kind)

    assert {text: kinds for text, kinds in labels.items() if len(kinds) > 1} == {}


def test_every_subcategory_has_examples(lexicon: Lexicon) -> None:
    counts = Counter(code for one in UTTERANCES for code in one.problems)
    codes = {f"{category}/{code}" for category, codes in lexicon.subcategories.items() for code in codes}

    assert {code: counts[code] for code in codes if counts[code] < FEWEST_EXAMPLES} == {}


@pytest.mark.parametrize(
    ("file", "folder"), [("weights.tsv", fit.CORPUS), ("command_weights.tsv", fit.COMMANDS)]
)
def test_weights_are_those_of_this_corpus(file: str, folder: Path) -> None:
    """When this fails, the corpus has changed: run `make lexicon`."""
    assert f"# corpus {fit.fingerprint(ROOT / folder)}" in (DATA / file).read_text(encoding="utf-8")


def test_fitting_learns_the_words_of_its_examples(lexicon: Lexicon) -> None:
    """A few invented words, each in enough sentences, decide the category afterwards."""
    examples = [
        fit.Utterance("report", (f"{category}/general",), "normal", f"{word}{tail}")
        for category, word in zip(CATEGORIES, ("咕嘟", "锵啷", "铁驴", "楼管", "城根"), strict=True)
        for tail in ("又来了", "没人管", "三天了", "咋办", "真烦人")
    ]
    examples += [fit.Utterance("chat", (), "normal", text) for text in ("吃了吗", "在呢", "下雪了", "过年好")]

    weights = fit.train(Reader(lexicon), examples)

    assert max(weights["铁驴"], key=lambda target: weights["铁驴"][target]) in ("parking", "report")
    assert weights["咕嘟"]["water"] > 0 > min(weights["咕嘟"].get(other, 0.0) for other in CATEGORIES[1:])


def test_unknown_target_in_a_weights_file_is_an_error() -> None:
    with pytest.raises(KeyError, match="rockets"):
        parse_tables([["火箭", "rockets 1.0"]], [("water", "noise")])


def test_what_the_weights_say_of_a_piece_is_shown_as_evidence(reader: Reader) -> None:
    reading = reader.read("楼上又开始了，一宿没合眼，咚咚的", Places.of([]))

    shown = {one.purpose for one in reading.evidence}
    assert {"report", "noise"} <= shown
    assert all(reading.text[one.start : one.end] == one.word for one in reading.evidence)
