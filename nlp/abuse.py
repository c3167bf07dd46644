"""Whether a message insults people or the bot and says nothing else."""

import re
from typing import Final

from nlp.lexicon import read_rows

ROWS: Final = [(role, word) for role, word in read_rows("abuse.tsv")]
LETTERS: Final = r"(?<![A-Za-z\d-])(?:{words})(?![A-Za-z\d-])"  # SB, but not SB-12 or USB
MOST_LEFT: Final = 4  # characters of other words beside an insult that still say nothing
LONGEST: Final = 2000  # characters looked at
APART: Final = re.compile(r"[^\w]+")


def _any(role: str) -> str:
    words = sorted({word for one, word in ROWS if one == role}, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) for word in words)


INSULT: Final = re.compile(f"{_any('insult')}|{LETTERS.format(words=_any('letters'))}", re.IGNORECASE)
SHIELD: Final = re.compile(_any("shield"))
TOLD: Final = re.compile(rf"(?:{_any('before')})[^,。!?;]{{0,4}}$")
JEST: Final = re.compile(_any("jest"))
FILLER: Final = re.compile(_any("filler"))
ALONE: Final = frozenset(word for role, word in ROWS if role == "alone")
BACK: Final = 12  # characters before an insult that say who says it of whom


def is_insult(folded: str, *, says_more: bool) -> bool:
    """Whether the folded message is abuse.

    `says_more` is whether it was read as a report or the like: then it is abuse only when hardly a word is
    left beside the insults. A report with a swear word is still a report.
    """
    text = folded[:LONGEST]
    if APART.sub("", text) in ALONE:
        return True
    if INSULT.search(text) is None or JEST.search(text):
        return False
    shields = [found.span() for found in SHIELD.finditer(text)]
    insults = [found for found in INSULT.finditer(text) if _is_meant(found, shields)]
    if not insults:
        return False
    left = INSULT.sub("", text)
    return not says_more or len(APART.sub("", FILLER.sub("", left))) <= MOST_LEFT


def _is_meant(insult: re.Match[str], shields: list[tuple[int, int]]) -> bool:
    start, end = insult.span()
    if any(low < end and start < high for low, high in shields):
        return False
    return TOLD.search(insult.string, max(0, start - BACK), start) is None
