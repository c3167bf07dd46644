"""Slips of the pen and of the voice input, put right before reading."""

from collections.abc import Iterable

from nlp.characters import fold


class Spelling:
    """Known slips (燥音 for 噪音), each of the length of its right form."""

    def __init__(self, slips: Iterable[tuple[str, str]]) -> None:
        """A slip whose right form has another length would move positions and is an error in the data."""
        self._slips = tuple(slips)
        for wrong, right in self._slips:
            if len(wrong) != len(right):
                raise ValueError(f"lexicon: slip {wrong!r} and {right!r} differ in length")

    def fold(self, text: str) -> str:
        """The text in one spelling and of the same length, so that positions stay true."""
        text = fold(text)
        for wrong, right in self._slips:
            if wrong in text:
                text = text.replace(wrong, right)
        return text
