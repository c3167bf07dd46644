"""Figures about right and wrong answers, printed plainly."""

from collections import Counter
from collections.abc import Iterable, Sequence


def print_share(label: str, facts: Iterable[bool]) -> None:
    """How many of the facts are true; nothing for none."""
    found = list(facts)
    if found:
        print(f"{label}: {sum(found)} of {len(found)} = {sum(found) / len(found):.3f}")


def print_table(title: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Precision, recall and what each class was read as, from pairs of wanted and found."""
    classes = sorted({name for pair in pairs for name in pair})
    counts = Counter(pairs)
    scores = []
    print(f"\n{title}: accuracy {sum(a == b for a, b in pairs) / len(pairs):.3f}")
    print(f"{'class':<20}{'wanted':>8}{'precision':>11}{'recall':>8}{'f1':>7}   read as")
    for name in classes:
        wanted = sum(a == name for a, _ in pairs)
        found = sum(b == name for _, b in pairs)
        right = counts[name, name]
        precision, recall = right / found if found else 0.0, right / wanted if wanted else 0.0
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        scores += [f1] if wanted else []
        row = " ".join(f"{other}:{counts[name, other]}" for other in classes if counts[name, other])
        print(f"{name:<20}{wanted:>8}{precision:>11.3f}{recall:>8.3f}{f1:>7.3f}   {row}")
    print(f"macro-F1 {sum(scores) / max(len(scores), 1):.3f}\n")
