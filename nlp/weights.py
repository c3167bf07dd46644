"""The fitted weights: what each piece, word class and rule adds to each target.

The file is one line per name: the name, then `target weight` pairs; what is not written weighs nothing. It
is made by `make lexicon` from the training corpus and may be read and changed by hand.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from nlp.signals import Signals

BIAS: Final = "<bias>"
Row = tuple[float, ...]


class Share(NamedTuple):
    """What one piece or class of a message added to a target, and where it stands."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class Table:
    """Weights towards rival targets, a row per name; what has no row weighs nothing."""

    targets: tuple[str, ...]
    rows: Mapping[str, Row]

    def score(self, signals: Signals) -> dict[str, float]:
        """The sum for every target."""
        sums = list(self.rows.get(BIAS) or (0.0,) * len(self.targets))
        for names, value in ((signals.pieces, signals.piece_value), (signals.classes, signals.class_value)):
            found = list(filter(None, map(self.rows.get, names)))
            for position, column in enumerate(zip(*found, strict=True)):
                sums[position] += value * sum(column)
        for name, value in signals.traits.items():
            for position, weight in enumerate(self.rows.get(name, ())):
                sums[position] += value * weight
        return dict(zip(self.targets, sums, strict=True))

    def shares(self, signals: Signals, target: str, *, least: float) -> list[Share]:
        """What the pieces and classes of the message added to a target, from `least` on, strongest first."""
        position, rows = self.targets.index(target), self.rows
        found = [
            Share(*span, rows[name][position] * value)
            for spans, value in (
                (signals.pieces, signals.piece_value),
                (signals.classes, signals.class_value),
            )
            for name, span in spans.items()
            if name in rows and rows[name][position] * value >= least
        ]
        return sorted(found, key=lambda share: (-share.weight, share.start))

    def changed(self, changes: Mapping[tuple[str, str], float]) -> "Table":
        """The same table with something added, by name and target."""
        rows = dict(self.rows)
        for (name, target), change in changes.items():
            row = list(rows.get(name) or (0.0,) * len(self.targets))
            row[self.targets.index(target)] += change
            rows[name] = tuple(row)
        return replace(self, rows=rows)


def parse_tables(lines: Iterable[Sequence[str]], groups: Sequence[Sequence[str]]) -> list[Table]:
    """One table per group of targets from the rows of a weights file; an unknown target is a KeyError."""
    home = {target: (group, at) for group, targets in enumerate(groups) for at, target in enumerate(targets)}
    numbers: dict[str, float] = {}  # one float object for each written number
    rows: list[dict[str, list[float]]] = [{} for _ in groups]
    for name, *pairs in lines:
        for pair in pairs:
            target, _, written = pair.partition(" ")
            group, position = home[target]
            row = rows[group].setdefault(name, [0.0] * len(groups[group]))
            row[position] = numbers.setdefault(written, float(written))
    return [
        Table(tuple(targets), {name: tuple(row) for name, row in found.items()})
        for targets, found in zip(groups, rows, strict=True)
    ]


def probabilities(sums: Mapping[str, float], targets: Iterable[str]) -> dict[str, float]:
    """The sums of rival targets as shares of one (softmax), best first."""
    chosen = {target: sums[target] for target in targets}
    top = max(chosen.values())
    powers = {target: math.exp(value - top) for target, value in chosen.items()}
    total = sum(powers.values())
    return dict(
        sorted(((target, power / total) for target, power in powers.items()), key=lambda one: -one[1])
    )
