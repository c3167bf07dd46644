"""Different characters for the same thing are made one, position for position, so that spans stay true."""

from typing import Final

from opencc import OpenCC

from nlp.numerals import FULL_WIDTH

SPACES: Final = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t"
DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
IDEOGRAPHS: Final = range(0x4E00, 0xA000)  # the block of common Chinese characters
VARIANTS: Final = {"妳": "你", "祇": "只"}  # which the conversion leaves as they are


def _simplified() -> dict[int, int]:
    """Each traditional character with its simplified one: converted alone, so that no length changes."""
    old = [chr(code) for code in IDEOGRAPHS]
    new = OpenCC("t2s").convert("\n".join(old)).split("\n")
    pairs = [*zip(old, new, strict=True), *VARIANTS.items()]
    return {ord(one): ord(other) for one, other in pairs if one != other and len(other) == 1}


def _table() -> dict[int, int]:
    table = dict(FULL_WIDTH)
    table.update((ord(char), ord(" ")) for char in SPACES)
    table.update((ord(char), ord("-")) for char in DASHES)
    table.update((ord("①") + offset, ord("1") + offset) for offset in range(9))
    return table | _simplified()


TABLE: Final = _table()


def fold(text: str) -> str:
    """The text in simplified characters and half-width forms, of the same length."""
    return text.translate(TABLE)
