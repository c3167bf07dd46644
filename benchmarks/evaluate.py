"""How well messages are read: `python -m benchmarks.evaluate FILE [--places FILE]`.

FILE holds one JSON object a line: text, and what it should be read as (kind, category, location; what is
absent is not judged). Prints precision and recall per class, the share of unsure readings and the
confusion matrix.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from nlp.lexicon import Lexicon
from nlp.reading import Places, Reader, Reading

PARTS: Final = ("estate", "building", "unit", "room")
OPENS: Final = ("report", "emergency")


def main() -> None:
    """Read every line of the file and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--places", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("var"))
    parser.add_argument("--wrong", action="store_true", help="also list every line that was misread")
    options = parser.parse_args()
    rows = [
        json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    places = (
        Places.parse_file(options.places.read_text(encoding="utf-8")) if options.places else Places.of([])
    )
    reader = Reader(Lexicon.load(options.cache))
    started = time.process_time()
    readings = [reader.read(row["text"], places) for row in rows]
    spent = time.process_time() - started
    print(f"{len(rows)} messages, {spent / max(len(rows), 1) * 1000:.3f} ms of CPU each")
    _report_kinds(rows, readings)
    _report_categories(rows, readings)
    _report_locations(rows, readings)
    if options.wrong:
        _list_wrong(rows, readings)


def _report_kinds(rows: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> None:
    pairs = [(row["kind"], str(one.kind)) for row, one in zip(rows, readings, strict=True) if "kind" in row]
    if not pairs:
        return
    _print_table("kind", pairs)
    quiet = [found for wanted, found in pairs if wanted in ("chat", "thanks", "greeting", "ad_spam")]
    alarms = [found for wanted, found in pairs if wanted == "report"]
    _print_share("small talk that would open a case", (found in OPENS for found in quiet))
    _print_share("reports called emergencies", (found == "emergency" for found in alarms))
    _print_share("unsure", (one.is_unsure for one in readings))


def _report_categories(rows: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> None:
    """Every row with a category; one that opens no case counts as none; its best guess is shown too."""
    judged = [(row, one) for row, one in zip(rows, readings, strict=True) if row.get("category")]
    if not judged:
        return
    _print_table("category", [(row["category"], one.category or "none") for row, one in judged])
    guesses = [(row, one.candidates[0] if one.candidates else "other") for row, one in judged]
    _print_table(
        "category, best guess whatever the kind", [(row["category"], guess) for row, guess in guesses]
    )
    clear = [(row, guess) for row, guess in guesses if row.get("confidence") == "hi"]
    if clear:
        _print_share("clear ones right", (row["category"] == guess for row, guess in clear))
    outside = [guess for row, guess in guesses if row["category"] == "other" and not row.get("alt")]
    _print_share("others pulled into one of the four", (guess != "other" for guess in outside))


def _report_locations(rows: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> None:
    judged = [
        (row, one) for row, one in zip(rows, readings, strict=True) if isinstance(row.get("location"), dict)
    ]
    for part in PARTS if judged else ():
        _print_share(f"{part} right", (_wanted(row, part) == _found(one, part) for row, one in judged))


def _list_wrong(rows: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> None:
    for row, one in zip(rows, readings, strict=True):
        is_kind = row.get("kind", str(one.kind)) == one.kind
        is_category = (row.get("category") or one.category) == one.category
        place = row.get("location")
        is_place = not isinstance(place, dict) or all(
            _wanted(row, part) == _found(one, part) for part in PARTS
        )
        if is_kind and is_category and is_place:
            continue
        found = " ".join(f"{part}={_found(one, part)}" for part in PARTS if _found(one, part))
        words = ", ".join(f"{e.word}>{e.purpose}{e.weight:+}" for e in one.evidence[:8])
        print(f"{row.get('id')} wanted {row.get('kind')}/{row.get('category')} {place}")
        print(f"   found {one.kind}/{one.category}/{one.subcategory} {one.confidence:.2f} {found}")
        print(f"   {row['text'][:150]}\n   {words}")


def _wanted(row: dict[str, Any], part: str) -> str | None:
    value = row["location"].get(part)
    return None if value is None else str(value)


def _found(reading: Reading, part: str) -> str | None:
    value: str | None = getattr(reading.location, part, None)
    return value


def _print_share(label: str, facts: Iterable[bool]) -> None:
    found = list(facts)
    if found:
        print(f"{label}: {sum(found)} of {len(found)} = {sum(found) / len(found):.3f}")


def _print_table(title: str, pairs: Sequence[tuple[str, str]]) -> None:
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


if __name__ == "__main__":
    main()
