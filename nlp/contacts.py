"""Which entries of the contact card somebody asks for: 物业电话多少, 停水找谁."""

from collections.abc import Sequence
from typing import Final

from nlp.characters import fold
from nlp.lexicon import read_rows

GUESSED: Final = "?"  # leads what a trouble calls for, in contrast to an office named
ROWS: Final = [(part, words.split()) for part, words in read_rows("contacts.tsv")]
NAMED: Final = [row for row in ROWS if not row[0].startswith(GUESSED)]
CALLED_FOR: Final = [(part[1:], words) for part, words in ROWS if part.startswith(GUESSED)]
SHORTEST: Final = 2  # characters of a label that name it
LONGEST: Final = 200  # characters of a message looked at


def contact_asked(text: str, labels: Sequence[str]) -> list[int]:
    """The positions of the labels that the message asks for, in their order; empty when it asks for all.

    A label said as it stands comes first, then the office named (居委会 for 社区), then whom a trouble calls
    for (停水 for 自来水).
    """
    folded = fold(text[:LONGEST])
    plain = [fold(label) for label in labels]
    spoken = _spoken(folded, plain)
    return spoken or _meant(folded, plain, NAMED) or _meant(folded, plain, CALLED_FOR)


def _spoken(folded: str, labels: Sequence[str]) -> list[int]:
    """The labels that stand in the message, longest first so that 社区医院 is not 社区 as well."""
    found: list[int] = []
    order = sorted(range(len(labels)), key=lambda index: -len(labels[index]))
    for index in order:
        label = labels[index]
        if len(label) >= SHORTEST and label in folded:
            found += [other for other in range(len(labels)) if labels[other] == label and other not in found]
            folded = folded.replace(label, "\n")
    return sorted(found)


def _meant(folded: str, labels: Sequence[str], rows: Sequence[tuple[str, list[str]]]) -> list[int]:
    """The labels with a part that is called for; where one ends with it (晨光社区), not 社区医院."""
    found: set[int] = set()
    for part in {part for part, words in rows if any(word in folded for word in words)}:
        named = [index for index, label in enumerate(labels) if part in label]
        found.update([index for index in named if labels[index].endswith(part)] or named)
    return sorted(found)
