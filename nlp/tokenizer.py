"""The one private jieba tokenizer: quiet, with a dictionary of our own making, cached where we say."""

import contextlib
import hashlib
import importlib
import logging
import marshal
import os
import tempfile
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

with warnings.catch_warnings():  # jieba's sources have invalid escapes and may ask for pkg_resources
    warnings.simplefilter("ignore")
    _jieba: Any = importlib.import_module("jieba")  # Any: jieba has no types

for _name in ("jieba", "jieba._compat"):  # jieba prints its debug log to stderr
    logging.getLogger(_name).setLevel(logging.CRITICAL)
    logging.getLogger(_name).handlers.clear()

logger = logging.getLogger(__name__)

WORD_FREQUENCY: Final = 2000  # of 60 million: enough to win against two common words, not against any


class Tokenizer:
    """Cuts text into words; built once, then only read, so threads may share it."""

    def __init__(self, words: Iterable[str] = (), cache_dir: Path | None = None) -> None:
        """Take jieba's dictionary and add the words; keep the result under cache_dir if possible."""
        self._jieba = _jieba.Tokenizer()
        added = sorted({word for word in words if len(word) > 1})
        path = None if cache_dir is None else cache_dir / f"words-{_fingerprint(added)}.cache"
        frequencies = _load(path)
        if frequencies is None:
            frequencies = self._build(added)
            _save(path, frequencies)
        self._jieba.FREQ, self._jieba.total = frequencies
        self._jieba.initialized = True

    def words(self, text: str) -> list[tuple[int, int]]:
        """Where each word of the text stands, in order, nothing left out."""
        spans, position = [], 0
        for word in self._jieba.cut(text, HMM=False):
            spans.append((position, position + len(word)))
            position += len(word)
        return spans

    def _build(self, words: list[str]) -> tuple[dict[str, int], int]:
        frequencies, total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        for word in words:
            known = frequencies.get(word, 0)
            frequencies[word] = max(known, WORD_FREQUENCY)
            total += frequencies[word] - known
            for end in range(1, len(word)):
                frequencies.setdefault(word[:end], 0)
        return frequencies, total


def _fingerprint(words: list[str]) -> str:
    key = "\n".join([_jieba.__version__, str(marshal.version), str(WORD_FREQUENCY), *words])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _load(path: Path | None) -> tuple[dict[str, int], int] | None:
    if path is None:
        return None
    try:
        frequencies, total = marshal.loads(path.read_bytes())  # noqa: S302  a file this process's user wrote
    except (OSError, EOFError, ValueError, TypeError):
        return None
    if not isinstance(frequencies, dict) or not isinstance(total, int):
        return None
    return frequencies, total


def _save(path: Path | None, frequencies: tuple[dict[str, int], int]) -> None:
    """Write beside and rename, so that another process sees the whole file or none."""
    if path is None:
        return
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "wb") as file:
            file.write(marshal.dumps(frequencies))
        os.replace(temporary, path)
        for outdated in set(path.parent.glob("words-*.cache")) - {path}:
            outdated.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("the dictionary is not cached: %s", error, extra={"action": "cache_dictionary"})
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
