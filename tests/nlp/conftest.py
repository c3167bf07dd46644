"""One lexicon for all tests of reading: it is only read, so tests may share it."""

from pathlib import Path

import pytest

from nlp.lexicon import Lexicon
from nlp.reading import Places, Reader

CACHE = Path(__file__).parents[2] / "var"


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon.load(CACHE)


@pytest.fixture(scope="session")
def reader(lexicon: Lexicon) -> Reader:
    return Reader(lexicon)


@pytest.fixture(scope="session")
def places() -> Places:
    return Places.of(
        [
            ("枫桥苑", ("枫桥",)),
            ("枫桥新苑", ()),
            ("明园小区", ("明园",)),
            ("金港城二期", ()),
            ("金港城三期", ()),
            ("书香苑", ("家属院",)),
            ("翠湖苑", ("家属院",)),
            ("蘭亭雅居", ()),
        ]
    )
