"""A set of words that a text is scanned for, all in one pass."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

Value = TypeVar("Value")


class PrefixIndex(Generic[Value]):
    """Words with values; `scan` finds every one of them in a text, overlaps included, in linear time."""

    def __init__(self, entries: Iterable[tuple[str, Value]]) -> None:
        """Index the words; the same word may come with several values."""
        self._values: dict[str, tuple[Value, ...]] = {}
        for word, value in entries:
            if not word:
                continue
            for end in range(1, len(word)):
                self._values.setdefault(word[:end], ())
            self._values[word] = (*self._values.get(word, ()), value)

    def scan(self, text: str) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
        """Start, end and values of each word found, by start, then shorter before longer."""
        values, size = self._values, len(text)
        for start in range(size):
            end = start + 1
            while (found := values.get(text[start:end])) is not None:
                if found:
                    yield start, end, found
                end += 1
                if end > size:
                    break
