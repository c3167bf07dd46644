"""Fit the reader's weights to the training corpus: `make lexicon`.

Reads tests/nlp/corpus/*.tsv (kind, problems, urgency, text), fits linear models over the reader's signals
and writes nlp/data/weights.tsv. The development and judging sets are never read here. The result depends
only on the corpus, the rules and the numbers below.
"""

import argparse
import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from nlp.commands import CommandReader, Role
from nlp.kinds import Kind, Urgency
from nlp.lexicon import CATEGORIES, DATA, Lexicon
from nlp.reading import Places, Reader

CORPUS: Final = Path("tests/nlp/corpus")
COMMANDS: Final = Path("tests/nlp/corpus_commands")
RARE: Final = 3  # messages that must hold a piece before it may weigh anything
SMALLEST: Final = 0.06  # weights nearer to nothing are not written: half the file, no measurable loss
SMALLEST_DETAIL: Final = 0.2  # the same for subcategories
STRENGTH: Final = 2.0  # inverse of the regularisation, chosen by cross-validation on the corpus
ORDINARY: Final = 5  # times, for the kind: else the artful files teach that a usual word is a trap
ORDINARY_FILES: Final = ("borders", "ordinary", "plain")
URGENCIES: Final = {"h": str(Urgency.HIGH), "l": str(Urgency.LOW), "-": str(Urgency.NORMAL)}


class Utterance(NamedTuple):
    """One line of the corpus."""

    kind: str
    problems: tuple[str, ...]  # "water/leak", main one first; empty for what is no problem
    urgency: str
    text: str
    times: int = 1  # that it counts for the kind


def corpus(folder: Path = CORPUS) -> list[Utterance]:
    """Every utterance of the corpus, file by file."""
    found = []
    for path in sorted(folder.glob("*.tsv")):
        count = ORDINARY if path.stem in ORDINARY_FILES else 1
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                kind, problems, urgency, text = line.split("\t")
                codes = () if problems == "-" else tuple(problems.split(","))
                found.append(Utterance(kind, codes, URGENCIES[urgency], text, count))
    return found


def fingerprint(folder: Path = CORPUS) -> str:
    """A short mark of the corpus, so that a test can tell when the weights are older than it."""
    mark = hashlib.sha256()
    for path in sorted(folder.glob("*.tsv")):
        mark.update(path.read_bytes())
    return mark.hexdigest()[:16]


class Table:
    """Named values of many messages as one sparse matrix; rare pieces left out."""

    def __init__(self, values: Sequence[dict[str, float]]) -> None:
        """Learn the names."""
        counts: dict[str, int] = {}
        for one in values:
            for name in one:
                counts[name] = counts.get(name, 0) + 1
        kept = {name: 1.0 for name, count in counts.items() if count >= RARE or name.startswith("<")}
        self._vectorizer = DictVectorizer().fit([kept])
        self.names: list[str] = list(self._vectorizer.get_feature_names_out())

    def rows(self, values: Sequence[dict[str, float]]) -> Any:  # Any: scipy has no types
        """One row per message."""
        return self._vectorizer.transform(values)


def fit(matrix: Any, wanted: Sequence[str], counts: Sequence[int] | None = None) -> LogisticRegression:
    """A multinomial model; `counts` says how often each row counts."""
    return LogisticRegression(C=STRENGTH, max_iter=3000).fit(matrix, list(wanted), sample_weight=counts)


def weights_of(model: LogisticRegression, names: Sequence[str]) -> Iterable[tuple[str, str, float]]:
    """Name, target and weight of everything that matters; a model of two classes gets both."""
    coefficients, biases = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients, biases = (
            np.vstack([-coefficients, coefficients]) / 2,
            np.array([-biases[0], biases[0]]) / 2,
        )
    for target, row, bias in zip(model.classes_, coefficients, biases, strict=True):
        yield "<bias>", target, float(bias)
        for name, weight in zip(names, row.tolist(), strict=True):
            if abs(weight) >= (SMALLEST_DETAIL if "/" in target else SMALLEST):
                yield name, target, weight


def train(reader: Reader, utterances: Sequence[Utterance]) -> dict[str, dict[str, float]]:
    """The weights by name and target."""
    values = [reader.signals(one.text, Places.of([])).values() for one in utterances]
    table = Table(values)
    weights: dict[str, dict[str, float]] = {}

    def keep(chosen: Sequence[int], wanted: Sequence[str], counts: Sequence[int] | None = None) -> None:
        if len(set(wanted)) < 2:
            return  # nothing to tell apart
        model = fit(table.rows([values[position] for position in chosen]), wanted, counts)
        for name, target, weight in weights_of(model, table.names):
            weights.setdefault(name, {})[target] = weight

    everything = range(len(utterances))
    keep(everything, [one.kind for one in utterances], [one.times for one in utterances])
    problems = [position for position in everything if utterances[position].problems]
    codes = {position: utterances[position].problems[0] for position in problems}
    keep(problems, [codes[position].partition("/")[0] for position in problems])
    reports = [position for position in problems if utterances[position].kind == Kind.REPORT]
    keep(reports, [utterances[position].urgency for position in reports])
    for category in CATEGORIES:
        own = [position for position in problems if codes[position].startswith(f"{category}/")]
        keep(own, [codes[position] for position in own])
    return weights


def train_commands(reader: CommandReader, folder: Path = COMMANDS) -> dict[str, dict[str, float]]:
    """The weights of the actions of workers and staff."""
    rows = [
        line.split("\t")
        for path in sorted(folder.glob("commands*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    now = datetime(2026, 11, 20, 10, tzinfo=UTC)
    values = [reader.signals(text, role=_role(role), now=now).values() for _, _, role, text in rows]
    table = Table(values)
    model = fit(table.rows(values), [action for action, *_ in rows])
    weights: dict[str, dict[str, float]] = {}
    for name, target, weight in weights_of(model, table.names):
        weights.setdefault(name, {})[target] = weight
    return weights


def _role(written: str) -> Role:
    return "staff" if written == "staff" else "grid"


def write(weights: dict[str, dict[str, float]], path: Path, mark: str) -> None:
    """One line per name, in order; weights with two decimals."""
    lines = [
        "# Fitted weights: name, then target and weight. Made by `make lexicon`; may be changed by hand.",
        f"# corpus {mark}",
    ]
    for name in sorted(weights):
        pairs = [f"{target} {round(weight, 2):g}" for target, weight in sorted(weights[name].items())]
        if pairs:
            lines.append("\t".join([name, *pairs]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=DATA)
    options = parser.parse_args()
    utterances, lexicon = corpus(), Lexicon.load(Path("var"))
    weights = train(Reader(lexicon), utterances)
    write(weights, options.to / "weights.tsv", fingerprint(CORPUS))
    write(train_commands(CommandReader(lexicon)), options.to / "command_weights.tsv", fingerprint(COMMANDS))
    print(f"{len(utterances)} utterances, {len(weights)} names, written to {options.to}")


if __name__ == "__main__":
    main()
