"""The lexicon, loaded once for all tests of a process: it takes half a second."""

from functools import cache
from pathlib import Path

from nlp.lexicon import Lexicon

CACHE = Path(__file__).parents[1] / "var"


@cache
def loaded_lexicon() -> Lexicon:
    return Lexicon.load(CACHE)
