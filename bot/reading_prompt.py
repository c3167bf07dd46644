"""A reading in a few lines for the eye."""

import sys
from collections.abc import Iterator
from typing import IO

from nlp.reading import Reading


def prompted(typed: IO[bytes], *, sign: str) -> Iterator[str]:
    """The lines somebody types, until the end of input; a sign asks for each on a terminal."""
    is_terminal = typed.isatty()
    while True:
        if is_terminal:
            sys.stdout.write(sign)
            sys.stdout.flush()
        line = typed.readline().decode("utf-8", "replace")
        if not line:
            return
        if line.strip():
            yield line.rstrip("\r\n")


def described(reading: Reading) -> str:
    """What the message is, what is wrong and where, how sure that is, and which words decided it."""
    lines = [
        f"{reading.kind}  {reading.confidence:.2f}" + ("  (unsure: would ask)" if reading.is_unsure else "")
    ]
    if reading.intent != "none":
        lines.append(f"intent    {reading.intent}")
    if reading.category:
        also = "".join(f", also {problem.category}" for problem in reading.also)
        lines.append(f"category  {reading.category}/{reading.subcategory}{also}")
        lines.append(f"urgency   {reading.urgency}")
    if reading.location:
        place = reading.location
        parts = {"estate": place.estate, "building": place.building, "unit": place.unit, "room": place.room}
        lines.append(
            "place     " + " ".join(f"{key}={value}" for key, value in parts.items() if value is not None)
        )
    lines += [
        f"          {one.weight:+5.1f}  {one.word} [{one.start}:{one.end}]  {one.purpose}"
        for one in reading.evidence
    ]
    return "\n".join(lines) + "\n"
