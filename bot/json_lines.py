"""JSON lines in, JSON lines out; a line that cannot be read is named, and the others go on."""

import json
from collections.abc import Callable, Iterable
from typing import IO, Any

Answer = Callable[[dict[str, Any]], object]


class LineError(Exception):
    """What is wrong with a line of input, as the end of the sentence “Line 3 …”."""


def answer_lines(
    lines: Iterable[bytes], answer: Answer, *, out: IO[bytes], complain: Callable[[str], None]
) -> bool:
    """Every line is answered by one line, in order; gives whether all could be read.

    Empty lines are passed over. Each answer is flushed, so that a program may wait for it.
    """
    all_read = True
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            result = answer(_object(line))
        except LineError as error:
            complain(f"Line {number} {error}")
            all_read = False
            continue
        text = json.dumps(result, ensure_ascii=False)
        out.write(text.encode("utf-8", "backslashreplace") + b"\n")  # half a surrogate pair stays escaped
        out.flush()
    return all_read


def text_of(line: dict[str, Any], key: str) -> str:
    """The text under a key of a line; refused when absent or of another kind."""
    value = line.get(key)
    if not isinstance(value, str):
        raise LineError(f'has no text under "{key}": write {{"{key}": "…"}}.')
    return value


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LineError("is not UTF-8 text.") from error
    except (ValueError, RecursionError) as error:
        raise LineError("is not JSON: write one object a line.") from error
    if not isinstance(value, dict):
        raise LineError("is not a JSON object: write one object a line.")
    return value
