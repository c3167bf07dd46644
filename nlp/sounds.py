"""Characters that sound alike, tones aside: 名 and 明, 远 and 苑."""

from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "data" / "sounds.tsv"


def _table() -> dict[int, int]:
    """Each common character with the first of those that sound like it."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    groups = [line.partition("\t")[2] for line in lines if not line.startswith("#")]
    return {ord(one): ord(group[0]) for group in groups for one in group[1:]}


TABLE: Final = _table()


def by_sound(folded: str) -> str:
    """The text with one character for each sound, of the same length; equal for texts that sound alike."""
    return folded.translate(TABLE)
