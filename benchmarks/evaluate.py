"""How well messages are read: `python -m benchmarks.evaluate FILE [--places FILE]`.

FILE holds one JSON object a line: messages (text, and what it should be read as: kind, category, urgency,
location; what is absent is not judged), pairs of messages (a, b, same) or commands (text, role, means).
Prints precision and recall per class, the share of unsure readings and the confusion matrix.
"""

import argparse
import json
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.scores import print_share, print_table
from nlp.commands import Command, CommandReader
from nlp.lexicon import Lexicon
from nlp.reading import Places, Reader, Reading
from nlp.similarity import same_problem

PARTS: Final = ("estate", "building", "unit", "room")
OPENS: Final = ("report", "emergency")
NAMES: Final = {True: "same", False: "another"}
EQUAL: Final = (("dispatch", "transfer"),)  # work passed to a company: either word is right


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
    lexicon = Lexicon.load(options.cache)
    if rows and "same" in rows[0]:
        _report_pairs(rows, Reader(lexicon), places, wrong=options.wrong)
    elif rows and "means" in rows[0]:
        _report_commands(rows, CommandReader(lexicon), places, wrong=options.wrong)
    else:
        _report_messages(rows, Reader(lexicon), places, wrong=options.wrong)


def _report_messages(rows: Sequence[dict[str, Any]], reader: Reader, places: Places, *, wrong: bool) -> None:
    started = time.process_time()
    readings = [reader.read(row["text"], places) for row in rows]
    spent = time.process_time() - started
    print(f"{len(rows)} messages, {spent / max(len(rows), 1) * 1000:.3f} ms of CPU each")
    _report_kinds(rows, readings)
    _report_categories(rows, readings)
    _report_locations(rows, readings)
    if wrong:
        _list_wrong(rows, readings)


def _report_pairs(rows: Sequence[dict[str, Any]], reader: Reader, places: Places, *, wrong: bool) -> None:
    found = [same_problem(*(reader.read(row[key], places) for key in "ab")) for row in rows]
    pairs = [(NAMES[row["same"]], NAMES[one.same]) for row, one in zip(rows, found, strict=True)]
    print_table("same problem", pairs)
    for row, one in zip(rows, found, strict=True) if wrong else ():
        if row["same"] != one.same:
            print(f"{row.get('id')} wanted {row['same']} found {one.score:.2f}\n   {row['a']}\n   {row['b']}")


def _report_commands(
    rows: Sequence[dict[str, Any]], reader: CommandReader, places: Places, *, wrong: bool
) -> None:
    found = [
        reader.read(row["text"], role=row["role"], now=_moment(row), quoted=row.get("quoted"), places=places)
        for row in rows
    ]
    judged = list(zip(rows, found, strict=True))
    print_table("action", [(_right_action(row, one), str(one.action)) for row, one in judged])
    print_share("number right", (row["means"]["case"] == one.case for row, one in judged))
    for row, one in judged if wrong else ():
        if _right_action(row, one) != one.action or row["means"]["case"] != one.case:
            print(f"{row.get('id')} {row['text']}\n   wanted {row['means']}\n   found {one.as_json()}")


def _right_action(row: dict[str, Any], found: Command) -> str:
    """What was wanted; where several actions are right, the one found if it is among them."""
    wanted = row["means"]["action"]
    choices = wanted if isinstance(wanted, list) else next((c for c in EQUAL if wanted in c), (wanted,))
    return str(found.action) if found.action in choices else choices[0]


def _moment(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row.get("now", "2026-11-20T10:00:00+08:00"))


def _report_kinds(rows: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> None:
    pairs = [(row["kind"], str(one.kind)) for row, one in zip(rows, readings, strict=True) if "kind" in row]
    if not pairs:
        return
    print_table("kind", pairs)
    quiet = [found for wanted, found in pairs if wanted in ("chat", "thanks", "greeting", "ad_spam")]
    alarms = [found for wanted, found in pairs if wanted == "report"]
    print_share("small talk that would open a case", (found in OPENS for found in quiet))
    print_share("reports called emergencies", (found == "emergency" for found in alarms))
    if "urgency" in rows[0]:
        print_table(
            "urgency", [(row["urgency"], str(one.urgency)) for row, one in zip(rows, readings, strict=True)]
        )
    print_share("unsure", (one.is_unsure for one in readings))


def _report_categories(rows: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> None:
    """Every row with a category; one that opens no case counts as none; its best guess is shown too."""
    judged = [(row, one) for row, one in zip(rows, readings, strict=True) if row.get("category")]
    if not judged:
        return
    print_table("category", [(row["category"], one.category or "none") for row, one in judged])
    guesses = [(row, one.candidates[0] if one.candidates else "other") for row, one in judged]
    print_table(
        "category, best guess whatever the kind", [(row["category"], guess) for row, guess in guesses]
    )
    clear = [(row, guess) for row, guess in guesses if row.get("confidence") == "hi"]
    if clear:
        print_share("clear ones right", (row["category"] == guess for row, guess in clear))
    outside = [guess for row, guess in guesses if row["category"] == "other" and not row.get("alt")]
    print_share("others pulled into one of the four", (guess != "other" for guess in outside))


def _report_locations(rows: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> None:
    judged = [
        (row, one) for row, one in zip(rows, readings, strict=True) if isinstance(row.get("location"), dict)
    ]
    for part in PARTS if judged else ():
        print_share(f"{part} right", (_wanted(row, part) == _found(one, part) for row, one in judged))


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


if __name__ == "__main__":
    main()
